//! Traps: what the kernel does when user code stops, and how a task goes back to user mode.

use crate::abi::flags::{FPE_INTDIV, ILL_ILLOPN, SI_KERNEL};
use crate::abi::signal::Signal;
use crate::base::ids::Tid;
use crate::base::units::Vaddr;
use crate::kernel::core::Kernel;
use crate::kernel::mm::reclaim::{self, kswapd};
use crate::kernel::mm::replacement::touched;
use crate::kernel::mm::{self, Served};
use crate::kernel::outcome::Misdeed;
use crate::kernel::sched::interleave;
use crate::kernel::signal;
use crate::kernel::state::Task;
use crate::kernel::stop::Stop;
use crate::kernel::syscall;
use crate::kernel::task::backtrace::own_place;
use crate::machine::clock;
use crate::machine::exec::{self, Registers};
use crate::machine::trap::Trap;
use crate::trace::event::{Cause, Change, Note, Question};
use crate::trace::value::{MmField, Mode, Position, Resume, Returned, TaskState};

/// Vectors of the processor's exceptions (Intel SDM vol. 3, 6.3.1).
const VECTOR_DIVIDE: u8 = 0;
const VECTOR_ILLEGAL: u8 = 6;
const VECTOR_PROTECTION: u8 = 13;

/// Instructions after which user code is interrupted at the latest, so that whoever runs the machine can stop it.
const MAX_BUDGET: u64 = 1 << 24;

/// The same, while each access is written down.
const LOGGED_BUDGET: u64 = 1 << 16;

/// How much of a mark is kept.
const MARK_BYTES: u64 = 256;

/// Lets the current task execute until it traps, and serves the trap, which it gives back; none if a call of it went
/// on. `begins` is of use where tasks interleave: whether there is no pause before the first instruction.
pub fn run_task(kernel: &mut Kernel, begins: bool) -> Option<Trap> {
    let tid = kernel.current();
    let mut trap = None;
    match kernel.state().task(tid).resume {
        Resume::Syscall => {
            kernel.set_resume(tid, Resume::User);
            resume_call(kernel, tid);
        }
        Resume::Kernel => kswapd::work(kernel),
        // What came while it waited for the CPU or the disk is taken before it is in user mode again.
        Resume::User | Resume::Fault if signal::is_pending(kernel, tid) => {
            kernel.set_resume(tid, Resume::User);
            let pc = place(kernel, tid, kernel.state().task(tid).position.pc);
            kernel.act(tid, pc, Cause::Program);
        }
        Resume::User | Resume::Fault => {
            kernel.set_resume(tid, Resume::User);
            let mut registers = registers(kernel.state().task(tid));
            let ended = execute(kernel, tid, &mut registers, begins);
            serve(kernel, tid, ended, registers.args);
            trap = Some(ended);
        }
    }
    leave(kernel, tid);
    trap
}

/// The registers of a task that is about to execute.
fn registers(task: &Task) -> Registers {
    let Position { pc, sp } = task.position;
    let Returned { rax, rdx } = task.returned;
    Registers { pc, sp, rax, rdx, tls: task.tls, args: [0; 6] }
}

/// User mode: from leaving the kernel to the next trap.
fn execute(kernel: &mut Kernel, tid: Tid, registers: &mut Registers, begins: bool) -> Trap {
    let task = kernel.state().task(tid);
    let slice = task.slice;
    let mm = task.mm;
    let budget = budget(kernel, slice);
    let from = place(kernel, tid, registers.pc);
    kernel.act(tid, from, Cause::Program);
    enter_mode(kernel, Mode::User);
    let watched = mm.filter(|_| kernel.races.is_some());
    let program = watched.map_or(0, |mm| kernel.state().mm(mm).field(MmField::Exe) as u32);
    if let Some(races) = &mut kernel.races {
        races.set_program(program);
    }
    let (exit, counts) = if kernel.config.interleave {
        let pause = interleave::pause(kernel, tid);
        kernel.with_bus(|bus| (exec::run_to_pause(bus, registers, budget, pause, begins), bus.tlb_used))
    } else {
        kernel.with_bus(|bus| (exec::run(bus, registers, budget), bus.tlb_used))
    };
    kernel.steps += exit.executed;
    touched::take_in(kernel);
    kernel.settle_clock();
    kernel.note(Note::TlbUsed { counts });
    kernel.set_position(tid, Position { pc: registers.pc, sp: registers.sp });
    let at = place(kernel, tid, pc_of(&exit.trap, registers.pc));
    kernel.act(tid, at, Cause::Program);
    kernel.set_returned(tid, Returned { rax: registers.rax, rdx: registers.rdx });
    if !kernel.config.interleave {
        kernel.set_slice(tid, slice.saturating_sub(exit.executed));
    }
    enter_mode(kernel, Mode::Kernel);
    if exit.executed > 0 {
        reclaim::unpin(kernel);
    }
    touched::touch_running(kernel);
    exit.trap
}

