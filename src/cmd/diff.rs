//! `ring3 diff`: where two traces part, why each goes on as it does, and what they count.
//!
//! Of a script two runs are compared entry by entry of the digest, without the columns of number and time; of two files in
//! the format of `--format jsonl` line by line, without number, time and cause.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use crate::base::span::SourceFile;
use crate::cmd::again::Again;
use crate::cmd::args::Color;
use crate::cmd::keyboard::Keyboard;
use crate::cmd::settings::MachineFlags;
use crate::cmd::{Error, host, run, settings, source, status};
use crate::kernel::config::Replacement;
use crate::kernel::core::Output;
use crate::lang::pipeline::Compiled;
use crate::system::{Machine, Options, World, rehearse};
use crate::trace::chain::Causes;
use crate::trace::filter::Filter;
use crate::trace::recorder::{Arena, Numbered, Recording};
use crate::trace::render::{self, Renderer, Summary};

/// What `ring3 diff --help` says at its end.
pub const HELP: &str = "\
Two files are traces that `ring3 run --format jsonl -o FILE` wrote. Of a script each --with is one machine; it is a setting as \
in `machine { }`, or several with a comma between them. Both runs get the same arguments, and what is typed for the first is \
typed for the second. Numbers of events and times are not compared. Of a file, what it shows is counted.

Examples:
  ring3 diff race.r3 --with quantum=1 --with quantum=100
  ring3 diff page.r3 --with frames=3,replacement=fifo --with frames=4
  ring3 diff race.r3 --with seed=1 --with seed=2 --trace=sched,user
  ring3 diff cat.r3 --with quantum=1 --with quantum=9 -- a.txt < input.txt
  ring3 diff yesterday.jsonl today.jsonl

Exit status: 0 the same, 1 different, 2 trouble.";

/// `ring3 diff`.
#[derive(Args, Debug)]
pub struct Diff {
    /// A machine for the script, as `quantum=100` or `frames=3,swap=16`; to be given twice
    #[arg(long, value_name = "SETTINGS")]
    pub with: Vec<String>,

    /// What of a script's traces is compared, as for `ring3 run`
    #[arg(long, value_name = "FILTER", require_equals = true)]
    pub trace: Option<String>,

    /// Lines before and behind the place where they part
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u16).range(0..=1000))]
    pub context: u16,

    #[command(flatten)]
    pub machine: MachineFlags,

    /// When to use colours
    #[arg(long, value_enum, default_value_t)]
    pub color: Color,

    /// Two traces, or one script
    #[arg(required = true, num_args = 1..=2, value_name = "FILE")]
    pub paths: Vec<PathBuf>,

    /// The script's arguments, behind --
    #[arg(last = true, value_name = "ARGS")]
    pub args: Vec<String>,
}

/// A trace in a file may be this large.
const TRACE_BYTES: u64 = 1 << 30;
/// Characters of an entry of a file that are shown.
const SHOWN: usize = 160;

/// What is compared: one entry after the other.
struct Side {
    /// What it is called.
    name: String,
    entries: Vec<Entry>,
    counters: Vec<(String, String)>,
    causes: Told,
}

/// One entry of a trace.
struct Entry {
    /// The number of its event.
    seq: u32,
    /// As it is shown.
    text: String,
    /// As it is compared.
    key: String,
}

/// Who knows the chain of causes of an event.
enum Told {
    /// The run, which is done again.
    Run(Box<Asked>),
    /// The lines of a file: the number of each one's cause.
    File(BTreeMap<u32, u32>),
}

/// A run of which is asked why an event of it happened.
struct Asked {
    compiled: Compiled,
    options: Options,
    causes: Causes,
}

/// Compares.
///
/// # Errors
/// [`Error`] if the host fails or an argument makes no sense.
pub fn diff(diff: &Diff) -> Result<ExitCode, Error> {
    let color = host::wants_color(diff.color);
    let mut keyboard = Keyboard::new();
    let sides = match (diff.paths.as_slice(), diff.with.as_slice()) {
        ([_, _], []) if !diff.args.is_empty() => {
            return Err(Error::Usage("arguments are for one script, not for two traces".to_owned()));
        }
        ([left, right], []) => Some([file(left)?, file(right)?]),
        ([script], [left, right]) => runs(diff, script, [left, right], color, &mut keyboard)?,
        ([_], _) => {
            let why = "a script is compared on two machines: --with SETTINGS is to be given twice, as `--with quantum=1 --with quantum=100`";
            return Err(Error::Usage(why.to_owned()));
        }
        _ => return Err(Error::Usage("--with is for one script, not for two traces".to_owned())),
    };
    let Some([left, right]) = sides else { return Ok(ExitCode::from(status::USAGE)) };
    let place = first_difference(&left.entries, &right.entries);
    let mut text = match place {
        Some(place) => parting([&left, &right], place, diff.context.into(), &mut keyboard)?,
        None => format!("the traces are the same: {} entries\n", left.entries.len()),
    };
    text.push_str(&table([&left, &right]));
    if host::tell(&text).is_err() {
        return Ok(ExitCode::from(status::PIPE_CLOSED));
    }
    Ok(if place.is_some() { ExitCode::from(status::DIFFERENT) } else { ExitCode::SUCCESS })
}

