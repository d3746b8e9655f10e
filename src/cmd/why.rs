//! `ring3 why`: the chain of causes of an event.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::cmd::again::Again;
use crate::cmd::args::Color;
use crate::cmd::host;
use crate::cmd::keyboard::Keyboard;
use crate::cmd::settings::MachineFlags;
use crate::cmd::{Error, run, settings, source, status};
use crate::system::Options;
use crate::trace::recorder::Recording;

/// What `ring3 why --help` says at its end.
pub const HELP: &str = "\
EVENT is a number in the first column of a trace of the same script and flags; each line of the answer has the number, the task \
and the line of one event, and the next one is its cause.

Examples:
  ring3 why zombie.r3 1697
  ring3 why --quantum 100 race.r3 2041

Exit status: 0; 2 if there is no such event, or the script does not compile.";

/// `ring3 why`.
#[derive(Args, Debug)]
pub struct Why {
    #[command(flatten)]
    pub machine: MachineFlags,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// The script; - is standard input
    pub file: PathBuf,

    /// The event's number
    #[arg(value_name = "EVENT")]
    pub event: u32,

    /// The script's arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<String>,
}

/// Tells why an event of a script's run happened.
///
/// # Errors
/// [`Error`] if the host fails, an argument makes no sense, or there is no such event.
pub fn why(why: &Why) -> Result<ExitCode, Error> {
    let color = host::wants_color(why.color);
    let Some(script) = source::read(&why.file, color)? else { return Ok(ExitCode::from(status::USAGE)) };
    let Some((compiled, mut config, mut choices)) = source::compile(script, color) else {
        return Ok(ExitCode::from(status::USAGE));
    };
    settings::from_flags(&why.machine, &mut config, &mut choices)?;
    let (args, files) = (why.args.clone(), run::files(&why.machine.files)?);
    let options = Options { config, args, files, choices, recording: Recording::State, references: None };
    let mut keyboard = Keyboard::new();
    let mut again = Again::new(&compiled, &options, &mut keyboard)?;
    let causes = again.causes(why.event)?;
    let chain = causes.chain(why.event);
    if chain.is_empty() {
        let last = causes.len().saturating_sub(1);
        let why = format!("there is no event {}: the run has those from 0 to {last}", why.event);
        return Err(Error::Usage(why));
    }
    if host::tell(&again.told(&chain)?).is_err() {
        return Ok(ExitCode::from(status::PIPE_CLOSED));
    }
    Ok(ExitCode::SUCCESS)
}
