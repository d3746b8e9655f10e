//! The commands of the session: words behind a colon, or their beginnings.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Moment, Repl, Wrong, inspect, session};
use crate::base::ids::Pid;
use crate::base::span::SourceFile;
use crate::base::spelling::did_you_mean;
use crate::cmd::{doc as manual, settings};
use crate::kernel::view::View;
use crate::lang::explain;
use crate::trace::value::{GlobalFile, ProcEntry, ProcFile};

/// What a command is called, what it takes, and what it does.
pub const COMMANDS: &[(&str, &str, &str)] = &[
    ("back", "[N [events]]", "take back the last line, or N lines, or go back N events within the last line"),
    ("doc", "NAME", "what the library says of a function; `?NAME` is the same"),
    ("explain", "CODE", "what a diagnostic means"),
    ("fds", "[PID]", "the descriptors of a process"),
    ("forward", "[N]", "the other way: lines that were taken back"),
    ("frames", "", "the frames of physical memory"),
    ("help", "", "this list"),
    ("load", "FILE", "run a script as one line"),
    ("locks", "", "who waits for whose lock"),
    ("maps", "[PID]", "the areas of a process, as /proc/PID/maps"),
    ("mem", "", "what memory is used for, as /proc/meminfo"),
    ("ps", "", "the processes"),
    ("pt", "[PID [VADDR]]", "the page tables of a process, or the way of one address through them"),
    ("queues", "", "who runs, who waits to run, and who waits for what"),
    ("quit", "", "end, as Ctrl-D does"),
    ("reset", "", "a new machine; all lines are forgotten"),
    ("run", "", "let the machine go on: the line that was stopped, and all that sleeps until a timer"),
    ("save", "FILE", "write the lines of the session to a file"),
    ("set", "[NAME=VALUE]", "begin again on another machine, as `:set ram=8388608`; without a name, the settings"),
    ("sh", "", "a shell in the machine"),
    ("step", "[N]", "let N steps happen, each up to the next entry into the kernel"),
    ("swap", "", "the slots of the swap device"),
    ("threads", "", "the threads of all processes"),
    ("tlb", "", "the translations that the TLB holds"),
    ("trace", "[FILTER|on|off|last]", "what is shown beneath a line, as `task,sched` or `all`; all of the last line"),
    ("tree", "", "the processes by their parents"),
    ("type", "EXPR", "the type of an expression, which is not evaluated"),
    ("vars", "", "the variables of the session, with their types and values"),
];

/// The command that a word means: its name, or a beginning that no other command has.
///
/// # Errors
/// What to tell the person.
pub fn find(word: &str) -> Result<&'static str, String> {
    if let Some((name, ..)) = COMMANDS.iter().find(|(name, ..)| *name == word) {
        return Ok(name);
    }
    let fitting: Vec<&'static str> =
        COMMANDS.iter().map(|(name, ..)| *name).filter(|name| !word.is_empty() && name.starts_with(word)).collect();
    match fitting.as_slice() {
        [one] => Ok(one),
        [] => Err(match did_you_mean(word, COMMANDS.iter().map(|(name, ..)| *name)) {
            Some(near) => format!("there is no command `:{word}`; did you mean `:{near}`?"),
            None => format!("there is no command `:{word}`; `:help` lists them"),
        }),
        several => {
            let several: Vec<String> = several.iter().map(|name| format!("`:{name}`")).collect();
            Err(format!("`:{word}` could be {}", several.join(" or ")))
        }
    }
}

impl Repl {
    /// Follows a command, without its colon.
    pub(super) fn command(&mut self, text: &str) -> Result<(), Wrong> {
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let done = find(word).and_then(|name| self.follow(name, rest.trim()));
        match done {
            Ok(done) => done,
            Err(why) => {
                self.screen.say(&format!("{why}\n"));
                Err(Wrong)
            }
        }
    }

