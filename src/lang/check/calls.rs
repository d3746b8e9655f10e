//! Calls: of functions, of function values, of structures' names and of types.

use std::sync::Arc;

use super::body::{Binding, Body, with_help, wrong};
use super::layout::{StructId, Type, TypeId};
use super::places::{Spot, listed};
use super::scope::{BUILTINS, Symbol};
use super::tree::{Callee, Expr, ExprKind};
use super::type_names::builtin_type;
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, did_you_mean};
use crate::lang::syntax::ast;

/// One parameter, or one field, as a call sees it.
struct Wanted {
    /// Empty for a parameter of a function value.
    name: Arc<str>,
    ty: TypeId,
    optional: bool,
    span: Option<Span>,
}

/// Whose parameters they are, for messages.
struct Target {
    /// `function`, `structure`.
    kind: &'static str,
    /// As it is called.
    name: String,
    /// `parameter`, `field`.
    part: &'static str,
}

impl Body<'_, '_> {
    /// A call of whatever stands before the parentheses.
    pub(super) fn call(&mut self, callee: &ast::Expr, args: &[ast::Arg], span: Span) -> Expr {
        let ast::ExprKind::Name(name) = &callee.kind else {
            let callee = self.value(callee, None);
            return self.call_value(callee, args, span);
        };
        if let Some(binding) = self.binding(&name.text) {
            let callable = match &binding {
                Binding::Local(local) => {
                    let ty = self.locals[local.0 as usize].ty;
                    matches!(self.checker.types.get(ty), Type::Function { .. } | Type::Error)
                }
                Binding::Const(_) => false,
            };
            // A parameter may be called `len`, and `len(buf)` still works.
            if callable || !BUILTINS.contains(&&*name.text) {
                let spot = self.name(name);
                let callee = self.spot_value(spot);
                return self.call_value(callee, args, span);
            }
            return self.builtin(name, args, span);
        }
        match self.checker.lookup(self.scope, &name.text) {
            Some(Symbol::Function(index)) => self.call_function(index, args, span),
            Some(Symbol::Struct(id)) => self.make_struct(id, args, span),
            Some(Symbol::Global(_)) if BUILTINS.contains(&&*name.text) => self.builtin(name, args, span),
            Some(Symbol::Global(_) | Symbol::Const(_) | Symbol::Enum(_) | Symbol::Program) => {
                let spot = self.name(name);
                let callee = self.spot_value(spot);
                self.call_value(callee, args, span)
            }
            None if BUILTINS.contains(&&*name.text) => self.builtin(name, args, span),
            None => match builtin_type(&name.text) {
                Some(ty) => self.convert_call(ty, name, args, span),
                None => {
                    let spot = self.name(name);
                    let callee = self.spot_value(spot);
                    self.call_value(callee, args, span)
                }
            },
        }
    }

    /// `str(bytes)`, `int(x)`: the same as `as`.
    fn convert_call(&mut self, ty: TypeId, name: &ast::Name, args: &[ast::Arg], span: Span) -> Expr {
        let [arg] = args else {
            let message = format!("`{}(…)` converts one value, not {}", name.text, args.len());
            return self.fail(Diagnostic::error(Code::ArgumentCount, message, span, "expected one argument"));
        };
        let value = self.value(&arg.value, None);
        self.cast(value, ty, span)
    }

    fn call_function(&mut self, index: usize, args: &[ast::Arg], span: Span) -> Expr {
        let function = &self.checker.functions[index];
        let (result, declared) = (function.result, function.ast.name.span);
        let target = Target { kind: "function", name: function.ast.name.text.to_string(), part: "parameter" };
        let params = function.params.iter().map(|param| Wanted {
            name: param.name.clone(),
            ty: param.ty,
            optional: param.has_default,
            span: Some(param.span),
        });
        let wanted: Vec<Wanted> = params.collect();
        let id = self.function(index);
        let Some(given) = self.arguments(&target, Some(declared), &wanted, args, span) else {
            return Expr { ty: if result == TypeId::VOID { result } else { TypeId::ERROR }, ..wrong(span) };
        };
        let mut order: Vec<usize> = given.iter().map(|(param, _)| *param).collect();
        let mut slots: Vec<Option<Expr>> = wanted.iter().map(|_| None).collect();
        for (param, value) in given {
            slots[param] = Some(value);
        }
        let mut complete = Vec::new();
        for (param, slot) in slots.into_iter().enumerate() {
            complete.push(match slot {
                Some(value) => value,
                None => {
                    order.push(param);
                    let default = self.checker.default(index, param);
                    Expr { span, ..default }
                }
            });
        }
        self.expr_node(ExprKind::Call { callee: Callee::Function(id), args: complete, order }, result, span)
    }

