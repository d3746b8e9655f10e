//! The race detector: what it finds, what it does not, and that nothing depends on it.

use ring3::base::span::SourceFile;
use ring3::cmd::races;
use ring3::kernel::run::Step;
use ring3::lang::pipeline;
use ring3::system::{Choices, Machine, Options};
use ring3::trace::recorder::{Numbered, Recording};

/// Runs a script with the detector or without it: what it found, and the events.
fn run(code: &str, seed: u64, wanted: bool) -> (String, Vec<Numbered>) {
    let script = SourceFile { name: "racing.r3".to_owned(), text: code.to_owned() };
    let compiled = pipeline::compile(script).compiled.expect("the script compiles");
    let mut options = Options { recording: Recording::State, choices: Choices::Seed(seed), ..Options::default() };
    options.config.quantum = 20;
    let mut machine = Machine::start(&compiled, &options).expect("it starts");
    machine.kernel_mut().races = wanted.then(Box::default);
    loop {
        match machine.kernel_mut().step() {
            Step::Ran => {}
            Step::Ended(_) => break,
            Step::NeedsInput => panic!("nothing is read"),
        }
    }
    let found = races::races(&machine, false);
    let (events, _) = machine.kernel_mut().recorder().take();
    (found, events)
}

const COUNTING: &str = "
let counter = 0
let m: Mutex
fn work(n: int) {
    for _ in 0..n {
        ADD
    }
}
let a = spawn_thread(work, 5)
let b = spawn_thread(work, 5)
join(a)
join(b)
counter += 1
";

#[test]
fn an_unlocked_counter_races_and_a_locked_one_does_not() {
    // Where one thread ends before the other is made, their locks of the library order the two.
    let found: String = (0..4).map(|seed| run(&COUNTING.replace("ADD", "counter += 1"), seed, true).0).collect();
    assert!(found.contains("`counter`") && found.contains("racing.r3:6:9"), "{found}");
    for seed in 0..4 {
        for ordered in ["lock m { counter += 1 }", "let _old = atomic_add(&counter, 1)"] {
            assert_eq!(run(&COUNTING.replace("ADD", ordered), seed, true).0, "", "{ordered}, seed {seed}");
        }
    }
}

#[test]
fn processes_and_pipes_are_ordered_as_on_linux() {
    let code = "
let shared = mmap(PAGE_SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS) as *int
let private = 0
let ends: [int; 2]
must(pipe(&ends))
shared[0] = 1
if fork() == 0 {
    shared[0] = 2
    private += 1
    must(write(ends[1], \"x\"))
    UNORDERED
    exit(0)
}
let byte_: [byte; 1]
private += 1
must(read(ends[0], byte_))
shared[0] = 3
wait()
shared[1] = 4
";
    assert_eq!(run(&code.replace("UNORDERED", "shared[1] = 5"), 1, true).0, "");
    let (found, _) = run(&code.replace("UNORDERED", "shared[0] = 5"), 1, true);
    assert!(found.contains("race:"), "{found}");
}

#[test]
fn nothing_depends_on_the_detector() {
    let code = COUNTING.replace("ADD", "lock m { counter += 1 }");
    assert_eq!(run(&code, 3, true).1, run(&code, 3, false).1);
}
