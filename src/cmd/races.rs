//! Races as a person reads them: both lines, both tasks, and what the memory is called.

use std::collections::BTreeSet;

use crate::base::ids::Ino;
use crate::base::span::{SourceFile, Span};
use crate::lang::diagnostic::{Label, render_report};
use crate::machine::race::{Race, Side};
use crate::system::Machine;

/// How many pairs of lines are told one by one.
const TOLD: usize = 8;

/// What the detector found, each pair of lines once; empty if nothing. What the library does with its own data is its
/// own matter: one side at least is the user's.
#[must_use]
pub fn races(machine: &Machine, color: bool) -> String {
    let found = machine.kernel().races.iter().flat_map(|races| races.found());
    let mut lines = BTreeSet::new();
    let different: Vec<&Race> = found
        .filter(|race| [race.first, race.second].into_iter().any(|side| is_own(machine, side)))
        .filter(|race| {
            let mut pair = [race.first, race.second].map(|side| place(machine, side));
            pair.sort_unstable();
            lines.insert(pair)
        })
        .collect();
    let mut text: String = different.iter().take(TOLD).map(|race| one(machine, race, color)).collect();
    if different.len() > TOLD {
        text.push_str(&format!("... and {} more pairs of lines that race\n", different.len() - TOLD));
    }
    text
}

/// Whether an access stands in the user's own source, or in none that is known.
fn is_own(machine: &Machine, side: Side) -> bool {
    let debug = machine.debug(Ino(side.program));
    debug.is_none_or(|debug| debug.span_at(u64::from(side.pc)).is_none_or(|span| debug.is_own(span)))
}

/// File and line of an access, as numbers; its address where there is no line.
fn place(machine: &Machine, side: Side) -> (u32, u64, u64) {
    let debug = machine.debug(Ino(side.program));
    match debug.and_then(|debug| Some((debug, debug.span_at(u64::from(side.pc))?))) {
        Some((debug, span)) => {
            let text = &debug.files[span.file.0 as usize].text;
            let line = text.as_bytes().iter().take(span.start as usize).filter(|&&byte| byte == b'\n').count();
            (side.program, u64::from(span.file.0), line as u64)
        }
        None => (side.program, u64::MAX, u64::from(side.pc)),
    }
}

fn one(machine: &Machine, race: &Race, color: bool) -> String {
    let Race { first, second, address } = *race;
    let debug = machine.debug(Ino(second.program));
    let what = match debug.and_then(|debug| debug.global_at(address)) {
        Some(global) => format!("`{}` ({address:#x})", global.name),
        None => format!("the memory at {address:#x}"),
    };
    let message = format!("race: tasks {} and {} use {what}, and nothing orders the two", first.task, second.task);
    let sources: Vec<SourceFile> =
        debug.map(|debug| debug.files.iter().map(|file| SourceFile::clone(file)).collect()).unwrap_or_default();
    let span = |side: Side| -> Option<Span> {
        (side.program == second.program).then_some(())?;
        debug?.span_at(u64::from(side.pc))
    };
    let mut labels = Vec::new();
    match (span(first), span(second)) {
        (Some(a), Some(b)) if a == b => {
            let text = format!("task {} {} here, and task {} {}", first.task, did(first), second.task, did(second));
            labels.push(Label { span: b, text, primary: true });
        }
        (a, b) => {
            let sides = [(a, first, false), (b, second, true)];
            labels.extend(sides.into_iter().filter_map(|(span, side, primary)| {
                Some(Label { span: span?, text: format!("task {} {} here", side.task, did(side)), primary })
            }));
        }
    }
    let notes = ["a lock around both, or atomic accesses, would order them".to_owned()];
    render_report(&message, &labels, &notes, &sources, color)
}

const fn did(side: Side) -> &'static str {
    if side.writes { "writes" } else { "reads" }
}
