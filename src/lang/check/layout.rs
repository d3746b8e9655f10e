//! The types of a program, each once, and how their values lie in memory.
//!
//! Owns interning, names, sizes and alignments (those of C on x86-64); knows nothing of scopes or expressions.

use indexmap::IndexSet;

/// The fixed-width integer types.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Int {
    /// 64 bits, signed: `int`.
    Int,
    /// 64 bits, unsigned: `uint`.
    Uint,
    /// 8 bits, unsigned: `byte`.
    Byte,
    /// 16 bits, unsigned.
    U16,
    /// 32 bits, unsigned.
    U32,
    /// 32 bits, signed.
    I32,
}

impl Int {
    /// Bytes in memory. In a slot of the window every integer takes eight, zero- or sign-extended.
    #[must_use]
    pub const fn size(self) -> u64 {
        match self {
            Self::Int | Self::Uint => 8,
            Self::Byte => 1,
            Self::U16 => 2,
            Self::U32 | Self::I32 => 4,
        }
    }

    /// Whether it has negative values.
    #[must_use]
    pub const fn is_signed(self) -> bool {
        match self {
            Self::Int | Self::I32 => true,
            Self::Uint | Self::Byte | Self::U16 | Self::U32 => false,
        }
    }

    /// As it is written in a script.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Byte => "byte",
            Self::U16 => "u16",
            Self::U32 => "u32",
            Self::I32 => "i32",
        }
    }

    /// The smallest and the largest value.
    #[must_use]
    pub const fn range(self) -> (i128, i128) {
        let bits = self.size() * 8;
        if self.is_signed() { (-(1_i128 << (bits - 1)), (1_i128 << (bits - 1)) - 1) } else { (0, (1_i128 << bits) - 1) }
    }

    /// Whether `value` is one of this type's.
    #[must_use]
    pub const fn holds(self, value: i128) -> bool {
        let (low, high) = self.range();
        low <= value && value <= high
    }

    /// Whether each value of `self` is one of `wider`: the implicit conversion.
    #[must_use]
    pub const fn widens_to(self, wider: Self) -> bool {
        let (low, high) = self.range();
        wider.holds(low) && wider.holds(high)
    }

    /// `value` reduced to this type's width, as hardware does, and extended to 64 bits again.
    #[must_use]
    pub const fn wrap(self, value: i64) -> i64 {
        match self {
            Self::Int | Self::Uint => value,
            Self::Byte => value as u8 as i64,
            Self::U16 => value as u16 as i64,
            Self::U32 => value as u32 as i64,
            Self::I32 => value as i32 as i64,
        }
    }
}

/// A type's number in [`Types`]. Two types are the same exactly if their numbers are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub u32);

impl TypeId {
    /// What an expression with a reported error has: fits everywhere. Never in a finished program.
    pub const ERROR: Self = Self(0);
    /// What a call of a function without result has.
    pub const VOID: Self = Self(1);
    /// `bool`
    pub const BOOL: Self = Self(2);
    /// `str`
    pub const STR: Self = Self(3);
    /// `int`
    pub const INT: Self = Self(4);
    /// `uint`
    pub const UINT: Self = Self(5);
    /// `byte`
    pub const BYTE: Self = Self(6);
    /// `u16`
    pub const U16: Self = Self(7);
    /// `u32`
    pub const U32: Self = Self(8);
    /// `i32`
    pub const I32: Self = Self(9);
    /// The type of `nil` before a context gives it a pointer type. Never in a finished program.
    pub const NIL: Self = Self(10);
    /// `[byte]`
    pub const BYTES: Self = Self(11);

    /// The type of an integer of this kind.
    #[must_use]
    pub const fn of_int(int: Int) -> Self {
        match int {
            Int::Int => Self::INT,
            Int::Uint => Self::UINT,
            Int::Byte => Self::BYTE,
            Int::U16 => Self::U16,
            Int::U32 => Self::U32,
            Int::I32 => Self::I32,
        }
    }
}

/// A struct's number: index into [`Types::structs`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StructId(pub u32);

/// An enum's number: index into [`Types::enums`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EnumId(pub u32);

