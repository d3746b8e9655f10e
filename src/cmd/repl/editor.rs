//! The editor of lines on a terminal: prompts, history, and Ctrl-C.

use std::io::{ErrorKind, IsTerminal};
use std::path::PathBuf;

use rustyline::config::BellStyle;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{Cmd, ColorMode, CompletionType, Config, EventHandler, KeyCode, KeyEvent, Modifiers};

use crate::cmd::Error;
use crate::cmd::host;
use crate::cmd::repl::helper::Helper;
use crate::cmd::repl::input::{PROMPT, Read};
use crate::kernel::state::State;
use crate::lang::session::Session;

/// So many lines are remembered.
const HISTORY: usize = 10_000;

/// Whether an editor can draw on the terminal, as rustyline judges.
#[must_use]
pub fn can_draw() -> bool {
    #[expect(clippy::disallowed_methods, reason = "what the user's terminal can do")]
    let kind = std::env::var("TERM").unwrap_or_default();
    std::io::stdout().is_terminal() && !["dumb", "cons25", "emacs"].contains(&kind.to_ascii_lowercase().as_str())
}

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
            .bell_style(BellStyle::None)
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

    /// The next line, or several: while a bracket is open, Enter begins another one.
    pub fn read(&mut self) -> Read {
        match self.editor.readline(PROMPT) {
            Ok(text) => {
                self.remember(&text);
                Read::Line(text)
            }
            Err(ReadlineError::Interrupted) => Read::Cleared,
            Err(ReadlineError::Eof) => Read::End,
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => {
                host::say("\nwhat was typed is not UTF-8, and was not taken\n");
                Read::Cleared
            }
            Err(error) => {
                host::say(&format!("the terminal can not be read: {error}\n"));
                Read::End
            }
        }
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
