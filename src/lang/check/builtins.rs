//! The functions that the checker knows itself: printing, `len`, `syscall`, `choose`, `mark`.

use super::body::{Body, wrong};
use super::calls::counted;
use super::layout::{Type, TypeId};
use super::operators::word_sized;
use super::tree::{Expr, ExprKind, Part};
use crate::abi::sysno::Sysno;
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// A call of a built-in function. (`mark` is a statement and comes here only where its value is wanted.)
    pub(super) fn builtin(&mut self, name: &ast::Name, args: &[ast::Arg], span: Span) -> Expr {
        if let Some(named) = args.iter().find_map(|arg| arg.name.as_ref()) {
            let message = format!("`{}` has no parameter `{}`", name.text, named.text);
            let error = Diagnostic::error(Code::UnknownArgument, message, named.span, "unknown parameter");
            return self.fail(error.with_help("leave the name out"));
        }
        match &*name.text {
            "print" => self.print(1, false, args, span),
            "println" => self.print(1, true, args, span),
            "eprint" => self.print(2, false, args, span),
            "eprintln" => self.print(2, true, args, span),
            "format" => self.format(args, span),
            "len" => self.len(args, span),
            "syscall" => self.syscall(args, span),
            "choose" => match args {
                [count] => {
                    let count = self.argument(&count.value, TypeId::INT, None);
                    Expr { kind: ExprKind::Choose(Box::new(count)), ty: TypeId::INT, span }
                }
                _ => self.wrong_count(name, "choose(n)", args, span),
            },
            "mark" => {
                let message = "`mark` gives no value";
                self.fail(Diagnostic::error(Code::NoValue, message, span, "it is a statement"))
            }
            "__main" if self.scope != 0 => {
                self.calls_main = true;
                Expr { kind: ExprKind::CallMain, ty: TypeId::VOID, span }
            }
            "vfork" => match args {
                [] => {
                    let number = Expr { kind: ExprKind::Int(i64::from(Sysno::VFORK.0)), ty: TypeId::INT, span };
                    Expr { kind: ExprKind::Syscall(vec![number]), ty: TypeId::INT, span }
                }
                _ => self.wrong_count(name, "vfork()", args, span),
            },
            _ if name.text.starts_with("atomic_") || &*name.text == "compare_exchange" => self.atomic(name, args, span),
            _ if name.text.starts_with("__") && self.scope != 0 => self.thread_means(name, args, span),
            _ => {
                let message = format!("`{}` cannot be called like this", name.text);
                self.fail(Diagnostic::error(Code::NotCallable, message, name.span, "built in"))
            }
        }
    }

    pub(super) fn wrong_count(&mut self, name: &ast::Name, usage: &str, args: &[ast::Arg], span: Span) -> Expr {
        let message = format!("`{}` does not take {}", name.text, counted(args.len(), "argument"));
        self.evaluate_all(args);
        self.fail(
            Diagnostic::error(Code::ArgumentCount, message, span, "wrong number").with_help(format!("write `{usage}`")),
        )
    }

    fn print(&mut self, fd: i64, newline: bool, args: &[ast::Arg], span: Span) -> Expr {
        let mut parts = match args {
            [] => Vec::new(),
            [arg] => self.text_of(&arg.value),
            [text, rest, ..] => {
                let values: Vec<String> = args[1..].iter().map(|arg| self.snippet(arg.value.span)).collect();
                let written = in_place(&self.snippet(text.value.span), &values);
                self.evaluate_all(args);
                let message = "printing takes one argument: put the values into its text";
                let error = Diagnostic::error(Code::ArgumentCount, message, rest.span, "not expected");
                return self.fail(error.with_help(format!("write `{written}`")));
            }
        };
        if newline {
            super::format::push_text(&mut parts, b"\n");
        }
        self.support_parts(&parts, true);
        Expr { kind: ExprKind::Print { fd, parts }, ty: TypeId::VOID, span }
    }

    fn format(&mut self, args: &[ast::Arg], span: Span) -> Expr {
        let [buffer, text] = args else {
            self.evaluate_all(args);
            let message = format!("`format` takes a buffer and a text, not {}", counted(args.len(), "argument"));
            let error = Diagnostic::error(Code::ArgumentCount, message, span, "wrong number");
            return self.fail(error.with_help("write `format(buf, \"{x}\")`"));
        };
        let buffer = self.argument(&buffer.value, TypeId::BYTES, None);
        let parts = self.text_of(&text.value);
        if buffer.ty == TypeId::ERROR {
            return wrong(span);
        }
        if let ExprKind::Str(_) = buffer.kind {
            let message = "a literal cannot be written into";
            return self.fail(Diagnostic::error(Code::ReadOnly, message, buffer.span, "read-only"));
        }
        self.support_parts(&parts, false);
        self.support(&["fmt_begin_buffer", "fmt_end"]);
        Expr { kind: ExprKind::Format { buffer: Box::new(buffer), parts }, ty: TypeId::INT, span }
    }

    /// The text of `mark`.
    pub(super) fn mark(&mut self, args: &[ast::Arg], span: Span) -> Option<Vec<Part>> {
        let [arg] = args else {
            self.evaluate_all(args);
            let error = Diagnostic::error(Code::ArgumentCount, "`mark` takes one text", span, "wrong number");
            self.checker.report(error.with_help("write `mark(\"here, x = {x}\")`"));
            return None;
        };
        let parts = self.text_of(&arg.value);
        self.support_parts(&parts, false);
        self.support(&["fmt_begin_buffer", "fmt_end"]);
        Some(parts)
    }

    fn len(&mut self, args: &[ast::Arg], span: Span) -> Expr {
        let [arg] = args else {
            let message = format!("`len` takes one argument, not {}", args.len());
            self.evaluate_all(args);
            return self.fail(Diagnostic::error(Code::ArgumentCount, message, span, "wrong number"));
        };
        let value = self.looked_at(&arg.value);
        let kind = match (self.checker.types.get(value.ty), &value.kind) {
            (Type::Error, _) => return wrong(span),
            (&Type::Array(_, length), _) => ExprKind::Int(length as i64),
            (Type::Str | Type::Slice(_), ExprKind::Str(bytes)) => ExprKind::Int(bytes.len() as i64),
            (Type::Str | Type::Slice(_), _) => ExprKind::Len(Box::new(value)),
            (Type::Pointer(_), _) => {
                let message = "nobody knows how many elements a raw pointer points to";
                return self.fail(Diagnostic::error(
                    Code::Mismatch,
                    message,
                    value.span,
                    "expected an array, slice or str",
                ));
            }
            _ => {
                let found = self.checker.quoted(value.ty);
                let (message, label) = (format!("{found} has no length"), "expected an array, slice or str");
                let help = format!("for its size in bytes write `sizeof({})`", found.trim_matches('`'));
                return self.fail(Diagnostic::error(Code::Mismatch, message, value.span, label).with_help(help));
            }
        };
        Expr { kind, ty: TypeId::INT, span }
    }

    fn syscall(&mut self, args: &[ast::Arg], span: Span) -> Expr {
        if args.is_empty() || args.len() > 7 {
            let message = format!("`syscall` takes a number and up to six arguments, not {}", args.len());
            self.evaluate_all(args);
            let error = Diagnostic::error(Code::ArgumentCount, message, span, "wrong number");
            return self.fail(error.with_help("write `syscall(SYS_getpid)`"));
        }
        let mut words = Vec::new();
        for arg in args {
            let value = self.value(&arg.value, None);
            let value = word_sized(&self.checker.types, value);
            match self.checker.types.get(value.ty) {
                Type::Error => return wrong(span),
                Type::Nil => words.push(Expr { ty: TypeId::INT, ..value }),
                Type::Bool | Type::Int(_) | Type::Pointer(_) | Type::Enum(_) | Type::Function { .. } => {
                    words.push(value)
                }
                Type::Void | Type::Str | Type::Array(..) | Type::Slice(_) | Type::Struct(_) => {
                    let found = self.checker.quoted(value.ty);
                    let text = self.operand_snippet(arg.value.span);
                    let first = if self.checker.types.element(value.ty).is_some() { "[0]" } else { "" };
                    let help = format!("pass its address: `&{text}{first}`");
                    let message = format!("an argument of a system call is one word, and this is {found}");
                    let error =
                        Diagnostic::error(Code::Mismatch, message, arg.value.span, "expected an integer or a pointer");
                    return self.fail(error.with_help(help));
                }
            }
        }
        Expr { kind: ExprKind::Syscall(words), ty: TypeId::INT, span }
    }
}

/// A text with values where other languages have signs for them, as `%d` and `{}`; the values that are left stand at its
/// end.
fn in_place(text: &str, values: &[String]) -> String {
    const SIGNS: [&str; 11] = ["%d", "%i", "%u", "%s", "%c", "%p", "%x", "%ld", "%lu", "%zu", "{}"];
    let put = |value: &String| match value.strip_prefix('"') {
        Some(text) => text.trim_end_matches('"').to_owned(),
        None => format!("{{{value}}}"),
    };
    let mut rest = match text.strip_prefix('"') {
        Some(text) => text.strip_suffix('"').unwrap_or(text).to_owned(),
        None => format!("{{{text}}}"),
    };
    let mut written = String::new();
    for value in values {
        match SIGNS.iter().filter_map(|sign| Some((rest.find(sign)?, sign.len()))).min() {
            Some((at, length)) => {
                written.push_str(&rest[..at]);
                written.push_str(&put(value));
                rest = rest.split_off(at + length);
            }
            None => {
                written.push_str(&std::mem::take(&mut rest));
                written.push(' ');
                written.push_str(&put(value));
            }
        }
    }
    format!("\"{written}{rest}\"")
}
