//! The instruction set: one table with a sentence for each instruction.
//!
//! # The word
//!
//! ```text
//!  63                              32 31    24 23    16 15     8 7      0
//! +----------------------------------+--------+--------+--------+--------+
//! |            imm (signed)          |   c    |   b    |   a    |   op   |
//! +----------------------------------+--------+--------+--------+--------+
//! ```
//!
//! Eight bytes, little-endian, aligned to eight. `a`, `b`, `c` name slots of the *window* unless the table says
//! otherwise. A jump's `imm` counts instructions, relative to the jump itself. Every byte value of `op` is defined:
//! one that is not in the table is the illegal instruction (SIGILL), and so is 0, so that a page of zeros does not run.
//!
//! # The registers of a thread
//!
//! `pc` (address of the next instruction), `sp` (the base of the current window, and the lowest address of the
//! stack in use) and `rax`, `rdx` (what a call or a system call returned). That is the whole saved context. User code
//! reads, and only the kernel sets, the base of the thread's own storage (`tls`; FS base on x86-64).
//!
//! # The window
//!
//! `w[i]` is the eight bytes at `sp + 8*i`. `sp` is a multiple of 8 with a page offset of at most 2048, so that
//! no 8-bit operand can leave the page: one translation serves all of them.
//!
//! ```text
//! higher addresses   caller's activation
//!                    (padding, where a window would have crossed its page)
//!                    locals: `locals` bytes, at sp + 8*slots
//!                    w[slots-1]
//!                    ...
//!                    w[2]    first argument word
//!                    w[1]    caller's sp
//! sp ->              w[0]    return address
//! ```
//!
//! A call of a function whose first instruction is `enter slots, locals` places the new window at the highest lawful
//! address that is at most `sp - 8*slots - locals`: see [`callee_sp`].