    fn follow(&mut self, name: &str, rest: &str) -> Result<Result<(), Wrong>, String> {
        let state = self.live.kernel().state();
        let config = &self.live.kernel().config;
        let text = match name {
            "help" => help(),
            "ps" => inspect::processes(self.live.kernel()),
            "threads" => inspect::threads(self.live.kernel(), &self.screen.renderer),
            "tree" => inspect::tree(self.live.kernel()),
            "tlb" => inspect::tlb(state),
            "queues" => inspect::queues(state, &self.screen.renderer),
            "locks" => inspect::locks(self.live.machine()),
            "frames" => View::Frames.draw(state, config, None),
            "swap" => View::Swap.draw(state, config, None),
            "mem" => self.proc_file(ProcEntry::Global(GlobalFile::Meminfo))?,
            "maps" => self.proc_file(ProcEntry::File(self.process(rest)?, ProcFile::Maps))?,
            "fds" => inspect::descriptors(state, self.process(rest)?).ok_or("the process has ended")?,
            "pt" => self.page_table(rest)?,
            "vars" => self.variables(),
            "type" => self.type_of(rest)?,
            "explain" => explain::explain(rest)?,
            "doc" => doc(rest, self.live.session().text())?,
            "quit" => {
                self.quits = true;
                String::new()
            }
            "reset" => {
                let forgotten = self.live.session().len();
                self.reset(self.config.clone(), self.choices.clone()).map_err(|error| error.to_string())?;
                begun(forgotten)
            }
            "set" => self.set(rest)?,
            "save" => self.save(rest)?,
            "trace" => self.trace(rest)?,
            "load" if rest.is_empty() => return Err("`:load FILE`: a file is wanted".to_owned()),
            "load" => return self.load(Path::new(rest)).map_err(|error| error.to_string()),
            "sh" => return Ok(self.line("if fork() == 0 {\n    exec(\"/bin/sh\", [\"sh\"])\n    exit(127)\n}\nwait()")),
            "run" => return Ok(self.resume()),
            "step" => return self.step(rest),
            "back" => self.back(rest)?,
            "forward" => self.forward(rest)?,
            _ => unreachable!("{name} is in the table"),
        };
        self.screen.print(&text);
        Ok(Ok(()))
    }

    fn proc_file(&self, entry: ProcEntry) -> Result<String, String> {
        inspect::proc_file(self.live.kernel(), entry).ok_or_else(|| "the process has ended".to_owned())
    }

    /// The process that a number means; without one, that of the lines.
    fn process(&self, text: &str) -> Result<Pid, String> {
        if text.is_empty() {
            return Ok(Pid(self.live.main().0));
        }
        let number = text.parse().map_err(|_| format!("`{text}` is no pid"))?;
        inspect::pid_of(self.live.kernel().state(), number)
            .ok_or_else(|| format!("there is no process {number}; `:ps` lists them"))
    }

    fn page_table(&self, rest: &str) -> Result<String, String> {
        let (pid, address) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let pid = self.process(pid)?;
        if address.is_empty() {
            return self.proc_file(ProcEntry::File(pid, ProcFile::PageTable));
        }
        let address = number(address.trim()).ok_or_else(|| format!("`{address}` is no address, as 0x401000 is"))?;
        inspect::walk(self.live.kernel().state(), pid, address).ok_or_else(|| "the process has ended".to_owned())
    }

    fn variables(&self) -> String {
        let session = self.live.session();
        let mut text = String::new();
        for (name, address, ty) in session.variables() {
            let shown = super::value::show(&self.live, session.types(), ty, address);
            text.push_str(&format!("{name}: {} = {shown}\n", session.types().name(ty)));
        }
        text
    }

    fn type_of(&mut self, rest: &str) -> Result<String, String> {
        let compilation = self.live.session().compile(rest);
        let ty = compilation.line.as_ref().and_then(|line| Some((line.value?.1, &line.after)));
        if let Some((ty, after)) = ty {
            return Ok(format!("{}\n", after.types().name(ty)));
        }
        self.tell(&compilation.diagnostics, &compilation.sources);
        Err(if compilation.line.is_some() { "this has no value".to_owned() } else { "this has no type".to_owned() })
    }

    fn set(&mut self, rest: &str) -> Result<String, String> {
        if rest.is_empty() {
            let now = self.settings.iter().map(|(name, value)| format!("{name} = {value}\n"));
            let known = settings::NAMES.iter().map(|(name, takes)| entry(name, takes, 13));
            return Ok(now.chain(known).collect());
        }
        let forgotten = self.live.session().len();
        let source = SourceFile { name: ":set".to_owned(), text: format!("machine {{ {rest} }}\n") };
        match self.configure(source.clone()).map_err(|error| error.to_string())? {
            Ok(()) => Ok(begun(forgotten)),
            Err(diagnostics) => {
                self.tell(&diagnostics, &[Arc::new(source)]);
                Err("the machine stays as it is".to_owned())
            }
        }
    }

    fn save(&mut self, rest: &str) -> Result<String, String> {
        if rest.is_empty() {
            return Err("`:save FILE`: a file is wanted".to_owned());
        }
        let path = PathBuf::from(rest);
        #[expect(clippy::disallowed_methods, reason = "the user asked for this file")]
        let written = std::fs::write(&path, self.script());
        written.map_err(|error| format!("cannot write {rest}: {error}"))?;
        let lines = self.live.session().len();
        Ok(format!("{lines} {} saved in {rest}\n", if lines == 1 { "line" } else { "lines" }))
    }

