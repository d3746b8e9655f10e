//! The editor of lines on a terminal: prompts, history, and Ctrl-C.

use std::path::PathBuf;

use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Cmd, ColorMode, CompletionType, Config, EventHandler, KeyCode, KeyEvent, Modifiers};

use crate::cmd::Error;
use crate::cmd::repl::helper::Helper;
use crate::cmd::repl::input::{Read, is_command, is_open};
use crate::kernel::state::State;
use crate::lang::session::Session;

/// What stands before a line, and before what belongs to it.
const PROMPT: &str = "r3> ";
const MORE: &str = "... ";
/// So many lines are remembered.
const HISTORY: usize = 10_000;

/// Reads lines from a person.
pub struct Editor {
    editor: rustyline::Editor<Helper, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    /// An editor with the history of former sessions.
    ///
    /// # Errors
    /// [`Error::Usage`] if the terminal can not be used.
    pub fn new(color: bool) -> Result<Self, Error> {
        let failed = |error: ReadlineError| Error::Usage(format!("the terminal can not be used: {error}"));
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .color_mode(if color { ColorMode::Forced } else { ColorMode::Disabled })
            .max_history_size(HISTORY)
            .map_err(failed)?
            .history_ignore_space(true)
            .build();
        let mut editor = rustyline::Editor::with_config(config).map_err(failed)?;
        editor.set_helper(Some(Helper::new(color)));
        let _ = editor.bind_sequence(KeyEvent(KeyCode::Enter, Modifiers::ALT), EventHandler::Simple(Cmd::Newline));
        let history = history_file();
        if let Some(path) = &history {
            // The first session has none.
            let _ = editor.load_history(path);
        }
        Ok(Self { editor, history })
    }

    /// What can be completed from now on.
    pub fn know(&mut self, session: &Session, state: &State) {
        if let Some(helper) = self.editor.helper_mut() {
            helper.know(session, state);
        }
    }

    /// The next line, or several while a bracket is open.
    pub fn read(&mut self) -> Read {
        let mut text = String::new();
        loop {
            match self.editor.readline(if text.is_empty() { PROMPT } else { MORE }) {
                Ok(line) => {
                    text.push_str(&line);
                    if is_command(&text) || !is_open(&text) {
                        break;
                    }
                    text.push('\n');
                }
                Err(ReadlineError::Interrupted) => return Read::Cleared,
                Err(_) if text.is_empty() => return Read::End,
                Err(_) => break,
            }
        }
        self.remember(&text);
        Read::Line(text)
    }

    fn remember(&mut self, text: &str) {
        if text.trim().is_empty() || !self.editor.add_history_entry(text).unwrap_or(false) {
            return;
        }
        if let Some(path) = &self.history {
            // A history that can not be written is no reason to stop.
            let _ = self.editor.append_history(path);
        }
    }

    /// A line for a program; none at the end of the input.
    pub fn read_for_program(&mut self) -> Option<Vec<u8>> {
        let line = self.editor.readline("").ok()?;
        Some(format!("{line}\n").into_bytes())
    }
}

/// `$XDG_STATE_HOME/ring3/history`, or the same under `~/.local/state`; its directory is made. The editor gives the file
/// mode 0600.
fn history_file() -> Option<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    let directory = state.join("ring3");
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join("history"))
}
