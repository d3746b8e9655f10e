//! `ring3 fmt`: scripts in the one style.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use similar::TextDiff;

use crate::base::span::SourceFile;
use crate::cmd::args::Color;
use crate::cmd::test::replace;
use crate::cmd::{Error, host, source, status};
use crate::lang::diagnostic::render;
use crate::lang::format::format;

/// What `ring3 fmt --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 fmt hello.r3           rewrite it, if it is not in the style
  ring3 fmt examples           rewrite every .r3 file in the folder and below
  ring3 fmt --check examples   change nothing, print what would change
  ring3 fmt - < hello.r3       write it to standard output

The style: 4 blanks an indent, at most 120 columns, at most one blank line. Comments stay, lines stay where they were \
broken. What a script does is not changed. A script that does not parse is told of and left alone.

Exit status: 0; 1 if --check found a difference; 2 if a script can not be read, parsed or written.";

/// `ring3 fmt`.
#[derive(Args, Debug)]
pub struct Fmt {
    /// Change nothing; print the difference and exit with 1 if there is one
    #[arg(long)]
    pub check: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// Scripts, and folders of scripts; - is standard input, which is written to standard output
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// What became of the scripts.
#[derive(Default)]
struct Tally {
    /// Some are not in the style.
    differ: bool,
    /// Some could not be read, written or parsed.
    failed: bool,
}

/// Formats each script, and those in folders; with `--check` prints what would change. Status 1 if that is something, 2 if
/// a script can not be read, written or parsed; such a script is left alone.
///
/// # Errors
/// [`Error::Read`] if a path is not there.
pub fn fmt(fmt: &Fmt) -> Result<ExitCode, Error> {
    let color = host::wants_color(fmt.color);
    let mut scripts = Vec::new();
    for path in &fmt.paths {
        collect(path, &mut scripts)?;
    }
    let mut tally = Tally::default();
    for path in &scripts {
        match one(path, fmt.check, color, &mut tally) {
            Ok(()) => {}
            Err(Error::Write { path, source }) if source.kind() == std::io::ErrorKind::BrokenPipe => {
                let _ = path;
                return Ok(ExitCode::from(status::PIPE_CLOSED));
            }
            Err(error) => {
                host::say(&format!("ring3: {error}\n"));
                tally.failed = true;
            }
        }
    }
    Ok(match tally {
        Tally { failed: true, .. } => ExitCode::from(status::USAGE),
        Tally { differ: true, .. } => ExitCode::FAILURE,
        Tally { .. } => ExitCode::SUCCESS,
    })
}

/// The scripts that a path names: itself, or every `.r3` below a folder, in order of their names. Links to folders are not
/// followed, nor are folders whose names begin with a point.
fn collect(path: &Path, scripts: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::Read { path: path.to_owned(), source };
    if path == Path::new("-") || !std::fs::metadata(path).map_err(failed)?.is_dir() {
        scripts.push(path.to_owned());
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        entries.push((entry.path(), entry.file_type().map_err(failed)?));
    }
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    for (path, kind) in entries {
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if kind.is_dir() && !hidden {
            collect(&path, scripts)?;
        } else if !kind.is_dir() && path.extension().is_some_and(|ending| ending == "r3") {
            scripts.push(path);
        }
    }
    Ok(())
}

fn one(path: &Path, check: bool, color: bool, tally: &mut Tally) -> Result<(), Error> {
    let Some(script) = source::read(path, color)? else {
        tally.failed = true;
        return Ok(());
    };
    let formatted = match format(&script) {
        Ok(formatted) => formatted,
        Err(diagnostics) => {
            host::say(&render(&diagnostics, &[script], color));
            tally.failed = true;
            return Ok(());
        }
    };
    let is_input = path == Path::new("-");
    let print = |text: &str| {
        host::print(text.as_bytes()).map_err(|source| Error::Write { path: "standard output".into(), source })
    };
    if check {
        if formatted != script.text {
            tally.differ = true;
            print(&difference(&script, &formatted))?;
        }
        Ok(())
    } else if is_input {
        print(&formatted)
    } else if formatted != script.text {
        replace::replace(path, &formatted).map_err(|source| Error::Write { path: path.to_owned(), source })
    } else {
        Ok(())
    }
}

/// What formatting would change, as `diff -u` writes it.
fn difference(script: &SourceFile, formatted: &str) -> String {
    let formatted_name = format!("{} (formatted)", script.name);
    TextDiff::from_lines(script.text.as_str(), formatted)
        .unified_diff()
        .header(&script.name, &formatted_name)
        .to_string()
}
