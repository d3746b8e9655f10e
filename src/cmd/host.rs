//! The host's side of a run: its streams, its keyboard and its Ctrl-C.

#![expect(clippy::disallowed_methods, reason = "this is where the host is seen")]

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use unicode_width::UnicodeWidthChar;

use crate::cmd::args::Color;
use crate::cmd::charset;
use crate::kernel::vfs::console;

/// Whether standard error gets colours: as asked, else on a terminal that can show them and with NO_COLOR unset.
#[must_use]
pub fn wants_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never,
    }
}

/// The same of standard output.
#[must_use]
pub fn wants_color_on_output(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
    }
}

/// Whether standard input is a keyboard.
#[must_use]
pub fn has_keyboard() -> bool {
    io::stdin().is_terminal()
}

/// The columns of the terminal that standard error leads to; none if it leads elsewhere.
#[must_use]
pub fn columns() -> Option<usize> {
    let errors = io::stderr();
    let columns = rustix::termios::tcgetwinsize(&errors).ok()?.ws_col;
    // A terminal that does not know how wide it is says 0.
    Some(usize::from(columns)).filter(|&columns| columns > 0)
}

/// Writes a text of ring3's own to standard error; a reader that went away is no matter.
pub fn say(text: &str) {
    let _ = match columns() {
        Some(columns) => say_if_open(&fold(text, columns)),
        None => say_if_open(text),
    };
}

/// A text whose lines are folded at blanks so that they fit into so many columns; what goes on is indented by two more
/// columns than what it belongs to. Lines with a margin, which show source text, stay as they are.
#[must_use]
pub fn fold(text: &str, columns: usize) -> String {
    let mut folded = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        let indent = line.len() - line.trim_start_matches(' ').len() + 2;
        let (mut room, mut first) = (columns, indent - 2);
        while !line.contains('│')
            && let Some(at) = fold_at(rest, room, first)
        {
            folded.push_str(&rest[..at]);
            folded.push('\n');
            folded.extend(std::iter::repeat_n(' ', indent));
            rest = rest[at..].trim_start_matches(' ');
            (room, first) = (columns.saturating_sub(indent), 0);
        }
        folded.push_str(rest);
    }
    folded
}

/// The blank at which a line is to be folded that does not fit; none if it fits, or has no blank behind its first columns.
fn fold_at(line: &str, columns: usize, first: usize) -> Option<usize> {
    let (mut taken, mut blank, mut is_escape) = (0, None, false);
    for (at, letter) in line.char_indices() {
        // What sets a colour, from ESC to `m`, takes no room.
        if letter == '\x1b' || is_escape {
            is_escape = letter != 'm';
            continue;
        }
        if letter == ' ' && taken > first {
            blank = Some(at);
        }
        taken += letter.width().unwrap_or(0);
        if taken > columns {
            return blank;
        }
    }
    None
}

/// The same for who wants to know.
///
/// # Errors
/// What the host says, most often that the reader went away.
pub fn say_if_open(text: &str) -> io::Result<()> {
    let mut errors = io::stderr();
    let text = charset::fit(text, &errors);
    errors.write_all(text.as_bytes())
}

/// Writes a text of ring3's own to standard output.
///
/// # Errors
/// As [`print`].
pub fn tell(text: &str) -> io::Result<()> {
    print(charset::fit(text, &io::stdout()).as_bytes())
}

/// Writes bytes to standard output as they are.
///
/// # Errors
/// What the host says, most often that the reader went away.
pub fn print(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout();
    out.write_all(bytes)?;
    out.flush()
}

/// A mistake of ring3 itself is told in its own words, with what it takes to find it.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let version = env!("CARGO_PKG_VERSION");
        say(&format!(
            "ring3 {version} made a mistake of its own: {info}\nThe script is not to blame. Please report it with the script and the flags of this run.\n"
        ));
    }));
}

/// Whether Ctrl-C was typed since the program began.
#[derive(Clone, Debug)]
pub struct Interrupt {
    flag: Arc<AtomicBool>,
}

impl Interrupt {
    /// Listens for SIGINT from now on.
    #[must_use]
    pub fn listen() -> Self {
        let flag = Arc::new(AtomicBool::new(false));
        // Without the handler Ctrl-C ends the process, which is no worse.
        let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, flag.clone());
        Self { flag }
    }

    /// It was noticed.
    pub fn clear(&self) {
        self.flag.store(false, Ordering::Relaxed);
    }

    /// Whether it was typed.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}

