//! `match`: patterns are constants, and together they cover every value.

use super::body::Body;
use super::layout::{Type, TypeId};
use super::places::listed;
use super::tree::{Arm, Block, Expr, ExprKind, Pattern, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// A `match`, and whether control goes on after it.
    pub(super) fn match_statement(&mut self, value: &ast::Expr, arms: &[ast::Arm]) -> (Option<StmtKind>, bool) {
        let value = self.value(value, None);
        let value = self.matchable(value);
        let ty = value.ty;
        let mut checked: Vec<Arm> = Vec::new();
        let mut default: Option<Block> = None;
        let mut seen: Vec<Pattern> = Vec::new();
        let mut falls = false;
        for arm in arms {
            if default.is_some() {
                self.unreachable_arm(arm.span, "`_` before it takes everything");
            }
            let mut any = false;
            let mut patterns = Vec::new();
            for pattern in &arm.patterns {
                any |= matches!(pattern.kind, ast::PatternKind::Any);
                let Some(checked) = self.pattern(pattern, ty) else { continue };
                if seen.len() < 1000 && seen.contains(&checked) {
                    self.unreachable_arm(pattern.span, "an arm before it takes this value");
                }
                seen.push(checked.clone());
                patterns.push(checked);
            }
            let (body, body_falls) = self.block(&arm.body);
            falls |= body_falls;
            if any {
                default = default.or(Some(body));
            } else {
                checked.push(Arm { patterns, body });
            }
        }
        if default.is_none() && ty != TypeId::ERROR {
            self.exhaustive(ty, &seen, value.span);
        }
        if ty == TypeId::STR {
            self.support(&["str_equal"]);
        }
        let subject = self.hidden(ty, value.span);
        (Some(StmtKind::Match { subject, value, arms: checked, default }), falls)
    }

    fn matchable(&mut self, value: Expr) -> Expr {
        match self.checker.types.get(value.ty) {
            Type::Error | Type::Int(_) | Type::Bool | Type::Enum(_) | Type::Str => value,
            Type::Void
            | Type::Nil
            | Type::Pointer(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Function { .. } => {
                let found = self.checker.quoted(value.ty);
                let message = format!("`match` does not look into {found}");
                let label = "expected an integer, bool, enum or str";
                self.fail(Diagnostic::error(Code::BadPattern, message, value.span, label))
            }
        }
    }

    fn unreachable_arm(&mut self, span: Span, why: &str) {
        let warning = Diagnostic::warning(Code::UnreachableArm, "this is never reached", span, why);
        self.checker.report(warning.with_help("remove it"));
    }

    /// A pattern for a value of type `ty`; `None` for `_` and after a report.
    fn pattern(&mut self, pattern: &ast::Pattern, ty: TypeId) -> Option<Pattern> {
        match &pattern.kind {
            ast::PatternKind::Any => None,
            ast::PatternKind::Value(expr) => {
                let value = self.pattern_value(expr, ty)?;
                let constant = value.word().map(Pattern::Int);
                let constant = constant.or_else(|| value.text().map(|text| Pattern::Str(text.to_vec())));
                if constant.is_none() {
                    let message = "a pattern is a constant";
                    self.checker.error(Code::BadPattern, message, pattern.span, "known only when the program runs");
                }
                constant
            }
            ast::PatternKind::Range { from, to } => {
                let (from, to) = (self.pattern_value(from, ty)?, self.pattern_value(to, ty)?);
                match (self.checker.types.get(ty), from.kind, to.kind) {
                    (Type::Int(_), ExprKind::Int(from), ExprKind::Int(to)) => Some(Pattern::Range(from, to)),
                    _ => {
                        let message = "a range of patterns goes from one constant integer to another";
                        self.checker.error(Code::BadPattern, message, pattern.span, "not a constant range");
                        None
                    }
                }
            }
        }
    }

    fn pattern_value(&mut self, expr: &ast::Expr, ty: TypeId) -> Option<Expr> {
        if let (&Type::Enum(id), ast::ExprKind::Name(name)) = (self.checker.types.get(ty), &expr.kind)
            && self.checker.types.enums[id.0 as usize].variants.iter().any(|(variant, _)| **variant == *name.text)
        {
            let enum_name = self.checker.types.name(ty);
            let message = format!("a value of an enum is named with its enum: `{enum_name}.{}`", name.text);
            let error = Diagnostic::error(Code::BadPattern, message, expr.span, "not a name on its own");
            self.checker.report(error.with_help(format!("write `{enum_name}.{}`", name.text)));
            return None;
        }
        let value = self.coerced(expr, ty);
        (value.ty != TypeId::ERROR).then_some(value)
    }

    fn exhaustive(&mut self, ty: TypeId, seen: &[Pattern], value: Span) {
        let missing: Vec<String> = match *self.checker.types.get(ty) {
            Type::Enum(id) => {
                let layout = &self.checker.types.enums[id.0 as usize];
                let missing = layout.variants.iter().filter(|(_, value)| !seen.contains(&Pattern::Int(*value)));
                missing.map(|(name, _)| format!("{}.{name}", layout.name)).collect()
            }
            Type::Bool => {
                let both = [(1, "true"), (0, "false")];
                let missing = both.iter().filter(|(value, _)| !seen.contains(&Pattern::Int(*value)));
                missing.map(|(_, name)| (*name).to_owned()).collect()
            }
            Type::Error
            | Type::Void
            | Type::Nil
            | Type::Str
            | Type::Int(_)
            | Type::Pointer(_)
            | Type::Array(..)
            | Type::Slice(_)
            | Type::Struct(_)
            | Type::Function { .. } => vec!["_".to_owned()],
        };
        if missing.is_empty() {
            return;
        }
        let names: Vec<&str> = missing.iter().map(String::as_str).collect();
        let message = match names.as_slice() {
            ["_"] => "the arms of this `match` do not cover every value".to_owned(),
            _ => format!("the arms of this `match` do not cover {}", listed(&names)),
        };
        let found = self.checker.quoted(ty);
        let error = Diagnostic::error(Code::NotExhaustive, message, value, format!("this is {found}"));
        let first = names.first().copied().unwrap_or("_");
        self.checker.report(error.with_help(format!("add an arm `{first} => {{ }}`")));
    }
}
