//! A second opinion on the instruction set, for tests: one image in flat memory, with four system calls.
//!
//! Knows no pages, no faults and no signals: what would be one is an `Err` that says what happened.

#![expect(clippy::wildcard_enum_match_arm, reason = "each of its matches takes a part of the instruction set")]

use crate::abi::image::{Image, TEXT_BASE};
use crate::abi::op::{Instruction, Op, callee_sp, is_window};

const MEMORY_BYTES: usize = 96 << 20;
const STACK_TOP: u64 = MEMORY_BYTES as u64 - 4096;
const MMAP_BASE: u64 = 32 << 20;

/// How a program ended and what it wrote.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What it gave to `exit_group`.
    pub status: i64,
    /// All it wrote to descriptors 1 and 2.
    pub output: String,
    /// Its marks, one a line.
    pub marks: String,
    /// Instructions run.
    pub steps: u64,
}

/// The machine.
struct Interpreter {
    memory: Vec<u8>,
    pc: u64,
    sp: u64,
    rax: u64,
    rdx: u64,
    tls: u64,
    brk: u64,
    mmap: u64,
    output: Vec<u8>,
    marks: String,
    status: Option<i64>,
}

/// Runs an image to its end, or for `limit` instructions.
pub fn run(image: &Image, args: &[&str], limit: u64) -> Result<Outcome, String> {
    let mut machine = Interpreter::load(image, args)?;
    let mut steps = 0;
    while machine.status.is_none() {
        if steps == limit {
            return Err(format!("still running at {:#x} after {limit} instructions", machine.pc));
        }
        steps += 1;
        let at = machine.pc;
        machine.step().map_err(|why| {
            let name = image.debug.symbol_at(at).map_or("?", |symbol| symbol.name.as_str());
            format!("{why} at {at:#x} in {name}; output: {}", String::from_utf8_lossy(&machine.output))
        })?;
    }
    let output = String::from_utf8_lossy(&machine.output).into_owned();
    Ok(Outcome { status: machine.status.unwrap_or(0), output, marks: machine.marks, steps })
}

impl Interpreter {
    fn load(image: &Image, args: &[&str]) -> Result<Self, String> {
        let header = image.header();
        let mut machine = Self {
            memory: vec![0; MEMORY_BYTES],
            pc: image.entry,
            sp: STACK_TOP,
            rax: 0,
            rdx: 0,
            tls: 0,
            brk: header.brk_base(),
            mmap: MMAP_BASE,
            output: Vec::new(),
            marks: String::new(),
            status: None,
        };
        for (i, word) in image.text.iter().enumerate() {
            machine.store(TEXT_BASE + 8 * i as u64, 8, *word)?;
        }
        for (base, bytes) in [(header.rodata_base(), &image.rodata), (header.data_base(), &image.data)] {
            machine.memory[base as usize..base as usize + bytes.len()].copy_from_slice(bytes);
        }
        let mut pointers = Vec::new();
        for arg in args {
            machine.sp -= arg.len() as u64 + 1;
            let at = machine.sp as usize;
            machine.memory[at..at + arg.len()].copy_from_slice(arg.as_bytes());
            pointers.push(machine.sp);
        }
        let words: Vec<u64> = [args.len() as u64].into_iter().chain(pointers).chain([0, 0, 0, 0]).collect();
        machine.sp = (machine.sp - 8 * words.len() as u64) & !15;
        let stack = machine.sp;
        for (i, word) in words.iter().enumerate() {
            machine.store(stack + 8 * i as u64, 8, *word)?;
        }
        let enter = machine.fetch(image.entry)?;
        machine.sp = callee_sp(stack, enter.b, enter.imm as u32);
        machine.set(2, stack);
        Ok(machine)
    }

