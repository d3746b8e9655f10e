//! A document: the tests of a Markdown file.
//!
//! Its blocks `r3`, `output`, `trace` and `console` are tests, all others are left alone:
//!
//! - `r3` is a script, which is run. Its info string may give it a name, as `r3 counter.r3`, and directives, as
//!   `status=139`; so may a comment above it, `<!-- ring3: status 139; args a b -->`.
//! - `<!-- script examples/x.r3 -->` stands for a block with that file's text. If a block `r3` follows, it shows the file.
//! - `output` is what the script before it writes, as on a terminal; `trace FILTER` its trace.
//! - `console` holds commands, `$ ring3 …`, and what they print. A block with other commands, or that shows nothing of what
//!   is printed, is for the reader to type and is not run.
//!
//! A line `…` stands for any lines.

use std::path::{Path, PathBuf};

use crate::cmd::test::console;
use crate::cmd::test::directive::Header;
use crate::cmd::test::markdown::{self, Fence, Part, words};

/// The tests of a Markdown file.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// Its text.
    pub text: String,
    /// Its tests, in the order of the text.
    pub tests: Vec<Test>,
    /// Its scripts that have a name: how many tests come before, the name, the text.
    named: Vec<(usize, String, String)>,
}

/// A test of a document.
#[derive(Clone, Debug)]
pub struct Test {
    /// The line it begins at, from 1.
    pub line: u32,
    /// What is done.
    pub what: What,
}

/// What a test of a document does.
#[derive(Clone, Debug)]
pub enum What {
    /// Runs a script.
    Script(Box<Scripted>),
    /// Runs commands.
    Console(Fence),
    /// It is written wrongly, for this reason.
    Mistake(String),
}

/// A script of a document, and what is shown of it.
#[derive(Clone, Debug)]
pub struct Scripted {
    /// Where its text is.
    pub source: Source,
    /// The name that commands know it by.
    pub name: Option<String>,
    /// Directives from the info string and the comment: a word and what follows.
    pub directives: Vec<(String, String)>,
    /// Why it is not run.
    pub skip: Option<String>,
    /// What is shown of what it does.
    pub shown: Vec<Shown>,
}

/// Where the text of a script is.
#[derive(Clone, Debug)]
pub enum Source {
    /// In the document.
    Block(Fence),
    /// In a file; a block may show it.
    File(PathBuf, Option<Fence>),
}

/// A block that shows what a script does.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The filter of a trace; none for the output.
    pub trace: Option<String>,
    /// The block.
    pub fence: Fence,
}

impl Document {
    /// Finds the tests of a Markdown file.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut reader = Reader::default();
        for part in markdown::parts(text) {
            reader.part(part);
        }
        Self { text: text.to_owned(), tests: reader.tests, named: reader.named }
    }

    /// The names and texts of scripts before a test; of those with the same name the last one counts.
    pub fn named(&self, before: usize) -> impl Iterator<Item = (&str, &str)> {
        let before = self.named.iter().filter(move |(tests, ..)| *tests <= before);
        before.map(|(_, name, text)| (name.as_str(), text.as_str()))
    }
}

/// Options of a block: directives, its name, whether it is skipped.
#[derive(Default)]
struct Block {
    directives: Vec<(String, String)>,
    name: Option<String>,
    skip: Option<String>,
    /// It is no test.
    left_alone: bool,
    /// It is one though it shows nothing.
    run: bool,
}

#[derive(Default)]
struct Reader {
    tests: Vec<Test>,
    named: Vec<(usize, String, String)>,
    /// The script that `output` and `trace` belong to.
    current: Option<usize>,
    /// The options that a comment gives to the next block.
    options: Option<Vec<(String, String)>>,
    /// A comment names a file, and a block may show it.
    names_file: bool,
}

impl Reader {
    fn part(&mut self, part: Part) {
        match part {
            Part::Prose => {
                self.options = None;
                self.names_file = false;
            }
            Part::Comment(line, text) => self.comment(line, &text),
            Part::Fence(fence) => {
                let line = fence.line;
                if let Err(why) = self.fence(fence) {
                    self.tests.push(Test { line, what: What::Mistake(why) });
                }
                self.options = None;
                self.names_file = false;
            }
        }
    }

    fn comment(&mut self, line: u32, text: &str) {
        if let Some(rest) = text.strip_prefix("script ") {
            let (path, options) = rest.split_once(';').unwrap_or((rest, ""));
            let (directives, skip) = split_skip(directives_of(options));
            let source = Source::File(PathBuf::from(path.trim()), None);
            let script = Scripted { source, name: None, directives, skip, shown: Vec::new() };
            self.current = Some(self.tests.len());
            self.names_file = true;
            self.tests.push(Test { line, what: What::Script(Box::new(script)) });
        } else if let Some(rest) = text.strip_prefix("ring3:") {
            self.options = Some(directives_of(rest));
        }
    }