/// How many instructions a task may execute: until its slice, the next timer or the run's limit is reached.
fn budget(kernel: &Kernel, slice: u64) -> u64 {
    let limit = kernel.config.max_steps.map_or(u64::MAX, |limit| limit.saturating_sub(kernel.steps));
    // A log of accesses is taken in before it grows large.
    let limit = if kernel.touches.is_some() { limit.min(LOGGED_BUDGET) } else { limit };
    if kernel.config.interleave {
        return kernel.config.quantum.min(limit).clamp(1, MAX_BUDGET);
    }
    let timer =
        kernel.next_timer().map_or(u64::MAX, |at| at.0.saturating_sub(kernel.now().0).div_ceil(clock::INSTRUCTION));
    slice.min(timer).min(limit).clamp(1, MAX_BUDGET)
}

/// A mode switch: time spent so far belongs to the mode that is left.
fn enter_mode(kernel: &mut Kernel, to: Mode) {
    let cpu = kernel.cpu();
    kernel.settle_clock();
    let from = kernel.state().hardware.cpus[cpu.index()].mode;
    if from != to {
        kernel.commit(Change::Mode { cpu, from, to });
    }
}

/// The address of the instruction that trapped: after some traps the pc is behind it.
fn pc_of(trap: &Trap, pc: u64) -> u64 {
    match trap {
        Trap::Syscall { .. } | Trap::Mark { .. } | Trap::Choose { .. } => pc.wrapping_sub(8),
        Trap::PageFault { .. }
        | Trap::GeneralProtection { .. }
        | Trap::DivideError
        | Trap::IllegalInstruction
        | Trap::Timer => pc,
    }
}

/// Where events are told to happen: at the program's own line. Nobody asks while nothing is recorded.
fn place(kernel: &mut Kernel, tid: Tid, trapped: u64) -> u64 {
    if kernel.recorder().is_on() { own_place(kernel, tid, trapped) } else { trapped }
}

fn serve(kernel: &mut Kernel, tid: Tid, trap: Trap, args: [u64; 6]) {
    match trap {
        Trap::Syscall { nr } => enter_call(kernel, tid, nr, args),
        Trap::PageFault { address, code } => page_fault(kernel, tid, address, code),
        Trap::GeneralProtection { address } => {
            kernel.note(Note::Exception { vector: VECTOR_PROTECTION });
            signal::force(kernel, Signal::SIGSEGV, SI_KERNEL, 0, Misdeed::Protection { address });
        }
        Trap::DivideError => {
            kernel.note(Note::Exception { vector: VECTOR_DIVIDE });
            let pc = kernel.state().task(tid).position.pc;
            signal::force(kernel, Signal::SIGFPE, FPE_INTDIV, pc, Misdeed::Divide);
        }
        Trap::IllegalInstruction => {
            kernel.note(Note::Exception { vector: VECTOR_ILLEGAL });
            let word = instruction_word(kernel, tid);
            let pc = kernel.state().task(tid).position.pc;
            signal::force(kernel, Signal::SIGILL, ILL_ILLOPN, pc, Misdeed::Illegal { word });
        }
        Trap::Timer => timer(kernel, tid),
        Trap::Mark { address, len } => mark(kernel, tid, address, len),
        Trap::Choose { options } => {
            let options = options.min(u64::from(u32::MAX)) as u32;
            let answer = kernel.choose(Question::Script, options);
            kernel.set_returned(tid, Returned { rax: u64::from(answer), rdx: 0 });
        }
    }
}

/// A timer interrupt: a timer of the kernel is due, or the slice is over.
fn timer(kernel: &mut Kernel, tid: Tid) {
    if kernel.config.interleave {
        return;
    }
    let _ = kernel.fire_timers();
    if kernel.state().task(tid).slice == 0 {
        kernel.note(Note::Tick);
        kernel.tick();
    }
}