    /// The lines as a script, with the machine that they ran on.
    fn script(&self) -> String {
        let text = self.live.session().text();
        let source = SourceFile { name: String::new(), text: text.to_owned() };
        if self.settings.is_empty() || session::machine_of(&source).is_some() {
            return text.to_owned();
        }
        let settings: Vec<String> = self.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        format!("machine {{ {} }}\n{text}", settings.join(", "))
    }

    fn trace(&mut self, rest: &str) -> Result<String, String> {
        match rest {
            "last" => return Ok(self.screen.last_trace()),
            "on" | "off" => self.screen.traced = rest == "on",
            "" => {
                let now = if self.screen.traced { "shown" } else { "not shown" };
                return Ok(format!("what happens is {now}\n"));
            }
            filter => {
                let filter = filter.parse().map_err(|error| format!("{error}"))?;
                self.screen.renderer.set_filter(filter);
                self.screen.traced = true;
            }
        }
        Ok(String::new())
    }

    /// Lets the line that was stopped go on, or those that sleep until a timer.
    fn resume(&mut self) -> Result<(), Wrong> {
        self.screen.set_shows(true);
        if self.running.is_some() {
            return self.go_on(&mut |_| false);
        }
        let before = Moment::take(&mut self.live, &self.screen, false);
        self.timeline.push(before);
        loop {
            let stopped = self.live.step(&mut self.screen);
            if stopped.is_some() || self.screen.interrupt.is_set() {
                break;
            }
        }
        self.go_on(&mut |_| false)
    }

    fn step(&mut self, rest: &str) -> Result<Result<(), Wrong>, String> {
        let mut left = count(rest)?;
        self.screen.set_shows(true);
        if self.running.is_none() {
            return Err("no line is in the midst of its run: `:back N events` goes into the last one".to_owned());
        }
        Ok(self.go_on(&mut |_| {
            left -= 1;
            left == 0
        }))
    }

    fn back(&mut self, rest: &str) -> Result<String, String> {
        if let Some(events) = rest.strip_suffix("events").or_else(|| rest.strip_suffix("event")) {
            return self.back_events(count(events.trim())?);
        }
        let lines = count(rest)?;
        match self.timeline.len() {
            0 => return Err("there is no line to take back".to_owned()),
            1 if lines > 1 => return Err("there is only one line to take back".to_owned()),
            there if lines > there as u64 => return Err(format!("there are only {there} lines to take back")),
            _ => {}
        }
        for _ in 0..lines {
            let now = Moment::take(&mut self.live, &self.screen, self.running.is_some());
            let Some(before) = self.timeline.back(now) else { break };
            before.restore(&mut self.live, &mut self.screen);
            self.running = None;
        }
        self.learn();
        Ok(self.told_line())
    }

    fn forward(&mut self, rest: &str) -> Result<String, String> {
        for _ in 0..count(rest)? {
            let Some((after, line)) = self.timeline.forward() else { return Err("no line was taken back".to_owned()) };
            after.restore(&mut self.live, &mut self.screen);
            self.running = after.is_running.then(|| line.and_then(|line| line.value));
        }
        self.learn();
        Ok(self.told_line())
    }

    fn told_line(&self) -> String {
        match self.live.session().len() {
            0 => "before the first line\n".to_owned(),
            lines => {
                let text = self.live.session().line(lines - 1).unwrap_or_default();
                let first = text.lines().next().unwrap_or_default();
                format!("after line {lines}: {first}\n")
            }
        }
    }
}

/// A new machine runs: what became of the lines.
fn begun(forgotten: usize) -> String {
    match forgotten {
        0 => "a new machine\n".to_owned(),
        1 => "a new machine; the line is forgotten\n".to_owned(),
        lines => format!("a new machine; the {lines} lines are forgotten\n"),
    }
}

fn help() -> String {
    let mut text = String::new();
    for (name, takes, does) in COMMANDS {
        text.push_str(&entry(&format!(":{name} {takes}"), does, 20));
    }
    text.push_str("Any beginning of a command that no other has will do. All else is ring3.\n");
    text
}

