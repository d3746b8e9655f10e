//! The checked program: every name resolved, every expression typed, every conversion written out.
//!
//! What the code generator may rely on: no type is `Error` or `Nil`; both operands of [`Binary`](ExprKind::Binary) and
//! [`Compare`](ExprKind::Compare) have the same type (shifts excepted); arguments are complete; constants are folded;
//! `assert`, `for` over elements, `==` of strs and programs' `args` are already lowered to simpler nodes.
//! Evaluation order is that of the fields as they stand here, left to right, unless a field says otherwise.

use std::collections::BTreeMap;

pub use super::layout::{EnumId, StructId, Type, TypeId, Types};
use crate::base::span::Span;

/// A function's number: index into [`Program::functions`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FunctionId(pub u32);

/// A global's number: index into [`Program::globals`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GlobalId(pub u32);

/// A local's number: index into [`Function::locals`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LocalId(pub u32);

/// All images of one script.
#[derive(Clone, Debug)]
pub struct Program {
    /// All types.
    pub types: Types,
    /// All functions of the script and its programs, and those of the modules that something names.
    pub functions: Vec<Function>,
    /// Globals, likewise.
    pub globals: Vec<Global>,
    /// One for each image: the script first, then each `program`.
    pub units: Vec<Unit>,
    /// Functions of the stdlib that generated code calls: see [`SUPPORT`]. Those that no unit needs may be missing.
    pub support: BTreeMap<&'static str, FunctionId>,
    /// What `machine { }` says, in order.
    pub machine: Vec<Setting>,
    /// Bytes of all thread-local variables, a multiple of 16: they end where a thread's storage has its base.
    pub thread_bytes: u64,
    /// What is told of the script to the next line of a session.
    pub line: Line,
}

/// What a line of a session leaves to the next ones.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The types of its variables, in the order of their `let`s.
    pub lets: Vec<TypeId>,
    /// Where those of them that are thread-local lie in a thread's storage.
    pub offsets: Vec<Option<i64>>,
    /// The type of its value, if it has one.
    pub value: Option<TypeId>,
}

impl Function {
    /// Leaves nothing of what it does.
    pub(super) fn hollow(&mut self) {
        (self.body, self.locals) = (Block::default(), Vec::new());
        self.calls.clear();
        self.uses.clear();
        (self.calls_main, self.uses_tls) = (false, false);
    }
}

impl Program {
    /// The function of this number.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// The global of this number.
    #[must_use]
    pub fn global(&self, id: GlobalId) -> &Global {
        &self.globals[id.0 as usize]
    }
}

/// Functions of the stdlib that generated code calls by name. A unit holds those that its nodes need.
pub const SUPPORT: &[&str] = &[
    "_start",
    "abort",
    "fmt_begin",
    "fmt_begin_buffer",
    "fmt_bool",
    "fmt_end",
    "fmt_int",
    "fmt_literal",
    "fmt_str",
    "fmt_uint",
    "memcpy",
    "memset",
    "panic_index",
    "panic_slice",
    "str_equal",
];

/// The same, for `lock`.
pub const THREAD_SUPPORT: &[&str] = &["lock_failed", "mutex_lock", "mutex_unlock"];

/// Functions of the stdlib, and what stands in for them in a unit that uses threads or thread-local variables. A
/// function that stands in for another may call it.
pub const REPLACED: &[[&str; 2]] =
    &[["_start", "_start_threads"], ["fork", "fork_threads"], ["free", "free_threads"], ["malloc", "malloc_threads"]];

/// What becomes one image.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The program's name; `None` for the script itself.
    pub name: Option<String>,
    /// Where the kernel starts: `_start` of the stdlib.
    pub start: FunctionId,
    /// What [`ExprKind::CallMain`] calls: a function without parameters and result.
    pub main: FunctionId,
    /// What is called instead of what, see [`REPLACED`]; empty if the unit knows no threads.
    pub replaced: BTreeMap<FunctionId, FunctionId>,
    /// Everything reached from `start` and `main` (both are in it), ascending.
    pub functions: Vec<FunctionId>,
    /// Globals reached, ascending.
    pub globals: Vec<GlobalId>,
}

impl Unit {
    /// Whom a call of `callee` in the function `caller` calls.
    #[must_use]
    pub fn callee(&self, caller: FunctionId, callee: FunctionId) -> FunctionId {
        self.replaced.get(&callee).copied().filter(|&other| other != caller).unwrap_or(callee)
    }
}

