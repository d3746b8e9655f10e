//! The names of a file: what it declares, what it uses, and what to say of a name that nobody declares.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Checker;
use super::layout::{EnumId, StructId};
use crate::abi::constants;
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic, did_you_mean};

/// What a name at the top level of a file stands for. The numbers are indices into the checker's declarations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Symbol {
    Function(usize),
    Struct(StructId),
    Enum(EnumId),
    Const(usize),
    Global(usize),
    Program,
}

/// The names that one file declares and the files whose names it sees.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) own: BTreeMap<Arc<str>, (Symbol, Span)>,
    /// Scopes, in the order of the search.
    pub(super) imports: Vec<usize>,
}

/// Functions that the checker itself knows.
pub(super) const BUILTINS: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "mark",
    "len",
    "syscall",
    "choose",
    "sizeof",
    "vfork",
    "atomic_load",
    "atomic_store",
    "atomic_swap",
    "atomic_add",
    "atomic_sub",
    "atomic_and",
    "atomic_or",
    "atomic_xor",
    "atomic_fence",
    "compare_exchange",
    "__main",
    "__tls",
    "__tls_size",
    "__caller",
    "__lock_note",
];

impl Checker<'_> {
    /// What `name` stands for at the top level of the file of `scope`: its own definitions first, then imported ones.
    pub(super) fn lookup(&self, scope: usize, name: &str) -> Option<Symbol> {
        let scope = &self.scopes[scope];
        if let Some((symbol, _)) = scope.own.get(name) {
            return Some(*symbol);
        }
        scope.imports.iter().find_map(|&import| self.scopes[import].own.get(name).map(|(symbol, _)| *symbol))
    }

    /// Reports a name that stands for nothing. `locals` are further candidates.
    pub(super) fn unknown_name(&mut self, scope: usize, name: &str, span: Span, locals: &[Arc<str>]) {
        if self.is_full() {
            return;
        }
        let error = Diagnostic::error(
            Code::UnknownName,
            format!("there is nothing called `{name}` here"),
            span,
            "unknown name",
        );
        let help = self.suggest_name(scope, name, locals);
        self.report(match help {
            Some(help) => error.with_help(help),
            None => error,
        });
    }

    fn suggest_name(&self, scope: usize, name: &str, locals: &[Arc<str>]) -> Option<String> {
        let foreign = match name {
            "strlen" | "sizeof" | "length" | "size" => Some("len"),
            "sprintf" | "snprintf" => Some("format(buf, \"{value}\")"),
            "pthread_create" | "thread" | "Thread" => Some("spawn_thread"),
            "pthread_join" => Some("join"),
            "pthread_mutex_lock" => Some("mutex_lock"),
            "pthread_mutex_unlock" => Some("mutex_unlock"),
            "execv" | "execvp" | "execl" | "system" => Some("exec"),
            "null" | "NULL" | "None" | "nullptr" => Some("nil"),
            "True" => Some("true"),
            "False" => Some("false"),
            "printf" | "puts" => Some("println"),
            "console" | "System" | "cout" | "fmt" => Some("println(\"{value}\")"),
            "range" => Some("for i in 0..n"),
            "argv" => Some("args"),
            "argc" => Some("len(args)"),
            "usleep" | "sleep" => Some("sleep_ms"),
            "strcmp" => Some("a == b"),
            "perror" | "strerror" => Some("println(\"{errname(r)}\")"),
            "input" => Some("read(0, buf)"),
            "string" | "String" => Some("str"),
            _ => None,
        };
        if let Some(foreign) = foreign {
            return Some(format!("write `{foreign}`"));
        }
        let scope = &self.scopes[scope];
        let imported = scope.imports.iter().flat_map(|&import| self.scopes[import].own.keys());
        let visible = locals.iter().chain(scope.own.keys()).chain(imported).map(|name| &**name);
        let visible = visible.chain(BUILTINS.iter().copied());
        let visible = visible.chain(constants::all().map(|(constant, _)| constant));
        if let Some(near) = did_you_mean(name, visible.filter(|name| !name.starts_with('_'))) {
            return Some(format!("did you mean `{near}`?"));
        }
        let hidden = self.files.library.iter().zip(&self.scopes[1..]).find(|(_, scope)| scope.own.contains_key(name));
        Some(match hidden {
            Some((module, _)) => format!("write `use {}` at the top of the script", module.name),
            None => format!("declare it first: `let {name} = …`, or `fn {name}() {{ … }}`"),
        })
    }
}
