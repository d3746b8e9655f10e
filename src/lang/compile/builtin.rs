//! What formats text: `print` and its kin, `format` and `mark`, as calls of the stdlib's `fmt_*` functions.

use super::expression::Operand;
use super::function::FunctionCompiler;
use super::place::{Address, Base};
use crate::abi::op::Op;
use crate::lang::check::tree::{CompareOp, EnumId, Expr, Part, Show, Type};

/// The most bytes of a `mark`; longer text is cut.
const MARK_BYTES: u64 = 256;

impl FunctionCompiler<'_> {
    /// Writes text to a descriptor.
    pub(super) fn print(&mut self, fd: i64, parts: &[Part]) {
        if let [Part::Text(bytes)] = parts {
            let first = self.slots.take(3);
            self.asm.constant(first, fd);
            self.text_argument(bytes, first + 1);
            let function = self.support("fmt_literal");
            self.asm.call(first, 3, function);
        } else if !parts.is_empty() {
            let formatter = self.formatter("fmt_begin");
            let mark = self.slots.mark();
            let first = self.slots.take(2);
            self.asm.constant(first + 1, fd);
            self.formatter_call("fmt_begin", formatter, first, 2);
            self.slots.release_slots(mark);
            self.parts(formatter, parts);
        }
    }

    /// Writes text to a buffer; the number of bytes is what the last call returned.
    pub(super) fn format(&mut self, buffer: &Expr, parts: &[Part]) {
        let formatter = self.formatter("fmt_begin_buffer");
        let mark = self.slots.mark();
        let first = self.slots.take(3);
        self.value_into(buffer, first + 1);
        self.formatter_call("fmt_begin_buffer", formatter, first, 3);
        self.slots.release_slots(mark);
        self.parts(formatter, parts);
    }

    /// Puts a line into the trace.
    pub(super) fn mark_trace(&mut self, parts: &[Part]) {
        let mark = self.slots.mark();
        if let [Part::Text(bytes)] = parts {
            let first = self.slots.take(2);
            self.text_argument(bytes, first);
            self.asm.emit(Op::Mark, first, first + 1, 0, 0);
        } else {
            let buffer = Address::new(Base::Frame(self.slots.take_bytes(MARK_BYTES)));
            let formatter = self.formatter("fmt_begin_buffer");
            let first = self.slots.take(3);
            let inner = self.slots.mark();
            let _ = self.address_value(buffer, Some(first + 1), inner);
            self.asm.constant(first + 2, MARK_BYTES as i64);
            self.formatter_call("fmt_begin_buffer", formatter, first, 3);
            self.slots.release_slots(mark);
            self.parts(formatter, parts);
            let line = self.slots.take(2);
            self.asm.emit(Op::Result, line + 1, 1, 0, 0);
            let inner = self.slots.mark();
            let _ = self.address_value(buffer, Some(line), inner);
            self.asm.emit(Op::Mark, line, line + 1, 0, 0);
        }
        self.slots.release_slots(mark);
    }

    /// Hidden bytes for the `Formatter` that a function of the stdlib takes first.
    fn formatter(&mut self, function: &str) -> Address {
        let id = *self.program.support.get(function).expect("the checker brings in the support functions");
        let types = &self.program.types;
        let size = self.program.function(id).locals.first().map_or(0, |first| match types.get(first.ty) {
            Type::Pointer(target) => types.size(*target),
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => 0,
        });
        Address::new(Base::Frame(self.slots.take_bytes(size)))
    }

    /// Calls a function of the stdlib with the formatter's address and what already lies in the slots after `first`.
    fn formatter_call(&mut self, function: &str, formatter: Address, first: u8, words: u8) {
        let mark = self.slots.mark();
        let _ = self.address_value(formatter, Some(first), mark);
        let function = self.support(function);
        self.asm.call(first, words, function);
    }

    /// Formats all parts and ends the formatter.
    fn parts(&mut self, formatter: Address, parts: &[Part]) {
        for part in parts {
            let mark = self.slots.mark();
            match part {
                Part::Text(bytes) => {
                    let first = self.slots.take(4);
                    self.text_argument(bytes, first + 1);
                    self.asm.constant(first + 3, 0);
                    self.formatter_call("fmt_str", formatter, first, 4);
                }
                Part::Value { value, how, spec } => self.part(formatter, value, *how, *spec),
            }
            self.slots.release_slots(mark);
        }
        let first = self.slots.take(1);
        self.formatter_call("fmt_end", formatter, first, 1);
    }

    fn part(&mut self, formatter: Address, value: &Expr, how: Show, spec: i64) {
        let function = match how {
            Show::Int => "fmt_int",
            Show::Uint => "fmt_uint",
            Show::Bool => "fmt_bool",
            Show::Str => {
                let first = self.slots.take(4);
                self.value_into(value, first + 1);
                self.asm.constant(first + 3, spec);
                self.formatter_call("fmt_str", formatter, first, 4);
                return;
            }
            Show::Enum(id) => {
                self.variant(formatter, value, id, spec);
                return;
            }
        };
        let first = self.slots.take(3);
        self.value_into(value, first + 1);
        self.asm.constant(first + 2, spec);
        self.formatter_call(function, formatter, first, 3);
    }

    /// Formats an enum: the name of its variant, or its number if it has none.
    fn variant(&mut self, formatter: Address, value: &Expr, id: EnumId, spec: i64) {
        let number = self.operand(value);
        let first = self.slots.take(4);
        let (named, end) = (self.asm.label(), self.asm.label());
        let program = self.program;
        let mut seen = Vec::new();
        for (name, constant) in &program.types.enums[id.0 as usize].variants {
            if seen.contains(constant) {
                continue;
            }
            seen.push(*constant);
            let mark = self.slots.mark();
            let next = self.asm.label();
            self.branch_operands(CompareOp::Eq, number, Operand::Constant(*constant), false, false, next);
            self.text_argument(name.as_bytes(), first + 1);
            self.asm.jump(named);
            self.asm.bind(next);
            self.slots.release_slots(mark);
        }
        self.asm.copy_slot(first + 1, number);
        self.asm.constant(first + 2, spec);
        self.formatter_call("fmt_int", formatter, first, 3);
        self.asm.jump(end);
        self.asm.bind(named);
        self.asm.constant(first + 3, spec);
        self.formatter_call("fmt_str", formatter, first, 4);
        self.asm.bind(end);
    }

    /// A literal's address and length, in two slots.
    fn text_argument(&mut self, bytes: &[u8], first: u8) {
        let target = self.literal(bytes);
        self.asm.address(first, target, 0);
        self.asm.constant(first + 1, bytes.len() as i64);
    }
}
