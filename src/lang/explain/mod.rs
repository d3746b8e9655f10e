//! What `ring3 explain CODE` says: for each diagnostic what it means, a script that fails with it, and one that works.
//!
//! The texts stand in `codes.md`, a section a code; a test compiles every example.

use std::fmt::Write as _;

use super::codes::Code;
use crate::base::spelling::did_you_mean;

const TEXTS: &str = include_str!("codes.md");

/// What is said of one code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// What it means, in lines.
    pub meaning: &'static str,
    /// A script that fails with this code alone, or is warned of it; indented by 4.
    pub fails: &'static str,
    /// A script without mistakes; indented by 4.
    pub works: &'static str,
}

/// The explanation of a code; none if there is no section for it, which a test excludes.
#[must_use]
pub fn explanation(code: Code) -> Option<Explanation> {
    let heading = format!("# {}\n", code.id());
    let start = TEXTS.find(&heading)? + heading.len();
    let end = TEXTS[start..].find("\n# R").map_or(TEXTS.len(), |found| start + found);
    let (meaning, rest) = TEXTS[start..end].split_once("\nFails:\n")?;
    let (fails, works) = rest.split_once("\nWorks:\n")?;
    let lines = |text: &'static str| text.trim_matches('\n');
    Some(Explanation { code, meaning: lines(meaning), fails: lines(fails), works: lines(works) })
}

/// What is said of a code, as `R0203` or `203`, in any case.
///
/// # Errors
/// A sentence that says that there is no such code, and which one may be meant.
pub fn explain(name: &str) -> Result<String, String> {
    let digits = name.trim_start_matches(['r', 'R']);
    let asked = format!("R{digits:0>4}");
    let Some(&code) = Code::ALL.iter().find(|code| code.id() == asked) else {
        let near = did_you_mean(&asked, Code::ALL.iter().map(|code| code.id()));
        let meant = near.map_or_else(String::new, |near| format!("did you mean {near}? "));
        return Err(format!("there is no diagnostic {name}; {meant}`ring3 explain --list` shows all"));
    };
    let mut text = format!("{}: {}\n", code.id(), code.title());
    if let Some(Explanation { meaning, fails, works, .. }) = explanation(code) {
        let verb = if code.id() >= "R09" { "This is warned of" } else { "This fails" };
        let _ = write!(text, "\n{meaning}\n\n{verb}:\n\n{fails}\n\nThis works:\n\n{works}\n");
    }
    Ok(text)
}

/// All codes with their titles, a line each.
#[must_use]
pub fn list() -> String {
    Code::ALL.iter().map(|code| format!("{}  {}\n", code.id(), code.title())).collect()
}

/// An example as a script: without its indent, `␀` made NUL, and `# … and so on, N lines` replaced by what it stands for: the
/// line above again until there are N, the first number in it counting up.
#[must_use]
pub fn script(example: &str) -> String {
    let mut text = String::new();
    let mut last = "";
    for line in example.lines() {
        let line = line.strip_prefix("    ").unwrap_or(line);
        let count = line.trim().strip_prefix("# … and so on, ").and_then(|rest| rest.strip_suffix(" lines"));
        match count.and_then(|count| count.parse::<u64>().ok()) {
            Some(count) => (1..count).for_each(|i| text.push_str(&counted(last, i))),
            None => {
                text.push_str(line);
                text.push('\n');
                last = line;
            }
        }
    }
    text.replace('␀', "\0")
}

/// A line with its first number raised.
fn counted(line: &str, by: u64) -> String {
    let start = line.find(|letter: char| letter.is_ascii_digit()).unwrap_or(line.len());
    let end = line[start..].find(|letter: char| !letter.is_ascii_digit()).map_or(line.len(), |found| start + found);
    match line[start..end].parse::<u64>() {
        Ok(number) => format!("{}{}{}\n", &line[..start], number + by, &line[end..]),
        Err(_) => format!("{line}\n"),
    }
}
