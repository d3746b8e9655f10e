//! The explorer: small programs whose every run is known, and schedules that replay what it found.

use std::collections::BTreeSet;

use ring3::base::span::SourceFile;
use ring3::kernel::outcome::Outcome;
use ring3::lang::pipeline::{self, Compiled};
use ring3::system::explore::{End, Explored, Limits, Stopped, explore};
use ring3::system::{self, Choices, Options};

fn compiled(code: &str) -> Compiled {
    let script = SourceFile { name: "explored.r3".to_owned(), text: code.to_owned() };
    pipeline::compile(script).compiled.expect("the script compiles")
}

fn explored(code: &str) -> Explored {
    let found = explore(&compiled(code), &Options::default(), Limits::default(), &mut || false).expect("it starts");
    assert_eq!(found.stopped, None);
    found
}

fn written(end: &End) -> String {
    end.output.iter().map(|output| String::from_utf8_lossy(&output.bytes).into_owned()).collect()
}

/// Each end is that of the run that its schedule gives.
fn check_replays(code: &str, found: &Explored) {
    let compiled = compiled(code);
    for end in &found.ends {
        let text = end.schedule.to_string();
        let options =
            Options { choices: Choices::Schedule(text.parse().expect("it is a schedule")), ..Options::default() };
        let run = system::run(&compiled, &options, b"").expect("it starts");
        let out = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
        assert_eq!((&run.outcome, out), (&end.outcome, written(end)), "{text}");
    }
}

const SHARED: &str =
    "let shared = mmap(PAGE_SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS) as *int\nshared[0] = 0\n";

#[test]
fn two_increments_of_two_processes_lose_up_to_two() {
    let code = format!(
        "{SHARED}let child = fork()\nfor _ in 0..2 {{ shared[0] += 1 }}\nif child == 0 {{ exit(0) }}\n\
         wait()\nprintln(\"{{shared[0]}}\")\n"
    );
    let found = explored(&code);
    let values: BTreeSet<String> = found.ends.iter().map(written).collect();
    assert_eq!(values, ["2\n", "3\n", "4\n"].map(str::to_owned).into());
    check_replays(&code, &found);
}

#[test]
fn two_locks_in_opposite_order_can_be_a_deadlock() {
    let code = "fn make() -> [int; 2] {\n    let ends: [int; 2]\n    must(pipe(&ends))\n    must(write(ends[1], \"t\"))\n    return ends\n}\n\
                fn take(ends: *[int; 2]) {\n    let token: [byte; 1]\n    must(read((*ends)[0], token))\n}\n\
                let a = make()\nlet b = make()\n\
                let child = fork()\n\
                if child == 0 {\n    take(&b)\n    take(&a)\n    exit(0)\n}\n\
                take(&a)\ntake(&b)\nmust(write(a[1], \"t\"))\nmust(write(b[1], \"t\"))\nwait()\n";
    let found = explored(code);
    assert!(found.ends.iter().any(|end| matches!(end.outcome, Outcome::Deadlock { .. })), "{found:?}");
    assert!(found.ends.iter().any(|end| end.outcome == Outcome::Exited { status: 0 }), "{found:?}");
    check_replays(code, &found);
}

const PETERSON: &str = "
struct Shared { flag: [int; 2], turn: int, inside: int }
let s = mmap(PAGE_SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS) as *Shared
s.turn = 0
fn work(me: int) {
    let other = 1 - me
    s.flag[me] = 1
    s.turn = TURN
    while s.flag[other] == 1 && s.turn == other { }
    s.inside += 1
    assert s.inside == 1
    s.inside -= 1
    s.flag[me] = 0
}
if fork() == 0 {
    work(1)
    exit(0)
}
work(0)
let status = 0
waitpid(-1, &status)
exit(status)
";

#[test]
fn peterson_keeps_two_apart_only_if_each_gives_way() {
    let found = explored(&PETERSON.replace("TURN", "other"));
    assert_eq!(found.ends.len(), 1, "{found:?}");
    assert_eq!(found.ends[0].outcome, Outcome::Exited { status: 0 });
    let code = PETERSON.replace("TURN", "me");
    let found = explored(&code);
    assert!(found.ends.iter().any(|end| !end.reports.is_empty()), "{found:?}");
    check_replays(&code, &found);
}

#[test]
fn a_search_without_end_has_a_limit() {
    let code = format!("{SHARED}if fork() == 0 {{ shared[0] = 1 }}\nloop {{ shared[1] += 1 }}\n");
    let limits = Limits { states: 500, ..Limits::default() };
    let found = explore(&compiled(&code), &Options::default(), limits, &mut || false).expect("it starts");
    assert_eq!(found.stopped, Some(Stopped::States(500)));
    let limits = Limits { changes: 5_000, ..Limits::default() };
    let found = explore(&compiled(&code), &Options::default(), limits, &mut || false).expect("it starts");
    assert_eq!(found.stopped, Some(Stopped::Changes(5_000)));
}

#[test]
fn what_the_script_asks_for_is_answered_in_all_ways() {
    let found = explored("let a = choose(3)\nlet b = choose(2)\nprintln(\"{a}{b}\")\n");
    let written: Vec<String> = found.ends.iter().map(written).collect();
    assert_eq!(written, ["00\n", "01\n", "10\n", "11\n", "20\n", "21\n"]);
}
