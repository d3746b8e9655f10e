//! Views of machines that were stopped in the middle of the suite's scripts: complete, narrow, and the same whichever
//! way the state was reached.

use ring3::base::ids::{MmId, Pid};
use ring3::kernel::config::Config;
use ring3::kernel::state::State;
use ring3::kernel::view::{View, oom};
use ring3::system::views::Views;
use ring3::system::{self, Machine, Options, World};
use ring3::trace::recorder::{Arena, Numbered, Recording};

use crate::harness::{Script, all, for_each};

/// The most columns of a line.
const WIDEST: usize = 100;
/// Instructions after which a script is stopped and looked at.
const STOPS: [u64; 2] = [300, 3_000];

/// Calls `check` with the state and configuration in which a script stands when it is stopped.
fn at_stops(script: &Script, mut check: impl FnMut(&State, &Config) -> Result<(), String>) -> Result<(), String> {
    for steps in STOPS {
        let mut options = Options { recording: Recording::Off, ..script.options.clone() };
        options.config.max_steps = Some(steps);
        let finished = script.run(&options);
        check(finished.machine.kernel().state(), &options.config)?;
    }
    Ok(())
}

fn spaces(state: &State) -> impl Iterator<Item = MmId> + '_ {
    state.mms.iter().map(|(mm, _)| MmId(mm))
}

/// The numbers in the first column of a view: `7` or `7-9`.
fn numbers(text: &str) -> Vec<(u64, u64)> {
    let range = |line: &str| {
        let word = line.split_whitespace().next()?;
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    text.lines().filter_map(range).collect()
}

#[test]
fn no_line_of_a_view_is_too_wide() {
    for_each(all(), |script| {
        at_stops(script, |state, config| {
            for mm in spaces(state) {
                for (view, name) in View::ALL {
                    let text = view.draw(state, config, Some(mm));
                    if let Some(line) = text.lines().find(|line| line.chars().count() > WIDEST) {
                        return Err(format!("{name}: {} columns:\n{line}", line.chars().count()));
                    }
                }
            }
            Ok(())
        })
    });
}

#[test]
fn the_map_of_frames_shows_each_frame_once() {
    for_each(all(), |script| {
        at_stops(script, |state, config| {
            let mut next = 0;
            for (first, last) in numbers(&View::Frames.draw(state, config, None)) {
                if first != next || last < first {
                    return Err(format!("{first}-{last} follows {next}"));
                }
                next = last + 1;
            }
            if next == u64::from(config.ram_frames) { Ok(()) } else { Err(format!("ends at {next}")) }
        })
    });
}

#[test]
fn the_page_table_shows_all_pages_that_are_counted() {
    for_each(all(), |script| {
        at_stops(script, |state, config| {
            for mm in spaces(state) {
                let text = View::PageTable.draw(state, config, Some(mm));
                let leaf = |line: &&str| line.contains(" frame ") && !line.contains(" zero") && !line.contains("  pt ");
                let times = |line: &str| {
                    let mut words = line.split_whitespace().skip(1);
                    words.next().and_then(|word| word.strip_prefix('x')?.parse::<u64>().ok()).unwrap_or(1)
                };
                let leaves = text.lines().filter(|line| line.starts_with("        ")).filter(leaf);
                let shown: u64 = leaves.map(times).sum();
                let counted = state.mm(mm).rss();
                if shown != counted {
                    return Err(format!("{shown} pages are shown, {counted} are counted:\n{text}"));
                }
            }
            Ok(())
        })
    });
}

#[test]
fn the_report_of_the_oom_killer_has_a_line_for_each_process_with_memory() {
    for_each(all(), |script| {
        at_stops(script, |state, config| {
            let Some((&victim, _)) = state.processes.iter().next() else { return Ok(()) };
            let text = oom::report(state, config, victim);
            let lines = text.lines().filter(|line| line.starts_with('[') && !line.contains("pid")).count();
            let lives = |pid: &Pid| state.process(*pid).threads.iter().any(|&tid| state.task(tid).mm.is_some());
            let alive = state.processes.keys().filter(|pid| lives(pid)).count();
            if lines == alive { Ok(()) } else { Err(format!("{lines} lines, {alive} processes:\n{text}")) }
        })
    });
}

/// A world that draws views while the machine runs.
struct Drawing {
    views: Views,
    text: String,
    events: Vec<Numbered>,
    arena: Arena,
}

impl World for Drawing {
    fn output(&mut self, _output: &ring3::kernel::core::Output) {}

    fn events(&mut self, machine: &Machine, events: &[Numbered], arena: &Arena) {
        for index in 0..events.len() {
            self.text.extend(self.views.at(machine.kernel().state(), events, index, arena));
        }
        self.arena.append(arena, events, &mut self.events);
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        None
    }

    fn interrupted(&mut self) -> bool {
        false
    }
}

#[test]
fn views_that_are_drawn_in_a_run_are_those_of_its_fold() {
    let scripts: Vec<&Script> = all().filter(|script| !script.views.is_empty()).collect();
    assert!(!scripts.is_empty(), "no script asks for views");
    for_each(scripts, |script| {
        let options = Options { recording: Recording::State, ..script.options.clone() };
        let mut machine = Machine::start(&script.compiled, &options).map_err(|error| error.to_string())?;
        let views = Views::new(script.views.clone(), &options.config);
        let mut world = Drawing { views, text: String::new(), events: Vec::new(), arena: Arena::default() };
        let _ = machine.run(&mut world);
        let folded = world.views.of_run(&world.events, &world.arena);
        let recorded = system::run(&script.compiled, &options, b"").map_err(|error| error.to_string())?;
        if world.text.is_empty() || world.text != folded {
            return Err(format!("in the run:\n{}\nin the fold:\n{folded}", world.text));
        }
        if recorded.events.len() == world.events.len() { Ok(()) } else { Err("views make events".to_owned()) }
    });
}
