//! A golden: what a script does, kept in a file beside it, `x.trace` beside `x.r3`.
//!
//! ```text
//! # ring3 golden 1 of x.r3, made by `ring3 test --bless`
//! # version: 0.1.0
//! # run: ring3 run --trace=syscall x.r3
//! # machine: 65536 frames, no swap, two-list, 1 CPU, slices of 1000000 instructions
//! # lines: 2
//! status 0
//! ...
//! ```
//!
//! The number of lines tells a file that was cut off, or that a merge has filled with marks, from a whole one.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use crate::kernel::config::{Config, Replacement};
use crate::system::Choices;

/// How a golden of this version begins.
const TAG: &str = "# ring3 golden 1 ";
/// How one of any version begins.
const ANY_TAG: &str = "# ring3 golden ";
/// The most bytes that are read.
const MOST: u64 = 64 << 20;

/// What a golden says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Golden {
    /// The version that made it.
    pub version: String,
    /// The whole file.
    pub whole: String,
    /// What the script does.
    pub body: String,
}

/// Where the golden of a script is.
#[must_use]
pub fn path(script: &Path) -> PathBuf {
    script.with_extension("trace")
}

/// The file that holds this.
#[must_use]
pub fn file(script: &str, command: &str, config: &Config, choices: &Choices, body: &str) -> String {
    let mut text = format!("{TAG}of {script}, made by `ring3 test --bless`\n");
    let _ = writeln!(text, "# version: {}", env!("CARGO_PKG_VERSION"));
    let _ = writeln!(text, "# run: {command}");
    let _ = writeln!(text, "# machine: {}", machine(config, choices));
    let _ = writeln!(text, "# lines: {}", body.lines().count());
    text.push_str(body);
    text
}

/// The machine, in words.
fn machine(config: &Config, choices: &Choices) -> String {
    let policy = Replacement::ALL.iter().find(|(policy, _)| *policy == config.replacement);
    let mut words = vec![format!("{} frames", config.ram_frames)];
    words.extend(config.frames.map(|frames| format!("{frames} of them for pages")));
    words.push(match (config.swap_slots, config.swap_at_once) {
        (0, _) => "no swap".to_owned(),
        (slots, true) => format!("{slots} slots of zram"),
        (slots, false) => format!("{slots} slots of swap"),
    });
    words.extend(policy.map(|(_, name)| (*name).to_owned()));
    words.push(format!("{} CPU", config.cpus));
    words.push(format!("slices of {} instructions", config.quantum));
    words.extend(match choices {
        Choices::First => None,
        Choices::Seed(seed) => Some(format!("seed {seed}")),
        Choices::Schedule(schedule) => Some(format!("schedule {schedule}")),
    });
    words.join(", ")
}

/// Reads a golden; none if there is none.
///
/// # Errors
/// Why it can not be used, in a sentence.
pub fn read(path: &Path) -> Result<Option<Golden>, String> {
    let bytes = match crate::cmd::source::read_bytes(path, MOST) {
        Ok(bytes) => bytes,
        Err(crate::cmd::Error::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let text = String::from_utf8(bytes).map_err(|_| "the golden is not UTF-8".to_owned())?;
    parse(&text.replace("\r\n", "\n")).map(Some)
}

/// Whether a text is a golden, or the beginning of one.
#[must_use]
pub fn is_one(text: &str) -> bool {
    text.starts_with(ANY_TAG)
}

fn parse(text: &str) -> Result<Golden, String> {
    if text.is_empty() {
        return Err("the golden is empty; was it cut off?".to_owned());
    }
    if !text.starts_with(TAG) {
        let why =
            if is_one(text) { "the golden has a form that this version does not know" } else { "this is no golden" };
        return Err(format!("{why}: it does not begin with `{}`", TAG.trim_end()));
    }
    let field = |name: &str| {
        let prefix = format!("# {name}: ");
        text.lines().take_while(|line| line.starts_with("# ")).find_map(|line| line.strip_prefix(&prefix))
    };
    let cut = || "the golden was cut off in its header".to_owned();
    let (version, lines) = (field("version").ok_or_else(cut)?, field("lines").ok_or_else(cut)?);
    let wanted: usize =
        lines.parse().map_err(|_| format!("the golden's header says `lines: {lines}`, which is no number"))?;
    let marker = format!("# lines: {lines}\n");
    let (_, body) = text.split_once(&marker).ok_or_else(cut)?;
    let there = body.lines().count();
    if there < wanted || !body.ends_with('\n') {
        return Err(format!(
            "the golden was cut off: its header says {wanted} lines, {} whole ones follow",
            body.matches('\n').count()
        ));
    }
    if there > wanted {
        return Err(format!(
            "the golden has {there} lines where its header says {wanted}: did a merge or a hand add to it?"
        ));
    }
    Ok(Golden { version: version.to_owned(), whole: text.to_owned(), body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> String {
        file("x.r3", "ring3 run x.r3", &Config::default(), &Choices::Seed(3), "status 0\n--- stdout\nhi\n")
    }

    #[test]
    fn a_golden_is_read_back() {
        insta::assert_snapshot!(whole(), @r"
        # ring3 golden 1 of x.r3, made by `ring3 test --bless`
        # version: 0.1.0
        # run: ring3 run x.r3
        # machine: 65536 frames, no swap, two-list, 1 CPU, slices of 1000000 instructions, seed 3
        # lines: 3
        status 0
        --- stdout
        hi
        ");
        assert_eq!(parse(&whole()).unwrap().body, "status 0\n--- stdout\nhi\n");
    }

    #[test]
    fn wherever_it_is_cut_off_it_is_no_golden() {
        let whole = whole();
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).is_err(), "cut off behind {:?}", &whole[..end]);
        }
        assert!(parse(&format!("{whole}more\n")).unwrap_err().contains("4 lines where its header says 3"));
    }
}
