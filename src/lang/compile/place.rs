//! Places: slots of the window, and addresses in memory with the loads and stores that reach them.

use super::assembler::Target;
use super::function::FunctionCompiler;
use super::slots::{Mark, Slots};
use crate::abi::op::Op;
use crate::base::span::Span;
use crate::lang::check::tree::{BinaryOp, Expr, ExprKind, Place, PlaceKind, TypeId};

/// Where an address starts from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Base {
    /// The address in a slot.
    Slot(u8),
    /// So many bytes after the window's end.
    Frame(u32),
    /// What the linker knows.
    Target(Target),
}

/// An address that is not yet computed: `base + index * scale + offset`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address {
    /// Where it starts from.
    pub base: Base,
    /// A slot and the bytes for each of its units.
    pub index: Option<(u8, u64)>,
    /// Bytes to add.
    pub offset: i64,
}

impl Address {
    /// The address of `base` itself.
    #[must_use]
    pub const fn new(base: Base) -> Self {
        Self { base, index: None, offset: 0 }
    }

    /// The address `bytes` further on.
    #[must_use]
    pub const fn plus(self, bytes: u64) -> Self {
        Self { offset: self.offset.wrapping_add(bytes as i64), ..self }
    }
}

/// Where a place is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Location {
    /// In a slot, or two.
    Window(u8),
    /// In memory.
    Memory(Address),
}

/// An address in the form in which one instruction takes it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Access {
    /// `[base + offset]`
    Based(u8, i32),
    /// `[base + index*size + offset]`
    Indexed(u8, u8, i32),
    /// At a fixed address.
    Absolute(Target, i32),
}

/// Loads and stores of one width: with a base, indexed, absolute.
const fn load_ops(width: u64, is_signed: bool) -> [Op; 3] {
    match (width, is_signed) {
        (1, _) => [Op::Ld8, Op::LdX8, Op::LdA8],
        (2, _) => [Op::Ld16, Op::LdX16, Op::LdA16],
        (4, false) => [Op::Ld32, Op::LdX32, Op::LdA32],
        (4, true) => [Op::Ld32s, Op::LdX32s, Op::LdA32s],
        _ => [Op::Ld64, Op::LdX64, Op::LdA64],
    }
}

const fn store_ops(width: u64) -> [Op; 3] {
    match width {
        1 => [Op::St8, Op::StX8, Op::StA8],
        2 => [Op::St16, Op::StX16, Op::StA16],
        4 => [Op::St32, Op::StX32, Op::StA32],
        _ => [Op::St64, Op::StX64, Op::StA64],
    }
}