fn page_fault(kernel: &mut Kernel, tid: Tid, address: u64, code: u8) {
    kernel.note(Note::Fault { address, code });
    kernel.act_because(Cause::Fault(tid));
    kernel.charge(clock::FAULT_ENTRY);
    let space = kernel.current_mm();
    match mm::fault(kernel, space, Vaddr(address), code) {
        Served::Mapped => kernel.charge(clock::FAULT_EXIT),
        Served::Sleeps => kernel.set_resume(tid, Resume::Fault),
        Served::Refused { si_code } => {
            let misdeed = mm::explain(kernel.state(), space, Vaddr(address), code, kernel.stack_limit());
            signal::force(kernel, Signal::SIGSEGV, si_code, address, misdeed);
        }
        Served::PastEnd => {
            let misdeed = mm::explain(kernel.state(), space, Vaddr(address), code, kernel.stack_limit());
            signal::force(kernel, Signal::SIGBUS, mm::fault::BUS_ADRERR, address, misdeed);
        }
        // The OOM killer has ended this process.
        Served::NoMemory => {}
    }
}

/// The word at the pc, if it lies in a page that is there.
fn instruction_word(kernel: &Kernel, tid: Tid) -> Option<u64> {
    let task = kernel.state().task(tid);
    let mut word = [0; 8];
    let read = mm::remote_read(kernel.state(), task.mm?, task.position.pc, &mut word);
    (read == word.len()).then(|| u64::from_le_bytes(word))
}

/// A line of the script's own: its bytes are read as a call would read them.
fn mark(kernel: &mut Kernel, tid: Tid, address: u64, len: u64) {
    let mut text = vec![0; len.min(MARK_BYTES) as usize];
    match kernel.read_user(address, &mut text) {
        Ok(()) => {
            let text = kernel.keep(&text);
            kernel.note(Note::Mark { text });
        }
        Err(Stop::Sleeps) => {
            let Position { pc, sp } = kernel.state().task(tid).position;
            kernel.set_position(tid, Position { pc: pc.wrapping_sub(8), sp });
            kernel.set_resume(tid, Resume::Fault);
        }
        Err(Stop::Errno(_) | Stop::Interrupted | Stop::Gone) => {}
    }
}

/// A system call begins.
fn enter_call(kernel: &mut Kernel, tid: Tid, nr: u64, args: [u64; 6]) {
    kernel.charge(clock::SYSCALL_ENTRY);
    syscall::note::enter(kernel, nr, args);
    kernel.act_because(Cause::Call(tid));
    kernel.set_progress(tid, 0);
    call(kernel, tid, nr, args);
}

/// A system call that slept goes on.
fn resume_call(kernel: &mut Kernel, tid: Tid) {
    let [nr, args @ ..] = kernel.state().task(tid).call;
    let pc = kernel.state().task(tid).position.pc.wrapping_sub(8);
    let pc = place(kernel, tid, pc);
    kernel.act(tid, pc, Cause::Call(tid));
    call(kernel, tid, nr, args);
}

fn call(kernel: &mut Kernel, tid: Tid, nr: u64, args: [u64; 6]) {
    let rax = match syscall::dispatch(kernel, nr, args) {
        Ok(value) => value,
        Err(Stop::Errno(errno)) => errno.to_word(),
        Err(stop @ (Stop::Sleeps | Stop::Interrupted)) => {
            let [a, b, c, d, e, f] = args;
            kernel.save_call(tid, [nr, a, b, c, d, e, f]);
            kernel.set_resume(tid, Resume::Syscall);
            // Taking the signal tells what becomes of an interrupted call: without a handler it goes on.
            if stop == Stop::Interrupted {
                return;
            }
            // Who waits for more than a page needs none meanwhile.
            if kernel.state().task(tid).state == TaskState::Sleeping {
                reclaim::unpin(kernel);
            }
            kernel.note(Note::SyscallSleeps { nr: nr as u16 });
            return;
        }
        Err(Stop::Gone) => return,
    };
    // A thread that executes another program has its process's number from then on.
    let tid = kernel.current();
    // The OOM killer may have ended it.
    if kernel.state().tasks.get(&tid).is_none_or(|task| task.exit_status.is_some()) {
        return;
    }
    kernel.set_progress(tid, 0);
    kernel.charge(clock::SYSCALL_EXIT);
    kernel.set_returned(tid, Returned { rax, rdx: 0 });
    syscall::note::exit(kernel, nr, args, rax);
}

/// The end of a stay in the kernel: signals are taken, and the CPU goes to another task if this one can not run.
fn leave(kernel: &mut Kernel, tid: Tid) {
    let cpu = kernel.cpu();
    let runs =
        |kernel: &Kernel| kernel.state().tasks.get(&tid).is_some_and(|task| task.state == TaskState::Running(cpu));
    if kernel.current() == tid {
        let mut ran = runs(kernel);
        if ran && signal::is_pending(kernel, tid) {
            signal::deliver(kernel);
            ran = runs(kernel);
        }
        if kernel.current() == tid && !ran {
            kernel.schedule();
        }
    }
    kernel.settle_clock();
}