/// The first entry that is not the same in both.
fn first_difference(left: &[Entry], right: &[Entry]) -> Option<usize> {
    let common = left.iter().zip(right).take_while(|(left, right)| left.key == right.key).count();
    (common < left.len() || common < right.len()).then_some(common)
}

/// A script on two machines; none if it does not compile, which has been told.
fn runs(
    diff: &Diff,
    path: &Path,
    with: [&String; 2],
    color: bool,
    keyboard: &mut Keyboard,
) -> Result<Option<[Side; 2]>, Error> {
    let filter: Filter = match &diff.trace {
        Some(text) => text.parse().map_err(|error| Error::Usage(format!("--trace: {error}")))?,
        None => Filter::default(),
    };
    let Some(script) = source::read(path, color)? else { return Ok(None) };
    let mut sides = Vec::new();
    for words in with {
        let text = SourceFile { name: script.name.clone(), text: script.text.clone() };
        let Some((compiled, mut config, mut choices)) = source::compile(text, color) else { return Ok(None) };
        settings::from_flags(&diff.machine, &mut config, &mut choices)?;
        settings::from_words(words, &mut config, &mut choices)?;
        let recording = if filter.wants_mem() { Recording::All } else { Recording::State };
        let (args, files) = (diff.args.clone(), run::files(&diff.machine.files)?);
        let options = Options { config, args, files, choices, recording, references: None };
        sides.push(one_run(words, compiled, options, &filter, keyboard)?);
    }
    Ok(<[Side; 2]>::try_from(sides).ok())
}

fn one_run(
    words: &str,
    compiled: Compiled,
    mut options: Options,
    filter: &Filter,
    keyboard: &mut Keyboard,
) -> Result<Side, Error> {
    keyboard.rewind();
    if options.config.replacement == Replacement::Opt {
        options.references = Some(rehearse(&compiled, &options, keyboard)?);
        keyboard.rewind();
    }
    let mut machine = Machine::start(&compiled, &options)?;
    let format = render::Format::Text;
    let mut renderer = Renderer::new(render::Options { format, filter: filter.clone(), color: false });
    for (ino, debug) in machine.programs() {
        renderer.learn(ino, debug.clone());
    }
    let (summary, causes, text) = (Summary::default(), Causes::default(), String::new());
    let mut reader = Reader { keyboard, renderer, summary, causes, text };
    let _ = machine.run(&mut reader);
    let Reader { mut renderer, summary, causes, mut text, .. } = reader;
    renderer.finish(&mut text);
    let causes = Told::Run(Box::new(Asked { compiled, options, causes }));
    Ok(Side { name: words.to_owned(), entries: entries(&text), counters: summary.rows(), causes })
}

/// The world of a run that is read.
struct Reader<'a> {
    keyboard: &'a mut Keyboard,
    renderer: Renderer,
    summary: Summary,
    causes: Causes,
    text: String,
}

impl World for Reader<'_> {
    fn output(&mut self, _output: &Output) {}

    fn events(&mut self, _machine: &Machine, events: &[Numbered], arena: &Arena) {
        for event in events {
            self.summary.push(event);
            self.causes.push(event, arena);
            self.renderer.push(event, arena, &mut self.text);
        }
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        self.keyboard.line()
    }

    fn key(&mut self) -> Option<u8> {
        self.keyboard.key()
    }

    fn interrupted(&mut self) -> bool {
        self.keyboard.interrupted()
    }
}

/// The entries of a digest: each begins with a number, and has the lines below it.
fn entries(digest: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in digest.lines() {
        let mut words = line.split_whitespace();
        let seq = words.next().and_then(|word| word.parse().ok()).filter(|_| !line.starts_with("        "));
        // The time stands behind the number.
        let rest = line
            .split_once('.')
            .map(|x| x.1)
            .map_or(line, |rest| rest.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        match (seq, entries.last_mut()) {
            (Some(seq), _) => entries.push(Entry { seq, text: line.to_owned(), key: rest.to_owned() }),
            (None, Some(entry)) => {
                let _ = write!(entry.text, "\n{line}");
                let _ = write!(entry.key, "\n{}", without_numbers(line));
            }
            (None, None) => {}
        }
    }
    // How many events boot took is no matter.
    for entry in &mut entries {
        entry.key = without_numbers(&entry.key);
    }
    entries
}

/// A line without the numbers of events in it: `#412`, `700 events`.
fn without_numbers(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut after_hash = false;
    for letter in line.chars() {
        after_hash = letter == '#' || after_hash && letter.is_ascii_digit();
        if !after_hash || letter == '#' {
            text.push(letter);
        }
    }
    match text.split_once(" events ") {
        Some((before, behind)) => {
            format!("{} events {behind}", before.trim_end_matches(|letter: char| letter.is_ascii_digit()))
        }
        None => text,
    }
}

/// A trace that was written as JSON lines.
fn file(path: &Path) -> Result<Side, Error> {
    let bytes = source::read_bytes(path, TRACE_BYTES)?;
    let text = String::from_utf8_lossy(&bytes);
    let name = path.display().to_string();
    let bad = |line: usize, why: &str| Error::Usage(format!("{name}:{line}: {why}: not a trace in the format jsonl"));
    let mut side =
        Side { name: name.clone(), entries: Vec::new(), counters: Vec::new(), causes: Told::File(BTreeMap::new()) };
    let mut summary = Summary::of_file();
    let mut causes = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let value: Value = serde_json::from_str(line).map_err(|_| bad(at + 1, "no JSON object"))?;
        let Value::Object(mut fields) = value else { return Err(bad(at + 1, "no JSON object")) };
        if at == 0 {
            if fields.get("format") != Some(&Value::from("trace")) {
                return Err(bad(1, "the first line does not say so"));
            }
            continue;
        }
        let number = |field: Option<Value>| field.and_then(|field| u32::try_from(field.as_u64()?).ok());
        summary.push_line(&fields);
        let seq = number(fields.remove("seq")).ok_or_else(|| bad(at + 1, "an event without a number"))?;
        let _ = fields.remove("t");
        if let Some(cause) = fields.remove("why").and_then(|mut why| number(why.get_mut("seq").map(Value::take))) {
            let _ = causes.insert(seq, cause);
        }
        let key = Value::Object(fields).to_string();
        side.entries.push(Entry { seq, text: shown(line), key });
    }
    if text.is_empty() {
        return Err(bad(1, "nothing is in it"));
    }
    side.counters = summary.rows();
    side.causes = Told::File(causes);
    Ok(side)
}

