//! The loop: one flat match over the instructions, in the order of the table in `abi::op`.

#![expect(unsafe_code, reason = "text, windows and the fastmap are read through host pointers")]

use smallvec::SmallVec;

use crate::abi::op::{Op, SLOT_ARGS, SLOT_CALLER, SLOT_RETURN, callee_sp, is_window};
use crate::base::units::PAGE_SIZE;
use crate::machine::exec::atomic;
use crate::machine::exec::core::{Core, Hot, LOAD, STORE};
use crate::machine::fastmap::Use;
use crate::machine::trap::Trap;

/// What each byte stands for. Illegal ones become the instruction that is illegal on purpose.
static OPS: [Op; 256] = {
    let mut ops = [Op::Ud2; 256];
    let mut byte = 0;
    while byte < 256 {
        if let Some(op) = Op::from_byte(byte as u8) {
            ops[byte] = op;
        }
        byte += 1;
    }
    ops
};

/// Whether a page offset in host memory is within the page.
#[inline(always)]
const fn in_page(offset: usize) -> bool {
    offset < PAGE_SIZE as usize
}

/// Runs until a trap; `MEM` if stores are recorded. Gives the trap and how many instructions were executed.
#[expect(clippy::cognitive_complexity, reason = "a flat match over all instructions")]
pub(super) fn interpret<const MEM: bool>(core: &mut Core) -> (Trap, u64) {
    // Each in a variable of its own: a struct would stay in memory.
    let begun = match core.enter() {
        Ok(hot) => hot,
        Err(trap) => return core.leave_at_once(trap),
    };
    let Hot { mut pc, mut stop, mut limit, mut window, mut sp, mut text, mut text_page, mut view, mut accesses } =
        begun;
    /// The variables as slow paths take them.
    macro_rules! pack {
        () => {
            Hot { pc, stop, limit, window, sp, text, text_page, view, accesses }
        };
    }
    /// The variables as a slow path gives them back.
    macro_rules! unpack {
        ($hot:expr) => {
            Hot { pc, stop, limit, window, sp, text, text_page, view, accesses } = $hot
        };
    }
    loop {
        if pc as usize >= stop {
            let (next, result) = next_page(core, pack!());
            unpack!(next);
            if let Err((trap, moment)) = result {
                return core.leave_at(&pack!(), trap, moment);
            }
        }
        // SAFETY: pc is a multiple of 8 within the text page: it is below `stop`, and jumps check the page.
        let word = u64::from_le(unsafe { pc.cast::<u64>().read() });
        if MEM && core.pauses(&pack!(), word) {
            return core.leave(&pack!(), Trap::Timer);
        }
        let op = OPS[word as usize & 255];
        let (a, b, c) = (word >> 8 & 255, word >> 16 & 255, word >> 24 & 255);
        let imm = (word as i64 >> 32) as u64;

        /// The value of a slot.
        macro_rules! w {
            ($slot:expr) => {
                // SAFETY: a slot below 256 of a lawful window lies in its page.
                u64::from_le(unsafe { window.cast::<u64>().add($slot as usize).read() })
            };
        }
        /// Sets a slot.
        macro_rules! set {
            ($slot:expr, $value:expr) => {{
                let value: u64 = $value;
                if MEM {
                    unpack!(core.record_slot(pack!(), $slot, value));
                }
                // SAFETY: as for `w`; the window's page is this memory's alone.
                unsafe { window.cast::<u64>().add($slot as usize).write(value.to_le()) }
            }};
        }
        macro_rules! trap {
            ($trap:expr) => {
                return core.leave(&pack!(), $trap)
            };
        }
        /// Traps behind the instruction.
        macro_rules! trap_after {
            ($trap:expr) => {{
                let trap = $trap;
                pc = pc.wrapping_add(8);
                return core.leave(&pack!(), trap);
            }};
        }
        /// Takes what a slow path answers.
        macro_rules! slow {
            ($call:expr) => {{
                let (mended, result) = $call;
                unpack!(mended);
                match result {
                    Ok(value) => value,
                    Err(trap) => trap!(trap),
                }
            }};
        }
        /// Goes `imm` instructions on.
        macro_rules! jump {
            () => {{
                let by = (imm << 3) as usize;
                let target = pc.wrapping_add(by);
                if in_page((target as usize).wrapping_sub(text as usize)) {
                    pc = target;
                    limit = limit.wrapping_add(by).wrapping_sub(8);
                    stop = limit.min(text as usize + PAGE_SIZE as usize);
                } else {
                    let to = core.address(&pack!()).wrapping_add(by as u64);
                    let (next, result) = go_far(core, pack!(), to);
                    unpack!(next);
                    if let Err((trap, moment)) = result {
                        return core.leave_at(&pack!(), trap, moment);
                    }
                }
                continue;
            }};
        }
        macro_rules! jump_if {
            ($condition:expr) => {
                if $condition {
                    jump!()
                }
            };
        }
        macro_rules! load {
            ($int:ty, $address:expr) => {{
                let address: u64 = $address;
                const SIZE: u64 = size_of::<$int>() as u64;
                accesses += LOAD;
                // SAFETY: `core` borrows the fastmap.
                match unsafe { view.lookup(Use::Read, address, SIZE) } {
                    // SAFETY: the fastmap names the host memory of that page, and the access is aligned.
                    Some(host) => <$int>::from_le(unsafe { host.cast::<$int>().read() }),
                    None => slow!(core.load(pack!(), address, SIZE)) as $int,
                }
            }};
        }
        macro_rules! store {
            ($int:ty, $address:expr) => {{
                let address: u64 = $address;
                const SIZE: u64 = size_of::<$int>() as u64;
                let value = w!(a);
                accesses += STORE;
                // SAFETY: `core` borrows the fastmap.
                match unsafe { view.lookup(Use::Write, address, SIZE) } {
                    // SAFETY: as for `load`, and the page is this memory's alone.
                    Some(host) if !MEM => unsafe { host.cast::<$int>().write((value as $int).to_le()) },
                    Some(_) | None => slow!(core.store(pack!(), address, SIZE, value)),
                }
            }};
        }
        macro_rules! indexed {
            ($shift:literal) => {
                w!(b).wrapping_add(w!(c) << $shift).wrapping_add(imm)
            };
        }
        /// Enters the function at a virtual address, with `b` words from slot `a` on.
        macro_rules! call {
            ($target:expr) => {{
                let (next, result) = call_slowly(core, pack!(), $target, a, b);
                unpack!(next);
                match result {
                    Ok(None) => {}
                    Ok(Some(moment)) => return core.leave_at(&pack!(), Trap::Timer, moment),
                    Err(trap) => trap!(trap),
                }
                continue;
            }};
        }

        match op {
            Op::Nop | Op::Enter => {}
            Op::Call => {
                accesses += STORE;
                let by = (imm << 3) as usize;
                let target = pc.wrapping_add(by);
                let near = in_page((target as usize).wrapping_sub(text as usize));
                if MEM || !near || a + b > 256 {
                    call!(core.address(&pack!()).wrapping_add(by as u64));
                }
                // SAFETY: the target is a multiple of 8 in the text page.
                let enter = u64::from_le(unsafe { target.cast::<u64>().read() });
                let callee = callee_sp(sp, (enter >> 16) as u8, (enter >> 32) as u32);
                if enter as u8 != Op::Enter as u8 || b + 2 > enter >> 16 & 255 {
                    trap!(Trap::IllegalInstruction);
                }
                let below = if (callee ^ sp) < PAGE_SIZE {
                    window.wrapping_add(callee.wrapping_sub(sp) as usize)
                } else {
                    // SAFETY: `core` borrows the fastmap.
                    match unsafe { view.lookup(Use::Write, callee, 8) } {
                        Some(host) => host,
                        None => call!(core.address(&pack!()).wrapping_add(by as u64)),
                    }
                };
                let back = core.address(&pack!()).wrapping_add(8);
                // SAFETY: both windows are lawful, and their last slots, a + b - 1 and b + 1, are below 256.
                unsafe {
                    let (from, to) = (window.cast::<u64>().add(a as usize), below.cast::<u64>());
                    let to_args = to.add(SLOT_ARGS as usize);
                    if b > 0 {
                        to_args.write(from.read());
                    }
                    if b > 1 {
                        copy_words(from.add(1), to_args.add(1), b - 1);
                    }
                    to.add(SLOT_RETURN as usize).write(back.to_le());
                    to.add(SLOT_CALLER as usize).write(sp.to_le());
                }
                window = below;
                sp = callee;
                pc = target.wrapping_add(8);
                limit = limit.wrapping_add(by);
                stop = limit.min(text as usize + PAGE_SIZE as usize);
                continue;
            }
            Op::CallIndirect => {
                accesses += STORE;
                call!(w!(c))
            }
            Op::Ret => {
                accesses += STORE;
                if b > 2 || a + b > 256 {
                    trap!(Trap::IllegalInstruction);
                }
                let (back, caller) = (w!(SLOT_RETURN), w!(SLOT_CALLER));
                let (rax, rdx) = (w!(a), if b == 2 { w!(a + 1) } else { core.registers.rdx });
                if !is_window(caller) {
                    trap!(Trap::GeneralProtection { address: caller });
                }
                if back & 7 != 0 {
                    trap!(Trap::GeneralProtection { address: back });
                }
                if (caller ^ sp) < PAGE_SIZE {
                    window = window.wrapping_add(caller.wrapping_sub(sp) as usize);
                    sp = caller;
                // SAFETY: `core` borrows the fastmap.
                } else if let Some(host) = unsafe { view.lookup(Use::Write, caller, 8) } {
                    window = host;
                    sp = caller;
                } else {
                    slow!(change_window(core, pack!(), caller));
                }
                if b > 0 {
                    core.registers.rax = rax;
                    core.registers.rdx = rdx;
                }
                let offset = back.wrapping_sub(text_page) as usize;
                if in_page(offset) {
                    let target = text.wrapping_add(offset);
                    limit = limit.wrapping_add(target as usize).wrapping_sub(pc as usize + 8);
                    pc = target;
                    stop = limit.min(text as usize + PAGE_SIZE as usize);
                } else {
                    let (next, result) = go_far(core, pack!(), back);
                    unpack!(next);
                    if let Err((trap, moment)) = result {
                        return core.leave_at(&pack!(), trap, moment);
                    }
                }
                continue;
            }
            Op::Result => {
                if b == 2 && a == 255 {
                    trap!(Trap::IllegalInstruction);
                }
                set!(a, core.registers.rax);
                if b == 2 {
                    set!(a + 1, core.registers.rdx);
                }
            }
            Op::Jmp => jump!(),
            Op::Jnz => jump_if!(w!(a) != 0),
            Op::Jz => jump_if!(w!(a) == 0),
            Op::Jeq => jump_if!(w!(a) == w!(b)),
            Op::Jne => jump_if!(w!(a) != w!(b)),
            Op::Jlt => jump_if!((w!(a) as i64) < w!(b) as i64),
            Op::Jle => jump_if!(w!(a) as i64 <= w!(b) as i64),
            Op::Jltu => jump_if!(w!(a) < w!(b)),
            Op::Jleu => jump_if!(w!(a) <= w!(b)),
            Op::JeqI => jump_if!(w!(a) as i64 == constant(word)),
            Op::JneI => jump_if!(w!(a) as i64 != constant(word)),
            Op::JltI => jump_if!((w!(a) as i64) < constant(word)),
            Op::JleI => jump_if!(w!(a) as i64 <= constant(word)),
            Op::JgtI => jump_if!(w!(a) as i64 > constant(word)),
            Op::JgeI => jump_if!(w!(a) as i64 >= constant(word)),
            Op::Loop => {
                let next = w!(a).wrapping_add(1);
                set!(a, next);
                jump_if!((next as i64) < w!(b) as i64);
            }
            Op::Mov => set!(a, w!(b)),
            Op::LoadI => set!(a, imm),
            Op::LoadHi => set!(a, w!(a) & 0xffff_ffff | imm << 32),
            Op::Local => set!(a, sp.wrapping_add(imm)),
            Op::Add => set!(a, w!(b).wrapping_add(w!(c))),
            Op::Sub => set!(a, w!(b).wrapping_sub(w!(c))),
            Op::Mul => set!(a, w!(b).wrapping_mul(w!(c))),
            Op::Div => match (w!(b) as i64).checked_div(w!(c) as i64) {
                Some(value) => set!(a, value as u64),
                None => trap!(Trap::DivideError),
            },
            Op::Rem => match (w!(b) as i64).checked_rem(w!(c) as i64) {
                Some(value) => set!(a, value as u64),
                None => trap!(Trap::DivideError),
            },
            Op::DivU => match w!(b).checked_div(w!(c)) {
                Some(value) => set!(a, value),
                None => trap!(Trap::DivideError),
            },
            Op::RemU => match w!(b).checked_rem(w!(c)) {
                Some(value) => set!(a, value),
                None => trap!(Trap::DivideError),
            },
            Op::And => set!(a, w!(b) & w!(c)),
            Op::Or => set!(a, w!(b) | w!(c)),
            Op::Xor => set!(a, w!(b) ^ w!(c)),
            Op::AndNot => set!(a, w!(b) & !w!(c)),
            Op::Shl => set!(a, w!(b) << (w!(c) & 63)),
            Op::Shr => set!(a, w!(b) >> (w!(c) & 63)),
            Op::Sar => set!(a, (w!(b) as i64 >> (w!(c) & 63)) as u64),
            Op::Neg => set!(a, w!(b).wrapping_neg()),
            Op::Not => set!(a, !w!(b)),
            Op::LogicNot => set!(a, u64::from(w!(b) == 0)),
            Op::AddI => set!(a, w!(b).wrapping_add(imm)),
            Op::MulI => set!(a, w!(b).wrapping_mul(imm)),
            Op::AndI => set!(a, w!(b) & imm),
            Op::OrI => set!(a, w!(b) | imm),
            Op::XorI => set!(a, w!(b) ^ imm),
            Op::ShlI => set!(a, w!(b) << (imm & 63)),
            Op::ShrI => set!(a, w!(b) >> (imm & 63)),
            Op::SarI => set!(a, (w!(b) as i64 >> (imm & 63)) as u64),
            Op::Seq => set!(a, u64::from(w!(b) == w!(c))),
            Op::Sne => set!(a, u64::from(w!(b) != w!(c))),
            Op::Slt => set!(a, u64::from((w!(b) as i64) < w!(c) as i64)),
            Op::Sle => set!(a, u64::from(w!(b) as i64 <= w!(c) as i64)),
            Op::Sltu => set!(a, u64::from(w!(b) < w!(c))),
            Op::Sleu => set!(a, u64::from(w!(b) <= w!(c))),
            Op::Zx8 => set!(a, w!(b) & 0xff),
            Op::Zx16 => set!(a, w!(b) & 0xffff),
            Op::Zx32 => set!(a, w!(b) & 0xffff_ffff),
            Op::Sx32 => set!(a, w!(b) as i32 as u64),
            Op::Ld8 => set!(a, u64::from(load!(u8, w!(b).wrapping_add(imm)))),
            Op::Ld16 => set!(a, u64::from(load!(u16, w!(b).wrapping_add(imm)))),
            Op::Ld32 => set!(a, u64::from(load!(u32, w!(b).wrapping_add(imm)))),
            Op::Ld32s => set!(a, load!(u32, w!(b).wrapping_add(imm)) as i32 as u64),
            Op::Ld64 => set!(a, load!(u64, w!(b).wrapping_add(imm))),
            Op::St8 => store!(u8, w!(b).wrapping_add(imm)),
            Op::St16 => store!(u16, w!(b).wrapping_add(imm)),
            Op::St32 => store!(u32, w!(b).wrapping_add(imm)),
            Op::St64 => store!(u64, w!(b).wrapping_add(imm)),
            Op::LdX8 => set!(a, u64::from(load!(u8, indexed!(0)))),
            Op::LdX16 => set!(a, u64::from(load!(u16, indexed!(1)))),
            Op::LdX32 => set!(a, u64::from(load!(u32, indexed!(2)))),
            Op::LdX32s => set!(a, load!(u32, indexed!(2)) as i32 as u64),
            Op::LdX64 => set!(a, load!(u64, indexed!(3))),
            Op::StX8 => store!(u8, indexed!(0)),
            Op::StX16 => store!(u16, indexed!(1)),
            Op::StX32 => store!(u32, indexed!(2)),
            Op::StX64 => store!(u64, indexed!(3)),
            Op::LdA8 => set!(a, u64::from(load!(u8, word >> 32))),
            Op::LdA16 => set!(a, u64::from(load!(u16, word >> 32))),
            Op::LdA32 => set!(a, u64::from(load!(u32, word >> 32))),
            Op::LdA32s => set!(a, load!(u32, word >> 32) as i32 as u64),
            Op::LdA64 => set!(a, load!(u64, word >> 32)),
            Op::StA8 => store!(u8, word >> 32),
            Op::StA16 => store!(u16, word >> 32),
            Op::StA32 => store!(u32, word >> 32),
            Op::StA64 => store!(u64, word >> 32),
            Op::Copy | Op::Zero => {
                if imm > PAGE_SIZE {
                    trap!(Trap::IllegalInstruction);
                }
                if op == Op::Copy {
                    slow!(core.copy(pack!(), w!(a), w!(b), imm as usize));
                } else {
                    slow!(core.zero(pack!(), w!(a), imm as usize));
                }
                let extra = (imm / 64).min(core.remaining(&pack!()) - 1);
                limit = limit.wrapping_sub(8 * extra as usize);
                stop = limit.min(text as usize + PAGE_SIZE as usize);
            }
            Op::AtomicLoad
            | Op::AtomicStore
            | Op::AtomicSwap
            | Op::AtomicAdd
            | Op::AtomicAnd
            | Op::AtomicOr
            | Op::AtomicXor
            | Op::CompareExchange => {
                let (address, usage) = (w!(b), if op == Op::AtomicLoad { Use::Read } else { Use::Write });
                accesses += if op == Op::AtomicLoad { LOAD } else { STORE };
                let known = if !MEM && matches!(imm, 1 | 4 | 8) {
                    // SAFETY: `core` borrows the fastmap.
                    unsafe { view.lookup(usage, address, imm) }
                } else {
                    None
                };
                let operands = [w!(a), w!(c)];
                let old = match known {
                    // SAFETY: as for `load` and `store`.
                    Some(host) => unsafe { atomic::access(op, host, imm, operands) },
                    None => slow!(core.atomic(pack!(), op, address, imm, operands)),
                };
                if op != Op::AtomicStore {
                    set!(a, old);
                }
            }
            Op::Fence => {}
            Op::Tls => set!(a, core.registers.tls),
            Op::LockNote => {
                if core.bus.recorder.is_on() {
                    core.lock_note(&pack!(), w!(a), w!(b), imm);
                } else if atomic::lock_act(imm).is_some() {
                    core.bus.recorder.pass_over();
                }
            }
            Op::Syscall => {
                if b > 6 || a + b > 255 {
                    trap!(Trap::IllegalInstruction);
                }
                let mut args = [0; 6];
                for (slot, arg) in (a + 1..=a + b).zip(&mut args) {
                    *arg = w!(slot);
                }
                core.registers.args = args;
                trap_after!(Trap::Syscall { nr: w!(a) });
            }
            Op::Mark => trap_after!(Trap::Mark { address: w!(a), len: w!(b) }),
            Op::Choose => trap_after!(Trap::Choose { options: w!(a) }),
            Op::Ud2 => trap!(Trap::IllegalInstruction),
        }
        pc = pc.wrapping_add(8);
    }
}

