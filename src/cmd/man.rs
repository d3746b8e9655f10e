//! `ring3 man`: the manual pages, one for the command and one for each subcommand.

#![expect(clippy::disallowed_methods, reason = "the pages are files of the host")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, CommandFactory};

use crate::cmd::args::Cli;
use crate::cmd::{Error, host, status};

/// What `ring3 man --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 man | man -l -               read it
  ring3 man ~/.local/share/man/man1  install ring3.1, ring3-run.1 and the others";

/// `ring3 man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The folder for the pages; without it the command's own page is printed
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// Prints the command's own page, or writes all pages into a folder, as `ring3.1` and `ring3-run.1`.
///
/// # Errors
/// [`Error::Write`] if a page can not be written.
pub fn man(man: &Man) -> Result<ExitCode, Error> {
    let pages = pages();
    match &man.folder {
        None => {
            let own = pages.into_iter().next().map(|(_, page)| page).unwrap_or_default();
            Ok(if host::print(&own).is_ok() { ExitCode::SUCCESS } else { ExitCode::from(status::PIPE_CLOSED) })
        }
        Some(folder) => {
            for (name, page) in pages {
                write(&folder.join(name), &page)?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The pages by the names of their files, the command's own first; in roff, as man(7) tells.
#[must_use]
pub fn pages() -> Vec<(String, Vec<u8>)> {
    let mut own = Cli::command().disable_help_subcommand(true);
    // Gives each subcommand its full name, and its usage line with it.
    own.build();
    let subcommands: Vec<clap::Command> = own.get_subcommands().cloned().collect();
    let mut pages = vec![("ring3.1".to_owned(), page(own))];
    for command in subcommands {
        let name = format!("ring3-{}", command.get_name());
        pages.push((format!("{name}.1"), page(command.display_name(name))));
    }
    pages
}

fn page(command: clap::Command) -> Vec<u8> {
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let name = command.get_name().to_owned();
    let title = command.get_display_name().unwrap_or(&name).to_owned();
    let man = clap_mangen::Man::new(command.clone()).title(title).source(concat!("ring3 ", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = man.render_title(&mut text);
    let _ = man.render_name_section(&mut text);
    let _ = man.render_synopsis_section(&mut text);
    let _ = man.render_description_section(&mut text);
    let _ = man.render_options_section(&mut text);
    if command.has_subcommands() {
        let _ = man.render_subcommands_section(&mut text);
    }
    text.extend(sections(&notes).into_bytes());
    let see = if command.has_subcommands() { "ring3-run(1), ring3-repl(1), ring3-test(1)" } else { "ring3(1)" };
    text.extend(format!(".SH \"SEE ALSO\"\n{see}\n").into_bytes());
    text
}

/// What help says at its end, in sections: paragraphs, examples as they are typed, the exit status.
fn sections(notes: &str) -> String {
    let mut text = String::new();
    for part in notes.split("\n\n") {
        if let Some(examples) = part.strip_prefix("Examples:\n") {
            text.push_str(&format!(".SH EXAMPLES\n.nf\n{}\n.fi\n", roff(examples)));
        } else if let Some(status) = part.strip_prefix("Exit status: ") {
            text.push_str(&format!(".SH \"EXIT STATUS\"\n{}\n", roff(status)));
        } else if !part.is_empty() {
            text.push_str(&format!(".SH NOTES\n{}\n", roff(part)));
        }
    }
    text
}

/// A text in which nothing is a command of roff.
fn roff(text: &str) -> String {
    let line = |line: &str| {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn write(path: &Path, page: &[u8]) -> Result<(), Error> {
    std::fs::write(path, page).map_err(|source| Error::Write { path: path.to_owned(), source })
}
