//! The trace as JSON, one object a line. `docs/trace-format.md` describes it; a change of it is a new version.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::trace::event::What;
use crate::trace::names::Names;
use crate::trace::recorder::{Arena, Numbered};
use crate::trace::render::{fields, words};
use crate::trace::source::Line;

/// The version of the format.
const VERSION: u32 = 1;

/// Fields in the order in which they are written.
pub type Fields = Vec<(&'static str, Value)>;

/// The first line.
#[derive(Serialize)]
struct Header {
    ring3: u32,
    format: &'static str,
    time: &'static str,
}

/// Why an event happened.
#[derive(Serialize)]
struct Why {
    kind: &'static str,
    /// The task, process, pipe or the like that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u32>,
    /// The event that caused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u32>,
}

/// One event.
#[derive(Serialize)]
struct Row<'a> {
    seq: u32,
    t: u64,
    cpu: u8,
    task: u32,
    #[serde(skip_serializing_if = "str::is_empty")]
    comm: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pc: Option<String>,
    why: Why,
    cat: &'static str,
    kind: String,
    #[serde(flatten)]
    fields: Ordered,
}

struct Ordered(Fields);

impl Serialize for Ordered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Writes events as JSON.
#[derive(Clone, Debug, Default)]
pub struct Jsonl {
    begun: bool,
}

impl Jsonl {
    /// Writes an event, and before the first one the header.
    pub fn push(&mut self, event: &Numbered, line: Option<&Line>, names: &Names, arena: &Arena, out: &mut String) {
        if !self.begun {
            self.begun = true;
            write(&Header { ring3: VERSION, format: "trace", time: "ns" }, out);
        }
        let Numbered { seq, cause, event } = event;
        let (kind, of) = words::cause(*cause);
        let (name, fields) = match &event.what {
            What::Change(change) => (snake_case(change.name()), fields::change(change, arena)),
            What::Note(note) => {
                let (name, fields) = fields::note(note, arena);
                (name.to_owned(), fields)
            }
            What::Choice(choice) => ("choice".to_owned(), fields::choice(choice)),
        };
        let row = Row {
            seq: *seq,
            t: event.time.0,
            cpu: event.cpu.0,
            task: event.task.0,
            comm: names.task(event.task).map_or("", |facts| facts.comm.as_str()),
            file: line.map(|line| line.file.as_str()),
            line: line.map(|line| line.line),
            pc: (event.pc != 0).then(|| format!("{:#x}", event.pc)),
            why: Why { kind, of, seq: event.because.checked_sub(1) },
            cat: event.what.category().name(),
            kind: name,
            fields: Ordered(fields),
        };
        write(&row, out);
    }
}

fn write(row: &impl Serialize, out: &mut String) {
    out.push_str(&serde_json::to_string(row).expect("plain fields with string keys can be written"));
    out.push('\n');
}

/// `TaskState` as `task_state`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in name.chars().enumerate() {
        // `Cr3` is one word.
        if letter.is_ascii_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
