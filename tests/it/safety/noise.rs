//! Noise: numbers by chance that a seed determines, and texts made of them.

use ring3::abi::op::{ALL, Instruction};
use ring3::base::span::SourceFile;
use ring3::lang::pipeline::{self, Compiled};

/// Chance (splitmix64, Steele, Lea and Flood 2014).
pub struct Chance(u64);

impl Chance {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.word()) * u128::from(n)) >> 64) as u64
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }
}

/// A word of text: often a legal operation on the first slots with a small jump.
pub fn instruction(chance: &mut Chance) -> u64 {
    let noise = chance.word();
    if chance.one_in(8) {
        return noise;
    }
    let [a, b, c, high @ ..] = noise.to_le_bytes();
    let wide = chance.one_in(4);
    let slot = |byte: u8| if wide { byte } else { byte % 16 };
    let small = i32::from(high[0] as i8) / 4;
    let imm = if wide { i32::from_le_bytes([high[0], high[1], high[2], high[3]]) } else { small };
    Instruction { op: chance.pick(ALL).op, a: slot(a), b: slot(b), c: slot(c), imm }.encode()
}

/// Spoils a text: bits, bytes and words change, pieces move, and operands lose their meaning.
pub fn spoil(chance: &mut Chance, text: &mut [u64], times: u64) {
    let len = text.len() as u64;
    for _ in 0..times {
        let at = chance.below(len) as usize;
        match chance.below(6) {
            0 => text[at] ^= 1 << chance.below(64),
            1 => text[at] ^= chance.word() & 0xff << (8 * chance.below(8)),
            2 => text[at] = chance.word(),
            3 => text[at] = instruction(chance),
            4 => text[at] = text[chance.below(len) as usize],
            _ => {
                let piece = chance.below(16.min(len)) as usize;
                let from = chance.below(len - piece as u64) as usize;
                let to = chance.below(len - piece as u64) as usize;
                text.copy_within(from..from + piece, to);
            }
        }
    }
}

/// Scripts whose images are spoilt: calls, loops, strings, slices, memory, processes and pipes.
const SCRIPTS: [&str; 4] = [
    "fn fib(n: int) -> int {\n if n < 2 { return n }\n return fib(n - 1) + fib(n - 2)\n}\nprintln(\"{fib(12)}\")\n",
    "struct Point { x: int, y: u16 }\nlet points: [Point; 8]\nfn sum(list: [Point]) -> int {\n let total = 0\n \
     for i in 0..len(list) { total += list[i].x * int(list[i].y) }\n return total\n}\n\
     for i in 0..8 { points[i] = Point(x: i, y: u16(i)) }\nlet p = mmap(3 * PAGE_SIZE)\n\
     for i in 0..3 { p[i * PAGE_SIZE] = byte(i) }\nmunmap(p, 3 * PAGE_SIZE)\nassert sum(points) == 140\n",
    "let fds: [int; 2]\nmust(pipe(&fds))\nif fork() == 0 {\n print(\"child {getpid()}\")\n write(fds[1], \"hello\")\n \
     exit(3)\n}\nlet buf: [byte; 16]\nlet n = read(fds[0], buf)\nlet status = 0\nwait(&status)\n\
     println(\"{n} {WEXITSTATUS(status)}\")\n",
    "program echo2(args: [str]) { for a in args { println(\"{a}\") } }\nlet child = fork()\n\
     if child == 0 { exec(\"/bin/echo2\", [\"echo2\", \"one\", \"two\"]) }\nlet status = 0\nwaitpid(child, &status)\n\
     assert status == 0, \"status {status}\"\n",
];

/// What the scripts compile to.
pub fn programs() -> Vec<Compiled> {
    let compile = |text: &str| {
        let compilation = pipeline::compile(SourceFile { name: "noise.r3".to_owned(), text: text.to_owned() });
        compilation.compiled.unwrap_or_else(|| panic!("{text}{:?}", compilation.diagnostics))
    };
    SCRIPTS.into_iter().map(compile).collect()
}
