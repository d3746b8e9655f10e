//! Builds statements and patterns.

#![expect(clippy::wildcard_enum_match_arm, reason = "pest's rules are one enum with every token in it")]

use pest::iterators::Pair;

use super::grammar::Rule;
use super::{Builder, Built, Parts, first};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{
    Arm, BinaryOp, Block, Branch, Expr, ExprKind, ForOver, Pattern, PatternKind, Stmt, StmtKind, StrLit, UnaryOp,
};

impl Builder<'_> {
    /// Builds what was read behind a mistake, for its own mistakes only.
    pub(super) fn check_only(&self, entry: Pair<'_, Rule>) {
        for part in entry.into_inner() {
            let built = match part.as_rule() {
                Rule::arm => self.arm(part).map(drop),
                Rule::statement => self.statement(part).map(drop),
                _ => Ok(()),
            };
            if let Err(error) = built {
                self.report(error);
            }
        }
    }

    /// A `block` pair; statements with mistakes are told and left out.
    pub(super) fn block(&self, pair: Pair<'_, Rule>) -> Block {
        let span = self.span(&pair);
        let mut statements = Vec::new();
        for statement in Parts::of(pair).all(Rule::statement) {
            match self.statement(statement) {
                Ok(statement) => statements.push(statement),
                Err(error) => self.report(error),
            }
        }
        Block { span, statements }
    }

    /// A `statement` pair that is no definition (but `const`).
    pub(super) fn statement(&self, pair: Pair<'_, Rule>) -> Built<Stmt> {
        let span = self.span(&pair);
        let inner = first(pair);
        let kind = match inner.as_rule() {
            Rule::let_ => self.let_(inner)?,
            Rule::constant => StmtKind::Const(self.constant(inner)?),
            Rule::simple => self.simple(inner)?,
            Rule::if_ => self.if_(inner)?,
            Rule::while_ => {
                let mut parts = Parts::of(inner);
                let cond = self.expr(parts.need(Rule::expr))?;
                StmtKind::While { cond, body: self.block(parts.need(Rule::block)) }
            }
            Rule::loop_ => StmtKind::Loop { body: self.block(Parts::of(inner).need(Rule::block)) },
            Rule::for_ => self.for_(inner)?,
            Rule::match_ => self.match_(inner)?,
            Rule::lock_ => {
                let mut parts = Parts::of(inner);
                let mutex = self.expr(parts.need(Rule::expr))?;
                StmtKind::Lock { mutex, body: self.block(parts.need(Rule::block)) }
            }
            Rule::break_ => StmtKind::Break,
            Rule::continue_ => StmtKind::Continue,
            Rule::return_ => {
                let value = Parts::of(inner).all(Rule::expr).next();
                StmtKind::Return(value.map(|value| self.expr(value)).transpose()?)
            }
            Rule::assert_ => self.assert_(inner)?,
            Rule::block => StmtKind::Block(self.block(inner)),
            _ => return Err(self.misplaced(inner)),
        };
        Ok(Stmt { span, kind })
    }

    /// A definition inside a block.
    fn misplaced(&self, pair: Pair<'_, Rule>) -> Diagnostic {
        let span = self.span(&pair);
        let word = self.source(span).split_whitespace().next().unwrap_or_default();
        let word_span = self.span_of(span.start as usize, span.start as usize + word.len());
        let message = format!("`{word}` stands at the top level of a file, not in a block");
        Diagnostic::error(Code::Misplaced, message, word_span, "this is inside a block")
            .with_help("move it out of the block; it is seen from everywhere in the file")
    }

    fn let_(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let mut parts = Parts::of(pair);
        let thread_local = parts.take(Rule::kw_thread_local).map(|word| self.span(&word));
        let name = self.name(&parts.need(Rule::ident));
        let ty = parts.after(Rule::colon).map(|ty| self.type_name(ty)).transpose()?;
        let value = parts.after(Rule::eq).map(|value| self.expr(value)).transpose()?;
        if ty.is_none() && value.is_none() {
            let message = format!("`{}` has neither a type nor a value", name.text);
            return Err(Diagnostic::error(
                Code::MissingType,
                message,
                name.span,
                "expected `: type` or `= value` after this",
            )
            .with_help(format!(
                "`let {0}: int` begins as zero, `let {0} = 1` takes the type of its value",
                name.text
            )));
        }
        Ok(StmtKind::Let { thread_local, name, ty, value })
    }

    fn simple(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let text = pair.as_str();
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        if text.starts_with("--") {
            return Err(self.doubled_operator(span.start as usize, "--"));
        }
        let target = self.expr(parts.need(Rule::expr))?;
        let Some(sign) = parts.take(Rule::assign_op) else { return Ok(StmtKind::Expr(target)) };
        let op_span = self.span(&sign);
        let value = self.expr(parts.need(Rule::expr))?;
        if let Some(error) = self.pointer_declaration(&target) {
            return Err(error);
        }
        if !is_place(&target) {
            return Err(Diagnostic::error(
                Code::NotAssignable,
                "this can not be assigned",
                target.span,
                "not a place in memory",
            )
            .with_help("assign to a variable, `a[i]`, `p.field` or `*p`; to compare, write `==`"));
        }
        Ok(StmtKind::Assign { target, op: compound(sign.as_str()), op_span, value })
    }

    fn if_(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let mut branches = Vec::new();
        let mut otherwise = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::branch => {
                    let mut parts = Parts::of(part);
                    let cond = self.expr(parts.need(Rule::expr))?;
                    branches.push(Branch { cond, body: self.block(parts.need(Rule::block)) });
                }
                Rule::block => otherwise = Some(self.block(part)),
                _ => {}
            }
        }
        Ok(StmtKind::If { branches, otherwise })
    }

    fn for_(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.need(Rule::ident));
        let from = self.expr(parts.need(Rule::expr))?;
        let over = match parts.after(Rule::dotdot) {
            Some(to) => ForOver::Range { from, to: self.expr(to)? },
            None => ForOver::Each(from),
        };
        Ok(StmtKind::For { name, over, body: self.block(parts.need(Rule::block)) })
    }

    fn match_(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let mut parts = Parts::of(pair);
        let value = self.expr(parts.need(Rule::expr))?;
        let arms = parts.all(Rule::arm).map(|arm| self.arm(arm)).collect::<Built<_>>()?;
        Ok(StmtKind::Match { value, arms })
    }

    fn arm(&self, pair: Pair<'_, Rule>) -> Built<Arm> {
        let span = self.span(&pair);
        let mut patterns = Vec::new();
        let mut body = Block { span, statements: Vec::new() };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::pattern => patterns.push(self.pattern(part)?),
                Rule::statement => {
                    let statement = self.statement(part)?;
                    body = match statement.kind {
                        StmtKind::Block(block) => block,
                        kind => Block { span: statement.span, statements: vec![Stmt { span: statement.span, kind }] },
                    };
                }
                _ => {}
            }
        }
        Ok(Arm { span, patterns, body })
    }

    fn pattern(&self, pair: Pair<'_, Rule>) -> Built<Pattern> {
        let span = self.span(&pair);
        let mut values = Parts::of(pair).all(Rule::constant_value);
        let kind = match (values.next(), values.next()) {
            (Some(from), Some(to)) => {
                PatternKind::Range { from: self.constant_value(from)?, to: self.constant_value(to)? }
            }
            (Some(value), None) => PatternKind::Value(self.constant_value(value)?),
            (None, _) => PatternKind::Any,
        };
        Ok(Pattern { span, kind })
    }

    fn constant_value(&self, pair: Pair<'_, Rule>) -> Built<Expr> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        if parts.take(Rule::minus).is_some() {
            let operand = Box::new(self.atom(parts.need(Rule::int))?);
            return Ok(Expr { span, kind: ExprKind::Unary { op: UnaryOp::Neg, operand } });
        }
        let base = match parts.take(Rule::ident) {
            Some(name) => self.atom(name)?,
            None => return self.atom(parts.0.next().expect("a pattern's value has a token")),
        };
        match parts.after(Rule::dot) {
            Some(name) => Ok(Expr { span, kind: ExprKind::Field { base: Box::new(base), name: self.name(&name) } }),
            None => Ok(base),
        }
    }

    fn assert_(&self, pair: Pair<'_, Rule>) -> Built<StmtKind> {
        let mut parts = Parts::of(pair);
        let cond = self.expr(parts.need(Rule::expr))?;
        let why: Option<StrLit> = parts.all(Rule::string).next().map(|why| self.interpolated(&why).0);
        Ok(StmtKind::Assert { cond, why })
    }
}

fn is_place(target: &Expr) -> bool {
    matches!(
        target.kind,
        ExprKind::Name(_)
            | ExprKind::Index { .. }
            | ExprKind::Field { .. }
            | ExprKind::Unary { op: UnaryOp::Deref, .. }
    )
}

/// The operator in `+=`; none for `=`.
fn compound(sign: &str) -> Option<BinaryOp> {
    match sign.trim_end_matches('=') {
        "+" => Some(BinaryOp::Add),
        "-" => Some(BinaryOp::Sub),
        "*" => Some(BinaryOp::Mul),
        "/" => Some(BinaryOp::Div),
        "%" => Some(BinaryOp::Rem),
        "<<" => Some(BinaryOp::Shl),
        ">>" => Some(BinaryOp::Shr),
        "&" => Some(BinaryOp::BitAnd),
        "&^" => Some(BinaryOp::BitClear),
        "|" => Some(BinaryOp::BitOr),
        "^" => Some(BinaryOp::BitXor),
        _ => None,
    }
}