/// One line of `machine { key = value }`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// Its name, not judged here.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its value.
    pub value: SettingValue,
    /// Where the value stands.
    pub value_span: Span,
}

/// The value of a [`Setting`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SettingValue {
    /// A constant integer (a bool is 0 or 1).
    Int(i64),
    /// A bare word, or a str literal.
    Word(String),
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; `main` for the statements of a script, the program's name for those of a `program`.
    pub name: String,
    /// The first `params` of `locals` are the parameters, in order.
    pub params: usize,
    /// Parameters, variables and hidden locals.
    pub locals: Vec<Local>,
    /// [`TypeId::VOID`] if there is none.
    pub result: TypeId,
    /// What it does. Control may reach its end only if `result` is void.
    pub body: Block,
    /// Where its name stands.
    pub span: Span,
    /// Functions that it calls or names, support functions included, ascending.
    pub calls: Vec<FunctionId>,
    /// Globals that it names, ascending.
    pub uses: Vec<GlobalId>,
    /// Whether it holds [`ExprKind::CallMain`].
    pub calls_main: bool,
    /// Whether it needs a thread's own storage.
    pub uses_tls: bool,
}

/// A parameter, a variable or a hidden local.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name; empty for one that the checker made.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Whether something takes its address: then it lies beside the window, as structs and arrays always do.
    pub address_taken: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A variable of a whole image.
#[derive(Clone, Debug)]
pub struct Global {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// `None`: zero. Else a constant made of [`ExprKind::Int`], `Str`, `Zero`, `FunctionAddress`, `Array`, `Repeat` and
    /// `Struct` only. Globals of the script have none: they are zero until their `let` runs in `main`.
    pub initial: Option<Expr>,
    /// For a thread-local variable: bytes from the base of a thread's own storage, negative.
    pub thread_offset: Option<i64>,
    /// Where it is declared.
    pub span: Span,
}

/// Statements, one after the other.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// In order.
    pub stmts: Vec<Stmt>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Where it stands; of a compound statement, its head.
    pub span: Span,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// Evaluates and drops the value, if there is one.
    Expr(Expr),
    /// A local begins its life with this value. [`ExprKind::Zero`] for a `let` without value. In a loop it runs each time.
    Init {
        /// The local.
        local: LocalId,
        /// Of the local's type.
        value: Expr,
    },
    /// `place = value`. Place's sub-expressions first, then the value.
    Assign {
        /// Where to.
        place: Place,
        /// Of the place's type.
        value: Expr,
    },
    /// `place op= value`: the place is evaluated once.
    Update {
        /// Where to: of an integer type, or a pointer.
        place: Place,
        /// Result and operands as in [`ExprKind::Binary`]; on a pointer only `Add` and `Sub`.
        op: BinaryOp,
        /// Of the place's type, for a shift `int`; for a pointer an `int` that is multiplied by `scale`.
        value: Expr,
        /// 1 for integers, the target's size for pointers.
        scale: u64,
    },
    /// `if`
    If {
        /// Of type bool.
        cond: Expr,
        /// If it holds.
        then: Block,
        /// If not; may be empty.
        otherwise: Block,
    },
    /// `while`
    While {
        /// Of type bool.
        cond: Expr,
        /// The loop.
        body: Block,
    },
    /// `loop`
    Loop {
        /// The loop.
        body: Block,
    },
    /// `for local in from..to`: both evaluated once, `from` first; compared as the local's type is signed or not. The
    /// local is the counter itself: an assignment to it in the body counts. `continue` goes on to the increment.
    ForRange {
        /// The counter, an integer.
        local: LocalId,
        /// Of the counter's type.
        from: Expr,
        /// Of the counter's type; excluded.
        to: Expr,
        /// The loop.
        body: Block,
    },
    /// `match`: the first arm with a pattern that fits, else `default`.
    Match {
        /// A hidden local that receives `value`.
        subject: LocalId,
        /// An integer, bool, enum or str.
        value: Expr,
        /// In order.
        arms: Vec<Arm>,
        /// The `_` arm; `None` if the arms are exhaustive.
        default: Option<Block>,
    },
    /// Leaves the innermost loop.
    Break,
    /// The innermost loop's next round.
    Continue,
    /// Leaves the function; `None` exactly if it has no result.
    Return(Option<Expr>),
    /// A nested block.
    Block(Block),
    /// `mark("…")`: formats into a buffer, then the `mark` instruction.
    Mark(Vec<Part>),
}