/// Standard input, line by line, read by a thread of its own so that Ctrl-C is noticed while a line is awaited.
#[derive(Debug)]
pub struct Lines {
    lines: Option<Receiver<Vec<u8>>>,
    /// What was read and not yet handed on.
    ahead: Vec<u8>,
    /// Nothing more was there when somebody looked for a key.
    dry: bool,
    /// A line was asked for.
    asked: bool,
    /// What was handed on, if it is to be had once more.
    kept: Option<Vec<u8>>,
}

/// How often a wait for a line looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(20);
/// The longest line; more is another line.
const LINE_BYTES: u64 = 4096;

impl Lines {
    /// Nothing is read before the first line is asked for.
    #[must_use]
    pub const fn new() -> Self {
        Self { lines: None, ahead: Vec::new(), dry: false, asked: false, kept: None }
    }

    /// The same, for more than one run: see [`Lines::rewind`].
    #[must_use]
    pub const fn kept() -> Self {
        Self { lines: None, ahead: Vec::new(), dry: false, asked: false, kept: Some(Vec::new()) }
    }

    /// What was handed on comes once more, if it was kept, before what was not yet read.
    pub fn rewind(&mut self) {
        if let Some(mut kept) = self.kept.replace(Vec::new()) {
            kept.append(&mut self.ahead);
            self.ahead = kept;
            (self.dry, self.asked) = (false, false);
        }
    }

    /// What was kept comes once more, and for the last time.
    #[must_use]
    pub fn for_the_last_time(mut self) -> Self {
        self.rewind();
        self.kept = None;
        self
    }

    /// The next line with its `\n`, or what comes before a key that makes a signal, or that key; none at the end of the
    /// input or when Ctrl-C is typed.
    pub fn next(&mut self, interrupt: &Interrupt) -> Option<Vec<u8>> {
        self.asked = true;
        if self.ahead.is_empty() {
            self.ahead = self.receive(interrupt)?;
            self.dry = false;
        }
        let line: Vec<u8> = self.ahead.drain(..console::piece(&self.ahead)).collect();
        self.keep(&line);
        Some(line)
    }

    /// The next byte if it is there already and a key that makes a signal. Before the first line was asked for nothing
    /// is looked at: what a script does not read belongs to others.
    pub fn key(&mut self) -> Option<u8> {
        if !self.asked {
            return None;
        }
        if self.ahead.is_empty() {
            let patience = if self.dry { Duration::ZERO } else { LOOK };
            match self.lines.as_ref()?.recv_timeout(patience) {
                Ok(line) => self.ahead = line,
                Err(_) => self.dry = true,
            }
        }
        let key = *self.ahead.first()?;
        let _ = console::signal_of(key)?;
        self.keep(&[key]);
        Some(self.ahead.remove(0))
    }

    fn keep(&mut self, bytes: &[u8]) {
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(bytes);
        }
    }

    fn receive(&mut self, interrupt: &Interrupt) -> Option<Vec<u8>> {
        let lines = self.lines.get_or_insert_with(start_reader);
        loop {
            match lines.recv_timeout(LOOK) {
                Ok(line) => return Some(line),
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) if interrupt.is_set() => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

fn start_reader() -> Receiver<Vec<u8>> {
    let (sender, receiver) = sync_channel(1);
    let _ = std::thread::spawn(move || {
        use std::io::{BufRead, Read};
        let mut input = io::stdin().lock();
        loop {
            let mut line = Vec::new();
            let read = input.by_ref().take(LINE_BYTES).read_until(b'\n', &mut line);
            if !matches!(read, Ok(1..)) || sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_do_not_fit_are_folded_at_blanks() {
        assert_eq!(fold("one two three\n  four five six\n", 9), "one two\n  three\n  four\n    five\n    six\n");
        assert_eq!(fold("\x1b[1mone two\x1b[0m three", 7), "\x1b[1mone two\x1b[0m\n  three");
        for same in ["short\n", "", "1 │ a line of source text\n", "oneverylongword\n", "日本 日本\n"] {
            assert_eq!(fold(same, 9), same);
        }
    }
}