/// The number in `b` and `c`.
#[inline(always)]
const fn constant(word: u64) -> i64 {
    (word >> 16) as i16 as i64
}

/// Copies argument words; apart from the loop, where an unrolled copy would cost each call more than it saves a few.
///
/// # Safety
///
/// Both places are aligned, and good for so many words.
#[inline(never)]
unsafe fn copy_words(from: *const u64, to: *mut u64, words: u64) {
    for i in 0..words as usize {
        // SAFETY: the caller vouches for the words.
        unsafe { to.add(i).write(from.add(i).read()) }
    }
}

/// A trap, and where and when the run stops for it.
type Stopped = Result<(), (Trap, (u64, u64))>;

/// Goes on where the page or the budget ends.
#[cold]
#[inline(never)]
fn next_page(core: &mut Core, mut hot: Hot) -> (Hot, Stopped) {
    let (moment, left) = (core.moment(&hot), core.remaining(&hot));
    let result = arrive(core, &mut hot, moment, left);
    (hot, result)
}

/// Does a jump to another page: the instruction at hand is done, and what fails is the next one.
#[inline(never)]
fn go_far(core: &mut Core, mut hot: Hot, to: u64) -> (Hot, Stopped) {
    let ((executed, _), left) = (core.moment(&hot), core.remaining(&hot));
    let result = arrive(core, &mut hot, (executed + 1, to), left - 1);
    (hot, result)
}