/// A type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// See [`TypeId::ERROR`].
    Error,
    /// No value at all.
    Void,
    /// See [`TypeId::NIL`].
    Nil,
    /// One byte, 0 or 1.
    Bool,
    /// Pointer and length in bytes: 16 bytes; the bytes are read-only.
    Str,
    /// An integer.
    Int(Int),
    /// The address of a `T`; one word.
    Pointer(TypeId),
    /// `n` values of type `T`, one after the other.
    Array(TypeId, u64),
    /// Pointer to the first and number of elements: 16 bytes.
    Slice(TypeId),
    /// A struct.
    Struct(StructId),
    /// An enum: 4 bytes, signed, as C's.
    Enum(EnumId),
    /// The address of a function; one word.
    Function {
        /// Types of the parameters.
        params: Vec<TypeId>,
        /// [`TypeId::VOID`] if there is none.
        result: TypeId,
    },
}

/// One field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Bytes from the start of the struct.
    pub offset: u64,
}

/// A struct's layout: that of C.
#[derive(Clone, Debug)]
pub struct StructLayout {
    /// Its name.
    pub name: String,
    /// In the order of the declaration.
    pub fields: Vec<Field>,
    /// Bytes, a multiple of `align`.
    pub size: u64,
    /// Bytes.
    pub align: u64,
}

/// An enum's names.
#[derive(Clone, Debug)]
pub struct EnumLayout {
    /// Its name.
    pub name: String,
    /// Names and values in the order of the declaration.
    pub variants: Vec<(String, i64)>,
}

/// All types of a program.
#[derive(Clone, Debug)]
pub struct Types {
    all: IndexSet<Type>,
    /// By [`StructId`].
    pub structs: Vec<StructLayout>,
    /// By [`EnumId`].
    pub enums: Vec<EnumLayout>,
}

impl Default for Types {
    fn default() -> Self {
        Self::new()
    }
}

impl Types {
    /// The table with the types that every program has.
    #[must_use]
    pub fn new() -> Self {
        let all = [
            Type::Error,
            Type::Void,
            Type::Bool,
            Type::Str,
            Type::Int(Int::Int),
            Type::Int(Int::Uint),
            Type::Int(Int::Byte),
            Type::Int(Int::U16),
            Type::Int(Int::U32),
            Type::Int(Int::I32),
            Type::Nil,
            Type::Slice(TypeId::BYTE),
        ];
        Self { all: all.into_iter().collect(), structs: Vec::new(), enums: Vec::new() }
    }

    /// The same types with the same numbers, but no layouts of structs and enums: these are laid out anew, in the same order.
    #[must_use]
    pub fn without_layouts(&self) -> Self {
        Self { all: self.all.clone(), structs: Vec::new(), enums: Vec::new() }
    }

    /// The number of `ty`, a new one if it is not known yet.
    pub fn intern(&mut self, ty: Type) -> TypeId {
        TypeId(self.all.insert_full(ty).0 as u32)
    }

    /// `*target`
    pub fn pointer(&mut self, target: TypeId) -> TypeId {
        self.intern(Type::Pointer(target))
    }

    /// `[element]`
    pub fn slice(&mut self, element: TypeId) -> TypeId {
        self.intern(Type::Slice(element))
    }

    /// `[element; count]`
    pub fn array(&mut self, element: TypeId, count: u64) -> TypeId {
        self.intern(Type::Array(element, count))
    }

    /// The type of this number.
    #[must_use]
    pub fn get(&self, id: TypeId) -> &Type {
        self.all.get_index(id.0 as usize).expect("type ids come from intern")
    }

    /// The integer kind of `id`, if it is an integer.
    #[must_use]
    pub fn int(&self, id: TypeId) -> Option<Int> {
        if let Type::Int(int) = self.get(id) { Some(*int) } else { None }
    }

    /// The element type of an array, a slice or a `str`.
    #[must_use]
    pub fn element(&self, id: TypeId) -> Option<TypeId> {
        match *self.get(id) {
            Type::Array(element, _) | Type::Slice(element) => Some(element),
            Type::Str => Some(TypeId::BYTE),
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Struct(_)
            | Type::Enum(_)
            | Type::Function { .. } => None,
        }
    }

    /// Words in the window, as argument or as result: 1 or 2; 0 for what lies in memory (struct, array) and for void.
    #[must_use]
    pub fn words(&self, id: TypeId) -> u8 {
        match self.get(id) {
            Type::Error | Type::Void | Type::Array(..) | Type::Struct(_) => 0,
            Type::Nil | Type::Bool | Type::Int(_) | Type::Pointer(_) | Type::Enum(_) | Type::Function { .. } => 1,
            Type::Str | Type::Slice(_) => 2,
        }
    }

    /// Whether values live in memory and travel by address: structs and arrays.
    #[must_use]
    pub fn is_aggregate(&self, id: TypeId) -> bool {
        matches!(self.get(id), Type::Array(..) | Type::Struct(_))
    }

