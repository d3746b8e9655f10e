//! Tests of the hash: taken back, in another order, and counted anew.

use super::*;
use crate::base::ids::{MmId, Pid, Tid};
use crate::base::units::Ns;
use crate::trace::value::Position;

const DATA: FrameUse = FrameUse { kind: FrameKind::File, owner: 3, index: 0 };

/// A state with some memory, tasks and areas, and the hash that followed it from the start.
fn followed(changes: &[Change]) -> (State, StateHash) {
    let mut state = State::new(1, 16);
    let mut hash = StateHash::new(&state);
    for change in changes {
        state.apply(change, &Arena::default());
        hash.follow(change, &Arena::default());
    }
    (state, hash)
}

fn frame(number: u32, usage: FrameUse) -> Change {
    Change::Frame { frame: Frame(number), from: None, to: Some(usage) }
}

fn task(tid: u32) -> [Change; 2] {
    let tid = Tid(tid);
    let to = Position { pc: 0x40_0000, sp: 0x7fff_0000 };
    [Change::Task { tid, from: false, to: true }, Change::Position { tid, from: Position::default(), to }]
}

fn word(number: u32, offset: u16, len: u8, from: u64, to: u64) -> Change {
    Change::Word { frame: Frame(number), offset, len, from, to }
}

#[test]
fn what_is_taken_back_leaves_no_trace() {
    let start = [frame(1, DATA), word(1, 8, 8, 0, 77)];
    let (mut state, mut hash) = followed(&start);
    let (moment, key) = (hash.moment(), hash.key(&state, 0));
    let more = [word(1, 8, 8, 77, 5), frame(2, DATA), word(2, 8, 4, 0, 1), task(4)[0], task(4)[1]];
    for change in &more {
        state.apply(change, &Arena::default());
        hash.follow(change, &Arena::default());
    }
    assert_ne!(hash.key(&state, 0), key);
    let mut inverted = hash.clone();
    for change in more.iter().rev() {
        state.apply(&change.inverse(), &Arena::default());
        inverted.follow(&change.inverse(), &Arena::default());
    }
    hash.rewind(moment);
    assert_eq!((hash.key(&state, 0), inverted.key(&state, 0)), (key, key));
}

#[test]
fn the_order_does_not_matter() {
    let a = [frame(1, DATA), word(1, 0, 8, 0, 7), word(1, 100, 1, 0, 9)];
    let b = [frame(1, DATA), word(1, 100, 1, 0, 9), word(1, 0, 8, 0, 7)];
    assert_eq!(followed(&a).1.sum(), followed(&b).1.sum());
    let clock = Change::Clock { cpu: CpuId(0), from: Ns(0), to: Ns(9) };
    assert_eq!(followed(&[&a[..], &[clock]].concat()).1.sum(), followed(&b).1.sum());
}

#[test]
fn frames_are_known_by_their_use() {
    let other = FrameUse { kind: FrameKind::Anon, owner: 1, index: 0x400 };
    let a = [frame(1, DATA), frame(2, other), word(1, 0, 8, 0, 7), word(2, 0, 8, 0, 8)];
    let b = [frame(1, other), frame(2, DATA), word(2, 0, 8, 0, 7), word(1, 0, 8, 0, 8)];
    let c = [frame(1, DATA), frame(2, other), word(1, 0, 8, 0, 8), word(2, 0, 8, 0, 7)];
    assert_eq!(followed(&a).1.sum(), followed(&b).1.sum());
    assert_ne!(followed(&a).1.sum(), followed(&c).1.sum());
    // Two of the same use are told apart.
    let twice = |x, y| followed(&[frame(1, other), frame(2, other), word(1, 0, 8, 0, x), word(2, 0, 8, 0, y)]).1.sum();
    assert_ne!(twice(1, 2), twice(2, 1));
}

#[test]
fn stores_of_any_size_count_the_same() {
    let whole = followed(&[frame(1, DATA), word(1, 16, 8, 0, 0x0807_0605_0403_0201)]).1.sum();
    let bytes: Vec<Change> = (0..8).map(|byte| word(1, 16 + byte, 1, 0, u64::from(byte) + 1)).collect();
    assert_eq!(followed(&[&[frame(1, DATA)], &bytes[..]].concat()).1.sum(), whole);
    let askew = [frame(1, DATA), word(1, 13, 8, 0, 0x0504_0302_0100_0000), word(1, 21, 2, 0, 0x0706)];
    let upper = [frame(1, DATA), word(1, 16, 5, 0, 0x05_0403_0201), word(1, 21, 2, 0, 0x0706)];
    assert_ne!(followed(&askew).1.sum(), whole);
    assert_ne!(followed(&upper).1.sum(), whole);
    let split = [frame(1, DATA), word(1, 12, 8, 0, 0x0403_0201_0000_0000), word(1, 20, 4, 0, 0x0807_0605)];
    assert_eq!(followed(&split).1.sum(), whole);
}

#[test]
fn a_count_of_the_whole_agrees() {
    let mm = MmId(0);
    let changes = [
        frame(1, DATA),
        word(1, 40, 8, 0, 123),
        task(4)[0],
        task(4)[1],
        Change::Mm { mm, from: false, to: true },
        Change::MmField { mm, field: MmField::Brk, from: 0, to: 0x50_0000 },
        Change::Process { pid: Pid(4), from: false, to: true },
        Change::Parent { pid: Pid(4), from: Pid(0), to: Pid(1) },
        Change::Pipe { pipe: crate::base::ids::PipeId(0), from: false, to: true },
        Change::Group { pid: Pid(4), from: Pid(0), to: Pid(4) },
    ];
    let (state, hash) = followed(&changes);
    assert_eq!(hash.recount(&state), hash.sum());
    let more = word(1, 40, 8, 123, 124);
    let (mut changed, mut after) = (state, hash.clone());
    changed.apply(&more, &Arena::default());
    assert_ne!(after.recount(&changed), hash.sum());
    after.follow(&more, &Arena::default());
    assert_eq!(after.recount(&changed), after.sum());
}