/// Comes to an instruction of another page, if the budget has room for it.
fn arrive(core: &mut Core, hot: &mut Hot, moment: (u64, u64), left: u64) -> Stopped {
    if left == 0 {
        return Err((Trap::Timer, moment));
    }
    core.fetch(hot, moment.1, left, moment).map_err(|trap| (trap, moment))
}

/// Enters the window at a lawful address of another page.
#[inline(never)]
fn change_window(core: &mut Core, mut hot: Hot, sp: u64) -> (Hot, Result<(), Trap>) {
    let moment = core.moment(&hot);
    let result = core.enter_window(&mut hot, sp, moment);
    (hot, result)
}

/// A call in full: any page, any window, recorded if it must be. `Some` tells where the budget ended behind it.
#[inline(never)]
fn call_slowly(core: &mut Core, hot: Hot, target: u64, a: u64, b: u64) -> (Hot, Result<Option<(u64, u64)>, Trap>) {
    let mut called = hot;
    match try_call(core, &mut called, target, (a, b)) {
        Ok(end) => (called, Ok(end)),
        // The run ends at the call: of `hot` only the numbers are asked, which are as they were.
        Err(trap) => (hot, Err(trap)),
    }
}

/// All that may fault comes before the first effect: the function's text, then its window. As on the fast path, the MMU
/// is not asked for a page that is at hand: recording must not change what the TLB holds.
fn try_call(core: &mut Core, hot: &mut Hot, target: u64, (a, b): (u64, u64)) -> Result<Option<(u64, u64)>, Trap> {
    let (moment, left) = (core.moment(hot), core.remaining(hot));
    if a + b > 256 {
        return Err(Trap::IllegalInstruction);
    }
    if target & 7 != 0 {
        return Err(Trap::GeneralProtection { address: target });
    }
    // SAFETY: slots below 256 of a lawful window lie in its page, which stays where it is.
    let slot = |slot| u64::from_le(unsafe { hot.window.cast::<u64>().add(slot as usize).read() });
    let words: SmallVec<[u64; 8]> = (a..a + b).map(slot).collect();
    let offset = target.wrapping_sub(hot.text_page) as usize;
    if in_page(offset) {
        hot.pc = hot.text.wrapping_add(offset);
        hot.limit = (hot.pc as usize).wrapping_add(8 * left as usize);
        hot.set_stop();
    } else {
        core.fetch(hot, target, left, moment)?;
    }
    // SAFETY: pc lies in the text page, and is a multiple of 8.
    let enter = u64::from_le(unsafe { hot.pc.cast::<u64>().read() });
    if enter as u8 != Op::Enter as u8 || b + 2 > enter >> 16 & 255 {
        return Err(Trap::IllegalInstruction);
    }
    let (back, caller) = (moment.1.wrapping_add(8), hot.sp);
    let callee = callee_sp(caller, (enter >> 16) as u8, (enter >> 32) as u32);
    if (callee ^ caller) < PAGE_SIZE {
        core.stamp(moment);
        hot.window = hot.window.wrapping_add(callee.wrapping_sub(caller) as usize);
        hot.sp = callee;
    } else {
        core.enter_window(hot, callee, moment)?;
    }
    for (slot, &word) in [back, caller].iter().chain(&words).enumerate() {
        if core.bus.recorder.wants_mem() {
            core.set_slot(hot, slot as u64, word);
        }
        // SAFETY: the function has at least `b + 2` slots, and a lawful window's page is this memory's alone.
        unsafe { hot.window.cast::<u64>().add(slot).write(word.to_le()) }
    }
    if left == 1 {
        return Ok(Some((moment.0 + 1, target.wrapping_add(8))));
    }
    hot.pc = hot.pc.wrapping_add(8);
    hot.limit = (hot.pc as usize).wrapping_add(8 * (left - 1) as usize);
    hot.set_stop();
    Ok(None)
}
