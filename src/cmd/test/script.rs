//! A script as a test: its text, what its comments ask for, and what it was compiled to.

use crate::base::span::SourceFile;
use crate::cmd::settings;
use crate::cmd::test::directive::{Header, Mistake};
use crate::cmd::test::expectation::{self, Expectation};
use crate::lang::diagnostic::{Diagnostic, render};
use crate::lang::pipeline::{self, Compiled};
use crate::system::Options;

/// Instructions after which a run is stopped if the script says nothing of it.
pub const MAX_STEPS: u64 = 50_000_000;

/// A script with its directives and expectations.
#[derive(Clone, Debug)]
pub struct Script {
    /// The name that reports and the trace show.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Its directives.
    pub header: Header,
    /// Its expectations.
    pub expectations: Vec<Expectation>,
}

/// A script that can run.
#[derive(Clone, Debug)]
pub struct Ready {
    /// What it was compiled to.
    pub compiled: Compiled,
    /// Its machine: `machine { }`, and the directives, which win.
    pub options: Options,
    /// What the compiler warns of, as `ring3 run` tells it.
    pub warnings: String,
}

/// Why a script does not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unready {
    /// It does not compile: the diagnostics.
    Wrong(String),
    /// A directive does not fit.
    Directive(String),
}

impl Script {
    /// Reads a script's comments.
    ///
    /// # Errors
    /// What can not be followed or understood in them.
    pub fn new(name: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        let (header, expectations) = (Header::read(text), expectation::read(text));
        match (header, expectations) {
            (Ok(mut header), Ok(found)) => {
                header.expected = header.expected.or(found.outcome);
                Ok(Self { name: name.to_owned(), text: text.to_owned(), header, expectations: found.all })
            }
            (header, expectations) => {
                let mut mistakes = header.err().unwrap_or_default();
                mistakes.extend(expectations.err().unwrap_or_default());
                mistakes.sort_by_key(|mistake| mistake.line);
                Err(mistakes)
            }
        }
    }

    /// Compiles it and sets its machine up; without a limit of steps unless it has one of its own.
    ///
    /// # Errors
    /// Why it does not run.
    pub fn compile(&self) -> Result<Ready, Unready> {
        let source = SourceFile { name: self.name.clone(), text: self.text.clone() };
        let compilation = pipeline::compile(source);
        let sources: Vec<SourceFile> = compilation.sources.iter().map(|source| SourceFile::clone(source)).collect();
        let told = |diagnostics: &[Diagnostic]| match diagnostics {
            [] => String::new(),
            some => render(some, &sources, false),
        };
        let wrong = Unready::Wrong(told(&compilation.diagnostics));
        let compiled = compilation.compiled.ok_or(wrong)?;
        let (mut config, mut choices) =
            settings::from_script(&compiled.settings).map_err(|wrong| Unready::Wrong(told(&wrong)))?;
        self.header.configure(&mut config, &mut choices).map_err(Unready::Directive)?;
        let options = Options { config, choices, args: self.header.args.clone(), ..Options::default() };
        Ok(Ready { compiled, options, warnings: told(&compilation.diagnostics) })
    }

    /// The command that runs the script, which is found at `path`, as its test does.
    #[must_use]
    pub fn command(&self, path: &str, seed: Option<u64>) -> String {
        let header = &self.header;
        let mut words = vec!["ring3".to_owned(), "run".to_owned()];
        match &header.trace {
            Some((_, filter)) if filter.is_empty() => words.push("--trace".to_owned()),
            Some((_, filter)) => words.push(format!("--trace={filter}")),
            None => {}
        }
        let flags = header.flags.chunks(2).filter(|flag| seed.is_none() || flag[0] != "--seed");
        words.extend(flags.flatten().cloned());
        words.extend(seed.into_iter().flat_map(|seed| ["--seed".to_owned(), seed.to_string()]));
        words.push(path.to_owned());
        words.extend(header.args.iter().cloned());
        let command: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        let typed = match header.input.as_slice() {
            [] => String::new(),
            bytes => format!("printf '{}' | ", bytes.iter().map(|&byte| spelled(byte)).collect::<String>()),
        };
        format!("{typed}{}", command.join(" "))
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_=./,:+@%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A byte as `printf` takes it between single quotes.
fn spelled(byte: u8) -> String {
    match byte {
        b'\n' => "\\n".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b'%' => "%%".to_owned(),
        b' '..=b'~' if byte != b'\'' => char::from(byte).to_string(),
        _ => format!("\\{byte:03o}"),
    }
}
