//! Expectations: what `#~` comments in a script say of its run.
//!
//! ```text
//! #~ [any|not|next] [trace|out|err|signal|errno]: TEXT
//! #~ outcome: ENDING
//! #~ TEXT
//! ```
//!
//! Words before the colon say how and where TEXT is looked for; without them it is part of an entry of the trace, behind
//! the one that was found last. A comment behind code, or directly below it, concerns what happens at that line of the
//! script; one in the header, or below a blank line or another comment, the whole run.

use crate::cmd::test::directive::{Mistake, OUTCOMES};
use crate::cmd::test::ending::Ending;

/// What an expectation looks at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// An entry of the trace.
    Trace,
    /// A line of standard output.
    Out,
    /// A line of standard error.
    Err,
    /// A signal that is sent or taken.
    Signal,
    /// A system call that fails.
    Errno,
}

impl Kind {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Trace, "trace"),
        (Self::Out, "out"),
        (Self::Err, "err"),
        (Self::Signal, "signal"),
        (Self::Errno, "errno"),
    ];

    /// What one of its kind is called.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Trace => "entry of the trace",
            Self::Out => "line of the output",
            Self::Err => "line of standard error",
            Self::Signal => "signal",
            Self::Errno => "failed call",
        }
    }
}

/// How it looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// Behind what was found last.
    InOrder,
    /// Directly behind it.
    Next,
    /// Anywhere.
    Any,
    /// Nowhere between what was found last and what is found next.
    Not,
}

impl How {
    const ALL: [(Self, &'static str); 3] = [(Self::Any, "any"), (Self::Not, "not"), (Self::Next, "next")];
}

/// A text to be found: its parts, in this order, with anything between them. Blanks are as good as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    parts: Vec<String>,
}

impl Pattern {
    fn new(text: &str) -> Self {
        Self { parts: text.split('…').map(one_blank).filter(|part| !part.is_empty()).collect() }
    }

    /// Whether it is in a text, whose blanks are single.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        let mut rest = text;
        self.parts.iter().all(|part| match rest.find(part) {
            Some(at) => {
                rest = &rest[at + part.len()..];
                true
            }
            None => false,
        })
    }
}

/// Each run of blanks made one, and none at the ends.
#[must_use]
pub fn one_blank(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a `#~` comment expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// The line it stands in, from 1.
    pub line: u32,
    /// The line of the script whose events it concerns; none for the whole run.
    pub place: Option<u32>,
    /// How it looks.
    pub how: How,
    /// What it looks at.
    pub kind: Kind,
    /// What it looks for.
    pub pattern: Pattern,
    /// The comment, without `#~`.
    pub text: String,
}

/// What the `#~` comments of a script say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Expectations {
    /// All but those of the outcome, in the order of the text.
    pub all: Vec<Expectation>,
    /// How the run is expected to end, if one says so.
    pub outcome: Option<Ending>,
}

/// Reads the `#~` comments of a script.
///
/// # Errors
/// Each that can not be understood.
pub fn read(text: &str) -> Result<Expectations, Vec<Mistake>> {
    let mut found = Expectations::default();
    let mut mistakes = Vec::new();
    // The line of code that this line stands directly below.
    let mut above = None;
    for (line, text) in (1..).zip(text.lines()) {
        let comment = comment(text);
        let alone = text.trim_start().starts_with('#');
        let expected = comment.and_then(|comment| comment.strip_prefix("#~"));
        let place = match (alone, expected.is_some()) {
            (true, true) => above,
            (true, false) => None,
            (false, _) => Some(line).filter(|_| !text.trim().is_empty()),
        };
        above = place;
        let Some(expected) = expected else { continue };
        match one(expected.trim(), line, place) {
            Ok(One::Expectation(expectation)) => found.all.push(expectation),
            Ok(One::Outcome(ending)) => found.outcome = Some(ending),
            Err(why) => mistakes.push(Mistake { line, why }),
        }
    }
    if mistakes.is_empty() { Ok(found) } else { Err(mistakes) }
}

enum One {
    Expectation(Expectation),
    Outcome(Ending),
}

fn one(text: &str, line: u32, place: Option<u32>) -> Result<One, String> {
    let (mut how, mut kind) = (How::InOrder, Kind::Trace);
    let mut wanted = text;
    if let Some((words, rest)) = text.split_once(':') {
        let words: Vec<&str> = words.split_whitespace().collect();
        if words == ["outcome"] {
            let wrong = || format!("`outcome: {}`: outcomes are {OUTCOMES}", rest.trim());
            return Ending::named(rest.trim()).map(One::Outcome).ok_or_else(wrong);
        }
        let known = |word: &&str| {
            Kind::ALL.iter().any(|(_, name)| name == word) || How::ALL.iter().any(|(_, name)| name == word)
        };
        if !words.is_empty() && words.iter().all(known) {
            let hows: Vec<How> =
                How::ALL.iter().filter(|(_, name)| words.contains(name)).map(|&(how, _)| how).collect();
            let kinds: Vec<Kind> =
                Kind::ALL.iter().filter(|(_, name)| words.contains(name)).map(|&(kind, _)| kind).collect();
            if hows.len() > 1 || kinds.len() > 1 || hows.len() + kinds.len() != words.len() {
                return Err(format!("`{}:` says two things at once", words.join(" ")));
            }
            how = hows.first().copied().unwrap_or(how);
            kind = kinds.first().copied().unwrap_or(kind);
            wanted = rest.trim();
        }
    }
    let quoted = wanted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let pattern = Pattern::new(quoted.unwrap_or(wanted));
    if pattern.parts.is_empty() {
        return Err(format!("`{}` does not say what is expected", format!("#~ {text}").trim_end()));
    }
    Ok(One::Expectation(Expectation { line, place, how, kind, pattern, text: text.to_owned() }))
}

/// The comment at the end of a line: what begins at the first `#` that stands in no string and is no character.
fn comment(line: &str) -> Option<&str> {
    let mut quote = None;
    let mut letters = line.char_indices();
    while let Some((at, letter)) = letters.next() {
        match (letter, quote) {
            ('\\', Some(_)) => drop(letters.next()),
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(end)) if letter == end => quote = None,
            ('#', None) => return Some(&line[at..]),
            (_, None | Some(_)) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_concern_a_line_or_the_run() {
        let text = "#~ fork\nlet x = '#'  #~ not signal: SIGSEGV\n#~ any out: a … b\n\n#~ exit\nprint(\"#~ no\")\n# why\n#~ outcome: deadlock\n";
        let found = read(text).unwrap();
        let places: Vec<_> = found.all.iter().map(|it| (it.line, it.place, it.how, it.kind)).collect();
        assert_eq!(
            places,
            [
                (1, None, How::InOrder, Kind::Trace),
                (2, Some(2), How::Not, Kind::Signal),
                (3, Some(2), How::Any, Kind::Out),
                (5, None, How::InOrder, Kind::Trace),
            ]
        );
        assert_eq!(found.outcome, Some(Ending::Deadlock));
        assert!(found.all[2].pattern.is_in("x a to b") && !found.all[2].pattern.is_in("b a"));
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        let mistakes = read("#~\n#~ not any: x\n#~ outcome: well\n#~ not:\n").unwrap_err();
        let text: String = mistakes.iter().map(|it| format!("{}: {}\n", it.line, it.why)).collect();
        insta::assert_snapshot!(text, @r"
        1: `#~` does not say what is expected
        2: `not any:` says two things at once
        3: `outcome: well`: outcomes are `exited N`, `killed SIGNAL`, `deadlock` and `limit`
        4: `#~ not:` does not say what is expected
        ");
    }
}
