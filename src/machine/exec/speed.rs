//! How fast the executor is: three programs, to be held against the same in Lua 5.4.

use super::rig::{Rig, answer, arithmetic, fib, sieve, start};
use crate::trace::recorder::Recording;

#[test]
#[ignore = "measures time; run alone, in release"]
fn of_three_programs() {
    for (name, text, pages) in
        [("fib(32)", fib(32), 0), ("50 M turns", arithmetic(50_000_000), 0), ("sieve 5 MB", sieve(5_000_000), 1221)]
    {
        let mut rig = Rig::with(&text, pages, Recording::Off);
        #[expect(clippy::disallowed_types, reason = "the host's time is what is measured")]
        let start_time = std::time::Instant::now();
        let exit = rig.run(&mut start(), u64::MAX);
        let seconds = start_time.elapsed().as_secs_f64();
        let per_second = exit.executed as f64 / seconds / 1e6;
        println!("{name}: {} in {seconds:.3} s, {per_second:.0} M instructions/s", answer(exit));
    }
}