    fn fence(&mut self, fence: Fence) -> Result<(), String> {
        let kind = fence.info.split_whitespace().next().unwrap_or_default().to_owned();
        if !["r3", "output", "trace", "console"].contains(&kind.as_str()) {
            return Ok(());
        }
        if !fence.closed {
            return Err(format!("the block `{kind}` has no end: a line {} is missing", fence.fence));
        }
        let above = self.options.take().unwrap_or_default();
        let info = words(&fence.info)?.split_off(1);
        let line = fence.line;
        match kind.as_str() {
            "r3" if self.names_file => match self.current_script() {
                Some(Scripted { source: Source::File(_, shown), .. }) => *shown = Some(fence),
                Some(_) | None => return Err("no file is named above this block".to_owned()),
            },
            "r3" => {
                let Block { directives, name, skip, left_alone, .. } = block(&info, above)?;
                if let Some(name) = &name {
                    self.named.push((self.tests.len(), name.clone(), fence.text.clone()));
                }
                self.current = None;
                if left_alone {
                    return Ok(());
                }
                let script = Scripted { source: Source::Block(fence), name, directives, skip, shown: Vec::new() };
                self.current = Some(self.tests.len());
                self.tests.push(Test { line, what: What::Script(Box::new(script)) });
            }
            "console" => {
                let block = block(&info, above)?;
                if block.skip.is_none() && !block.left_alone && (block.run || console::is_shown(&fence.text)) {
                    self.tests.push(Test { line, what: What::Console(fence) });
                }
            }
            _ => {
                let trace = (kind == "trace").then(|| info.join(","));
                if kind == "output" && !info.is_empty() {
                    return Err(format!("`output` takes no options, and here is `{}`", info.join(" ")));
                }
                let Some(script) = self.current_script() else {
                    return Err(format!("the block `{kind}` has no script before it"));
                };
                script.shown.push(Shown { trace, fence });
            }
        }
        Ok(())
    }

    fn current_script(&mut self) -> Option<&mut Scripted> {
        match &mut self.tests[self.current?].what {
            What::Script(script) => Some(script),
            What::Console(_) | What::Mistake(_) => None,
        }
    }
}

/// `status 139; args a b`: words with what follows them.
fn directives_of(text: &str) -> Vec<(String, String)> {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once(' ').unwrap_or((part, "")))
        .map(|(word, rest)| (word.to_owned(), rest.trim().to_owned()))
        .collect()
}

fn split_skip(directives: Vec<(String, String)>) -> (Vec<(String, String)>, Option<String>) {
    let (skips, rest): (Vec<_>, Vec<_>) = directives.into_iter().partition(|(word, _)| word == "skip");
    let why = |why: String| if why.is_empty() { "the document says so".to_owned() } else { why };
    (rest, skips.into_iter().next().map(|(_, text)| why(text)))
}

/// The options of an info string and of the comment above it.
fn block(info: &[String], above: Vec<(String, String)>) -> Result<Block, String> {
    let (directives, skip) = split_skip(above);
    let run = directives.iter().any(|(word, _)| word == "run");
    let directives = directives.into_iter().filter(|(word, _)| word != "run").collect();
    let mut block = Block { directives, name: None, skip, left_alone: false, run };
    for word in info {
        match word.split_once('=') {
            Some((word, value)) => block.directives.push((word.to_owned(), value.to_owned())),
            None if word == "skip" => block.left_alone = true,
            None if word == "run" => block.run = true,
            None if is_name(word) => block.name = Some(word.clone()),
            None => {
                return Err(format!(
                    "`{word}` is no option of a block; there are a name that ends in `.r3`, `skip`, `run` and directives, as `status=139`"
                ));
            }
        }
    }
    // That they can be followed is seen before anything runs.
    let mut header = Header::default();
    block.directives.iter().try_for_each(|(word, rest)| header.follow(word, rest))?;
    Ok(block)
}

/// A file of the folder in which commands run.
fn is_name(word: &str) -> bool {
    word.ends_with(".r3") && word.len() > 3 && !word.starts_with('.') && !word.contains(['/', '\\'])
}

/// The folder in which a document's commands run and its scripts are found: the nearest one above it that holds `.git`,
/// else its own.
#[must_use]
pub fn root(document: &Path) -> PathBuf {
    let whole = std::fs::canonicalize(document).unwrap_or_else(|_| document.to_owned());
    let own = whole.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
    let found = own.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned);
    found.unwrap_or(own)
}
