//! A document is run: each of its tests, and its text as it would have to be.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::cmd::report;
use crate::cmd::test::console::{self, Folder, PROMPT, Parsed};
use crate::cmd::test::directive::Header;
use crate::cmd::test::document::{Document, Scripted, Source, What, root};
use crate::cmd::test::ending::Ending;
use crate::cmd::test::markdown::{Fence, inside};
use crate::cmd::test::replace::{remove, replace, with_suffix};
use crate::cmd::test::script::{Script, Unready};
use crate::cmd::test::trial::{judge, limited, under_seeds, watched};
use crate::cmd::test::verdict::{Session, Verdict, Writing};
use crate::cmd::test::watch::{self, Ask};
use crate::cmd::test::{diff, elision};
use crate::trace::filter::Filter;

/// The name of a script that has none.
const NAMELESS: &str = "script.r3";

/// A document whose tests are run one after the other.
#[derive(Debug)]
pub struct Literate<'a> {
    path: &'a Path,
    shown: &'a str,
    document: &'a Document,
    session: &'a Session,
    /// A number that no other document of this run has.
    place: usize,
    root: PathBuf,
    folder: Option<Folder>,
    /// What would have to stand where, by its beginning.
    changes: BTreeMap<usize, (Range<usize>, String)>,
}

impl<'a> Literate<'a> {
    /// Begins with a document.
    #[must_use]
    pub fn new(path: &'a Path, shown: &'a str, document: &'a Document, session: &'a Session, place: usize) -> Self {
        let root = root(path);
        Self { path, shown, document, session, place, root, folder: None, changes: BTreeMap::new() }
    }

    /// Runs one of its tests.
    pub fn run(&mut self, test: usize) -> Verdict {
        match &self.document.tests[test].what {
            What::Mistake(why) => Verdict::Failed(vec![why.clone()]),
            What::Console(fence) => Verdict::of(self.console(test, fence)),
            What::Script(script) => match &script.skip {
                Some(why) => Verdict::Skipped(why.clone()),
                None => Verdict::of(self.script(script)),
            },
        }
    }

    /// Writes what would have to be otherwise, if it is to be written; what was written, or why not.
    pub fn finish(self) -> (Vec<String>, Vec<String>) {
        let new = with_suffix(self.path, ".new");
        let (mut notes, mut failures) = (Vec::new(), Vec::new());
        let mut text = self.document.text.clone();
        for (range, made) in self.changes.values().rev() {
            text.replace_range(range.clone(), made);
        }
        let written = match (self.session.writing, text == self.document.text) {
            (Writing::Never, _) => Ok(()),
            (Writing::Beside | Writing::Bless, true) => remove(&new),
            (Writing::Beside, false) => replace(&new, &text),
            (Writing::Bless, false) => {
                let replaced = replace(self.path, &text);
                if replaced.is_ok() {
                    notes.push(format!("wrote {}", self.shown));
                }
                replaced.and_then(|()| remove(&new))
            }
        };
        failures.extend(written.err().map(|error| format!("cannot write {}: {error}", self.shown)));
        (notes, failures)
    }

    /// Holds what a block shows against what there is; what is told if it is not the same.
    fn compare(&mut self, fence: &Fence, what: &str, got: &str) -> Option<String> {
        let (expected, got) = (elision::lines(&fence.text), elision::lines(got));
        if elision::matches(&expected, &got) {
            return None;
        }
        let made = elision::refit(&expected, &got).map_err(|why| format!("{why}\n{}", beginning(&got)));
        self.changed(fence, what, &expected.join("\n"), made)
    }

    /// Notes what a block would have to hold.
    fn changed(&mut self, fence: &Fence, what: &str, old: &str, made: Result<Vec<String>, String>) -> Option<String> {
        let at = format!("{}:{}: {what}", self.shown, fence.line);
        let lines = match made {
            Ok(lines) => lines,
            Err(why) => return Some(format!("{at}\n{why}")),
        };
        let difference = diff::short(&format!("{old}\n"), &format!("{}\n", lines.join("\n")), self.session.color);
        match inside(fence, &lines) {
            Ok(text) => {
                let _ = self.changes.insert(fence.place.start, (fence.place.clone(), text));
                (self.session.writing != Writing::Bless).then(|| format!("{at}\n{difference}"))
            }
            Err(why) => Some(format!("{at}\n{difference}{why}\n")),
        }
    }