fn shown(line: &str) -> String {
    if line.chars().count() <= SHOWN { line.to_owned() } else { line.chars().take(SHOWN - 1).chain(['…']).collect() }
}

/// Where two traces part: what came before, how each goes on, and why.
fn parting([left, right]: [&Side; 2], place: usize, context: usize, keyboard: &mut Keyboard) -> Result<String, Error> {
    let mut text = format!("the traces part behind {place} entries that are the same\n\n");
    for entry in &left.entries[place.saturating_sub(context)..place] {
        indent(&mut text, ' ', &entry.text);
    }
    for (sign, side) in [('<', left), ('>', right)] {
        let _ = writeln!(text, "{sign} {}", side.name);
        match side.entries.get(place) {
            Some(_) => {
                for entry in side.entries.iter().skip(place).take(context.max(1)) {
                    indent(&mut text, sign, &entry.text);
                }
            }
            None => indent(&mut text, sign, "the trace ends here"),
        }
    }
    for side in [left, right] {
        let Some(entry) = side.entries.get(place) else { continue };
        let _ = writeln!(text, "\nwhy, with {}:", side.name);
        text.push_str(&side.causes.chain(entry.seq, keyboard)?);
    }
    text.push('\n');
    Ok(text)
}

fn indent(text: &mut String, sign: char, entry: &str) {
    for line in entry.lines() {
        let _ = writeln!(text, "{sign} {line}");
    }
}

impl Told {
    fn chain(&self, seq: u32, keyboard: &mut Keyboard) -> Result<String, Error> {
        match self {
            Self::Run(asked) => {
                keyboard.rewind();
                let mut again = Again::new(&asked.compiled, &asked.options, keyboard)?;
                Ok(again.told(&asked.causes.chain(seq))?)
            }
            Self::File(causes) => {
                let mut text = format!("#{seq}");
                let mut at = seq;
                // A cause comes before what it causes; a file may say otherwise.
                while let Some(&cause) = causes.get(&at).filter(|&&cause| cause < at) {
                    let _ = write!(text, " because of #{cause}");
                    at = cause;
                }
                Ok(text + "\n")
            }
        }
    }
}

/// What both count, side by side; what is not the same is marked.
fn table([left, right]: [&Side; 2]) -> String {
    let mut names: Vec<&String> = left.counters.iter().map(|(name, _)| name).collect();
    let mut place = 0;
    for (name, _) in &right.counters {
        place = match names.iter().position(|known| *known == name) {
            Some(at) => at + 1,
            None => {
                names.insert(place, name);
                place + 1
            }
        };
    }
    let of = |side: &Side, name: &str| -> String {
        let found = side.counters.iter().find(|(known, _)| known == name);
        found.map_or_else(|| "-".to_owned(), |(_, value)| value.clone())
    };
    let rows: Vec<(&str, String, String)> =
        names.into_iter().map(|name| (name.as_str(), of(left, name), of(right, name))).collect();
    let width = |texts: &mut dyn Iterator<Item = &str>| texts.map(|text| text.chars().count()).max().unwrap_or(0);
    let first = width(&mut rows.iter().map(|(name, _, _)| *name)).max(36);
    let second = width(&mut rows.iter().map(|(_, left, _)| left.as_str()).chain([left.name.as_str()]));
    let mut text = format!("  {:<first$}  {:<second$}  {}\n", "counter", left.name, right.name);
    for (name, one, other) in rows {
        let mark = if one == other { ' ' } else { '*' };
        let _ = writeln!(text, "{}", format!("{mark} {name:<first$}  {one:<second$}  {other}").trim_end());
    }
    text
}