    /// Whether a one-word value of this type is compared, divided, loaded and printed as signed.
    #[must_use]
    pub fn is_signed(&self, id: TypeId) -> bool {
        match self.get(id) {
            Type::Int(int) => int.is_signed(),
            Type::Enum(_) => true,
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Pointer(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Function { .. } => false,
        }
    }

    /// Bytes in memory. Saturates: a type too large for any memory is reported where it is declared.
    #[must_use]
    pub fn size(&self, id: TypeId) -> u64 {
        match *self.get(id) {
            Type::Error | Type::Void => 0,
            Type::Bool => 1,
            Type::Int(int) => int.size(),
            Type::Enum(_) => 4,
            Type::Nil | Type::Pointer(_) | Type::Function { .. } => 8,
            Type::Str | Type::Slice(_) => 16,
            Type::Array(element, count) => self.size(element).saturating_mul(count),
            Type::Struct(id) => self.structs[id.0 as usize].size,
        }
    }

    /// Bytes to whose multiple an address of this type is aligned.
    #[must_use]
    pub fn align(&self, id: TypeId) -> u64 {
        match *self.get(id) {
            Type::Error | Type::Void | Type::Bool => 1,
            Type::Int(int) => int.size(),
            Type::Enum(_) => 4,
            Type::Nil | Type::Pointer(_) | Type::Function { .. } | Type::Str | Type::Slice(_) => 8,
            Type::Array(element, _) => self.align(element),
            Type::Struct(id) => self.structs[id.0 as usize].align,
        }
    }

    /// Lays the fields of a struct out as C does: each at the next multiple of its alignment, the whole padded.
    #[must_use]
    pub fn lay_out(&self, name: String, fields: Vec<(String, TypeId)>) -> StructLayout {
        let mut layout = StructLayout { name, fields: Vec::new(), size: 0, align: 1 };
        for (name, ty) in fields {
            let align = self.align(ty);
            let offset = layout.size.checked_next_multiple_of(align).unwrap_or(u64::MAX);
            layout.size = offset.saturating_add(self.size(ty));
            layout.align = layout.align.max(align);
            layout.fields.push(Field { name, ty, offset });
        }
        layout.size = layout.size.checked_next_multiple_of(layout.align).unwrap_or(u64::MAX);
        layout
    }

    /// The type as a script writes it.
    #[must_use]
    pub fn name(&self, id: TypeId) -> String {
        match self.get(id) {
            Type::Error => "?".to_owned(),
            Type::Void => "no value".to_owned(),
            Type::Nil => "nil".to_owned(),
            Type::Bool => "bool".to_owned(),
            Type::Str => "str".to_owned(),
            Type::Int(int) => int.name().to_owned(),
            Type::Pointer(target) => format!("*{}", self.name(*target)),
            Type::Array(element, count) => format!("[{}; {count}]", self.name(*element)),
            Type::Slice(element) => format!("[{}]", self.name(*element)),
            Type::Struct(id) => self.structs[id.0 as usize].name.clone(),
            Type::Enum(id) => self.enums[id.0 as usize].name.clone(),
            Type::Function { params, result } => {
                let params: Vec<String> = params.iter().map(|&param| self.name(param)).collect();
                let params = params.join(", ");
                if *result == TypeId::VOID {
                    format!("fn({params})")
                } else {
                    format!("fn({params}) -> {}", self.name(*result))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_ids_are_those_of_the_table() {
        let types = Types::new();
        let names: Vec<String> = (0..12).map(|i| types.name(TypeId(i))).collect();
        assert_eq!(names.join(" "), "? no value bool str int uint byte u16 u32 i32 nil [byte]");
    }

    #[test]
    fn a_struct_is_laid_out_as_c_does() {
        let types = Types::new();
        let fields = vec![("a".into(), TypeId::BYTE), ("b".into(), TypeId::I32), ("c".into(), TypeId::U16)];
        let layout = types.lay_out("S".into(), fields);
        let offsets: Vec<u64> = layout.fields.iter().map(|field| field.offset).collect();
        assert_eq!((offsets, layout.size, layout.align), (vec![0, 4, 8], 12, 4));
    }

    #[test]
    fn only_lossless_conversions_are_widenings() {
        assert!(Int::Byte.widens_to(Int::I32) && Int::U32.widens_to(Int::Int) && Int::I32.widens_to(Int::Int));
        assert!(!Int::I32.widens_to(Int::Uint) && !Int::Uint.widens_to(Int::Int) && !Int::Int.widens_to(Int::Uint));
        assert!(!Int::U32.widens_to(Int::I32));
    }
}
