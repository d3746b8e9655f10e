//! The syntax tree: what the parser hands to the checker.
//!
//! Every node has the [`Span`] of its whole text. Nothing is resolved: a [`Name`] may be a variable, a function, a type, an
//! enum or nothing at all. The parser holds these promises, so that later stages may recurse without counting:
//! blocks and brackets nest at most 100 levels and an expression is at most [`MAX_DEPTH`] nodes deep.

use std::sync::Arc;

use crate::base::span::Span;

/// How many nodes deep an expression or a type may be: `1 + 1 + 1` is three deep.
pub const MAX_DEPTH: u32 = 256;

/// A name as it stands in the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Name {
    /// The identifier. `_` only where something is bound: `for _ in …`.
    pub text: Arc<str>,
    /// Its place.
    pub span: Span,
}

/// One source file.
#[derive(Clone, Default, Debug)]
pub struct File {
    /// Definitions, in order of the text. Their order has no meaning except that `machine` comes first.
    pub items: Vec<Item>,
    /// Top-level statements, in order. A [`StmtKind::Let`] here is a global.
    pub statements: Vec<Stmt>,
}

/// A definition at the top level of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `fn name(…) -> T { … }`, with or without `must_use`.
    Fn(Fn),
    /// `struct Name { field: T … }`.
    Struct(Struct),
    /// `enum Name { A, B = 5 … }`.
    Enum(Enum),
    /// `const NAME: T = value`.
    Const(Const),
    /// `program name(args: [str]) { … }`.
    Program(Program),
    /// `machine { key = value … }`.
    Machine(Machine),
    /// `use module`.
    Use(Use),
}

impl Item {
    /// The place of the whole definition.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Fn(item) => item.span,
            Self::Struct(item) => item.span,
            Self::Enum(item) => item.span,
            Self::Const(item) => item.span,
            Self::Program(item) => item.span,
            Self::Machine(item) => item.span,
            Self::Use(item) => item.span,
        }
    }
}

/// A function.
#[derive(Clone, Debug)]
pub struct Fn {
    /// The place of the whole definition, the body with it.
    pub span: Span,
    /// From `fn` to the end of the signature, for labels.
    pub head: Span,
    /// Its name.
    pub name: Name,
    /// Whether ignoring its result is worth a warning.
    pub must_use: bool,
    /// Its parameters; those with a default come last.
    pub params: Vec<Param>,
    /// The type after `->`; none for a function without result.
    pub result: Option<Type>,
    /// Its statements.
    pub body: Block,
}

/// A parameter `name: T = default`.
#[derive(Clone, Debug)]
pub struct Param {
    /// The place of all of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
    /// A constant expression for calls that leave it out.
    pub default: Option<Expr>,
}

/// A structure, laid out as in C.
#[derive(Clone, Debug)]
pub struct Struct {
    /// The place of the whole definition.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its fields, in the order of memory.
    pub fields: Vec<Field>,
}

/// A field `name: T` of a structure.
#[derive(Clone, Debug)]
pub struct Field {
    /// The place of all of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Type,
}

/// An enumeration, as in C: names for integers.
#[derive(Clone, Debug)]
pub struct Enum {
    /// The place of the whole definition.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its values, in order.
    pub variants: Vec<Variant>,
}

/// One value `Name` or `Name = constant` of an enumeration; without a constant it is the one before plus 1, the first 0.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The place of all of it.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// The constant expression after `=`.
    pub value: Option<Expr>,
}

/// A constant `const NAME: T = value`, at the top level or in a block.
#[derive(Clone, Debug)]
pub struct Const {
    /// The place of the whole definition.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// Its type, if one is written.
    pub ty: Option<Type>,
    /// A constant expression.
    pub value: Expr,
}

/// Another program of the same script, `/bin/name` to `exec`.
#[derive(Clone, Debug)]
pub struct Program {
    /// The place of the whole definition.
    pub span: Span,
    /// From `program` to the closing parenthesis.
    pub head: Span,
    /// Its name.
    pub name: Name,
    /// Its parameters: none, or one of type `[str]`, which the checker demands.
    pub params: Vec<Param>,
    /// Its statements.
    pub body: Block,
}

/// The settings of the machine that runs the script.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The place of all of it.
    pub span: Span,
    /// `key = value`, in order; keys may repeat and be unknown.
    pub settings: Vec<Setting>,
}

/// One setting `key = value`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The place of all of it.
    pub span: Span,
    /// The key.
    pub key: Name,
    /// [`ExprKind::Name`] is a bare word (or a constant), all else a constant expression.
    pub value: Expr,
}

/// `use module`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The place of all of it.
    pub span: Span,
    /// The module.
    pub module: Name,
}