    fn call_value(&mut self, callee: Expr, args: &[ast::Arg], span: Span) -> Expr {
        let Type::Function { params, result } = self.checker.types.get(callee.ty).clone() else {
            if callee.ty == TypeId::ERROR {
                self.evaluate_all(args);
                return wrong(span);
            }
            let found = self.checker.quoted(callee.ty);
            let message = format!("`{}` is {found}, not a function", self.snippet(callee.span));
            let error = Diagnostic::error(Code::NotCallable, message, callee.span, "expected a function");
            return self.fail(error.with_help(format!("for its value write `{}`", self.snippet(callee.span))));
        };
        let target = Target { kind: "function", name: self.snippet(callee.span), part: "parameter" };
        let plain = params.iter().map(|&ty| Wanted { name: "".into(), ty, optional: false, span: None });
        let wanted: Vec<Wanted> = plain.collect();
        let Some(given) = self.arguments(&target, None, &wanted, args, span) else { return wrong(span) };
        let order = (0..given.len()).collect();
        let args = given.into_iter().map(|(_, value)| value).collect();
        self.expr_node(ExprKind::Call { callee: Callee::Address(Box::new(callee)), args, order }, result, span)
    }

    fn make_struct(&mut self, id: StructId, args: &[ast::Arg], span: Span) -> Expr {
        let layout = self.checker.types.structs[id.0 as usize].clone();
        let declared = self.checker.structs[id.0 as usize].ast;
        let target = Target { kind: "structure", name: layout.name.clone(), part: "field" };
        let fields = layout.fields.iter().map(|field| Wanted {
            name: field.name.as_str().into(),
            ty: field.ty,
            optional: true,
            span: None,
        });
        let wanted: Vec<Wanted> = fields.collect();
        let Some(given) = self.arguments(&target, Some(declared.name.span), &wanted, args, span) else {
            return wrong(span);
        };
        let filled: u64 = given.iter().map(|(field, _)| self.checker.types.size(layout.fields[*field].ty)).sum();
        let fields = given.into_iter().map(|(field, value)| (layout.fields[field].offset, value)).collect();
        let ty = self.checker.types.intern(Type::Struct(id));
        self.expr_node(ExprKind::Struct { fields, zero_first: filled != layout.size }, ty, span)
    }

    /// The arguments in the order of the text, each with the parameter that it is for; `None` after a report.
    fn arguments(
        &mut self,
        target: &Target,
        declared: Option<Span>,
        wanted: &[Wanted],
        args: &[ast::Arg],
        span: Span,
    ) -> Option<Vec<(usize, Expr)>> {
        let Some(places) = self.places_of_arguments(target, declared, wanted, args) else {
            self.evaluate_all(args);
            return None;
        };
        let missing: Vec<&Wanted> = wanted
            .iter()
            .enumerate()
            .filter(|(i, want)| !want.optional && !places.contains(i))
            .map(|(_, want)| want)
            .collect();
        if !missing.is_empty() {
            self.evaluate_all(args);
            self.too_few(target, declared, wanted, &missing, span);
            return None;
        }
        let mut given = Vec::new();
        let mut failed = false;
        for (arg, place) in args.iter().zip(places) {
            let want = &wanted[place];
            let because = want
                .span
                .map(|at| (at, format!("{} `{}` is {}", target.part, want.name, self.checker.quoted(want.ty))));
            let value = self.argument(&arg.value, want.ty, because);
            failed |= value.ty == TypeId::ERROR;
            given.push((place, value));
        }
        (!failed).then_some(given)
    }

    /// For each argument the index of its parameter.
    fn places_of_arguments(
        &mut self,
        target: &Target,
        declared: Option<Span>,
        wanted: &[Wanted],
        args: &[ast::Arg],
    ) -> Option<Vec<usize>> {
        let mut places: Vec<usize> = Vec::new();
        for (i, arg) in args.iter().enumerate() {
            let place = match &arg.name {
                None if i < wanted.len() => i,
                None => {
                    self.too_many(target, declared, wanted.len(), args);
                    return None;
                }
                Some(name) => match wanted.iter().position(|want| want.name == name.text) {
                    Some(place) => place,
                    None => {
                        self.unknown_argument(target, wanted, name);
                        return None;
                    }
                },
            };
            if places.contains(&place) {
                let message = format!("the {} `{}` is given twice", target.part, wanted[place].name);
                let error = Diagnostic::error(Code::DuplicateArgument, message, arg.span, "given before");
                self.checker.report(error.with_help(format!("remove `{}`", self.checker.text(arg.span))));
                return None;
            }
            places.push(place);
        }
        Some(places)
    }

