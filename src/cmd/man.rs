//! `ring3 man`: the manual pages, one for the command and one for each subcommand.

#![expect(clippy::disallowed_methods, reason = "the pages are files of the host")]

use std::path::Path;
use std::process::ExitCode;

use clap::CommandFactory;

use crate::cmd::args::{Cli, Man};
use crate::cmd::{Error, host, status};

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
    let mut own = Cli::command();
    // Gives each subcommand its full name, and its usage line with it.
    own.build();
    let subcommands: Vec<clap::Command> =
        own.get_subcommands().filter(|command| command.get_name() != "help").cloned().collect();
    let mut pages = vec![("ring3.1".to_owned(), page(own))];
    for command in subcommands {
        let name = format!("ring3-{}", command.get_name());
        pages.push((format!("{name}.1"), page(command.display_name(name))));
    }
    pages
}

fn page(command: clap::Command) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = clap_mangen::Man::new(command).render(&mut text);
    text
}

fn write(path: &Path, page: &[u8]) -> Result<(), Error> {
    std::fs::write(path, page).map_err(|source| Error::Write { path: path.to_owned(), source })
}