    fn script(&mut self, scripted: &Scripted) -> Vec<String> {
        let mut failures = Vec::new();
        let (name, text) = match &scripted.source {
            Source::Block(fence) => (scripted.name.clone().unwrap_or_else(|| NAMELESS.to_owned()), fence.text.clone()),
            Source::File(path, block) => {
                let text = match self.file(path) {
                    Ok(text) => text,
                    Err(why) => return vec![why],
                };
                if let Some(fence) = block {
                    failures.extend(self.compare(fence, &format!("the block does not show {}", path.display()), &text));
                }
                (path.file_name().unwrap_or_default().to_string_lossy().into_owned(), text)
            }
        };
        let mut script = match Script::new(&name, &text) {
            Ok(script) => script,
            Err(mistakes) => {
                let told =
                    mistakes.iter().map(|mistake| format!("line {} of the script: {}", mistake.line, mistake.why));
                failures.extend(told);
                return failures;
            }
        };
        for (word, rest) in &scripted.directives {
            if let Err(why) = script.header.follow(word, rest) {
                failures.push(why);
                return failures;
            }
        }
        failures.extend(self.runs(scripted, &script));
        failures
    }

    /// A script of the repository.
    fn file(&self, path: &Path) -> Result<String, String> {
        let own = self.path.parent().unwrap_or(Path::new("."));
        let found = [self.root.join(path), own.join(path)].into_iter().find(|path| path.exists());
        let found = found.ok_or_else(|| format!("there is no script {}", path.display()))?;
        let bytes = crate::cmd::source::read_bytes(&found, 1 << 20).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|_| format!("{} is not UTF-8", path.display()))
    }

    fn runs(&mut self, scripted: &Scripted, script: &Script) -> Vec<String> {
        let ready = match script.compile() {
            Ok(ready) => ready,
            Err(Unready::Directive(why)) => return vec![why],
            Err(Unready::Wrong(diagnostics)) => return self.wrong(scripted, script, &diagnostics),
        };
        let options = limited(&ready);
        let mut failures = Vec::new();
        let watches = !script.expectations.is_empty();
        let mut ask = Ask {
            input: script.header.input.clone(),
            watched: watches.then(|| watched(script)),
            patience: self.session.patience,
            ..Ask::default()
        };
        let plain = match watch::run(&ready, &options, &ask) {
            Ok(seen) => seen,
            Err(why) => return vec![why],
        };
        failures.extend(judge(script, &plain));
        if plain.stopped.is_some() {
            return failures;
        }
        ask.watched = None;
        for shown in &scripted.shown {
            let got = match &shown.trace {
                None => {
                    let written = String::from_utf8_lossy(&plain.terminal).into_owned();
                    let told = report::reports(&plain.machine, false);
                    let end = report::outcome(&plain.machine, &plain.outcome, false);
                    format!("{}{written}{told}{end}", ready.warnings)
                }
                Some(filter) => {
                    ask.trace = match trace_filter(filter, &script.header) {
                        Ok(filter) => Some(filter),
                        Err(why) => {
                            failures.push(format!("{}:{}: {why}", self.shown, shown.fence.line));
                            continue;
                        }
                    };
                    match watch::run(&ready, &options, &ask) {
                        Ok(seen) => seen.trace.unwrap_or_default(),
                        Err(why) => return vec![why],
                    }
                }
            };
            let what = if shown.trace.is_some() { "this is not its trace" } else { "this is not what it writes" };
            failures.extend(self.compare(&shown.fence, what, &got));
        }
        if let Some((seed, failing)) = under_seeds(script, &ready, &options, self.session) {
            failures.extend(failing);
            let (what, path) = match &scripted.source {
                Source::File(path, _) => ("it so again".to_owned(), path.display().to_string()),
                Source::Block(_) => (format!("the block so again, as {}", script.name), script.name.clone()),
            };
            failures.push(format!("to run {what}: {}", script.command(&path, Some(seed))));
        }
        failures
    }

    /// A script that does not compile: that may be what the document shows.
    fn wrong(&mut self, scripted: &Scripted, script: &Script, diagnostics: &str) -> Vec<String> {
        if script.header.expected != Some(Ending::Status(crate::cmd::status::USAGE)) {
            return vec![format!("it does not compile; `status=2` says that this is meant\n{diagnostics}")];
        }
        let mut failures = Vec::new();
        for shown in &scripted.shown {
            let got = if shown.trace.is_some() { "" } else { diagnostics };
            failures.extend(self.compare(&shown.fence, "this is not what is told of it", got));
        }
        failures
    }

    fn console(&mut self, test: usize, fence: &Fence) -> Vec<String> {
        let all = match console::typed(&fence.text) {
            Ok(all) => all,
            Err(why) => return vec![why],
        };
        if let Err(error) = self.enter(test) {
            return vec![format!("cannot make a folder for the commands: {error}")];
        }
        let (mut failures, mut made) = (Vec::new(), Vec::new());
        let (mut same, mut unfit) = (true, None);
        let mut last = 0;
        for (place, typed) in all.iter().enumerate() {
            made.push(format!("{PROMPT}{}", typed.command));
            let printed = match console::parse(typed.command).map(|parsed| self.command(&parsed, last)) {
                Ok(Ok(done)) => {
                    last = done.status;
                    done.printed
                }
                Ok(Err(why)) => return vec![format!("`{}`: {why}", typed.command)],
                Err(why) => return vec![why],
            };
            let asks = |next: &console::Typed<'_>| console::parse(next.command) == Ok(Parsed::Status);
            if last != 0 && !asks(typed) && !all.get(place + 1).is_some_and(asks) {
                failures.push(format!(
                    "`{}` ended with status {last}; `$ echo $?` below it says that this is meant\n{printed}",
                    typed.command
                ));
            }
            let got = elision::lines(&printed);
            if elision::matches(&typed.shown, &got) {
                made.extend(typed.shown.iter().map(|&line| line.to_owned()));
                continue;
            }
            same = false;
            match elision::refit(&typed.shown, &got) {
                Ok(lines) => made.extend(lines),
                Err(why) => unfit = Some(format!("`{}`: {why}\n{}", typed.command, beginning(&got))),
            }
        }
        if !same && failures.is_empty() {
            let made = unfit.map_or(Ok(made), Err);
            let old = fence.text.trim_end_matches('\n');
            failures.extend(self.changed(fence, "this is not what the commands print", old, made));
        }
        failures
    }

    /// The folder of the commands, with the scripts before the test.
    fn enter(&mut self, test: usize) -> std::io::Result<()> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => Folder::make(&self.root, self.place)?,
        };
        for (name, text) in self.document.named(test) {
            folder.put(name, text)?;
        }
        self.folder = Some(folder);
        Ok(())
    }

    fn command(&self, parsed: &Parsed, last: i32) -> Result<console::Done, String> {
        match (parsed, &self.folder) {
            (Parsed::Status, _) => Ok(console::Done { status: 0, printed: format!("{last}\n") }),
            (Parsed::Ring3 { arguments, input }, Some(folder)) => {
                let patience = self.session.patience + Duration::from_secs(1);
                folder.run(&self.session.ring3, arguments, input, patience)
            }
            (Parsed::Ring3 { .. }, None) => Err("there is no folder to run it in".to_owned()),
        }
    }
}

/// So many lines of what there is are shown where it can not be told where they belong.
const SHOWN: usize = 8;

fn beginning(got: &[&str]) -> String {
    let mut text = String::from("write the block anew; there is\n");
    got.iter().take(SHOWN).for_each(|line| text.push_str(&format!("  {line}\n")));
    if got.len() > SHOWN {
        text.push_str(&format!("  … and {} lines more\n", got.len() - SHOWN));
    }
    text
}

/// The filter of a trace block: its own, or that of the script's header, or the digest.
fn trace_filter(text: &str, header: &Header) -> Result<Filter, String> {
    match (text, &header.trace) {
        ("", Some((filter, _))) => Ok(filter.clone()),
        (text, _) => text.parse().map_err(|error| format!("`trace`: {error}")),
    }
}