    fn unknown_argument(&mut self, target: &Target, wanted: &[Wanted], name: &ast::Name) {
        let message = format!("the {} `{}` has no {} `{}`", target.kind, target.name, target.part, name.text);
        let names: Vec<&str> = wanted.iter().map(|want| &*want.name).filter(|name| !name.is_empty()).collect();
        let help = match did_you_mean(&name.text, names.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}:`?")),
            None if names.is_empty() => None,
            None => Some(format!("it has {}", listed(&names))),
        };
        let error = Diagnostic::error(Code::UnknownArgument, message, name.span, format!("unknown {}", target.part));
        self.checker.report(with_help(error, help));
    }

    fn too_many(&mut self, target: &Target, declared: Option<Span>, most: usize, args: &[ast::Arg]) {
        let message = format!("`{}` takes {}, and {} given", target.name, counted(most, "argument"), were(args.len()));
        let span = args.get(most).map_or_else(Span::default, |first| first.span.to(args[args.len() - 1].span));
        let mut error = Diagnostic::error(Code::ArgumentCount, message, span, "not expected");
        if let Some(declared) = declared {
            error = error.with_label(declared, "declared here");
        }
        let surplus = self.snippet(span);
        self.checker.report(error.with_help(format!("remove `{surplus}`")));
    }

    fn too_few(&mut self, target: &Target, declared: Option<Span>, wanted: &[Wanted], missing: &[&Wanted], span: Span) {
        let names: Vec<&str> = missing.iter().map(|want| &*want.name).filter(|name| !name.is_empty()).collect();
        let message = match names.is_empty() {
            true => format!("`{}` takes {}", target.name, counted(wanted.len(), "argument")),
            false => format!("`{}` is called without {}", target.name, listed(&names)),
        };
        let label = format!("{} missing", counted(missing.len(), "argument"));
        let mut error = Diagnostic::error(Code::ArgumentCount, message, span, label);
        if let Some(declared) = declared {
            error = error.with_label(declared, "declared here");
        }
        let usage = wanted.iter().filter(|want| !want.optional);
        let usage: Vec<String> =
            usage.map(|want| format!("{}: {}", want.name, self.checker.types.name(want.ty))).collect();
        self.checker.report(if names.is_empty() {
            error
        } else {
            error.with_help(format!("it takes `{}({})`", target.name, usage.join(", ")))
        });
    }

    /// Checks arguments for their own mistakes when the call is wrong anyway.
    pub(super) fn evaluate_all(&mut self, args: &[ast::Arg]) {
        for arg in args {
            if !matches!(arg.value.kind, ast::ExprKind::Str(_)) {
                let _ = self.value(&arg.value, None);
            }
        }
    }

    /// Whether the call of this callee never returns: `exit` and `abort` of the stdlib.
    pub(super) fn never_returns(&mut self, expr: &ast::Expr) -> bool {
        let ast::ExprKind::Call { callee, .. } = &expr.kind else { return false };
        let ast::ExprKind::Name(name) = &callee.kind else { return false };
        if !matches!(&*name.text, "exit" | "abort" | "_exit" | "thread_exit") || self.binding(&name.text).is_some() {
            return false;
        }
        match self.checker.lookup(self.scope, &name.text) {
            Some(Symbol::Function(index)) => self.checker.functions[index].scope != 0,
            Some(Symbol::Struct(_) | Symbol::Enum(_) | Symbol::Const(_) | Symbol::Global(_) | Symbol::Program)
            | None => false,
        }
    }

    /// The `must_use` function that this expression calls, if it does.
    pub(super) fn must_use(&mut self, expr: &ast::Expr) -> Option<String> {
        let ast::ExprKind::Call { callee, .. } = &expr.kind else { return None };
        let ast::ExprKind::Name(name) = &callee.kind else { return None };
        if self.binding(&name.text).is_some() {
            return None;
        }
        match self.checker.lookup(self.scope, &name.text)? {
            Symbol::Function(index) if self.checker.functions[index].ast.must_use => Some(name.text.to_string()),
            Symbol::Function(_)
            | Symbol::Struct(_)
            | Symbol::Enum(_)
            | Symbol::Const(_)
            | Symbol::Global(_)
            | Symbol::Program => None,
        }
    }

    /// The value of an expression that must be a place or a value, for builtins that look at its type.
    pub(super) fn looked_at(&mut self, expr: &ast::Expr) -> Expr {
        match self.spot(expr) {
            Spot::Place(place) => self.load(place),
            Spot::Value(value) => value,
        }
    }
}

/// `1 argument`, `3 arguments`, `no argument`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

fn were(count: usize) -> String {
    if count == 1 { "1 is".to_owned() } else { format!("{count} are") }
}