impl FunctionCompiler<'_> {
    /// Evaluates what a place depends on and says where it is. The slots it names stay taken.
    pub(super) fn locate(&mut self, place: &Place) -> Location {
        match &place.kind {
            PlaceKind::Local(local) => self.home(*local),
            PlaceKind::Global(global) => match self.program.global(*global).thread_offset {
                Some(offset) => {
                    let thread = self.slots.take(1);
                    self.asm.emit(Op::Tls, thread, 0, 0, 0);
                    Location::Memory(Address { offset, ..Address::new(Base::Slot(thread)) })
                }
                None => Location::Memory(Address::new(Base::Target(Target::Global(global.0 as usize)))),
            },
            PlaceKind::Deref(pointer) => Location::Memory(self.pointer(pointer)),
            PlaceKind::Field { base, offset } => Location::Memory(self.locate_memory(base).plus(*offset)),
            PlaceKind::ArrayElement { base, index, length, checked } => {
                let address = self.locate_memory(base);
                let size = self.program.types.size(place.ty);
                if let ExprKind::Int(constant) = index.kind
                    && (!*checked || (constant as u64) < *length)
                {
                    return Location::Memory(address.plus((constant as u64).wrapping_mul(size)));
                }
                let index_slot = self.operand(index);
                if *checked {
                    let limit = self.constant_slot(*length as i64);
                    self.check_index(index_slot, limit, place.span);
                }
                Location::Memory(self.indexed(address, index_slot, size))
            }
            PlaceKind::SliceElement { base, index, checked } => {
                let slice = self.pair(base, None);
                let index_slot = self.operand(index);
                if *checked {
                    self.check_index(index_slot, slice + 1, place.span);
                }
                let size = self.program.types.size(place.ty);
                Location::Memory(self.indexed(Address::new(Base::Slot(slice)), index_slot, size))
            }
            PlaceKind::Temporary { local, value } => {
                self.keeps_bytes = true;
                let _ = self.settle_local(*local);
                let home = self.home(*local);
                match home {
                    Location::Window(slot) => self.value_into(value, slot),
                    Location::Memory(address) => self.store_value(value, address),
                }
                home
            }
        }
    }

    /// Where a place is that can only be in memory.
    pub(super) fn locate_memory(&mut self, place: &Place) -> Address {
        match self.locate(place) {
            Location::Memory(address) => address,
            // A value without an address is copied to where it has one.
            Location::Window(slot) => {
                self.keeps_bytes = true;
                let address = Address::new(Base::Frame(self.slots.take_bytes(16)));
                self.store_words(address, place.ty, slot);
                address
            }
        }
    }

    /// Where a pointer points, keeping `p + i` as base and index.
    pub(super) fn pointer(&mut self, pointer: &Expr) -> Address {
        if let ExprKind::AddressOf(place) = &pointer.kind {
            return self.locate_memory(place);
        }
        let ExprKind::PointerAdd { pointer, index, size, negative: false } = &pointer.kind else {
            return Address::new(Base::Slot(self.operand(pointer)));
        };
        let base = self.pointer(pointer);
        let (index, constant) = split_constant(index);
        let base = base.plus((constant as u64).wrapping_mul(*size));
        let Some(index) = index else { return base };
        let index = self.operand(index);
        self.indexed(base, index, *size)
    }

    fn indexed(&mut self, address: Address, index: u8, scale: u64) -> Address {
        let address =
            if address.index.is_some() { Address::new(Base::Slot(self.address_slot(address))) } else { address };
        Address { index: Some((index, scale)), ..address }
    }

    /// Jumps to `panic_index` unless `index < limit`, unsigned.
    fn check_index(&mut self, index: u8, limit: u8, span: Span) {
        let cold = self.cold_call("panic_index", vec![index, limit], span);
        self.asm.branch(Op::Jleu, limit, index, cold);
    }

    /// `slot * scale`, in a slot.
    pub(super) fn scaled(&mut self, slot: u8, scale: u64) -> u8 {
        if scale == 1 {
            return slot;
        }
        let to = self.slots.take(1);
        if scale.is_power_of_two() {
            self.asm.emit(Op::ShlI, to, slot, 0, scale.trailing_zeros() as i32);
        } else if let Ok(scale) = i32::try_from(scale) {
            self.asm.emit(Op::MulI, to, slot, 0, scale);
        } else {
            self.asm.constant(to, scale as i64);
            self.three(Op::Mul, to, slot, to);
        }
        to
    }

    /// An address as base and offset; the base may be a new temporary.
    pub(super) fn based(&mut self, address: Address) -> (u8, i32) {
        let mut offset = address.offset;
        let small = i32::try_from(offset).unwrap_or(0);
        let mut base = match address.base {
            Base::Slot(slot) => slot,
            Base::Frame(from) => {
                let to = self.slots.take(1);
                self.asm.local(to, from);
                to
            }
            Base::Target(target) => {
                let to = self.slots.take(1);
                self.asm.address(to, target, small);
                offset -= i64::from(small);
                to
            }
        };
        if let Some((index, scale)) = address.index {
            let scaled = self.scaled(index, scale);
            let to = self.slots.take(1);
            self.three(Op::Add, to, base, scaled);
            base = to;
        }
        if i64::from(offset as i32) != offset {
            let to = self.slots.take(1);
            self.asm.constant(to, offset);
            self.three(Op::Add, to, to, base);
            return (to, 0);
        }
        (base, offset as i32)
    }

    /// An address with nothing but a slot as its base, for several accesses in a row.
    pub(super) fn steady(&mut self, address: Address) -> Address {
        let is_near = i32::try_from(address.offset).is_ok();
        if is_near && address.index.is_none() && !matches!(address.base, Base::Frame(_)) {
            return address;
        }
        let (base, offset) = self.based(address);
        Address { base: Base::Slot(base), index: None, offset: i64::from(offset) }
    }

    /// An address in a slot, in place if it is there already.
    pub(super) fn address_slot(&mut self, address: Address) -> u8 {
        let (base, offset) = self.based(address);
        if offset == 0 {
            return base;
        }
        let to = self.slots.take(1);
        self.asm.emit(Op::AddI, to, base, 0, offset);
        to
    }

    /// An address as a value. Slots taken since `mark` are given back.
    pub(super) fn address_value(&mut self, address: Address, want: Option<u8>, mark: Mark) -> u8 {
        if let (Base::Frame(from), None) = (address.base, address.index)
            && let Ok(offset) = u32::try_from(i64::from(from) + address.offset)
        {
            self.slots.release_slots(mark);
            let to = self.wanted(want);
            self.asm.local(to, offset);
            return to;
        }
        if let (Base::Target(target), None) = (address.base, address.index)
            && let Ok(offset) = i32::try_from(address.offset)
        {
            self.slots.release_slots(mark);
            let to = self.wanted(want);
            self.asm.address(to, target, offset);
            return to;
        }
        let (base, offset) = self.based(address);
        self.slots.release_slots(mark);
        if offset == 0 {
            if want.is_none() && Slots::is_older(base, mark) {
                return base;
            }
            let to = self.wanted(want);
            self.asm.copy_slot(to, base);
            return to;
        }
        let to = self.wanted(want);
        self.asm.emit(Op::AddI, to, base, 0, offset);
        to
    }

    /// The form in which an instruction of this width reaches an address.
    pub(super) fn access(&mut self, address: Address, width: u64) -> Access {
        if let (Base::Target(target), None) = (address.base, address.index)
            && let Ok(offset) = i32::try_from(address.offset)
        {
            return Access::Absolute(target, offset);
        }
        if let (Some((index, scale)), Ok(_)) = (address.index, i32::try_from(address.offset))
            && scale == width
        {
            let (base, offset) = self.based(Address { index: None, ..address });
            return Access::Indexed(base, index, offset);
        }
        let (base, offset) = self.based(address);
        Access::Based(base, offset)
    }

    fn emit_access(&mut self, ops: [Op; 3], slot: u8, access: Access) {
        match access {
            Access::Based(base, offset) => self.asm.emit(ops[0], slot, base, 0, offset),
            Access::Indexed(base, index, offset) => self.asm.emit(ops[1], slot, base, index, offset),
            Access::Absolute(target, offset) => self.asm.absolute(ops[2], slot, target, offset),
        }
    }

    /// Loads a one-word value. Slots taken since `mark` are given back.
    pub(super) fn load(&mut self, address: Address, ty: TypeId, want: Option<u8>, mark: Mark) -> u8 {
        let width = self.program.types.size(ty);
        let access = self.access(address, width);
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        self.emit_access(load_ops(width, self.program.types.is_signed(ty)), to, access);
        to
    }

    /// Loads two words into `to` and the slot after it.
    pub(super) fn load_pair(&mut self, address: Address, to: u8) {
        let mark = self.slots.mark();
        let address = self.steady(address);
        let halves = if address.base == Base::Slot(to) { [1, 0] } else { [0, 1] };
        for half in halves {
            let access = self.access(address.plus(8 * half), 8);
            self.emit_access(load_ops(8, false), to + half as u8, access);
        }
        self.slots.release_slots(mark);
    }

    /// Stores what is in a slot, or in two, as a value of type `ty`.
    pub(super) fn store_words(&mut self, address: Address, ty: TypeId, from: u8) {
        if self.program.types.words(ty) == 2 {
            let address = self.steady(address);
            for half in 0..2 {
                let access = self.access(address.plus(8 * half), 8);
                self.emit_access(store_ops(8), from + half as u8, access);
            }
        } else {
            let width = self.program.types.size(ty);
            let access = self.access(address, width);
            self.emit_access(store_ops(width), from, access);
        }
    }

    /// Evaluates a value of any type to an address.
    pub(super) fn store_value(&mut self, value: &Expr, address: Address) {
        let mark = self.slots.mark();
        match self.program.types.words(value.ty) {
            0 => self.aggregate(value, address),
            1 => {
                let from = self.operand(value);
                self.store_words(address, value.ty, from);
            }
            2.. => {
                let from = self.pair(value, None);
                self.store_words(address, value.ty, from);
            }
        }
        self.slots.release_slots(mark);
    }
}

/// An index as what varies and a constant to add.
fn split_constant(index: &Expr) -> (Option<&Expr>, i64) {
    if let ExprKind::Int(constant) = index.kind {
        return (None, constant);
    }
    if let ExprKind::Binary(BinaryOp::Add, left, right) = &index.kind
        && let ExprKind::Int(constant) = right.kind
        && matches!(index.ty, TypeId::INT | TypeId::UINT)
    {
        return (Some(left), constant);
    }
    (Some(index), 0)
}