/// Declares the instructions: name, byte, mnemonic, operand shape, sentence.
macro_rules! ops {
    ($($name:ident = $byte:literal, $mnemonic:literal, $shape:ident, $doc:literal;)*) => {
        /// An instruction's operation.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        #[repr(u8)]
        pub enum Op {
            $(#[doc = $doc] $name = $byte,)*
        }

        /// Every instruction, in the order of the table.
        pub const ALL: &[OpInfo] = &[
            $(OpInfo { op: Op::$name, mnemonic: $mnemonic, shape: Shape::$shape, doc: $doc },)*
        ];

        impl Op {
            /// The operation that a byte stands for; `None` for an illegal instruction.
            #[must_use]
            pub const fn from_byte(byte: u8) -> Option<Self> {
                match byte {
                    $($byte => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

/// Which operands an instruction has: what the disassembler prints.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// No operand.
    None,
    /// `a`
    A,
    /// `a, b`
    AB,
    /// `a, b, c`
    ABC,
    /// `a, imm`
    AImm,
    /// `a, b, imm`
    ABImm,
    /// `a, #n`: `b` is a number, not a slot.
    ACount,
    /// `-> target`
    Target,
    /// `a -> target`
    ATarget,
    /// `a, b -> target`
    ABTarget,
    /// `a, #k -> target`: `k` is the signed 16-bit number `b | c << 8`.
    AConstTarget,
    /// `a, [b + imm]`
    Memory,
    /// `a, [b + c*size + imm]`
    Indexed,
    /// `a, [imm]`: an absolute address below 4 GiB.
    Absolute,
    /// `a, [b], c, #imm`: an atomic access to `imm` bytes: 1, 4 or 8, else the instruction is illegal.
    Atomic,
    /// `a, #b -> target`: a call with `b` argument words from slot `a` on.
    Call,
    /// `a, #b, c`: a call of the address in slot `c`.
    CallIndirect,
    /// `slots=b, locals=imm`
    Enter,
}

/// What is known of one instruction.
#[derive(Clone, Copy, Debug)]
pub struct OpInfo {
    /// The operation.
    pub op: Op,
    /// Its name in a listing.
    pub mnemonic: &'static str,
    /// Its operands.
    pub shape: Shape,
    /// What it does, in a sentence.
    pub doc: &'static str,
}

ops! {
    Nop = 0x01, "nop", None, "Does nothing.";
    Enter = 0x02, "enter", Enter, "Stands first in each function and tells a call how large its activation is; reached in any other way it does nothing.";
    Call = 0x03, "call", Call, "Calls the function at the target, whose first instruction must be `enter`: a new window with w[0] = return address, w[1] = sp and the b words from w[a] on as w[2]...";
    CallIndirect = 0x04, "call_r", CallIndirect, "The same, for the function whose address is in w[c].";
    Ret = 0x05, "ret", ACount, "Returns b (0 to 2) words, w[a] and w[a+1], in rax and rdx; pc and sp come from w[0] and w[1] and are checked.";
    Result = 0x06, "result", ACount, "w[a] = rax and, if b is 2, w[a+1] = rdx: fetches what the last call or system call returned.";
    Jmp = 0x07, "jmp", Target, "Jumps.";
    Jnz = 0x08, "jnz", ATarget, "Jumps if w[a] is not 0.";
    Jz = 0x09, "jz", ATarget, "Jumps if w[a] is 0.";
    Jeq = 0x0a, "jeq", ABTarget, "Jumps if w[a] == w[b].";
    Jne = 0x0b, "jne", ABTarget, "Jumps if w[a] != w[b].";
    Jlt = 0x0c, "jlt", ABTarget, "Jumps if w[a] < w[b], signed.";
    Jle = 0x0d, "jle", ABTarget, "Jumps if w[a] <= w[b], signed.";
    Jltu = 0x0e, "jltu", ABTarget, "Jumps if w[a] < w[b], unsigned.";
    Jleu = 0x0f, "jleu", ABTarget, "Jumps if w[a] <= w[b], unsigned.";
    JeqI = 0x10, "jeq_i", AConstTarget, "Jumps if w[a] == k.";
    JneI = 0x11, "jne_i", AConstTarget, "Jumps if w[a] != k.";
    JltI = 0x12, "jlt_i", AConstTarget, "Jumps if w[a] < k, signed.";
    JleI = 0x13, "jle_i", AConstTarget, "Jumps if w[a] <= k, signed.";
    JgtI = 0x14, "jgt_i", AConstTarget, "Jumps if w[a] > k, signed.";
    JgeI = 0x15, "jge_i", AConstTarget, "Jumps if w[a] >= k, signed.";
    Loop = 0x16, "loop", ABTarget, "w[a] += 1, then jumps if w[a] < w[b], signed: the end of `for i in x..y`.";

    Mov = 0x20, "mov", AB, "w[a] = w[b].";
    LoadI = 0x21, "load_i", AImm, "w[a] = imm, sign-extended.";
    LoadHi = 0x22, "load_hi", AImm, "The upper 32 bits of w[a] = imm; the lower stay.";
    Local = 0x23, "local", AImm, "w[a] = sp + imm: the address of a local that lies beside the window.";

    Add = 0x30, "add", ABC, "w[a] = w[b] + w[c], wrapping.";
    Sub = 0x31, "sub", ABC, "w[a] = w[b] - w[c], wrapping.";
    Mul = 0x32, "mul", ABC, "w[a] = w[b] * w[c], wrapping.";
    Div = 0x33, "div", ABC, "w[a] = w[b] / w[c], signed, towards zero; divide error on 0 and on the overflow of MIN / -1.";
    Rem = 0x34, "rem", ABC, "w[a] = w[b] % w[c], signed, the sign of w[b]; divide error as `div`.";
    DivU = 0x35, "div_u", ABC, "w[a] = w[b] / w[c], unsigned; divide error on 0.";
    RemU = 0x36, "rem_u", ABC, "w[a] = w[b] % w[c], unsigned; divide error on 0.";
    And = 0x37, "and", ABC, "w[a] = w[b] & w[c].";
    Or = 0x38, "or", ABC, "w[a] = w[b] | w[c].";
    Xor = 0x39, "xor", ABC, "w[a] = w[b] ^ w[c].";
    AndNot = 0x3a, "and_not", ABC, "w[a] = w[b] & ~w[c].";
    Shl = 0x3b, "shl", ABC, "w[a] = w[b] << (w[c] & 63).";
    Shr = 0x3c, "shr", ABC, "w[a] = w[b] >> (w[c] & 63), filling with zeros.";
    Sar = 0x3d, "sar", ABC, "w[a] = w[b] >> (w[c] & 63), filling with the sign.";
    Neg = 0x3e, "neg", AB, "w[a] = -w[b], wrapping.";
    Not = 0x3f, "not", AB, "w[a] = ~w[b].";
    LogicNot = 0x40, "lnot", AB, "w[a] = 1 if w[b] is 0, else 0.";
    AddI = 0x41, "add_i", ABImm, "w[a] = w[b] + imm, wrapping.";
    MulI = 0x42, "mul_i", ABImm, "w[a] = w[b] * imm, wrapping.";
    AndI = 0x43, "and_i", ABImm, "w[a] = w[b] & imm, sign-extended.";
    OrI = 0x44, "or_i", ABImm, "w[a] = w[b] | imm, sign-extended.";
    XorI = 0x45, "xor_i", ABImm, "w[a] = w[b] ^ imm, sign-extended.";
    ShlI = 0x46, "shl_i", ABImm, "w[a] = w[b] << (imm & 63).";
    ShrI = 0x47, "shr_i", ABImm, "w[a] = w[b] >> (imm & 63), filling with zeros.";
    SarI = 0x48, "sar_i", ABImm, "w[a] = w[b] >> (imm & 63), filling with the sign.";

    Seq = 0x50, "seq", ABC, "w[a] = w[b] == w[c].";
    Sne = 0x51, "sne", ABC, "w[a] = w[b] != w[c].";
    Slt = 0x52, "slt", ABC, "w[a] = w[b] < w[c], signed.";
    Sle = 0x53, "sle", ABC, "w[a] = w[b] <= w[c], signed.";
    Sltu = 0x54, "sltu", ABC, "w[a] = w[b] < w[c], unsigned.";
    Sleu = 0x55, "sleu", ABC, "w[a] = w[b] <= w[c], unsigned.";
    Zx8 = 0x56, "zx8", AB, "w[a] = the low 8 bits of w[b].";
    Zx16 = 0x57, "zx16", AB, "w[a] = the low 16 bits of w[b].";
    Zx32 = 0x58, "zx32", AB, "w[a] = the low 32 bits of w[b].";
    Sx32 = 0x59, "sx32", AB, "w[a] = the low 32 bits of w[b], sign-extended.";

    Ld8 = 0x60, "ld8", Memory, "w[a] = the byte at w[b] + imm.";
    Ld16 = 0x61, "ld16", Memory, "w[a] = the 2 bytes at w[b] + imm, zero-extended.";
    Ld32 = 0x62, "ld32", Memory, "w[a] = the 4 bytes at w[b] + imm, zero-extended.";
    Ld32s = 0x63, "ld32s", Memory, "w[a] = the 4 bytes at w[b] + imm, sign-extended.";
    Ld64 = 0x64, "ld64", Memory, "w[a] = the 8 bytes at w[b] + imm.";
    St8 = 0x65, "st8", Memory, "The byte at w[b] + imm = w[a].";
    St16 = 0x66, "st16", Memory, "The 2 bytes at w[b] + imm = w[a].";
    St32 = 0x67, "st32", Memory, "The 4 bytes at w[b] + imm = w[a].";
    St64 = 0x68, "st64", Memory, "The 8 bytes at w[b] + imm = w[a].";
    LdX8 = 0x70, "ldx8", Indexed, "w[a] = the byte at w[b] + w[c] + imm.";
    LdX16 = 0x71, "ldx16", Indexed, "w[a] = the 2 bytes at w[b] + 2*w[c] + imm, zero-extended.";
    LdX32 = 0x72, "ldx32", Indexed, "w[a] = the 4 bytes at w[b] + 4*w[c] + imm, zero-extended.";
    LdX32s = 0x73, "ldx32s", Indexed, "w[a] = the 4 bytes at w[b] + 4*w[c] + imm, sign-extended.";
    LdX64 = 0x74, "ldx64", Indexed, "w[a] = the 8 bytes at w[b] + 8*w[c] + imm.";
    StX8 = 0x75, "stx8", Indexed, "The byte at w[b] + w[c] + imm = w[a].";
    StX16 = 0x76, "stx16", Indexed, "The 2 bytes at w[b] + 2*w[c] + imm = w[a].";
    StX32 = 0x77, "stx32", Indexed, "The 4 bytes at w[b] + 4*w[c] + imm = w[a].";
    StX64 = 0x78, "stx64", Indexed, "The 8 bytes at w[b] + 8*w[c] + imm = w[a].";
    LdA8 = 0x80, "lda8", Absolute, "w[a] = the byte at address imm.";
    LdA16 = 0x81, "lda16", Absolute, "w[a] = the 2 bytes at address imm, zero-extended.";
    LdA32 = 0x82, "lda32", Absolute, "w[a] = the 4 bytes at address imm, zero-extended.";
    LdA32s = 0x83, "lda32s", Absolute, "w[a] = the 4 bytes at address imm, sign-extended.";
    LdA64 = 0x84, "lda64", Absolute, "w[a] = the 8 bytes at address imm.";
    StA8 = 0x85, "sta8", Absolute, "The byte at address imm = w[a].";
    StA16 = 0x86, "sta16", Absolute, "The 2 bytes at address imm = w[a].";
    StA32 = 0x87, "sta32", Absolute, "The 4 bytes at address imm = w[a].";
    StA64 = 0x88, "sta64", Absolute, "The 8 bytes at address imm = w[a].";
    Copy = 0x90, "copy", ABImm, "Copies imm (0 to 4096) bytes from address w[b] to address w[a]; the ranges are equal or apart. Begun again if it faults half-way.";
    Zero = 0x91, "zero", AImm, "Sets imm (0 to 4096) bytes from address w[a] on to 0.";

    AtomicLoad = 0xb0, "atomic_load", Atomic, "w[a] = the integer at w[b], zero-extended as all that these give. Each atomic access is one step, and a general-protection fault if its address is no multiple of its size.";
    AtomicStore = 0xb1, "atomic_store", Atomic, "The integer at w[b] = w[c].";
    AtomicSwap = 0xb2, "atomic_swap", Atomic, "The integer at w[b] = w[c]; w[a] = what it was.";
    AtomicAdd = 0xb3, "atomic_add", Atomic, "The integer at w[b] += w[c], wrapping; w[a] = what it was.";
    AtomicAnd = 0xb4, "atomic_and", Atomic, "The integer at w[b] &= w[c]; w[a] = what it was.";
    AtomicOr = 0xb5, "atomic_or", Atomic, "The integer at w[b] |= w[c]; w[a] = what it was.";
    AtomicXor = 0xb6, "atomic_xor", Atomic, "The integer at w[b] ^= w[c]; w[a] = what it was.";
    CompareExchange = 0xb7, "cmpxchg", Atomic, "If the integer at w[b] equals the low bytes of w[a], it becomes w[c]; in any case w[a] = what it was. Needs the right to write, as on x86.";
    Fence = 0xb8, "fence", None, "Orders the accesses before it and after it. All are in order here, so it does nothing; a host of another kind would need it.";

    Syscall = 0xa0, "syscall", ACount, "Enters the kernel with number w[a] and the b (0 to 6) arguments from w[a+1] on, missing ones 0; the answer is in rax.";
    Mark = 0xa1, "mark", AB, "Puts the w[b] bytes at address w[a] into the trace as a line of the user's own; changes nothing.";
    Choose = 0xa2, "choose", A, "rax = a number below w[a] that the oracle chooses; 0 if w[a] is less than 2.";
    Ud2 = 0xa3, "ud2", None, "The illegal instruction, on purpose.";
    Tls = 0xa4, "tls", A, "w[a] = the base of the thread's own storage, which `arch_prctl` or `clone` has set.";
    LockNote = 0xa5, "lock_note", ABImm, "Tells the trace what becomes of the lock whose record lies at w[a], at the instruction of the program at w[b]: imm is 0 for taken, 1 for contended, 2 for released. Changes nothing and never traps.";
}

/// One instruction, taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// The operation.
    pub op: Op,
    /// First operand.
    pub a: u8,
    /// Second operand.
    pub b: u8,
    /// Third operand.
    pub c: u8,
    /// Immediate.
    pub imm: i32,
}

impl Instruction {
    /// The word of this instruction.
    #[must_use]
    pub const fn encode(self) -> u64 {
        self.op as u64
            | (self.a as u64) << 8
            | (self.b as u64) << 16
            | (self.c as u64) << 24
            | (self.imm as u32 as u64) << 32
    }

    /// Takes a word apart; `None` if its operation is illegal.
    #[must_use]
    pub const fn decode(word: u64) -> Option<Self> {
        let Some(op) = Op::from_byte(word as u8) else { return None };
        Some(Self { op, a: (word >> 8) as u8, b: (word >> 16) as u8, c: (word >> 24) as u8, imm: (word >> 32) as i32 })
    }

    /// The signed 16-bit number in `b` and `c`, for [`Shape::AConstTarget`].
    #[must_use]
    pub const fn constant(self) -> i16 {
        (self.b as u16 | (self.c as u16) << 8) as i16
    }
}

/// The slot of a window that holds the return address.
pub const SLOT_RETURN: u8 = 0;
/// The slot of a window that holds the caller's `sp`.
pub const SLOT_CALLER: u8 = 1;
/// The slot of the first argument word.
pub const SLOT_ARGS: u8 = 2;
/// The most slots a window can have: 255, so that it takes at most 2,040 bytes.
pub const MAX_SLOTS: u64 = 255;
/// The highest page offset at which a window may start.
pub const MAX_WINDOW_OFFSET: u64 = 2048;

/// Where the window of a callee lies whose `enter` names `slots` and `locals`: the highest address that leaves room
/// for both below `sp`, is a multiple of 8 and starts at a page offset of at most [`MAX_WINDOW_OFFSET`].
#[must_use]
pub const fn callee_sp(sp: u64, slots: u8, locals: u32) -> u64 {
    let lowest = sp.wrapping_sub(8 * slots as u64 + locals as u64) & !7;
    if lowest & 4095 > MAX_WINDOW_OFFSET { (lowest & !4095) | MAX_WINDOW_OFFSET } else { lowest }
}

/// Whether a window may start here: a multiple of 8 with a page offset of at most [`MAX_WINDOW_OFFSET`].
#[must_use]
pub const fn is_window(sp: u64) -> bool {
    sp & 7 == 0 && sp & 4095 <= MAX_WINDOW_OFFSET
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_round_trips_and_has_each_byte_once() {
        for (i, info) in ALL.iter().enumerate() {
            assert_eq!(Op::from_byte(info.op as u8), Some(info.op));
            assert!(ALL[..i].iter().all(|other| other.op as u8 != info.op as u8 && other.mnemonic != info.mnemonic));
            let instruction = Instruction { op: info.op, a: 1, b: 254, c: 255, imm: -7 };
            assert_eq!(Instruction::decode(instruction.encode()), Some(instruction));
        }
        assert_eq!(Instruction::decode(0), None);
    }

    #[test]
    fn a_callee_window_never_leaves_its_page() {
        for sp in (0x7fff_0000_u64..0x7fff_3000).step_by(8) {
            for (slots, locals) in [(2, 0), (255, 0), (7, 24), (100, 5000)] {
                let below = callee_sp(sp, slots, locals);
                assert!(is_window(below));
                assert!(below + 8 * u64::from(slots) + u64::from(locals) <= sp);
            }
        }
    }
}
