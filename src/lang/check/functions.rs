//! Functions as a whole: the script's statements, the bodies of programs and functions, and what they return.

use super::Checker;
use super::body::{Body, BodyKind};
use super::layout::TypeId;
use super::session::Extent;
use super::tree::{Block, Function, FunctionId, Place, PlaceKind, REPLACED, Stmt, StmtKind};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Checker<'_> {
    /// Checks every body: the script's statements first, which give the globals their types.
    pub(super) fn check_all(&mut self) {
        // Before any function that they call, so that `build` knows the numbers of these bodies.
        let bodies = 1 + self.programs.len();
        self.requested.extend(std::iter::repeat_n(None, bodies));
        self.check_main();
        for program in 0..self.programs.len() {
            self.check_program(program);
        }
        if !self.is_line() {
            let _ = self.request_support("_start");
        }
        self.check_line_items();
        match self.files.extent {
            Extent::Script | Extent::Programs(_) => {}
            Extent::Whole => self.request_library(),
            Extent::Line(_) => self.request_line(),
        }
        for index in 0..self.functions.len() {
            if self.functions[index].scope == 0 {
                let _ = self.request_function(index);
            }
        }
        let mut next = 0;
        while next < self.requested.len() {
            if let Some(index) = self.requested[next].filter(|&index| self.is_compiled(index)) {
                self.compiled(FunctionId(next as u32), index);
            } else if let Some(index) = self.requested[next] {
                self.check_function(FunctionId(next as u32), index);
            }
            next += 1;
            if next == self.requested.len() && self.uses_tls && !self.is_line() {
                self.request_replacements();
            }
        }
        self.check_storage();
    }

    /// Asks for what stands in for functions that are wanted, now that there is a unit with threads.
    fn request_replacements(&mut self) {
        for [name, other] in REPLACED {
            if self.support.get(name).is_some_and(|&index| self.functions[index].id.is_some()) {
                let _ = self.request_support(other);
            }
        }
    }

    fn check_main(&mut self) {
        let id = FunctionId(0);
        let files = self.files;
        let span = files.script.statements.first().map_or_else(Span::default, |statement| statement.span);
        let mut body = Body::new(self, 0, BodyKind::Main, TypeId::VOID);
        let own = body.checker.globals.iter().position(|global| global.scope == 0);
        body.lets = own.unwrap_or(body.checker.globals.len());
        let stmts = body.line_statements(&files.script.statements);
        let mut function = built(body, "main", 0, Block { stmts }, span);
        if matches!(files.extent, Extent::Programs(_)) {
            function.hollow();
        }
        let _ = self.bodies.insert(id, function);
    }

    fn check_program(&mut self, index: usize) {
        let ast = self.programs[index].ast;
        let id = FunctionId(index as u32 + 1);
        let strs = self.types.slice(TypeId::STR);
        let taken = match ast.params.as_slice() {
            [] => None,
            [param] if self.resolve(0, &param.ty) == strs && param.default.is_none() => Some(param),
            [first, ..] => {
                let message = "a program has one parameter of type `[str]`, or none";
                let error = Diagnostic::error(Code::ProgramParams, message, first.span, "expected `args: [str]`");
                self.report(error.with_help(format!("write `program {}(args: [str])`", ast.name.text)));
                None
            }
        };
        let args =
            self.globals.iter().position(|global| !self.is_of_script(global.scope) && &*global.name.text == "args");
        let mut body = Body::new(self, 0, BodyKind::Program, TypeId::VOID);
        if taken.is_none() {
            for param in &ast.params {
                let _ = body.declare(&param.name, TypeId::ERROR, false);
            }
        }
        let mut stmts = Vec::new();
        if let Some(param) = taken {
            let local = body.declare(&param.name, strs, false);
            let span = param.span;
            let value = match args {
                Some(args) => {
                    let place = Place { kind: PlaceKind::Global(body.global(args)), ty: strs, span };
                    let _ = body.checker.global_type(args);
                    body.load(place)
                }
                None => super::tree::Expr { kind: super::tree::ExprKind::Zero, ty: strs, span },
            };
            stmts.push(Stmt { kind: StmtKind::Init { local, value }, span });
        }
        let (rest, _) = body.statements(&ast.body.statements);
        stmts.extend(rest);
        let mut function = built(body, &ast.name.text, 0, Block { stmts }, ast.name.span);
        if self.is_line() {
            // It is compiled by itself, with all that it needs.
            function.hollow();
        }
        let _ = self.bodies.insert(id, function);
    }

    fn check_function(&mut self, id: FunctionId, index: usize) {
        let (ast, scope, result) =
            (self.functions[index].ast, self.functions[index].scope, self.functions[index].result);
        let types: Vec<TypeId> = self.functions[index].params.iter().map(|param| param.ty).collect();
        if scope == 0 {
            for param in 0..types.len() {
                if self.functions[index].params[param].has_default {
                    let _ = self.default(index, param);
                }
            }
        }
        let mut body = Body::new(self, scope, BodyKind::Function, result);
        let mut named: Vec<&str> = Vec::new();
        for (param, ty) in ast.params.iter().zip(types) {
            // A repeated name is reported with the signature.
            let repeated = named.contains(&&*param.name.text);
            named.push(&param.name.text);
            let name =
                if repeated { ast::Name { text: "_".into(), span: param.name.span } } else { param.name.clone() };
            let _ = body.declare(&name, ty, false);
        }
        let (stmts, falls) = body.statements(&ast.body.statements);
        if falls && result != TypeId::VOID && result != TypeId::ERROR {
            body.missing_return(ast, result);
        }
        let function = built(body, &ast.name.text, ast.params.len(), Block { stmts }, ast.name.span);
        let _ = self.bodies.insert(id, function);
    }
}

impl Body<'_, '_> {
    fn missing_return(&mut self, ast: &ast::Fn, result: TypeId) {
        let wanted = self.checker.quoted(result);
        let end = ast.body.span.end;
        let brace = Span::new(ast.body.span.file, end.saturating_sub(1), end);
        let message = format!("`{}` can end without returning {wanted}", ast.name.text);
        let error = Diagnostic::error(
            Code::MissingReturn,
            message,
            brace,
            format!("expected `return` with {wanted} before this"),
        );
        let error = error.with_label(ast.head, format!("it says that it returns {wanted}"));
        self.checker.report(error.with_help("end the function with `return` and a value"));
    }
}

/// A checked body as a function.
fn built(body: Body<'_, '_>, name: &str, params: usize, block: Block, span: Span) -> Function {
    let result = body.result;
    let finished = body.finish();
    Function {
        name: name.to_owned(),
        params,
        locals: finished.locals,
        result,
        body: block,
        span,
        calls: finished.calls,
        uses: finished.uses,
        calls_main: finished.calls_main,
        uses_tls: finished.uses_tls,
    }
}
