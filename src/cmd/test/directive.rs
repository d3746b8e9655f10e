//! Directives: what a script's header, or the options of a block in a document, say of its test.
//!
//! A header is made of the comment lines at the top of a script; those that begin with `#@` are directives:
//!
//! ```text
//! #@ trace [FILTER]          the golden shows the trace, filtered so
//! #@ view VIEWS              the golden shows these views, at each mark and when the script ends
//! #@ match FILTER            what the expectations see of the trace; the digest without this line
//! #@ input TEXT              a line that is typed at the console; may be repeated
//! #@ keys TEXT               the same without the end of the line; `^C` is Ctrl-C
//! #@ args A B                the script's arguments
//! #@ seeds 0..100            it runs under each of these seeds: from 0 up to, not including, 100; also `1,7,20..30`
//! #@ status N                the expected exit status, as a shell shows it; 0 without this line
//! #@ outcome deadlock|limit  the run is expected not to come to its end
//! #@ skip WHY                it is not run
//! ```
//!
//! and the flags of `ring3 run` that make the machine: `ram`, `frames`, `swap`, `swap-device`, `replacement`, `quantum`,
//! `max-steps`, `seed`, `sched` and `fail`, each followed by its value.

use clap::Parser;

use crate::base::spelling::did_you_mean;
use crate::cmd::args::{Cli, Command};
use crate::cmd::run::args::Run;
use crate::cmd::settings;
use crate::cmd::test::ending::Ending;
use crate::kernel::config::Config;
use crate::kernel::view::View;
use crate::system::Choices;
use crate::trace::filter::Filter;

/// The directives that are not flags of `ring3 run`.
const WORDS: [&str; 10] = ["trace", "view", "match", "input", "keys", "args", "seeds", "status", "outcome", "skip"];
/// The flags of `ring3 run` that are directives as well.
const FLAGS: [&str; 10] =
    ["ram", "frames", "swap", "swap-device", "replacement", "quantum", "max-steps", "seed", "sched", "fail"];
/// Under so many seeds a script may run.
const MAX_SEEDS: u64 = 100_000;

/// Something in a script that its test can not follow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, in a sentence.
    pub why: String,
}

/// What a header says.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// What the golden shows of the trace, with the filter as it was typed.
    pub trace: Option<(Filter, String)>,
    /// What the golden draws of the state.
    pub views: Vec<View>,
    /// What expectations see of the trace, if that is not the digest.
    pub watched: Option<Filter>,
    /// What is typed at the console.
    pub input: Vec<u8>,
    /// The script's arguments.
    pub args: Vec<String>,
    /// The seeds under which it runs, one after the other; empty for one run as the machine is set up.
    pub seeds: Vec<u64>,
    /// How it is expected to end; none if that is not said.
    pub expected: Option<Ending>,
    /// Why it is not run.
    pub skip: Option<String>,
    /// Flags of `ring3 run`.
    pub flags: Vec<String>,
}

impl Header {
    /// Reads the header of a script.
    ///
    /// # Errors
    /// Each line that is no directive, or that stands below the header, with its reason.
    pub fn read(text: &str) -> Result<Self, Vec<Mistake>> {
        let mut header = Self::default();
        let mut mistakes = Vec::new();
        let top = lines(text).count();
        for (line, text) in (1..).zip(text.lines()) {
            let Some(directive) = text.trim_start().strip_prefix("#@") else { continue };
            let directive = directive.trim();
            let followed = if line as usize <= top {
                let (word, rest) = directive.split_once(' ').unwrap_or((directive, ""));
                header.follow(word, rest)
            } else {
                Err(format!("`#@ {directive}` stands below the first line of code; directives stand at the top"))
            };
            mistakes.extend(followed.err().map(|why| Mistake { line, why }));
        }
        if mistakes.is_empty() { Ok(header) } else { Err(mistakes) }
    }

    /// Follows one directive.
    ///
    /// # Errors
    /// Why it can not be followed.
    pub fn follow(&mut self, word: &str, rest: &str) -> Result<(), String> {
        let value = rest.trim();
        match word {
            "trace" => {
                let filter = value.parse().map_err(|error| format!("`trace`: {error}"))?;
                self.trace = Some((filter, value.to_owned()));
            }
            "match" => self.watched = Some(value.parse().map_err(|error| format!("`match`: {error}"))?),
            "view" => self.views = value.split(',').map(|name| view(name.trim())).collect::<Result<_, _>>()?,
            "input" => self.input.extend(format!("{rest}\n").bytes()),
            "keys" => self.input.extend(keys(rest)),
            "args" => self.args = value.split_whitespace().map(str::to_owned).collect(),
            "seeds" => self.seeds = seeds(value)?,
            "status" => {
                let status =
                    value.parse().map_err(|_| format!("`status {value}`: a number from 0 to 255 is wanted"))?;
                self.expected = Some(Ending::Status(status));
            }
            "outcome" => {
                let wrong = || format!("`outcome {value}`: outcomes are {OUTCOMES}");
                self.expected = Some(Ending::named(value).ok_or_else(wrong)?);
            }
            "skip" if value.is_empty() => return Err("`skip` wants a reason".to_owned()),
            "skip" => self.skip = Some(value.to_owned()),
            flag if FLAGS.contains(&flag) => {
                let flags = [format!("--{flag}"), value.to_owned()];
                let _ = run_of(&flags)?;
                self.flags.extend(flags);
            }
            word => return Err(unknown(word)),
        }
        Ok(())
    }

