//! Builds types.

#![expect(clippy::wildcard_enum_match_arm, reason = "pest's rules are one enum with every token in it")]

use pest::iterators::Pair;

use super::grammar::Rule;
use super::{Builder, Built, Parts, first};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{Expr, MAX_DEPTH, Type, TypeKind};

/// How many nodes deep the length of an array type may be.
const MAX_LENGTH_DEPTH: u32 = 16;

impl Builder<'_> {
    /// A `type` pair.
    pub(super) fn type_name(&self, pair: Pair<'_, Rule>) -> Built<Type> {
        self.type_at(pair, 0)
    }

    fn type_at(&self, pair: Pair<'_, Rule>, depth: u32) -> Built<Type> {
        let span = self.span(&pair);
        if depth >= MAX_DEPTH {
            let message = format!("a type is more than {MAX_DEPTH} levels deep");
            return Err(Diagnostic::error(Code::TooDeep, message, span, "this is too deep")
                .with_help("make a struct of a part of it"));
        }
        let inner = first(pair);
        let kind = match inner.as_rule() {
            Rule::ident => TypeKind::Name(self.name(&inner)),
            Rule::pointer => TypeKind::Pointer(Box::new(self.type_at(Parts::of(inner).need(Rule::r#type), depth + 1)?)),
            Rule::bracketed => {
                let mut parts = Parts::of(inner);
                let element = Box::new(self.type_at(parts.need(Rule::r#type), depth + 1)?);
                match parts.after(Rule::semicolon) {
                    Some(length) => TypeKind::Array { element, length: Box::new(self.length(length)?) },
                    None => TypeKind::Slice(element),
                }
            }
            _ => self.fn_type(inner, depth)?,
        };
        Ok(Type { span, kind })
    }

    /// The length of an array, which counts anew how deep it is and so has a limit of its own.
    fn length(&self, pair: Pair<'_, Rule>) -> Built<Expr> {
        let length = self.deep(pair)?;
        if length.depth <= MAX_LENGTH_DEPTH {
            return Ok(length.expr);
        }
        let message = format!("a length is more than {MAX_LENGTH_DEPTH} operations deep");
        Err(Diagnostic::error(Code::TooDeep, message, length.expr.span, "this is too deep")
            .with_help("give it a name with `const`"))
    }

    fn fn_type(&self, pair: Pair<'_, Rule>, depth: u32) -> Built<TypeKind> {
        let mut params = Vec::new();
        let mut result = None;
        let mut after_arrow = false;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::arrow => after_arrow = true,
                Rule::r#type if after_arrow => result = Some(Box::new(self.type_at(part, depth + 1)?)),
                Rule::r#type => params.push(self.type_at(part, depth + 1)?),
                _ => {}
            }
        }
        Ok(TypeKind::Fn { params, result })
    }
}
