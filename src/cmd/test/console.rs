//! A console: commands of a document, as a person types them, and what they print.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::cmd::test::markdown::words;

/// What stands before a command.
pub const PROMPT: &str = "$ ";
/// The most that a command may print.
const MOST: u64 = 4 << 20;
/// How deep `ring3 test` may run itself: the variable of the environment that counts, and the end.
pub const DEPTH: &str = "RING3_TEST_DEPTH";

/// A command, and what is shown of what it prints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Typed<'a> {
    /// As it is typed.
    pub command: &'a str,
    /// The lines below it.
    pub shown: Vec<&'a str>,
}

/// Parts a block into commands.
///
/// # Errors
/// That it does not begin with one.
pub fn typed(block: &str) -> Result<Vec<Typed<'_>>, String> {
    let mut all: Vec<Typed<'_>> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix(PROMPT), all.last_mut()) {
            (Some(command), _) => all.push(Typed { command: command.trim(), shown: Vec::new() }),
            (None, Some(last)) => last.shown.push(line.trim_end()),
            (None, None) => {
                return Err(format!("the block begins with `{line}`, not with a command, as `$ ring3 x.r3`"));
            }
        }
    }
    for typed in &mut all {
        while typed.shown.last().is_some_and(|line| line.is_empty()) {
            let _ = typed.shown.pop();
        }
    }
    if all.is_empty() { Err("the block holds no command".to_owned()) } else { Ok(all) }
}

/// Whether a block shows what commands of ring3 print: all its commands are ours, and something is shown.
#[must_use]
pub fn is_shown(block: &str) -> bool {
    typed(block).is_ok_and(|all| {
        all.iter().all(|typed| parse(typed.command).is_ok()) && all.iter().any(|typed| !typed.shown.is_empty())
    })
}

/// What a command is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Parsed {
    /// `ring3 ARGUMENTS`, with what another command pipes into it.
    Ring3 {
        /// Behind `ring3`.
        arguments: Vec<String>,
        /// Its standard input.
        input: String,
    },
    /// `echo $?`: the status of the last one.
    Status,
}

/// Understands `ring3 …`, `echo TEXT | ring3 …`, `printf TEXT | ring3 …` and `echo $?`.
///
/// # Errors
/// That it is none of these.
pub fn parse(command: &str) -> Result<Parsed, String> {
    let wrong = || {
        format!(
            "`{command}` can not be run: commands are `ring3 …`, also behind `echo TEXT |` or `printf TEXT |`, and `echo $?`"
        )
    };
    if command == "echo $?" {
        return Ok(Parsed::Status);
    }
    let all = words(command)?;
    let (input, ours) = match all.first().map(String::as_str) {
        Some(first @ ("echo" | "printf")) => {
            let pipe = all.windows(2).position(|pair| pair[0] == "|" && pair[1] == "ring3").ok_or_else(wrong)?;
            let text = all[1..pipe].join(" ");
            let text = if first == "echo" { format!("{text}\n") } else { unescaped(&text) };
            (text, &all[pipe + 1..])
        }
        Some(_) | None => (String::new(), &all[..]),
    };
    match ours {
        [ring3, arguments @ ..] if ring3 == "ring3" && !arguments.iter().any(|word| is_shell(word)) => {
            Ok(Parsed::Ring3 { arguments: arguments.to_vec(), input })
        }
        _ => Err(wrong()),
    }
}

/// What only a shell does; it would be an argument here.
fn is_shell(word: &str) -> bool {
    ["|", "||", "&&", "&", ";", ">", ">>", "<", "2>&1", "2>/dev/null"].contains(&word)
}

/// `\n`, `\t`, `\\` as `printf` takes them.
fn unescaped(text: &str) -> String {
    let mut made = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            made.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => made.push('\n'),
            Some('t') => made.push('\t'),
            Some(other) => made.push(other),
            None => made.push('\\'),
        }
    }
    made
}

/// What a command came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Done {
    /// Its exit status, as a shell shows it.
    pub status: i32,
    /// What it wrote to standard output and standard error, in this order of writing.
    pub printed: String,
}

