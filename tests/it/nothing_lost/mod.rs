//! Nothing is lost: random programs on machines with little memory read back every byte as it was written, wherever it
//! was meanwhile.
//!
//! A plain model ([`model`]) runs each program beside and writes a script with an assertion for each read. Programs are
//! shrunk when they fail, and printed as the script to run. RING3_CASES sets how many are tried, RING3_SEED others.

mod model;
mod program;

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use ring3::cmd::report;
use ring3::kernel::outcome::Outcome;
use ring3::kernel::run::Step;
use ring3::system::Machine;

use crate::harness::{self, Ending, Script};
use model::Model;
use program::{Board, FILES, Op};

/// Programs that are tried, without RING3_CASES.
const CASES: u32 = 40;
/// The same programs each time.
const SEED: [u8; 32] = *b"nothing is lost, wherever it was";
/// Steps of the kernel after which a program is taken to hang.
const MOST_STEPS: u32 = 200_000;
/// One of so many machines is checked after each step.
const STEPPED: u32 = 4;

fn settings(machine: &Board) -> String {
    let frames = machine.frames.map_or(String::new(), |frames| format!("frames = {frames}, "));
    let seed = machine.seed.map_or(String::new(), |seed| format!("seed = {seed}, "));
    let Board { swap, ram, policy, device, quantum, .. } = machine;
    format!(
        "machine {{ ram = {ram} * 4096, {frames}swap = {swap}, swap_device = {device}, replacement = {policy}, \
         {seed}quantum = {quantum} }}"
    )
}

/// Runs a script step by step; counts agree after each step, or at the end.
fn run(script: &Script, each_step: bool) -> Result<(), String> {
    let mut machine = Machine::start(&script.compiled, &script.options).map_err(|error| error.to_string())?;
    let mut text = String::new();
    for step in 0..MOST_STEPS {
        let came = machine.kernel_mut().step();
        for output in std::mem::take(&mut machine.kernel_mut().output) {
            text.push_str(&String::from_utf8_lossy(&output.bytes));
        }
        let over = came != Step::Ran;
        if each_step || over {
            machine.kernel().state().check().map_err(|why| format!("after step {step}: {why}"))?;
        }
        match came {
            Step::Ran => {}
            Step::Ended(Outcome::Exited { status: 0 }) => return Ok(()),
            Step::NeedsInput => return Err("it waits for input".to_owned()),
            Step::Ended(outcome) => {
                let (reports, told) = (report::reports(&machine, false), report::outcome(&machine, &outcome, false));
                return Err(format!("{}\n{text}\n{reports}\n{told}", Ending::of(&outcome)));
            }
        }
    }
    Err(format!("it has not ended after {MOST_STEPS} steps and {} instructions", machine.kernel().steps))
}

fn check(on: &Board, ops: &[Op]) -> Result<(), String> {
    let text = Model::script(&settings(on), on.large, on.locked, ops);
    let tried = catch_unwind(AssertUnwindSafe(|| {
        let mut script = harness::compile("lost.r3".to_owned(), text.clone());
        script.options.files = vec![(FILES[1].to_owned(), model::given())];
        run(&script, on.swap.is_multiple_of(STEPPED))
    }));
    let panicked = |panic: Box<dyn std::any::Any + Send>| {
        Err(panic.downcast_ref::<String>().cloned().unwrap_or_else(|| "it panicked".to_owned()))
    };
    tried.unwrap_or_else(panicked).map_err(|why| format!("{why}\n--- the script\n{text}"))
}

#[test]
fn every_byte_that_is_read_is_the_byte_that_was_written() {
    #[expect(clippy::disallowed_methods, reason = "more cases are asked for from outside")]
    let cases = std::env::var("RING3_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(CASES);
    #[expect(clippy::disallowed_methods, reason = "other cases are asked for from outside")]
    let other = std::env::var("RING3_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(0_u8);
    let mut seed = SEED;
    seed[0] ^= other;
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4000,
        max_shrink_time: 60_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let tried = runner
        .run(&(program::machine(), program::program()), |(on, ops)| check(&on, &ops).map_err(TestCaseError::fail));
    if let Err(error) = tried {
        panic!("{error}");
    }
}
