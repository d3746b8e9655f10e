//! Values in the notation of the language, read from the memory of the process that holds them.

use std::fmt::Write as _;

use crate::lang::check::layout::{Int, Type, TypeId, Types};
use crate::system::live::Live;

/// So many elements of an array or slice, and bytes of a str, are shown.
const MOST: u64 = 64;
/// So deep are structs and arrays shown.
const DEEPEST: u32 = 6;
/// What cannot be read is not guessed.
const UNREADABLE: &str = "<not in memory>";

/// The value of a type at an address.
#[must_use]
pub fn show(live: &Live, types: &Types, ty: TypeId, address: u64) -> String {
    let mut shown = Shown { live, types, out: String::new() };
    shown.value(ty, address, 0);
    shown.out
}

struct Shown<'a> {
    live: &'a Live,
    types: &'a Types,
    out: String,
}

impl Shown<'_> {
    fn value(&mut self, ty: TypeId, at: u64, depth: u32) {
        if depth > DEEPEST {
            return self.out.push('…');
        }
        match self.types.get(ty).clone() {
            Type::Error | Type::Void => {}
            Type::Bool => match self.word(at, 1) {
                Some(0) => self.out.push_str("false"),
                Some(_) => self.out.push_str("true"),
                None => self.out.push_str(UNREADABLE),
            },
            Type::Int(int) => self.int(int, at),
            Type::Nil | Type::Pointer(_) => match self.word(at, 8) {
                Some(0) => self.out.push_str("nil"),
                Some(pointer) => self.push(format_args!("{pointer:#x}")),
                None => self.out.push_str(UNREADABLE),
            },
            Type::Function { .. } => self.function(at),
            Type::Str => self.text(at),
            Type::Slice(element) => match (self.word(at, 8), self.word(at + 8, 8)) {
                (Some(start), Some(length)) => self.elements(element, start, length, depth),
                _ => self.out.push_str(UNREADABLE),
            },
            Type::Array(element, length) => self.elements(element, at, length, depth),
            Type::Struct(id) => {
                let layout = &self.types.structs[id.0 as usize];
                self.push(format_args!("{}(", layout.name));
                for (i, field) in layout.fields.iter().enumerate() {
                    self.push(format_args!("{}{}: ", if i > 0 { ", " } else { "" }, field.name));
                    self.value(field.ty, at + field.offset, depth + 1);
                }
                self.out.push(')');
            }
            Type::Enum(id) => {
                let Some(word) = self.word(at, 4) else { return self.out.push_str(UNREADABLE) };
                let value = i64::from(word as u32 as i32);
                let layout = &self.types.enums[id.0 as usize];
                match layout.variants.iter().find(|(_, its)| *its == value) {
                    Some((variant, _)) => self.push(format_args!("{}.{variant}", layout.name)),
                    None => self.push(format_args!("{value} as {}", layout.name)),
                }
            }
        }
    }

    fn int(&mut self, int: Int, at: u64) {
        match self.word(at, int.size() as usize) {
            Some(word) if int.is_signed() => self.push(format_args!("{}", int.wrap(word as i64))),
            Some(word) => self.push(format_args!("{word}")),
            None => self.out.push_str(UNREADABLE),
        }
    }

    fn function(&mut self, at: u64) {
        let Some(address) = self.word(at, 8) else { return self.out.push_str(UNREADABLE) };
        let debug = self.live.machine().debug(self.live.exe());
        match debug.and_then(|debug| debug.symbol_at(address)).filter(|symbol| symbol.start == address) {
            Some(symbol) => self.push(format_args!("{}", symbol.name)),
            None if address == 0 => self.out.push_str("nil"),
            None => self.push(format_args!("{address:#x}")),
        }
    }

    fn text(&mut self, at: u64) {
        let (Some(start), Some(length)) = (self.word(at, 8), self.word(at + 8, 8)) else {
            return self.out.push_str(UNREADABLE);
        };
        let mut bytes = vec![0; length.min(MOST * 4) as usize];
        let read = self.live.read(start, &mut bytes);
        if read < bytes.len() {
            return self.out.push_str(UNREADABLE);
        }
        self.out.push('"');
        for letter in String::from_utf8_lossy(&bytes).chars() {
            match letter {
                '"' | '\\' => self.push(format_args!("\\{letter}")),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                '\0' => self.out.push_str("\\0"),
                '{' => self.out.push_str("{{"),
                '\u{1}'..='\u{1f}' | '\u{7f}' => self.push(format_args!("\\x{:02x}", letter as u32)),
                letter => self.out.push(letter),
            }
        }
        self.out.push('"');
        if length > MOST * 4 {
            self.push(format_args!("… ({length} bytes)"));
        }
    }

    fn elements(&mut self, element: TypeId, start: u64, length: u64, depth: u32) {
        let size = self.types.size(element);
        self.out.push('[');
        for i in 0..length.min(MOST) {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.value(element, start.wrapping_add(i * size), depth + 1);
        }
        if length > MOST {
            self.push(format_args!(", … {length} in all"));
        }
        self.out.push(']');
    }

    fn word(&self, at: u64, bytes: usize) -> Option<u64> {
        let mut word = [0; 8];
        (self.live.read(at, &mut word[..bytes]) == bytes).then(|| u64::from_le_bytes(word))
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(text);
    }
}
