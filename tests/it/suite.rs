//! Every script of `tests/suite` ends as its header says, and does what the snapshot beside it holds.

use crate::harness::{Ending, for_each, suite};

#[test]
fn scripts_do_what_their_snapshots_hold() {
    for_each(suite(), |script| {
        let finished = script.run_as_told();
        let account = script.account(&finished);
        let ending = Ending::of(&finished.outcome);
        if ending != script.expected {
            return Err(format!("{ending}, not {}:\n{account}", script.expected));
        }
        script.assert_snapshot(&account);
        Ok(())
    });
}
