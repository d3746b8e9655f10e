//! The listing of an image: address, word, mnemonic and operands, with names and source lines between.
//!
//! What `ring3 check --emit bytecode` prints. It is derived from the table in `abi::op` and never runs anything.

use std::fmt::Write as _;

use crate::abi::image::{Debug, Image};
use crate::abi::op::{ALL, Instruction, OpInfo, Shape};
use crate::base::span::{FileIndex, Span};

/// The whole listing; each line ends with a newline.
#[must_use]
pub fn disassemble(image: &Image) -> String {
    let mut out = String::new();
    let mut last_line = None;
    for (i, &word) in image.text.iter().enumerate() {
        let pc = image.base + 8 * i as u64;
        if let Some(symbol) = image.debug.symbol_at(pc).filter(|symbol| symbol.start == pc) {
            let _ = writeln!(out, "\n{pc:08x} <{}>:", symbol.name);
            last_line = None;
        }
        if let Some(span) = image.debug.span_at(pc) {
            let line = source_line(&image.debug, span);
            if let Some((file, number)) = line
                && line != last_line
            {
                write_source_line(&mut out, &image.debug, file, number);
                last_line = line;
            }
        }
        let _ = writeln!(out, "  {pc:06x}  {word:016x}  {}", instruction(image, pc, word));
    }
    out
}

/// One instruction as text, with the names that its addresses have in this image.
#[must_use]
pub fn instruction(image: &Image, pc: u64, word: u64) -> String {
    let Some(instruction) = Instruction::decode(word) else { return "(illegal)".to_owned() };
    let info = ALL.iter().find(|info| info.op == instruction.op).expect("the table holds every operation");
    let operands = operands(image, pc, info, instruction);
    if operands.is_empty() { info.mnemonic.to_owned() } else { format!("{:<8} {operands}", info.mnemonic) }
}

fn operands(image: &Image, pc: u64, info: &OpInfo, instruction: Instruction) -> String {
    let Instruction { a, b, c, imm, .. } = instruction;
    let target = || target(image, pc, imm);
    match info.shape {
        Shape::None => String::new(),
        Shape::A => format!("w{a}"),
        Shape::AB => format!("w{a}, w{b}"),
        Shape::ABC => format!("w{a}, w{b}, w{c}"),
        Shape::AImm => format!("w{a}, {}", address(image, imm)),
        Shape::ABImm => format!("w{a}, w{b}, {imm}"),
        Shape::ACount => format!("w{a}, #{b}"),
        Shape::Target => format!("-> {}", target()),
        Shape::ATarget => format!("w{a} -> {}", target()),
        Shape::ABTarget => format!("w{a}, w{b} -> {}", target()),
        Shape::AConstTarget => format!("w{a}, #{} -> {}", instruction.constant(), target()),
        Shape::Memory => format!("w{a}, [w{b}{}]", offset(imm)),
        Shape::Indexed => format!("w{a}, [w{b} + {}w{c}{}]", scale(info.mnemonic), offset(imm)),
        Shape::Atomic => format!("w{a}, [w{b}], w{c}, #{imm}"),
        Shape::Absolute => format!("w{a}, [{}]", address(image, imm)),
        Shape::Call => format!("w{a}, #{b} -> {}", target()),
        Shape::CallIndirect => format!("w{a}, #{b}, w{c}"),
        Shape::Enter => format!("slots={b}, locals={imm}"),
    }
}

fn offset(imm: i32) -> String {
    match imm {
        0 => String::new(),
        1.. => format!(" + {imm}"),
        ..0 => format!(" - {}", imm.unsigned_abs()),
    }
}

/// The factor of the index, from the width in the mnemonic.
fn scale(mnemonic: &str) -> &'static str {
    match mnemonic.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_end_matches('s') {
        "16" => "2*",
        "32" => "4*",
        "64" => "8*",
        _ => "",
    }
}

fn target(image: &Image, pc: u64, imm: i32) -> String {
    let to = pc.wrapping_add_signed(8 * i64::from(imm));
    match image.debug.symbol_at(to) {
        Some(symbol) if symbol.start == to => format!("{to:06x} <{}>", symbol.name),
        Some(_) | None => format!("{to:06x}"),
    }
}