    fn range(&self, at: u64, bytes: u64) -> Result<std::ops::Range<usize>, String> {
        let end = at.checked_add(bytes).filter(|&end| at >= TEXT_BASE && end <= MEMORY_BYTES as u64);
        end.map(|end| at as usize..end as usize).ok_or_else(|| format!("access to {at:#x}"))
    }

    fn load_bytes(&self, at: u64, bytes: u64) -> Result<u64, String> {
        let mut word = [0; 8];
        word[..bytes as usize].copy_from_slice(&self.memory[self.range(at, bytes)?]);
        Ok(u64::from_le_bytes(word))
    }

    fn store(&mut self, at: u64, bytes: u64, value: u64) -> Result<(), String> {
        let range = self.range(at, bytes)?;
        self.memory[range].copy_from_slice(&value.to_le_bytes()[..bytes as usize]);
        Ok(())
    }

    fn get(&self, slot: u8) -> u64 {
        self.load_bytes(self.sp + 8 * u64::from(slot), 8).expect("the window lies in memory")
    }

    fn set(&mut self, slot: u8, value: u64) {
        self.store(self.sp + 8 * u64::from(slot), 8, value).expect("the window lies in memory");
    }

    fn fetch(&self, pc: u64) -> Result<Instruction, String> {
        let word = self.load_bytes(pc, 8)?;
        Instruction::decode(word).ok_or_else(|| format!("illegal instruction {word:#x}"))
    }

    fn call(&mut self, to: u64, first: u8, words: u8) -> Result<(), String> {
        let enter = self.fetch(to)?;
        if enter.op != Op::Enter {
            return Err(format!("call of {to:#x}, where no function begins"));
        }
        if 2 + u64::from(words) > u64::from(enter.b).max(2) {
            return Err(format!("call of {to:#x} with {words} words for {} slots", enter.b));
        }
        let caller = self.sp;
        let args: Vec<u64> = (0..words).map(|i| self.get(first + i)).collect();
        let below = callee_sp(caller, enter.b, enter.imm as u32);
        if below < MEMORY_BYTES as u64 / 2 {
            return Err("stack overflow".to_owned());
        }
        self.sp = below;
        self.set(0, self.pc);
        self.set(1, caller);
        for (i, arg) in args.into_iter().enumerate() {
            self.set(2 + i as u8, arg);
        }
        // What a new window holds besides is not defined: here it is garbage on purpose.
        for slot in 2 + words..enter.b {
            self.set(slot, 0xdead_beef_dead_beef);
        }
        self.pc = to;
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        let at = self.pc;
        let word = self.fetch(at)?;
        self.pc += 8;
        let Instruction { op, a, b, c, imm } = word;
        let jump = at.wrapping_add_signed(8 * i64::from(imm));
        if let Some(taken) = self.condition(op, word) {
            if taken {
                self.pc = jump;
            }
            return Ok(());
        }
        if let Some(value) = self.compute(op, word)? {
            self.set(a, value);
            return Ok(());
        }
        if let Some((width, is_load, is_signed, address)) = self.memory_operand(op, word) {
            if is_load {
                let value = self.load_bytes(address, width)?;
                self.set(a, if is_signed { value as i32 as u64 } else { value });
            } else {
                self.store(address, width, self.get(a))?;
            }
            return Ok(());
        }
        if (Op::AtomicLoad as u8..=Op::CompareExchange as u8).contains(&(op as u8)) {
            return self.atomic(word);
        }
        match op {
            Op::Nop | Op::Enter | Op::Fence | Op::LockNote => {}
            Op::Tls => self.set(a, self.tls),
            Op::Call => self.call(jump, a, b)?,
            Op::CallIndirect => self.call(self.get(c), a, b)?,
            Op::Ret => {
                if b > 0 {
                    self.rax = self.get(a);
                }
                if b > 1 {
                    self.rdx = self.get(a + 1);
                }
                (self.pc, self.sp) = (self.get(0), self.get(1));
                if !is_window(self.sp) {
                    return Err(format!("return to a window at {:#x}", self.sp));
                }
            }
            Op::Result => {
                self.set(a, self.rax);
                if b == 2 {
                    self.set(a + 1, self.rdx);
                }
            }
            Op::Copy => {
                let (from, to) = (self.range(self.get(b), imm as u64)?, self.range(self.get(a), imm as u64)?);
                let (start, end) = (from.start, to.start);
                if imm > 4096 || (start != end && start.abs_diff(end) < imm as usize) {
                    return Err(format!("copy of {imm} bytes from {start:#x} to {end:#x}"));
                }
                self.memory.copy_within(from, to.start);
            }
            Op::Zero => {
                let range = self.range(self.get(a), imm as u64)?;
                self.memory[range].fill(0);
            }
            Op::Syscall => self.syscall(a, b)?,
            Op::Mark => {
                let range = self.range(self.get(a), self.get(b))?;
                self.marks.push_str(&String::from_utf8_lossy(&self.memory[range]));
                self.marks.push('\n');
            }
            Op::Choose => self.rax = 0,
            other => return Err(format!("{other:?}")),
        }
        Ok(())
    }