/// Statements in braces.
#[derive(Clone, Debug)]
pub struct Block {
    /// From `{` to `}`, both included. For the bare statement of a match arm: that statement.
    pub span: Span,
    /// The statements, in order.
    pub statements: Vec<Stmt>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// The place of all of it.
    pub span: Span,
    /// What it is.
    pub kind: StmtKind,
}

/// What a statement does.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `let name: T = value`; at least one of type and value is there. Without value: zero.
    Let {
        /// The word `thread_local` before it, if it is there: each thread has its own.
        thread_local: Option<Span>,
        /// The variable.
        name: Name,
        /// Its type, if written.
        ty: Option<Type>,
        /// Its first value, if written.
        value: Option<Expr>,
    },
    /// `const` in a block. (At the top level it is an [`Item`].)
    Const(Const),
    /// `target = value`, or `target += value` and its kin.
    Assign {
        /// What is assigned: [`ExprKind::Name`], `Index`, `Field` or a `Unary` with [`UnaryOp::Deref`].
        target: Expr,
        /// The operator of `+=` and its kin; none for `=`.
        op: Option<BinaryOp>,
        /// The place of `=` or `+=`.
        op_span: Span,
        /// The new value or the right operand.
        value: Expr,
    },
    /// An expression for its effect, which the checker demands to be a call.
    Expr(Expr),
    /// `if a { } else if b { } else { }`.
    If {
        /// `if` and every `else if`, in order; at least one.
        branches: Vec<Branch>,
        /// The last `else`.
        otherwise: Option<Block>,
    },
    /// `while cond { }`.
    While {
        /// Whether to go round again.
        cond: Expr,
        /// What is repeated.
        body: Block,
    },
    /// `loop { }`.
    Loop {
        /// What is repeated.
        body: Block,
    },
    /// `for name in a..b { }` and `for name in slice { }`.
    For {
        /// The variable, new in each round; `_` binds nothing.
        name: Name,
        /// What is walked.
        over: ForOver,
        /// What is repeated.
        body: Block,
    },
    /// `match value { pattern => body … }`.
    Match {
        /// The value that is looked at, evaluated once.
        value: Expr,
        /// The arms; the first that fits runs.
        arms: Vec<Arm>,
    },
    /// `lock mutex { }`: the lock is given back on every way out of the block.
    Lock {
        /// What is locked.
        mutex: Expr,
        /// What runs meanwhile.
        body: Block,
    },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `return` or `return value`.
    Return(Option<Expr>),
    /// `assert cond, "why {x}"`.
    Assert {
        /// What must hold; its source text is what its span covers.
        cond: Expr,
        /// The text after the comma, a literal; it may interpolate.
        why: Option<StrLit>,
    },
    /// `{ … }` alone: a scope.
    Block(Block),
}

/// A condition and what runs if it holds.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The condition.
    pub cond: Expr,
    /// What runs.
    pub body: Block,
}

/// What a `for` walks.
#[derive(Clone, Debug)]
pub enum ForOver {
    /// `from..to`, `to` excluded; both are evaluated once.
    Range {
        /// First value.
        from: Expr,
        /// The value after the last.
        to: Expr,
    },
    /// The elements of an array, a slice or a str, by value.
    Each(Expr),
}

/// `pattern | pattern => body`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// The place of all of it.
    pub span: Span,
    /// Alternatives; at least one.
    pub patterns: Vec<Pattern>,
    /// What runs; a bare statement is a block of one.
    pub body: Block,
}

/// One alternative of a match arm.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Its place.
    pub span: Span,
    /// What it fits.
    pub kind: PatternKind,
}

/// What a pattern fits. The expressions are literals, `-literal`, `Name` or `Name.field`: constants, all of them.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`: everything.
    Any,
    /// A value equal to this constant.
    Value(Expr),
    /// `from..to`: values from `from` up to, not including, `to`.
    Range {
        /// First value.
        from: Expr,
        /// The value after the last.
        to: Expr,
    },
}

