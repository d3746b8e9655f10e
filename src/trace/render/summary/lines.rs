//! Counting the lines of a file in the format `jsonl`: as the events that they hold are counted.

use serde_json::{Map, Value};

use crate::base::ids::Tid;
use crate::trace::render::summary::{EVICTED, FAULTS, Shown, Summary};

/// The words for states of tasks.
const STATES: [&str; 8] = ["new", "runnable", "running", "sleeping", "uninterruptible", "stopped", "zombie", "dead"];

impl Summary {
    /// One that counts lines.
    #[must_use]
    pub fn of_file() -> Self {
        Self { shown: Some(Shown::default()), ..Self::default() }
    }

    /// Counts a line behind the first, as an object.
    pub fn push_line(&mut self, row: &Map<String, Value>) {
        let word = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| row.get(name).and_then(Value::as_u64).unwrap_or_default();
        let is_boot = row.get("why").and_then(|why| why.get("kind")).and_then(Value::as_str) == Some("boot");
        if let Some(shown) = &mut self.shown {
            shown.boot |= is_boot;
            if !shown.categories.contains(word("cat")) {
                let _ = shown.categories.insert(word("cat").to_owned());
            }
        }
        let is_there = |name: &str| row.get(name).is_some_and(|value| !value.is_null());
        let task = Tid(u32::try_from(number("task")).unwrap_or_default());
        if word("kind") == "frame" {
            self.frames += i64::from(is_there("to")) - i64::from(is_there("from"));
            self.most_frames = self.most_frames.max(self.frames);
        }
        if !word("comm").is_empty() {
            let _ = self.comms.insert(task, word("comm").escape_default().to_string());
        }
        if is_boot {
            return;
        }
        self.events += 1;
        self.end = self.end.max(number("t"));
        let nr = u16::try_from(number("nr")).unwrap_or_default();
        match word("kind") {
            "current" if number("from") != 0 => self.switch(),
            "cr3" => self.spaces += 1,
            "tlb" => self.tlb_line(row.get("from"), row.get("to")),
            "task_state" => {
                let state = |name: &str| {
                    let word = row.get(name).and_then(|state| state.get("state")).and_then(Value::as_str);
                    STATES.into_iter().find(|known| Some(*known) == word)
                };
                if let (Some(from), Some(to)) = (state("from"), state("to")) {
                    self.step(from, to);
                }
            }
            "tlb_used" => {
                let totals = self.tlb_used.entry(task).or_default();
                totals.loads += number("loads");
                totals.load_misses += number("load_misses");
                totals.stores += number("stores");
                totals.store_misses += number("store_misses");
                totals.fetch_misses += number("fetch_misses");
            }
            "syscall_enter" => self.calls.entry(nr).or_default().count += 1,
            "syscall_exit" => {
                let result = row.get("result").and_then(Value::as_i64).unwrap_or_default();
                self.calls.entry(nr).or_default().errors += u64::from((-4095..0).contains(&result));
            }
            "fault_done" => {
                if let Some((result, _)) = FAULTS.into_iter().find(|(known, _)| *known == word("result")) {
                    *self.faults.entry(result).or_default() += 1;
                }
                self.major += u64::from(row.get("major") == Some(&Value::Bool(true)));
            }
            "evicted" => {
                if let Some((to, _)) = EVICTED.into_iter().find(|(known, _)| *known == word("to")) {
                    *self.evicted.entry(to).or_default() += 1;
                }
            }
            "tick" => self.interrupts += 1,
            "exception" => self.exceptions += 1,
            "cloned" => self.made += 1,
            _ => {}
        }
    }

    fn tlb_line(&mut self, from: Option<&Value>, to: Option<&Value>) {
        let tag = |entry: Option<&Value>| {
            let entry = entry.filter(|entry| !entry.is_null())?;
            Some((entry.get("page").cloned(), entry.get("pcid").cloned()))
        };
        match (tag(from), tag(to)) {
            (_, None) => self.tlb_drops += 1,
            (from, to) if from != to => self.tlb_fills += 1,
            (_, Some(_)) => {}
        }
    }
}
