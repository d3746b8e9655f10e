//! Scripts as tests: finds them, reads what their headers ask for, runs them, and writes down what came of it.
//!
//! What a header can say is written in `src/cmd/test/directive.rs`, which reads it.

#![expect(clippy::disallowed_methods, reason = "tests read the scripts of the repository")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ring3::cmd::test;
use ring3::cmd::test::account::{self, Account};
pub use ring3::cmd::test::directive::lines as header;
pub use ring3::cmd::test::ending::Ending;
use ring3::cmd::test::script::Unready;
use ring3::kernel::view::View;
use ring3::lang::pipeline::Compiled;
use ring3::system::views::Views;
use ring3::system::{self, Finished, Machine, Options};
use ring3::trace::filter::Filter;
use ring3::trace::recorder::{Arena, Numbered, Recording};
use ring3::trace::render::{self, Renderer};

/// A script of the repository, compiled.
pub struct Script {
    /// Its path from the repository's root on, as `tests/suite/stdlib/exec.r3`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// What it was compiled to.
    pub compiled: Compiled,
    /// Its `machine { }` and the directives that concern the run.
    pub options: Options,
    /// What is typed at the console.
    pub input: Vec<u8>,
    /// What its snapshot shows of the trace.
    pub trace: Option<Filter>,
    /// What its snapshot draws of the state.
    pub views: Vec<View>,
    /// How it is expected to end.
    pub expected: Ending,
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files with this ending below a folder of the repository, sorted; none if there is no such folder.
pub fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).into_iter().flatten();
        for path in entries.map(|entry| entry.expect("a folder of the repository can be read").path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A path from the repository's root on.
pub fn name(path: &Path) -> String {
    path.strip_prefix(root()).expect("a path below the root").display().to_string()
}

/// The text of a file of the repository.
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The scripts of `tests/suite`, sorted by name.
pub fn suite() -> &'static [Script] {
    static SCRIPTS: OnceLock<Vec<Script>> = OnceLock::new();
    SCRIPTS.get_or_init(|| load("tests/suite"))
}

/// The scripts of `examples`, sorted by name.
pub fn examples() -> &'static [Script] {
    static SCRIPTS: OnceLock<Vec<Script>> = OnceLock::new();
    SCRIPTS.get_or_init(|| load("examples"))
}

/// The scripts of both.
pub fn all() -> impl Iterator<Item = &'static Script> {
    suite().iter().chain(examples())
}

fn load(folder: &str) -> Vec<Script> {
    files(folder, "r3").iter().map(|path| script(path)).collect()
}

fn script(path: &Path) -> Script {
    compile(name(path), read(path))
}

/// Compiles a script with a name, and reads its header.
pub fn compile(name: String, text: String) -> Script {
    let short = Path::new(&name).file_name().expect("a file has a name").to_string_lossy().into_owned();
    let script = test::script::Script::new(&short, &text).unwrap_or_else(|mistakes| panic!("{name}: {mistakes:?}"));
    let ready = match script.compile() {
        Ok(ready) => ready,
        Err(Unready::Wrong(why)) => panic!("{name} does not compile:\n{why}"),
        Err(Unready::Directive(why)) => panic!("{name}: {why}"),
    };
    let test::script::Script { header, .. } = script;
    let expected = header.ending();
    let trace = header.trace.map(|(filter, _)| filter);
    let (input, views) = (header.input, header.views);
    Script { name, text, compiled: ready.compiled, options: ready.options, input, trace, views, expected }
}

impl Script {
    /// Runs it with these options.
    pub fn run(&self, options: &Options) -> Finished {
        system::run(&self.compiled, options, &self.input).expect("the machine starts")
    }

    /// Runs it as its header says, and records what its snapshot shows.
    pub fn run_as_told(&self) -> Finished {
        let recording = match &self.trace {
            None if self.views.is_empty() => Recording::Off,
            None => Recording::State,
            Some(filter) if filter.wants_mem() => Recording::All,
            Some(_) => Recording::State,
        };
        self.run(&Options { recording, ..self.options.clone() })
    }

    /// What its snapshot holds: output, how it ended, what is told of processes that ended badly, and the trace if
    /// the header asks for it.
    pub fn account(&self, finished: &Finished) -> String {
        let trace = self.trace.clone().map(|filter| {
            render_text(&finished.machine, &finished.events, &finished.arena, filter, render::Format::Text)
        });
        let views = Views::new(self.views.clone(), &finished.machine.kernel().config);
        let account = Account {
            ending: Ending::of(&finished.outcome),
            stdout: String::from_utf8_lossy(&finished.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&finished.stderr).into_owned(),
            reports: account::reports(&finished.machine, &finished.outcome),
            trace: trace.unwrap_or_default(),
            views: views.of_run(&finished.events, &finished.arena),
        };
        account.to_string()
    }

    /// Runs it as its header says; it ends as the header says, and does what the snapshot beside it holds.
    pub fn check(&self) -> Result<(), String> {
        let finished = self.run_as_told();
        let account = self.account(&finished);
        let ending = Ending::of(&finished.outcome);
        if ending != self.expected {
            return Err(format!("{ending}, not {}:\n{account}", self.expected));
        }
        self.assert_snapshot(&account);
        Ok(())
    }

    /// Compares what came of a run with the snapshot that lies beside the script, as `x.snap` beside `x.r3`.
    pub fn assert_snapshot(&self, account: &str) {
        let path = root().join(&self.name);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(path.parent().expect("a script lies in a folder"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(stem, account));
    }
}

/// Events as text.
pub fn render_text(
    machine: &Machine,
    events: &[Numbered],
    arena: &Arena,
    filter: Filter,
    format: render::Format,
) -> String {
    let mut renderer = Renderer::new(render::Options { format, filter, color: false });
    for (ino, debug) in machine.programs() {
        renderer.learn(ino, debug.clone());
    }
    let mut text = String::new();
    for event in events {
        renderer.push(event, arena, &mut text);
    }
    renderer.finish(&mut text);
    text
}

/// Checks something for each of some scripts.
///
/// # Panics
/// In the end, if it failed for any; the message names all of them.
pub fn for_each<'a>(scripts: impl IntoIterator<Item = &'a Script>, check: impl Fn(&Script) -> Result<(), String>) {
    let mut failures = Vec::new();
    for script in scripts {
        let result = catch_unwind(AssertUnwindSafe(|| check(script)));
        let result = result.unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default())
        });
        if let Err(why) = result {
            failures.push(format!("{}: {why}", script.name));
        }
    }
    assert!(failures.is_empty(), "{} scripts failed:\n{}", failures.len(), failures.join("\n"));
}