/// A name in the first `width` columns and what is said of it behind, in no more than 80 columns.
fn entry(head: &str, text: &str, width: usize) -> String {
    let mut lines = vec![format!("{head:<width$}")];
    let mut column = if head.len() > width { 80 } else { width };
    for word in text.split(' ') {
        if column + 1 + word.len() > 80 {
            lines.push(" ".repeat(width));
            column = width;
        }
        let line = lines.len() - 1;
        lines[line].push_str(&format!(" {word}"));
        column += 1 + word.len();
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// What a person wants so often; once, if nothing is said.
fn count(text: &str) -> Result<u64, String> {
    if text.is_empty() {
        return Ok(1);
    }
    text.parse().ok().filter(|&count| count > 0).ok_or_else(|| format!("`{text}` is no count, as 3 is"))
}

/// `0x401000` or `4198400`.
fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// What is written of a name: in the session its comment and its head, else its page of the manual.
fn doc(name: &str, session: &str) -> Result<String, String> {
    documented(name, session).map_or_else(|| manual::page(name), Ok)
}

fn documented(name: &str, text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let at = lines.iter().position(|line| {
        let line = line.strip_prefix("must_use ").unwrap_or(line);
        ["fn ", "struct ", "enum ", "const ", "let "].iter().any(|word| {
            line.strip_prefix(word)
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| !rest.starts_with(is_word))
        })
    })?;
    let first = lines[..at].iter().rposition(|line| !line.starts_with('#')).map_or(0, |before| before + 1);
    let mut found = String::new();
    for line in &lines[first..at] {
        found.push_str(&format!("{}\n", line.trim_start_matches('#').trim_start()));
    }
    let is_block = lines[at].starts_with("struct") || lines[at].starts_with("enum");
    for line in &lines[at..] {
        found.push_str(&format!("    {}\n", line.trim_end_matches(" {")));
        let is_end = if is_block { line.starts_with('}') } else { !line.ends_with([',', '|']) };
        if is_end {
            break;
        }
    }
    Some(found)
}

impl Repl {
    /// Goes back within the last line: to the last moment between two steps before which so many events are not to have
    /// happened. The line is run again up to there, which gives the same events.
    fn back_events(&mut self, events: u64) -> Result<String, String> {
        let now = self.live.seq();
        let Some(before) = self.timeline.last() else { return Err("there is no line to go back into".to_owned()) };
        let Some(line) = before.line.clone() else { return Err("no line ran last".to_owned()) };
        let (first, typed) = (before.seq(), before.typed.clone());
        let target = u64::from(now).saturating_sub(events);
        if target <= u64::from(first) {
            return Err(format!("the last line has made {} events; `:back` takes it back", now - first));
        }
        let (is_inside, typed) = match self.timeline.waypoint_before(target + 1) {
            Some((_, typed)) => (true, typed.to_vec()),
            None => (false, typed),
        };
        self.screen.silent = true;
        let mut steps = u64::MAX;
        // Once to count the steps, and once to make them.
        for _ in 0..2 {
            let waypoint = self.timeline.waypoint_before(target + 1).map(|(moment, _)| moment);
            if let Some(moment) = waypoint.or(self.timeline.last()) {
                moment.restore(&mut self.live, &mut self.screen);
            }
            self.screen.set_shows(false);
            self.screen.type_again(&typed);
            let mut made = 0;
            if is_inside || self.live.begin(&line).is_ok() {
                while made < steps {
                    let _ = self.live.step(&mut self.screen);
                    if u64::from(self.live.seq()) > target && steps == u64::MAX {
                        break;
                    }
                    made += 1;
                }
            }
            steps = made;
        }
        self.screen.silent = false;
        self.running = Some(line.value);
        self.learn();
        Ok(format!("in the midst of the line, at event {}: `:step` and `:run` go on\n", self.live.seq()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_means_its_command_or_is_told_what_it_could_be() {
        for (name, ..) in COMMANDS {
            assert_eq!(find(name), Ok(*name));
            for end in 1..name.len() {
                let (beginning, fits) =
                    (&name[..end], |(other, ..): &&(&str, &str, &str)| other.starts_with(&name[..end]));
                let expected = COMMANDS.iter().filter(fits).count();
                match find(beginning) {
                    Ok(found) => assert!(found == beginning || (found == *name && expected == 1), "{beginning}"),
                    Err(why) => assert!(expected > 1 && why.contains(&format!("`:{name}`")), "{beginning}: {why}"),
                }
            }
        }
        assert_eq!(find("hlep"), Err("there is no command `:hlep`; did you mean `:help`?".to_owned()));
    }

    #[test]
    fn help_has_a_line_for_each_command_and_fits() {
        let help = help();
        assert!(COMMANDS.iter().all(|(name, ..)| help.contains(&format!(":{name} "))));
        assert!(help.lines().all(|line| line.len() <= 80), "{help}");
    }
}
