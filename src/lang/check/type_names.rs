//! From a type as it is written to a type.

use super::Checker;
use super::layout::{Type, TypeId};
use super::scope::Symbol;
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::lang::syntax::ast;

/// The most bytes that one value may take: 1 GiB, so that offsets fit in an instruction.
pub(super) const MOST_BYTES: u64 = 1 << 30;

const SCALARS: &[&str] = &["int", "uint", "byte", "u16", "u32", "i32", "bool", "str"];

/// The type that is built in under this name.
pub(super) fn builtin_type(name: &str) -> Option<TypeId> {
    Some(match name {
        "int" => TypeId::INT,
        "uint" => TypeId::UINT,
        "byte" => TypeId::BYTE,
        "u16" => TypeId::U16,
        "u32" => TypeId::U32,
        "i32" => TypeId::I32,
        "bool" => TypeId::BOOL,
        "str" => TypeId::STR,
        _ => return None,
    })
}

impl Checker<'_> {
    /// The type, of whose values one is stored: its structures are laid out and it is not too large.
    pub(super) fn resolve_sized(&mut self, scope: usize, ty: &ast::Type) -> TypeId {
        let id = self.resolve(scope, ty);
        self.ensure_layout(id);
        self.limit_size(id, ty.span)
    }

    /// Reports a type whose values are too large for any memory.
    pub(super) fn limit_size(&mut self, id: TypeId, span: Span) -> TypeId {
        if self.types.size(id) <= MOST_BYTES {
            return id;
        }
        let message = format!("a value of type {} is larger than 1 GiB", self.quoted(id));
        self.report(
            Diagnostic::error(Code::TooLarge, message, span, "too large").with_help("use `mmap` for large memory"),
        );
        TypeId::ERROR
    }

    /// Makes sure that the structures and enums in a value of this type have their layout.
    pub(super) fn ensure_layout(&mut self, id: TypeId) {
        match *self.types.get(id) {
            Type::Array(element, _) => self.ensure_layout(element),
            Type::Struct(id) => self.ensure_struct(id),
            Type::Enum(_)
            | Type::Error
            | Type::Void
            | Type::Nil
            | Type::Bool
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Slice(_)
            | Type::Function { .. } => {}
        }
    }

    /// The type that is written here, as seen from `scope`; [`TypeId::ERROR`] after a report.
    pub(super) fn resolve(&mut self, scope: usize, ty: &ast::Type) -> TypeId {
        match &ty.kind {
            ast::TypeKind::Name(name) => self.resolve_name(scope, name),
            ast::TypeKind::Pointer(target) => {
                let target = self.resolve(scope, target);
                self.types.pointer(target)
            }
            ast::TypeKind::Slice(element) => {
                let element = self.resolve(scope, element);
                self.types.slice(element)
            }
            ast::TypeKind::Array { element, length } => {
                let element = self.resolve(scope, element);
                let Some(count) = self.array_length(scope, length) else { return TypeId::ERROR };
                if element == TypeId::ERROR { element } else { self.types.array(element, count) }
            }
            ast::TypeKind::Fn { params, result } => {
                let params = params.iter().map(|param| self.resolve(scope, param)).collect();
                let result = result.as_ref().map_or(TypeId::VOID, |result| self.resolve(scope, result));
                self.types.intern(Type::Function { params, result })
            }
        }
    }

    /// The length of an array, a constant from 0 to 2^30.
    pub(super) fn array_length(&mut self, scope: usize, length: &ast::Expr) -> Option<u64> {
        let count = self.constant_int(scope, length, TypeId::INT)?;
        let fits = u64::try_from(count).ok().filter(|&count| count <= MOST_BYTES);
        if fits.is_none() {
            let message = format!("an array cannot have {count} elements");
            let error = Diagnostic::error(Code::TooLarge, message, length.span, "from 0 to 1 GiB");
            self.report(error.with_help(format!("for large memory write `mmap({count})`")));
        }
        fits
    }

    fn resolve_name(&mut self, scope: usize, name: &ast::Name) -> TypeId {
        if let Some(id) = builtin_type(&name.text) {
            return id;
        }
        match self.lookup(scope, &name.text) {
            Some(Symbol::Struct(id)) => self.types.intern(Type::Struct(id)),
            Some(Symbol::Enum(id)) => self.types.intern(Type::Enum(id)),
            Some(Symbol::Function(_) | Symbol::Const(_) | Symbol::Global(_) | Symbol::Program) | None => {
                self.unknown_type(scope, name);
                TypeId::ERROR
            }
        }
    }

    fn unknown_type(&mut self, scope: usize, name: &ast::Name) {
        if self.is_full() {
            return;
        }
        let foreign = match &*name.text {
            "i64" | "isize" | "long" | "ssize_t" => Some("int"),
            "u64" | "usize" | "size_t" => Some("uint"),
            "u8" | "char" | "i8" => Some("byte"),
            "string" | "String" => Some("str"),
            "boolean" | "Bool" => Some("bool"),
            "void" => Some("byte"),
            _ => None,
        };
        let help = match foreign {
            Some(foreign) => Some(format!("write `{foreign}`")),
            None => self.near_type(scope, &name.text).map(|near| format!("did you mean `{near}`?")),
        };
        let message = format!("there is no type `{}`", name.text);
        let error = Diagnostic::error(Code::UnknownType, message, name.span, "unknown type");
        self.report(match help {
            Some(help) => error.with_help(help),
            None => error,
        });
    }

    fn near_type(&self, scope: usize, name: &str) -> Option<String> {
        let scopes = std::iter::once(&scope).chain(&self.scopes[scope].imports);
        let declared = scopes.flat_map(|&scope| &self.scopes[scope].own);
        let types = declared.filter(|(_, (symbol, _))| matches!(symbol, Symbol::Struct(_) | Symbol::Enum(_)));
        let names = SCALARS.iter().copied().chain(types.map(|(name, _)| &**name));
        did_you_mean(name, names).map(str::to_owned)
    }
}