/// An expression.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expr {
    /// Its place; parentheses around it are part of it.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// What an expression is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ExprKind {
    /// An integer literal; a minus before it is a [`UnaryOp::Neg`].
    Int(u64),
    /// `'c'`.
    Byte(u8),
    /// `true` or `false`.
    Bool(bool),
    /// `nil`.
    Nil,
    /// `"…"`. Has interpolated parts only as a direct argument of `print`, `println`, `eprint`, `eprintln`, `format`, `mark`.
    Str(StrLit),
    /// A variable, function, constant, or the type in `Point(…)`, `Color.Red` and `str(…)`.
    Name(Name),
    /// `-x`, `!x`, `^x`, `&x`, `*x`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        operand: Box<Expr>,
    },
    /// `a + b` and its kin; `&&` and `||` too.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// The operator's place.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `value as T`.
    Cast {
        /// What is converted.
        value: Box<Expr>,
        /// To which type.
        ty: Box<Type>,
    },
    /// `callee(args)`: a call, a structure's value, or a conversion such as `str(bytes)`.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments, positional before named.
        args: Vec<Arg>,
    },
    /// `base[index]`.
    Index {
        /// Array, slice, str or pointer.
        base: Box<Expr>,
        /// Which element.
        index: Box<Expr>,
    },
    /// `base[from..to]`; either bound may be left out.
    Slice {
        /// Array, slice, str or pointer.
        base: Box<Expr>,
        /// First element; none is 0.
        from: Option<Box<Expr>>,
        /// The element after the last; none is the length.
        to: Option<Box<Expr>>,
    },
    /// `base.name`, also `Color.Red`.
    Field {
        /// A structure, a pointer to one, or the name of an enum.
        base: Box<Expr>,
        /// The field or the value.
        name: Name,
    },
    /// `[a, b, c]`.
    Array(Vec<Expr>),
    /// `[element; length]`.
    Repeat {
        /// What is repeated, evaluated once.
        element: Box<Expr>,
        /// How often: a constant expression.
        length: Box<Expr>,
    },
    /// `sizeof(T)`.
    SizeOf(Box<Type>),
}

/// An argument of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Arg {
    /// The place of all of it.
    pub span: Span,
    /// The name before `:`, if there is one.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
}

/// An operator before its operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `!`
    Not,
    /// `^`: every bit flipped.
    BitNot,
    /// `&`: the address of.
    AddressOf,
    /// `*`: what a pointer points to.
    Deref,
}

/// An operator between its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`, toward zero.
    Div,
    /// `%`, with the sign of the left operand.
    Rem,
    /// `<<`
    Shl,
    /// `>>`
    Shr,
    /// `&`
    BitAnd,
    /// `&^`: and not.
    BitClear,
    /// `|`
    BitOr,
    /// `^`
    BitXor,
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
    /// `&&`: the right operand is evaluated only if the left is true.
    And,
    /// `||`: the right operand is evaluated only if the left is false.
    Or,
}

impl BinaryOp {
    /// The operator as it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Rem => "%",
            Self::Shl => "<<",
            Self::Shr => ">>",
            Self::BitAnd => "&",
            Self::BitClear => "&^",
            Self::BitOr => "|",
            Self::BitXor => "^",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::And => "&&",
            Self::Or => "||",
        }
    }

    /// Whether it is `==`, `!=`, `<`, `<=`, `>` or `>=`.
    #[must_use]
    pub const fn is_comparison(self) -> bool {
        matches!(self, Self::Eq | Self::Ne | Self::Lt | Self::Le | Self::Gt | Self::Ge)
    }
}

/// A string literal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StrLit {
    /// From quote to quote.
    pub span: Span,
    /// Its parts, in order; two texts never stand side by side; empty for `""`.
    pub parts: Vec<StrPart>,
}

impl StrLit {
    /// The bytes of a literal without interpolation; none if it has one.
    #[must_use]
    pub fn plain(&self) -> Option<&[u8]> {
        match self.parts.as_slice() {
            [] => Some(&[]),
            [StrPart::Text(bytes)] => Some(bytes),
            _ => None,
        }
    }
}

/// A part of a string literal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StrPart {
    /// Bytes, escapes already replaced (`\xNN` need not be UTF-8), never empty.
    Text(Vec<u8>),
    /// `{value:spec}`.
    Value {
        /// What is printed.
        value: Box<Expr>,
        /// How.
        spec: FormatSpec,
        /// From brace to brace.
        span: Span,
    },
}

/// How a value is printed: `[<|>][0][width][x|X|o|b|c|d]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FormatSpec {
    /// Alignment, if written; else numbers stand right, text left.
    pub align: Option<Align>,
    /// Whether to fill with zeros instead of blanks.
    pub zero: bool,
    /// Least number of characters; 0 if not written; at most 1024.
    pub width: u16,
    /// The letter.
    pub kind: FormatKind,
}

/// On which side the text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
}

/// The letter of a format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum FormatKind {
    /// No letter, or `d`.
    #[default]
    Default,
    /// `x`
    Hex,
    /// `X`
    UpperHex,
    /// `o`
    Octal,
    /// `b`
    Binary,
    /// `c`: a byte as a character.
    Char,
}

/// A type as it is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Type {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeKind {
    /// `int`, `str`, `Point`.
    Name(Name),
    /// `*T`.
    Pointer(Box<Type>),
    /// `[T; N]`.
    Array {
        /// `T`.
        element: Box<Type>,
        /// `N`, a constant expression.
        length: Box<Expr>,
    },
    /// `[T]`.
    Slice(Box<Type>),
    /// `fn(A, B) -> R`.
    Fn {
        /// The parameters' types.
        params: Vec<Type>,
        /// The result's type, if there is one.
        result: Option<Box<Type>>,
    },
}
