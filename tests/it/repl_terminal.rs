//! The session at a terminal: keys are typed through a pseudo-terminal, and what its screen shows is looked at.
//!
//! Nothing is judged by time: a test waits until the screen shows what it should, and gives up after a minute.

#![expect(clippy::disallowed_methods, reason = "tests write scripts, read the history and listen to a terminal")]

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::PathBuf;
use std::process::Child;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};
use rustix::termios::{LocalModes, tcgetattr};

/// So long nothing may come while something is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Lines of the terminal, so many that nothing leaves it.
const ROWS: u16 = 200;
const ENTER: &str = "\r";
const TAB: &str = "\t";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const UP: &str = "\x1b[A";

/// A session at a terminal.
struct Terminal {
    keys: Arc<Pty>,
    bytes: Receiver<Vec<u8>>,
    screen: vt100::Parser,
    /// All that was ever written.
    written: Vec<u8>,
    columns: u16,
    child: Child,
}

fn size(count: u16) -> NonZero<u16> {
    NonZero::new(count).expect("a terminal has a size")
}

impl Terminal {
    /// A session at a terminal of so many columns, with these variables beside a UTF-8 locale.
    fn start(test: &str, columns: u16, variables: &[(&str, &str)], arguments: &[&str]) -> Self {
        let (pty, pts) = open().expect("the system has pseudo-terminals");
        pty.resize(Size::new(ROWS, columns)).expect("a pseudo-terminal has a size");
        let mut command = Command::new(env!("CARGO_BIN_EXE_ring3"))
            .env_clear()
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("XDG_STATE_HOME", state_home(test));
        for (name, value) in variables {
            command = command.env(name, value);
        }
        let child = command.arg("repl").args(arguments).spawn(pts).expect("ring3 runs");
        let keys = Arc::new(pty);
        let (sender, bytes) = channel();
        let reader = keys.clone();
        let _ = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = (&*reader).read(&mut buffer) {
                if sender.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(size(ROWS), size(columns), 0);
        let mut terminal = Self { keys, bytes, screen, written: Vec::new(), columns, child };
        terminal.ends_with("r3>");
        terminal
    }

    /// The same without the trace, which would stand between the lines.
    fn quiet(test: &str, variables: &[(&str, &str)]) -> Self {
        let mut terminal = Self::start(test, 80, variables, &[]);
        terminal.line(":trace off", "r3> :trace off\nr3>");
        terminal
    }

    fn type_keys(&mut self, keys: &str) {
        (&*self.keys).write_all(keys.as_bytes()).expect("the terminal takes keys");
    }

    /// Types a line and waits for another prompt, and for what the screen ends with then.
    #[track_caller]
    fn line(&mut self, line: &str, end: &str) {
        let before = prompts(&self.text());
        self.enter(line);
        self.until(&format!("another prompt, and {end:?}"), |text| prompts(text) > before && text.ends_with(end));
    }

    /// Types a line and Enter.
    fn enter(&mut self, line: &str) {
        self.type_keys(line);
        self.type_keys(ENTER);
    }

    /// Types a line that goes on for long, and waits until it has begun: the cursor stands below it, and the terminal is
    /// no longer the editor's, which would take Ctrl-C for a key.
    #[track_caller]
    fn run(&mut self, line: &str) {
        self.enter(line);
        while !self.text().ends_with(line) || self.screen.screen().cursor_position().1 != 0 {
            self.more(&format!("{line} to begin"));
        }
        let makes_signals = || {
            let settings = tcgetattr(&*self.keys).expect("a terminal has settings");
            settings.local_modes.contains(LocalModes::ISIG | LocalModes::ICANON)
        };
        let mut tries = 0;
        while !makes_signals() {
            tries += 1;
            assert!(tries < 10_000, "the editor keeps the terminal");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Types Ctrl-C and waits for another prompt. What was typed behind it would be lost, as a terminal flushes it.
    #[track_caller]
    fn interrupt(&mut self) {
        let before = prompts(&self.text());
        self.type_keys(CTRL_C);
        self.until("another prompt", |text| prompts(text) > before && text.ends_with("\nr3>"));
    }

    fn text(&self) -> String {
        self.screen.screen().contents().trim_end().to_owned()
    }

    #[track_caller]
    fn ends_with(&mut self, end: &str) {
        self.until(&format!("a screen that ends with {end:?}"), |text| text.ends_with(end));
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        while !holds(&self.text()) {
            self.more(what);
        }
    }

    /// Takes what the session writes next.
    #[track_caller]
    fn more(&mut self, wanted: &str) {
        match self.bytes.recv_timeout(PATIENCE) {
            Ok(bytes) => {
                self.screen.process(&bytes);
                self.written.extend(bytes);
            }
            Err(_) => panic!("wanted: {wanted}\nthe screen:\n{}", self.text()),
        }
    }

    /// The exit status; the session is to end by itself.
    fn status(&mut self) -> i32 {
        self.child.wait().expect("ring3 ends").code().unwrap_or(-1)
    }

    /// Whether no line of the screen ran over its end.
    #[track_caller]
    fn nothing_is_wrapped(&self) {
        let screen = self.screen.screen();
        let wrapped: Vec<u16> = (0..ROWS).filter(|&row| screen.row_wrapped(row)).collect();
        assert!(wrapped.is_empty(), "rows {wrapped:?} are too long:\n{}", self.text());
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How often a screen shows the prompt.
fn prompts(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("r3>")).count()
}

/// A folder of the test's own for the history, empty at first.
fn state_home(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("terminal-{test}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

#[test]
fn a_line_echoes_its_value() {
    let mut terminal = Terminal::quiet("echo", &[]);
    assert!(terminal.text().starts_with(&format!("ring3 {} ", env!("CARGO_PKG_VERSION"))));
    terminal.line("let x = 41", "r3> let x = 41\nr3>");
    terminal.line("x + 1", "r3> x + 1\n42\nr3>");
    terminal.line("println(\"no end: {_}\")", "\nno end: 42\nr3>");
    terminal.line("print(\"é日\")", "\né日\nr3>");
    terminal.line("countr", "help: declare it first: `let countr = …`, or `fn countr() { … }`\n\nr3>");
    terminal.nothing_is_wrapped();
}

#[test]
fn enter_begins_another_line_while_a_bracket_is_open() {
    let mut terminal = Terminal::quiet("several", &[]);
    for line in ["fn twice(", "n: int) -> int {", "return n * 2", "}"] {
        terminal.enter(line);
    }
    terminal.ends_with("r3> fn twice(\nn: int) -> int {\nreturn n * 2\n}\nr3>");
    terminal.line("twice(4)", "r3> twice(4)\n8\nr3>");
    // Alt-Enter does, whether one is open or not.
    terminal.type_keys("let c = 1\x1b\r");
    terminal.line("c + 2", "r3> let c = 1\nc + 2\n3\nr3>");
    // What is pasted is not run before Enter.
    terminal.type_keys("\x1b[200~let a = 5\nlet b = 6\x1b[201~");
    terminal.ends_with("r3> let a = 5\nlet b = 6");
    terminal.line("", "let b = 6\nr3>");
    terminal.line("a * b", "\n30\nr3>");
}

#[test]
fn tab_completes_names_commands_and_paths_of_the_machine() {
    let mut terminal = Terminal::quiet("tab", &[]);
    terminal.type_keys(&format!("getppi{TAB}"));
    terminal.ends_with("r3> getppid");
    terminal.line("()", "r3> getppid()\n1\nr3>");
    terminal.line("let counter = 7", "r3> let counter = 7\nr3>");
    terminal.type_keys(&format!("counte{TAB}"));
    terminal.line("", "r3> counter\n7\nr3>");
    terminal.type_keys(&format!(":bac{TAB}"));
    terminal.line("", "r3> :back\nafter line 2: let counter = 7\nr3>");
    terminal.type_keys(&format!("stat(\"/bin/ech{TAB}"));
    terminal.ends_with("r3> stat(\"/bin/echo");
    terminal.interrupt();
    // Several: the second Tab lists them.
    terminal.type_keys(&format!(":lo{TAB}{TAB}"));
    terminal.until("a list", |text| text.contains("\nload   locks"));
}

#[test]
fn ctrl_c_at_the_prompt_clears_the_line() {
    let mut terminal = Terminal::quiet("clear", &[]);
    terminal.type_keys("not this");
    terminal.ends_with("r3> not this");
    terminal.interrupt();
    terminal.ends_with("r3> not this\nr3>");
    terminal.enter("fn f(");
    terminal.type_keys("n");
    terminal.ends_with("r3> fn f(\nn");
    terminal.interrupt();
    terminal.line("6 * 7", "\nr3> 6 * 7\n42\nr3>");
}

/// Stops a line that runs for ever, looks at what it did, and takes it back.
#[track_caller]
fn an_endless_line_is_stopped(terminal: &mut Terminal, echoes_itself: bool) {
    let stopped = "stopped in the midst of the line (Ctrl-C): `:run` goes on, `:back` takes it back\nr3>";
    terminal.line("let n = 0", "r3>");
    terminal.enter("loop { n += 1; if n == 1000 { println(\"it runs\") } }");
    terminal.ends_with("\nit runs");
    terminal.interrupt();
    terminal.ends_with(stopped);
    let count = |text: &str| {
        let at = text.rfind("n: int = ").expect("the variable is shown") + "n: int = ".len();
        text[at..].split('\n').next().and_then(|number| number.parse::<u64>().ok()).expect("a number is shown")
    };
    terminal.line(":vars", "\nr3>");
    let first = count(&terminal.text());
    assert!(first > 0);
    terminal.line("n", "a line is still running: `:run` lets it go on, `:back` takes it back\nr3>");
    terminal.line(":step", "r3> :step\nr3>");
    if echoes_itself {
        // Else the terminal shows the command before it is read, and Ctrl-C may clear it.
        terminal.run(":run");
        terminal.interrupt();
        terminal.ends_with(stopped);
    }
    terminal.line(":vars", "\nr3>");
    assert!(count(&terminal.text()) > first);
    terminal.line(":back", "r3> :back\nafter line 1: let n = 0\nr3>");
    terminal.line("n + 1", "r3> n + 1\n1\nr3>");
}

#[test]
fn ctrl_c_stops_a_line_and_keeps_its_state() {
    an_endless_line_is_stopped(&mut Terminal::quiet("stop", &[]), true);
}

#[test]
fn ctrl_c_stops_a_line_that_waits_for_input() {
    let mut terminal = Terminal::quiet("wait", &[]);
    terminal.line("let b: [byte; 16]", "r3>");
    terminal.enter("print(\"name? \"); let n = read(0, b[0..]); str(b[0..n - 1])");
    terminal.ends_with("\nname?");
    terminal.interrupt();
    terminal.ends_with("(Ctrl-C): `:run` goes on, `:back` takes it back\nr3>");
    terminal.run(":run");
    terminal.line("Ada", "\nAda\n\"Ada\"\nr3>");
}

#[test]
fn ctrl_d_ends() {
    let mut terminal = Terminal::quiet("end", &[]);
    terminal.type_keys("1");
    terminal.ends_with("r3> 1");
    // Only on an empty line.
    terminal.type_keys(CTRL_D);
    terminal.line("", "r3> 1\n1\nr3>");
    terminal.type_keys(CTRL_D);
    assert_eq!(terminal.status(), 0);
}

#[test]
fn lines_that_go_wrong_are_taken_back() {
    let mut terminal = Terminal::quiet("wrong", &[]);
    terminal.line("let x = 1", "r3>");
    for line in ["x = 2; *(nil as *int) = 1", "x = 3; exit(3)", "x = 4; lock m { lock m { } }", "x = 5; abort()"] {
        if line.contains("lock m") {
            terminal.line("let m: Mutex", "r3> let m: Mutex\nr3>");
        }
        terminal.line(line, "before the line\nr3>");
        terminal.line("x", "r3> x\n1\nr3>");
    }
    terminal.nothing_is_wrapped();
}

#[test]
fn a_shell_reads_from_the_terminal() {
    let mut terminal = Terminal::quiet("shell", &[]);
    terminal.enter(":sh");
    terminal.ends_with("r3> :sh\n$");
    terminal.enter("echo hello | wc -c");
    terminal.ends_with("\n6\n$");
    terminal.type_keys(CTRL_D);
    terminal.ends_with("\nr3>");
    terminal.line("1", "r3> 1\n1\nr3>");
}

#[test]
fn the_history_is_kept_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mut terminal = Terminal::quiet("history", &[]);
    terminal.line("let x = 6", "r3>");
    terminal.line("x * 7", "\n42\nr3>");
    terminal.type_keys(UP);
    terminal.ends_with("\nr3> x * 7");
    terminal.line("", "\n42\nr3> x * 7\n42\nr3>");
    terminal.enter(":quit");
    assert_eq!(terminal.status(), 0);
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("terminal-history/ring3/history");
    let mode = std::fs::metadata(&file).expect("there is a history").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).expect("there is a history");
    assert!(text.lines().any(|line| line == "x * 7"), "{text}");
}

/// Lines whose traces are long, and views that are wide.
#[track_caller]
fn shows_much(terminal: &mut Terminal) {
    let columns = usize::from(terminal.columns);
    for line in [
        "let child = fork()",
        "wait() == child",
        "let p = mmap(8192); p[0] = 1; p[4096] = 2",
        "open(\"/bin/there/is/no/file/of/such/a/very/long/name/that/does/not/fit/into/a/line/of/a/terminal\")",
        "let message = \"日本語の長い文字列は二倍の幅を取るので、早く折り返さなければならない\"; println(\"\")",
        "write(1, message as [byte])",
        ":ps",
        ":threads",
        ":tree",
        ":queues",
        ":locks",
        ":fds",
        ":tlb",
        ":swap",
        ":help",
        ":set",
        ":reset",
    ] {
        terminal.type_keys("\x0c");
        terminal.until("a clear screen", |text| text == "r3>");
        terminal.enter(line);
        terminal.until(line, |text| prompts(text) == 2 && text.ends_with("\nr3>"));
        let text = terminal.text();
        let rows = text.lines().filter(|row| !row.starts_with("r3>"));
        let over = rows.filter(|row| row.chars().count() > columns);
        assert_eq!(over.count(), 0, "{text}");
        let screen = terminal.screen.screen();
        let wrapped = (0..ROWS).filter(|&row| screen.row_wrapped(row)).count();
        // What was typed may be longer than the screen is wide, what is answered may not.
        let typed = line.chars().count() + 4;
        assert!(wrapped <= usize::from(typed >= columns) * 2, "{line} is answered too widely:\n{text}");
    }
}

#[test]
fn nothing_wraps_at_80_columns_or_at_120() {
    for (test, columns) in [("80", 80), ("120", 120)] {
        shows_much(&mut Terminal::start(test, columns, &[], &[]));
    }
}

#[test]
fn colours_are_shown_unless_no_color_is_set() {
    for (test, variables, colored) in [("color", vec![], true), ("no-color", vec![("NO_COLOR", "1")], false)] {
        let mut terminal = Terminal::start(test, 80, &variables, &[]);
        terminal.line("let x = getppid()", "\nr3>");
        assert!(terminal.text().contains("getppid() = 1"));
        terminal.line("\"a string\" == nope", "\nr3>");
        assert!(terminal.text().contains("error["));
        let written = String::from_utf8_lossy(&terminal.written).into_owned();
        // SGR sequences end with `m`.
        let styles = written.split("\x1b[").skip(1).filter(|rest| {
            rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == ';').starts_with('m')
        });
        assert_eq!(styles.count() > 0, colored, "{written:?}");
    }
}

#[test]
fn a_terminal_that_can_not_move_its_cursor_gets_prompts_only() {
    let mut terminal = Terminal::quiet("dumb", &[("TERM", "dumb")]);
    terminal.enter("fn f() -> int {");
    terminal.ends_with("r3> fn f() -> int {\n...");
    terminal.enter("return 5");
    terminal.ends_with("\n... return 5\n...");
    terminal.line("}", "\n... }\nr3>");
    terminal.line("f()", "r3> f()\n5\nr3>");
    terminal.type_keys("not this");
    terminal.ends_with("r3> not this");
    terminal.interrupt();
    terminal.line("f() + 1", "\n6\nr3>");
    an_endless_line_is_stopped(&mut Terminal::quiet("dumb-stop", &[("TERM", "dumb")]), false);
    let written = String::from_utf8_lossy(&terminal.written).into_owned();
    assert!(!written.contains('\x1b'), "{written:?}");
    terminal.type_keys(CTRL_D);
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_locale_without_utf_8_gets_ascii() {
    for (test, lang) in [("c", "C"), ("euc", "ja_JP.eucJP"), ("none", "")] {
        let mut terminal = Terminal::start(test, 80, &[("LANG", lang)], &[]);
        terminal.line("let child = fork()", "`:trace last` shows all, `:trace syscall` only calls from now on\nr3>");
        terminal.line("countr", "\n\nr3>");
        terminal.line(":queues", "\nr3>");
        assert!(terminal.written.is_ascii(), "{}", terminal.text());
        assert!(terminal.text().contains("script[2]            1 > clone("), "{}", terminal.text());
        terminal.nothing_is_wrapped();
    }
    let mut terminal = Terminal::start("utf8", 80, &[], &[]);
    terminal.line("getppid()", "\nr3>");
    assert!(terminal.text().contains("⇄ getppid() = 1"));
    // What is typed need not be UTF-8 either; then it is not taken.
    let mut terminal = Terminal::quiet("bytes", &[("LANG", "ja_JP.eucJP")]);
    (&*terminal.keys).write_all(b"\xa4\xa2\r").expect("the terminal takes keys");
    terminal.until("a complaint", |text| text.contains("not UTF-8") && text.ends_with("\nr3>"));
    terminal.line("1 + 1", "r3> 1 + 1\n2\nr3>");
}

#[test]
fn a_file_is_the_first_line_and_describes_the_machine() {
    let script = state_home("file").join("machine.r3");
    std::fs::write(&script, "machine { ram = 4 * 1024 * 1024 }\nlet x = 5\n").expect("a file can be written");
    let mut terminal = Terminal::start("file-state", 80, &[], &[script.to_str().expect("a path is text")]);
    terminal.line(":trace off", ":trace off\nr3>");
    terminal.line("x", "r3> x\n5\nr3>");
    terminal.line(":mem", "\nr3>");
    assert!(terminal.text().contains("MemTotal:           4096 kB"));
}