    fn atomic(&mut self, Instruction { op, a, b, c, imm }: Instruction) -> Result<(), String> {
        let (address, size, value) = (self.get(b), imm as u64, self.get(c));
        if !matches!(size, 1 | 4 | 8) || !address.is_multiple_of(size) {
            return Err(format!("atomic access to {size} bytes at {address:#x}"));
        }
        let old = self.load_bytes(address, size)?;
        let expected = self.get(a) & (u64::MAX >> (64 - 8 * size));
        let new = match op {
            Op::AtomicLoad => old,
            Op::AtomicStore | Op::AtomicSwap => value,
            Op::AtomicAdd => old.wrapping_add(value),
            Op::AtomicAnd => old & value,
            Op::AtomicOr => old | value,
            Op::AtomicXor => old ^ value,
            Op::CompareExchange if old == expected => value,
            Op::CompareExchange => old,
            other => return Err(format!("{other:?}")),
        };
        self.store(address, size, new)?;
        if op != Op::AtomicStore {
            self.set(a, old);
        }
        Ok(())
    }

    fn condition(&mut self, op: Op, word: Instruction) -> Option<bool> {
        let (a, b) = (self.get(word.a), self.get(word.b));
        let (i, j, k) = (a as i64, b as i64, i64::from(word.constant()));
        Some(match op {
            Op::Jmp => true,
            Op::Jnz => a != 0,
            Op::Jz => a == 0,
            Op::Jeq => a == b,
            Op::Jne => a != b,
            Op::Jlt => i < j,
            Op::Jle => i <= j,
            Op::Jltu => a < b,
            Op::Jleu => a <= b,
            Op::JeqI => i == k,
            Op::JneI => i != k,
            Op::JltI => i < k,
            Op::JleI => i <= k,
            Op::JgtI => i > k,
            Op::JgeI => i >= k,
            Op::Loop => {
                self.set(word.a, a.wrapping_add(1));
                i.wrapping_add(1) < j
            }
            _ => return None,
        })
    }