/// A number, with the name or text that lies there if it is an address of this image.
fn address(image: &Image, imm: i32) -> String {
    let header = image.header();
    let at = u64::from(imm as u32);
    if at < header.base || at >= header.bss_base() + header.bss_bytes {
        return imm.to_string();
    }
    if let Some(global) = image.debug.global_at(at) {
        return match at - global.start {
            0 => format!("{at:#x} <{}>", global.name),
            distance => format!("{at:#x} <{}+{distance}>", global.name),
        };
    }
    if let Some(symbol) = image.debug.symbol_at(at).filter(|symbol| symbol.start == at) {
        return format!("{at:#x} <{}>", symbol.name);
    }
    if let Some(text) = at.checked_sub(header.rodata_base()).and_then(|from| image.rodata.get(from as usize..)) {
        let end = text.iter().position(|&byte| byte == 0).unwrap_or(text.len()).min(32);
        return format!("{at:#x} {:?}", String::from_utf8_lossy(&text[..end]));
    }
    imm.to_string()
}

fn source_line(debug: &Debug, span: Span) -> Option<(FileIndex, u32)> {
    let file = debug.files.get(usize::from(span.file.0))?;
    Some((span.file, file.line_column(span.start).0))
}

fn write_source_line(out: &mut String, debug: &Debug, file: FileIndex, number: u32) {
    let Some(file) = debug.files.get(usize::from(file.0)) else { return };
    let text = file.text.lines().nth(number as usize - 1).unwrap_or("");
    let _ = writeln!(out, "; {}:{number}: {}", file.name, text.trim());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::image::{Global, LineEntry, Symbol, TEXT_BASE};
    use crate::abi::op::Op;
    use crate::base::span::SourceFile;
    use std::sync::Arc;

    fn word(op: Op, a: u8, b: u8, c: u8, imm: i32) -> u64 {
        Instruction { op, a, b, c, imm }.encode()
    }

    #[test]
    fn a_listing_names_functions_globals_literals_and_lines() {
        let file = SourceFile { name: "x.r3".to_owned(), text: "fn f() {\n  g = 1\n}\n".to_owned() };
        let image = Image {
            name: "script".to_owned(),
            entry: TEXT_BASE,
            base: TEXT_BASE,
            text: vec![
                word(Op::Enter, 0, 3, 0, 0),
                word(Op::LoadI, 2, 0, 0, (TEXT_BASE + 4096) as i32),
                word(Op::StA64, 2, 0, 0, (TEXT_BASE + 8192) as i32),
                word(Op::JltI, 2, 0xff, 0xff, -2),
                word(Op::Call, 2, 1, 0, -4),
                word(Op::StX32, 2, 3, 4, -8),
                0,
            ],
            rodata: b"hi\0".to_vec(),
            data: vec![0; 8],
            bss_bytes: 0,
            debug: Debug {
                files: vec![Arc::new(file)],
                own_files: vec![FileIndex(0)],
                lines: vec![
                    LineEntry { pc: TEXT_BASE, span: Span::new(FileIndex(0), 0, 8) },
                    LineEntry { pc: TEXT_BASE + 8, span: Span::new(FileIndex(0), 11, 16) },
                ],
                symbols: vec![Symbol { start: TEXT_BASE, end: TEXT_BASE + 56, name: "f".to_owned() }],
                globals: vec![Global { start: TEXT_BASE + 8192, bytes: 8, name: "g".to_owned() }],
            },
        };
        insta::assert_snapshot!(disassemble(&image), @r#"

        00400000 <f>:
        ; x.r3:1: fn f() {
          400000  0000000000030002  enter    slots=3, locals=0
        ; x.r3:2: g = 1
          400008  0040100000000221  load_i   w2, 0x401000 "hi"
          400010  0040200000000288  sta64    w2, [0x402000 <g>]
          400018  fffffffeffff0212  jlt_i    w2, #-1 -> 400008
          400020  fffffffc00010203  call     w2, #1 -> 400000 <f>
          400028  fffffff804030277  stx32    w2, [w3 + 4*w4 - 8]
          400030  0000000000000000  (illegal)
        "#);
    }
}