/// One arm of a `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Any of them.
    pub patterns: Vec<Pattern>,
    /// What it does.
    pub body: Block,
}

/// A pattern of a `match`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pattern {
    /// An integer, bool or enum value, as in [`ExprKind::Int`].
    Int(i64),
    /// From the first, included, to the last, excluded; compared as the subject's type is signed or not.
    Range(i64, i64),
    /// A str's content: `str_equal`.
    Str(Vec<u8>),
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type; [`TypeId::VOID`] only for a call in [`StmtKind::Expr`].
    pub ty: TypeId,
    /// Where it stands.
    pub span: Span,
}

impl Expr {
    /// The word of a one-word constant.
    #[must_use]
    pub fn word(&self) -> Option<i64> {
        if let ExprKind::Int(word) = self.kind { Some(word) } else { None }
    }

    /// The bytes of a constant str.
    #[must_use]
    pub fn text(&self) -> Option<&[u8]> {
        if let ExprKind::Str(text) = &self.kind { Some(text) } else { None }
    }
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant of any one-word type (integers, bool, enums, pointers), as the slot holds it: extended to 64 bits.
    Int(i64),
    /// A constant str or `[byte]`: read-only bytes, followed by a NUL that is not counted.
    Str(Vec<u8>),
    /// The zero of any type.
    Zero,
    /// The address of a function.
    FunctionAddress(FunctionId),
    /// The value in a place.
    Load(Box<Place>),
    /// `&place`
    AddressOf(Box<Place>),
    /// The whole array in `place` as a slice: its address and its length.
    ArrayToSlice(Box<Place>),
    /// `op value`; the result has the operand's type and wraps at its width.
    Unary(UnaryOp, Box<Expr>),
    /// `left op right` on integers of one type, the result's, at whose width it wraps. The right side of a shift is of
    /// any integer type; its low 6 bits count. Division and `Shr` are signed if the type is.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `left op right` on one-word values of one type; signed if the type is. Gives a bool.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `&&`: the right side only if the left one holds.
    And(Box<Expr>, Box<Expr>),
    /// `||`: the right side only if the left one does not hold.
    Or(Box<Expr>, Box<Expr>),
    /// The operand as another type.
    Convert(Conversion, Box<Expr>),
    /// `pointer + index * size`, in bytes; `index` is of type int or uint.
    PointerAdd {
        /// A pointer.
        pointer: Box<Expr>,
        /// How many elements on.
        index: Box<Expr>,
        /// Bytes of an element.
        size: u64,
        /// Whether it goes back instead.
        negative: bool,
    },
    /// `(left - right) / size`, signed: an int.
    PointerDifference {
        /// A pointer.
        left: Box<Expr>,
        /// A pointer of the same type.
        right: Box<Expr>,
        /// Bytes of an element, at least 1.
        size: u64,
    },
    /// `base[from..to]`
    Slice {
        /// A slice, a str or a pointer (then `to` is there). Arrays are made slices first.
        base: Box<Expr>,
        /// An int; missing: 0.
        from: Option<Box<Expr>>,
        /// An int; missing: the length.
        to: Option<Box<Expr>>,
        /// Bytes of an element.
        size: u64,
        /// Whether `0 <= from <= to <= len` must be tested: `panic_slice(from, to, len)`. Not for pointers.
        checked: bool,
    },
    /// The length of a slice or str: its second word.
    Len(Box<Expr>),
    /// A call.
    Call {
        /// Whom.
        callee: Callee,
        /// In the order of the parameters, complete.
        args: Vec<Expr>,
        /// In which order they are evaluated: indices into `args`, each once.
        order: Vec<usize>,
    },
    /// `[a, b, c]`: as many as the array has.
    Array(Vec<Expr>),
    /// `[value; count]`: evaluated once.
    Repeat(Box<Expr>, u64),
    /// `Point(x: 1)`: offsets and values in the order of evaluation.
    Struct {
        /// Offset and value.
        fields: Vec<(u64, Expr)>,
        /// Whether fields or padding are left over, which must be zero.
        zero_first: bool,
    },
    /// `print` and its kin.
    Print {
        /// 1 or 2.
        fd: i64,
        /// The text; the newline of `println` is in it.
        parts: Vec<Part>,
    },
    /// `format(buffer, "…")`: an int, the number of bytes written.
    Format {
        /// A `[byte]`.
        buffer: Box<Expr>,
        /// The text.
        parts: Vec<Part>,
    },
    /// A system call: number, then up to six arguments, all of one word. An int.
    Syscall(Vec<Expr>),
    /// A number below the operand that the oracle chooses. An int.
    Choose(Box<Expr>),
    /// An instruction for threads, with its operands, all of one word.
    Intrinsic(Intrinsic, Vec<Expr>),
    /// `__main()`: calls [`Unit::main`].
    CallMain,
}