    /// Sets the machine up as the flags among the directives say; they win over `machine { }`.
    ///
    /// # Errors
    /// Why a flag can not be followed.
    pub fn configure(&self, config: &mut Config, choices: &mut Choices) -> Result<(), String> {
        let run = run_of(&self.flags)?;
        settings::from_flags(&run.machine, config, choices).map_err(|error| error.to_string())
    }

    /// How it is expected to end: with status 0 if nothing is said.
    #[must_use]
    pub fn ending(&self) -> Ending {
        self.expected.unwrap_or(Ending::Status(0))
    }
}

/// What `outcome` can say.
pub const OUTCOMES: &str = "`exited N`, `killed SIGNAL`, `deadlock` and `limit`";

/// The comment lines at the top.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| line.starts_with('#'))
}

fn unknown(word: &str) -> String {
    let all = || WORDS.into_iter().chain(FLAGS);
    match did_you_mean(word, all()) {
        Some(near) => format!("`{word}` is no directive; did you mean `{near}`?"),
        None => format!("`{word}` is no directive; there are {}", all().collect::<Vec<_>>().join(", ")),
    }
}

/// Flags of `ring3 run`, understood as the command line understands them.
#[expect(clippy::wildcard_enum_match_arm, reason = "the second word is `run`")]
fn run_of(flags: &[String]) -> Result<Run, String> {
    let line = ["ring3", "run"].into_iter().chain(flags.iter().map(String::as_str)).chain(["-"]);
    let cli = Cli::try_parse_from(line).map_err(|error| {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        first.trim_start_matches("error: ").to_owned()
    })?;
    match cli.command {
        Command::Run(run) => Ok(*run),
        _ => Err("these are no flags of `ring3 run`".to_owned()),
    }
}

fn view(name: &str) -> Result<View, String> {
    let names = || View::ALL.map(|(_, name)| name).join(", ");
    View::named(name).ok_or_else(|| format!("`{name}` is no view; there are {}", names()))
}

/// What is typed where a directive says `TEXT`: `^C` stands for Ctrl-C.
fn keys(text: &str) -> Vec<u8> {
    let mut typed = Vec::new();
    let mut letters = text.bytes();
    while let Some(letter) = letters.next() {
        match letter {
            b'^' => typed.extend(letters.next().map(|key| key & 0x1f)),
            letter => typed.push(letter),
        }
    }
    typed
}

/// `0..100`, `7`, `1,7,20..30`; a range is without its end, as in the language.
fn seeds(text: &str) -> Result<Vec<u64>, String> {
    let wrong = || format!("`seeds {text}`: numbers and ranges are wanted, as in `0..100` or `1,7,20..30`");
    let mut seeds = Vec::new();
    for part in text.split(',').map(str::trim) {
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
        let range = match part.split_once("..") {
            Some((first, end)) => number(first)?..number(end)?,
            None => number(part)?..number(part)?.saturating_add(1),
        };
        if range.is_empty() {
            return Err(format!("`seeds {text}`: `{part}` is an empty range"));
        }
        if (range.end - range.start).saturating_add(seeds.len() as u64) > MAX_SEEDS {
            return Err(format!("`seeds {text}`: that is more than {MAX_SEEDS} seeds"));
        }
        seeds.extend(range);
    }
    Ok(seeds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        Header::read(text).expect_err(text).iter().map(|it| format!("{}: {}\n", it.line, it.why)).collect()
    }

    #[test]
    fn a_header_is_read() {
        let text = "# Why?\n#@ trace task,-mm\n#@ args a b\n#@ keys ls^C\n#@ seeds 1,3..5\n#@ outcome killed SIGSEGV\n#@ frames 8\n";
        let header = Header::read(text).unwrap();
        assert_eq!(header.trace.as_ref().map(|(_, text)| text.as_str()), Some("task,-mm"));
        assert_eq!((header.args.len(), header.input.as_slice()), (2, &b"ls\x03"[..]));
        assert_eq!((header.seeds.as_slice(), header.ending()), (&[1, 3, 4][..], Ending::Status(139)));
        let (mut config, mut choices) = (Config::default(), Choices::First);
        header.configure(&mut config, &mut choices).unwrap();
        assert_eq!(config.frames, Some(8));
    }

    #[test]
    fn mistakes_are_named() {
        insta::assert_snapshot!(wrong("#@ stauts 1\n#@ seeds 5..5\n#@ frames many\n#@ trace syscal\n#@ outcome well\nlet x = 1\n#@ status 1\n"), @r"
        1: `stauts` is no directive; did you mean `status`?
        2: `seeds 5..5`: `5..5` is an empty range
        3: invalid value 'many' for '--frames <N>': invalid digit found in string
        4: `trace`: `syscal` is no category of the trace (did you mean `syscall`?); there are task, sched, mode, syscall, mm, tlb, swap, fs, pipe, signal, sync, user, mem, and `all`, `digest`, `boot`
        5: `outcome well`: outcomes are `exited N`, `killed SIGNAL`, `deadlock` and `limit`
        7: `#@ status 1` stands below the first line of code; directives stand at the top
        ");
    }
}
