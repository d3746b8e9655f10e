//! Every script of `tests/suite` ends as its header says, and does what the snapshot beside it holds.

use crate::harness::{Script, for_each, suite};

#[test]
fn scripts_do_what_their_snapshots_hold() {
    for_each(suite(), Script::check);
}