/// What the language gives of the machine's means for threads. An atomic access takes a pointer to a byte, i32, u32, int
/// or uint first, and gives what was there before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Intrinsic {
    /// The base of the thread's own storage: an int.
    Tls,
    /// [`Program::thread_bytes`]: an int.
    TlsSize,
    /// The return address of the current function: an int.
    Caller,
    /// Of a lock record's address, 0 to 2 for taken, contended and released (a constant), and an instruction's address.
    LockNote,
    /// Nothing.
    Fence,
    /// The value there.
    Load,
    /// Of a new value; gives nothing.
    Store,
    /// Of a new value.
    Swap,
    /// Of what is added.
    Add,
    /// Of what is taken away.
    Sub,
    /// Of a mask.
    And,
    /// Of a mask.
    Or,
    /// Of a mask.
    Xor,
    /// Of the value that is expected and a new one: a bool, whether it was there.
    CompareExchange,
}

/// A piece of formatted text. Neighbouring texts are one piece; none is empty.
#[derive(Clone, Debug)]
pub enum Part {
    /// As it is.
    Text(Vec<u8>),
    /// A value.
    Value {
        /// Of type int, uint, bool, str or an enum, after conversion.
        value: Expr,
        /// How it is printed.
        how: Show,
        /// Width, alignment and kind, packed for `fmt_*`: bits 0-15 width, 16 left, 17 zero-fill, 20-23 kind.
        spec: i64,
    },
}

/// Which function prints a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Show {
    /// `fmt_int`
    Int,
    /// `fmt_uint`; pointers too (the kind in the spec is 6).
    Uint,
    /// `fmt_bool`
    Bool,
    /// `fmt_str`
    Str,
    /// `fmt_str` with the variant's name, else `fmt_int`.
    Enum(EnumId),
}

/// Whom a call calls.
#[derive(Clone, Debug)]
pub enum Callee {
    /// A known function.
    Function(FunctionId),
    /// The function whose address this expression gives; evaluated before the arguments.
    Address(Box<Expr>),
}

/// What a conversion does to the words of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Conversion {
    /// Nothing: widening, pointers, int and uint, `[byte]` and str.
    Keep,
    /// Reduces the word to the width of the result's integer type and extends it again: zx8, zx16, zx32, sx32.
    Wrap,
}

/// A unary operator.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `^`: each bit.
    BitNot,
    /// `!`, on bool.
    Not,
}

/// A binary operator on integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `&`
    And,
    /// `|`
    Or,
    /// `^`
    Xor,
    /// `&^`
    AndNot,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Something with an address (a scalar local whose address is not taken is a slot of the window instead).
#[derive(Clone, Debug)]
pub struct Place {
    /// Where it is.
    pub kind: PlaceKind,
    /// Type of what is stored there.
    pub ty: TypeId,
    /// Where it stands in the text.
    pub span: Span,
}

/// Where a place is.
#[derive(Clone, Debug)]
pub enum PlaceKind {
    /// A local.
    Local(LocalId),
    /// A global.
    Global(GlobalId),
    /// Where a pointer points. `p[i]` on a pointer is this, of a [`ExprKind::PointerAdd`].
    Deref(Box<Expr>),
    /// A part of a struct.
    Field {
        /// The struct.
        base: Box<Place>,
        /// Bytes from its start.
        offset: u64,
    },
    /// An element of an array.
    ArrayElement {
        /// The array.
        base: Box<Place>,
        /// An int or uint.
        index: Box<Expr>,
        /// The array's length.
        length: u64,
        /// Whether `index < length` (unsigned) must be tested: `panic_index(index, length)`.
        checked: bool,
    },
    /// An element of a slice or a byte of a str.
    SliceElement {
        /// The slice or str.
        base: Box<Expr>,
        /// An int or uint.
        index: Box<Expr>,
        /// Whether it must be tested, as for an array.
        checked: bool,
    },
    /// A hidden local that is first set to this value: makes a value of an array or struct a place.
    Temporary {
        /// The hidden local.
        local: LocalId,
        /// Of the local's type.
        value: Box<Expr>,
    },
}
