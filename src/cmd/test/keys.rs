//! Keys that answer a question: on a terminal one press is enough; from a pipe or a file it is a line.

use std::io::{BufRead, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};

use rustyline::error::ReadlineError;
use rustyline::history::MemHistory;
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Editor, Event, EventContext, EventHandler, KeyCode, KeyEvent, Modifiers,
    RepeatCount,
};

use crate::cmd::host;

/// Who answers.
pub enum Keys {
    /// Somebody at a terminal.
    Terminal(Box<Editor<(), MemHistory>>, Pressed),
    /// Lines of a pipe or a file.
    Lines,
}

/// The letter that was pressed last.
#[derive(Clone, Debug, Default)]
pub struct Pressed(Arc<Mutex<Option<char>>>);

impl Pressed {
    fn set(&self, letter: Option<char>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = letter;
    }

    fn take(&self) -> Option<char> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Takes a letter without Enter, if it is one of some.
struct OneOf {
    letters: &'static str,
    pressed: Pressed,
}

impl ConditionalEventHandler for OneOf {
    fn handle(&self, event: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        match event.get(0)? {
            KeyEvent(KeyCode::Char(letter), Modifiers::NONE) if self.letters.contains(*letter) => {
                self.pressed.set(Some(*letter));
                Some(Cmd::AcceptLine)
            }
            KeyEvent(KeyCode::Char(_), Modifiers::NONE) => Some(Cmd::Noop),
            // Ctrl-C, Ctrl-D and Enter are what they always are.
            KeyEvent(..) => None,
        }
    }
}

impl Keys {
    /// Those of standard input, which answer with one of these letters.
    #[must_use]
    pub fn new(letters: &'static str) -> Self {
        if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
            return Self::Lines;
        }
        let pressed = Pressed::default();
        // A terminal that can not be edited on still has lines.
        let Ok(mut editor) = Editor::with_history(Config::default(), MemHistory::new()) else { return Self::Lines };
        let handler = OneOf { letters, pressed: pressed.clone() };
        let _ = editor.bind_sequence(Event::Any, EventHandler::Conditional(Box::new(handler)));
        Self::Terminal(Box::new(editor), pressed)
    }

    /// Asks, and answers the word that was typed, most often a letter; none at the end of the input and for Ctrl-C.
    ///
    /// # Errors
    /// What the host says when the question can not be written.
    pub fn ask(&mut self, question: &str) -> std::io::Result<Option<String>> {
        match self {
            Self::Terminal(editor, pressed) => {
                pressed.set(None);
                match editor.readline(question) {
                    Ok(line) => Ok(Some(pressed.take().map_or_else(|| line.trim().to_owned(), String::from))),
                    Err(ReadlineError::Io(error)) => Err(error),
                    Err(_) => Ok(None),
                }
            }
            Self::Lines => {
                host::print(question.as_bytes())?;
                let mut line = String::new();
                let read = std::io::stdin().lock().read_line(&mut line);
                if !std::io::stdin().is_terminal() {
                    // Nobody has typed Enter on the screen.
                    host::print(b"\n")?;
                }
                Ok(matches!(read, Ok(1..)).then(|| line.trim().to_owned()))
            }
        }
    }
}