    fn compute(&self, op: Op, word: Instruction) -> Result<Option<u64>, String> {
        let (b, c) = (self.get(word.b), self.get(word.c));
        let (i, j, imm) = (b as i64, c as i64, i64::from(word.imm));
        let divide = || "divide error".to_owned();
        Ok(Some(match op {
            Op::Mov => b,
            Op::LoadI => imm as u64,
            Op::LoadHi => self.get(word.a) & 0xffff_ffff | (imm as u64) << 32,
            Op::Local => self.sp.wrapping_add(imm as u64),
            Op::Add => b.wrapping_add(c),
            Op::Sub => b.wrapping_sub(c),
            Op::Mul => b.wrapping_mul(c),
            Op::Div => i.checked_div(j).ok_or_else(divide)? as u64,
            Op::Rem => i.checked_rem(j).ok_or_else(divide)? as u64,
            Op::DivU => b.checked_div(c).ok_or_else(divide)?,
            Op::RemU => b.checked_rem(c).ok_or_else(divide)?,
            Op::And => b & c,
            Op::Or => b | c,
            Op::Xor => b ^ c,
            Op::AndNot => b & !c,
            Op::Shl => b << (c & 63),
            Op::Shr => b >> (c & 63),
            Op::Sar => (i >> (c & 63)) as u64,
            Op::Neg => b.wrapping_neg(),
            Op::Not => !b,
            Op::LogicNot => u64::from(b == 0),
            Op::AddI => b.wrapping_add(imm as u64),
            Op::MulI => b.wrapping_mul(imm as u64),
            Op::AndI => b & imm as u64,
            Op::OrI => b | imm as u64,
            Op::XorI => b ^ imm as u64,
            Op::ShlI => b << (imm & 63),
            Op::ShrI => b >> (imm & 63),
            Op::SarI => (i >> (imm & 63)) as u64,
            Op::Seq => u64::from(b == c),
            Op::Sne => u64::from(b != c),
            Op::Slt => u64::from(i < j),
            Op::Sle => u64::from(i <= j),
            Op::Sltu => u64::from(b < c),
            Op::Sleu => u64::from(b <= c),
            Op::Zx8 => b & 0xff,
            Op::Zx16 => b & 0xffff,
            Op::Zx32 => b & 0xffff_ffff,
            Op::Sx32 => b as i32 as u64,
            _ => return Ok(None),
        }))
    }

    /// Width, whether it loads, whether it extends the sign, and the address.
    fn memory_operand(&self, op: Op, word: Instruction) -> Option<(u64, bool, bool, u64)> {
        let (width, is_load, is_signed) = match op {
            Op::Ld8 | Op::LdX8 | Op::LdA8 => (1, true, false),
            Op::Ld16 | Op::LdX16 | Op::LdA16 => (2, true, false),
            Op::Ld32 | Op::LdX32 | Op::LdA32 => (4, true, false),
            Op::Ld32s | Op::LdX32s | Op::LdA32s => (4, true, true),
            Op::Ld64 | Op::LdX64 | Op::LdA64 => (8, true, false),
            Op::St8 | Op::StX8 | Op::StA8 => (1, false, false),
            Op::St16 | Op::StX16 | Op::StA16 => (2, false, false),
            Op::St32 | Op::StX32 | Op::StA32 => (4, false, false),
            Op::St64 | Op::StX64 | Op::StA64 => (8, false, false),
            _ => return None,
        };
        let offset = i64::from(word.imm) as u64;
        let based = self.get(word.b).wrapping_add(offset);
        let address = match op as u8 {
            0x60..=0x6f => based,
            0x70..=0x7f => based.wrapping_add(self.get(word.c).wrapping_mul(width)),
            _ => u64::from(word.imm as u32),
        };
        Some((width, is_load, is_signed, address))
    }

    fn syscall(&mut self, first: u8, count: u8) -> Result<(), String> {
        let arg = |i: u8| if i < count { self.get(first + 1 + i) } else { 0 };
        self.rax = match self.get(first) {
            1 => {
                let bytes = self.memory[self.range(arg(1), arg(2))?].to_vec();
                self.output.extend_from_slice(&bytes);
                bytes.len() as u64
            }
            9 => {
                let at = self.mmap;
                self.mmap += arg(1).next_multiple_of(4096);
                at
            }
            11 => 0,
            12 => {
                if arg(0) >= self.brk && arg(0) < MMAP_BASE {
                    self.brk = arg(0);
                }
                self.brk
            }
            39 => 2,
            158 => {
                self.tls = arg(1);
                0
            }
            60 | 231 => {
                self.status = Some(arg(0) as i64);
                0
            }
            _ => -38_i64 as u64,
        };
        Ok(())
    }
}