/// A folder for the commands of a document, which holds its named scripts and shows its repository; gone when it is dropped.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes one.
    ///
    /// # Errors
    /// What the host says.
    pub fn make(root: &Path, place: usize) -> std::io::Result<Self> {
        let name = format!("ring3-test-{}-{place}", std::process::id());
        let folder = Self { path: std::env::temp_dir().join(name) };
        // What an earlier process of the same number left behind.
        drop(std::fs::remove_dir_all(&folder.path));
        std::fs::create_dir_all(&folder.path)?;
        for entry in std::fs::read_dir(root)? {
            let entry = entry?;
            link(&entry.path(), &folder.path.join(entry.file_name()))?;
        }
        Ok(folder)
    }

    /// Puts a script there.
    ///
    /// # Errors
    /// What the host says.
    #[expect(clippy::disallowed_methods, reason = "commands of a document read its scripts from here")]
    pub fn put(&self, name: &str, text: &str) -> std::io::Result<()> {
        let path = self.path.join(name);
        // A link to a file of that name would be written through.
        crate::cmd::test::replace::remove(&path)?;
        std::fs::write(path, text)
    }

    /// Runs a command there.
    ///
    /// # Errors
    /// Why it was not run to its end.
    pub fn run(&self, ring3: &Path, arguments: &[String], input: &str, patience: Duration) -> Result<Done, String> {
        let failed = |error: std::io::Error| format!("cannot run {}: {error}", ring3.display());
        let (reader, writer) = std::io::pipe().map_err(failed)?;
        let mut command = Command::new(ring3);
        let _ = command.args(arguments).current_dir(&self.path);
        // What a document shows is the same everywhere, and what is written is written in the folder.
        let _ = command
            .env("NO_COLOR", "1")
            .env_remove("CLICOLOR_FORCE")
            .env_remove("CI")
            .env(DEPTH, (depth() + 1).to_string());
        let _ = command.stdin(Stdio::piped()).stdout(writer.try_clone().map_err(failed)?).stderr(writer);
        let mut child = command.spawn().map_err(failed)?;
        // The ends of the pipe that the child has are its own now.
        drop(command);
        if let Some(mut stdin) = child.stdin.take() {
            let input = input.to_owned();
            // It may not read what is typed; a thread does not wait for it.
            drop(std::thread::Builder::new().spawn(move || stdin.write_all(input.as_bytes())).map_err(failed)?);
        }
        let (sender, receiver) = channel();
        let reads = move || {
            let mut bytes = Vec::new();
            let read = reader.take(MOST + 1).read_to_end(&mut bytes).map(|_| bytes);
            // Nobody listens any more if the command took too long.
            let _ = sender.send(read);
        };
        drop(std::thread::Builder::new().spawn(reads).map_err(failed)?);
        let read = receiver.recv_timeout(patience);
        let bytes = match read {
            Ok(read) => read.map_err(failed)?,
            Err(_) => {
                drop(child.kill());
                drop(child.wait());
                return Err("it took too long and was stopped; `--timeout` gives it more time".to_owned());
            }
        };
        if bytes.len() as u64 > MOST {
            drop(child.kill());
        }
        let status = child.wait().map_err(failed)?;
        if bytes.len() as u64 > MOST {
            return Err(format!("it printed more than {MOST} bytes, and was stopped"));
        }
        Ok(Done { status: shell_status(status), printed: String::from_utf8_lossy(&bytes).into_owned() })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // It holds links and small files; what can not be taken away is in the host's folder for such.
        drop(std::fs::remove_dir_all(&self.path));
    }
}

/// How deep in itself this `ring3 test` runs.
#[expect(clippy::disallowed_methods, reason = "a command of a document may be `ring3 test`")]
#[must_use]
pub fn depth() -> u32 {
    std::env::var(DEPTH).ok().and_then(|depth| depth.parse().ok()).unwrap_or(0)
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(from, to)
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> std::io::Result<()> {
    if from.is_dir() {
        std::os::windows::fs::symlink_dir(from, to)
    } else {
        std::os::windows::fs::symlink_file(from, to)
    }
}

#[cfg(unix)]
fn shell_status(status: std::process::ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(not(unix))]
fn shell_status(status: std::process::ExitStatus) -> i32 {
    status.code().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_ours_or_left_alone() {
        let ring3 = |arguments: &[&str], input: &str| {
            Ok(Parsed::Ring3 {
                arguments: arguments.iter().map(|&word| word.to_owned()).collect(),
                input: input.to_owned(),
            })
        };
        assert_eq!(parse("ring3 -e 'println(\"hi\")'"), ring3(&["-e", "println(\"hi\")"], ""));
        assert_eq!(parse("echo 'ls | wc' | ring3 x.r3"), ring3(&["x.r3"], "ls | wc\n"));
        assert_eq!(parse("printf 'a\\nb' | ring3 x.r3"), ring3(&["x.r3"], "a\nb"));
        assert_eq!(parse("echo $?"), Ok(Parsed::Status));
        assert!(parse("cargo test").is_err() && parse("ring3 x.r3 | head -n 1").is_err() && parse("echo a").is_err());
        assert!(is_shown("$ ring3 x.r3\nhi\n") && !is_shown("$ ring3 x.r3\n") && !is_shown("$ cargo test\nok\n"));
    }
}
