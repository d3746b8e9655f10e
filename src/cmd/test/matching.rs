//! Matching: expectations of a script are looked for among what happened in a run of it.
//!
//! The expectations of each line of the script, and those of the whole run, are each a chain of their own: they are found
//! in the order in which they are written.

use std::collections::BTreeMap;

use crate::cmd::test::expectation::{Expectation, How, Kind};

/// Something that happened, as an expectation sees it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The number of the event.
    pub seq: u32,
    /// The line of the script at which it happened.
    pub line: Option<u32>,
    /// What it is.
    pub kind: Kind,
    /// What it says, with single blanks.
    pub text: String,
}

/// So many of what came instead are shown.
const SHOWN: usize = 4;

/// What was expected and did not come, each in a few lines, in the order of the script.
#[must_use]
pub fn check(expectations: &[Expectation], items: &[Item]) -> Vec<String> {
    let mut chains: BTreeMap<Option<u32>, Vec<&Expectation>> = BTreeMap::new();
    for expectation in expectations {
        chains.entry(expectation.place).or_default().push(expectation);
    }
    let mut failures: Vec<(u32, String)> =
        chains.into_iter().flat_map(|(place, chain)| follow(&chain, place, items)).collect();
    failures.sort_by_key(|&(line, _)| line);
    failures.into_iter().map(|(_, failure)| failure).collect()
}

/// Follows a chain; what is to be told, each with the line of its expectation.
fn follow(chain: &[&Expectation], place: Option<u32>, items: &[Item]) -> Vec<(u32, String)> {
    let items: Vec<&Item> = items.iter().filter(|item| place.is_none() || item.line == place).collect();
    let mut failures = Vec::new();
    // Where the search goes on; none once something was not found.
    let mut next = Some(0);
    let mut last: Option<&Item> = None;
    let mut absent: Vec<&Expectation> = Vec::new();
    for &expectation in chain {
        let fits = |item: &&Item| item.kind == expectation.kind && expectation.pattern.is_in(&item.text);
        let found = match (expectation.how, next) {
            (How::Any, _) => {
                if !items.iter().any(&fits) {
                    failures.push(missing(expectation, &items, None));
                }
                continue;
            }
            (How::Not, _) => {
                absent.push(expectation);
                continue;
            }
            (How::InOrder | How::Next, None) => continue,
            (How::InOrder, Some(from)) => (from..items.len()).find(|&at| fits(&items[at])),
            (How::Next, Some(from)) => {
                (from..items.len()).find(|&at| items[at].kind == expectation.kind).filter(|&at| fits(&items[at]))
            }
        };
        let from = next.unwrap_or(0);
        let end = found.unwrap_or(items.len());
        if found.is_some() {
            failures.extend(absent.drain(..).filter_map(|expectation| present(expectation, &items[from..end])));
            last = found.map(|at| items[at]);
        } else {
            failures.push(missing(expectation, &items, Some((from, last))));
        }
        next = found.map(|at| at + 1);
    }
    if let Some(from) = next {
        failures.extend(absent.into_iter().filter_map(|expectation| present(expectation, &items[from..])));
    }
    failures
}

/// What is told of something that is there and should not be.
fn present(expectation: &Expectation, items: &[&Item]) -> Option<(u32, String)> {
    let item = items.iter().find(|item| item.kind == expectation.kind && expectation.pattern.is_in(&item.text))?;
    let text = format!("line {}: `#~ {}`: it is there\n{}", expectation.line, expectation.text, shown(item));
    Some((expectation.line, text))
}

/// What is told of something that is not found: where it would be, or what is there.
fn missing(expectation: &Expectation, items: &[&Item], order: Option<(usize, Option<&Item>)>) -> (u32, String) {
    let kind = expectation.kind;
    let mut text = format!("line {}: `#~ {}`: ", expectation.line, expectation.text);
    let (from, last) = order.unwrap_or_default();
    let fits = |item: &&&Item| item.kind == kind && expectation.pattern.is_in(&item.text);
    let there = items.iter().find(fits);
    let rest: Vec<&&Item> = items[from..].iter().filter(|item| item.kind == kind).collect();
    let place = expectation.place.map_or_else(String::new, |line| format!(" at line {line}"));
    let behind = last.map_or_else(String::new, |item| format!(" behind\n{}", shown(item).trim_end_matches('\n')));
    match (there, rest.first()) {
        (Some(there), Some(next)) if expectation.how == How::Next => {
            text.push_str(&format!("it is not next{behind}\nnext is\n{}it is\n{}", shown(next), shown(there)));
        }
        (Some(there), _) => {
            text.push_str(&format!("it comes earlier, and not again{place}{behind}\nit is\n{}", shown(there)));
        }
        (None, None) => text.push_str(&format!("there is no {}{place}{behind}\n", noun(kind, from > 0))),
        (None, Some(_)) => {
            text.push_str(&format!("no such {}{place}{behind}\nthere is\n", kind.noun()));
            rest.iter().take(SHOWN).for_each(|item| text.push_str(&shown(item)));
            if rest.len() > SHOWN {
                text.push_str(&format!("  … and {} more\n", rest.len() - SHOWN));
            }
            if let Some(item) = nearest(expectation, &rest).filter(|&at| at >= SHOWN).map(|at| rest[at]) {
                text.push_str(&format!("the nearest is\n{}", shown(item)));
            }
        }
    }
    (expectation.line, text)
}

/// Which item has the most words of an expectation; none if no item has any.
fn nearest(expectation: &Expectation, items: &[&&Item]) -> Option<usize> {
    let words: Vec<&str> = expectation.text.split_whitespace().collect();
    let shared = |item: &Item| words.iter().filter(|&&word| item.text.split(' ').any(|other| other == word)).count();
    let most = items.iter().enumerate().map(|(at, item)| (shared(item), std::cmp::Reverse(at))).max()?;
    (most.0 > 0).then_some(most.1.0)
}

fn noun(kind: Kind, more: bool) -> String {
    format!("{}{}", if more { "further " } else { "" }, kind.noun())
}

/// The widest text of an item that is shown.
const WIDTH: usize = 90;

fn shown(item: &Item) -> String {
    let mut text: String = item.text.chars().take(WIDTH).collect();
    if item.text.chars().count() > WIDTH {
        text.push('…');
    }
    match item.line {
        Some(line) => format!("  #{} at line {line}: {text}\n", item.seq),
        None => format!("  #{}: {text}\n", item.seq),
    }
}
