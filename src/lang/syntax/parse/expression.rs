//! Builds expressions: pest's Pratt parser gives the shape, every node counts how deep it is.

#![expect(clippy::wildcard_enum_match_arm, reason = "pest's rules are one enum with every token in it")]

use pest::iterators::Pair;

use super::grammar::{PRECEDENCE, Rule};
use super::{Builder, Built, Parts, first};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{Arg, BinaryOp, Expr, ExprKind, MAX_DEPTH, UnaryOp};

/// The functions whose literal arguments may interpolate.
const INTERPOLATING: [&str; 6] = ["print", "println", "eprint", "eprintln", "format", "mark"];

/// An expression and how many nodes deep it is.
#[derive(Debug)]
pub(super) struct Deep {
    pub(super) expr: Expr,
    pub(super) depth: u32,
    /// Whether it stands in parentheses.
    closed: bool,
}

impl Deep {
    fn leaf(expr: Expr) -> Self {
        Self { expr, depth: 1, closed: false }
    }
}

impl Builder<'_> {
    /// An `expr` pair.
    pub(super) fn expr(&self, pair: Pair<'_, Rule>) -> Built<Expr> {
        self.deep(pair).map(|deep| deep.expr)
    }

    pub(super) fn deep(&self, pair: Pair<'_, Rule>) -> Built<Deep> {
        PRECEDENCE
            .map_primary(|pair| self.primary(pair))
            .map_prefix(|sign, operand| self.unary(&sign, operand?))
            .map_postfix(|base, pair| self.postfix(base?, pair))
            .map_infix(|left, sign, right| self.binary(left?, &sign, right?))
            .parse(pair.into_inner())
    }

    /// A node over children of which the deepest has this depth.
    fn node(&self, span: Span, kind: ExprKind, deepest: u32) -> Built<Deep> {
        if deepest >= MAX_DEPTH {
            let message = format!("an expression is more than {MAX_DEPTH} operations deep");
            return Err(Diagnostic::error(Code::TooDeep, message, span, "this is too deep")
                .with_help("give a part of it a name with `let`"));
        }
        Ok(Deep { expr: Expr { span, kind }, depth: deepest + 1, closed: false })
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Built<Deep> {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::parens => {
                let mut inner = self.deep(Parts::of(pair).need(Rule::expr))?;
                inner.expr.span = span;
                inner.closed = true;
                Ok(inner)
            }
            Rule::list => self.list(pair, span),
            Rule::sizeof => {
                let ty = self.type_name(Parts::of(pair).need(Rule::r#type))?;
                Ok(Deep::leaf(Expr { span, kind: ExprKind::SizeOf(Box::new(ty)) }))
            }
            _ => self.atom(pair).map(Deep::leaf),
        }
    }

    /// A literal or a name.
    pub(super) fn atom(&self, pair: Pair<'_, Rule>) -> Built<Expr> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::int => ExprKind::Int(self.integer(span)?),
            Rule::byte => ExprKind::Byte(self.byte(span)?),
            Rule::string => ExprKind::Str(self.plain_string(&pair)),
            Rule::bool => ExprKind::Bool(pair.as_str() == "true"),
            Rule::nil => ExprKind::Nil,
            _ => {
                self.refuse_foreign_value(pair.as_str(), span)?;
                ExprKind::Name(self.name(&pair))
            }
        };
        Ok(Expr { span, kind })
    }

    fn list(&self, pair: Pair<'_, Rule>, span: Span) -> Built<Deep> {
        let repeat = pair.clone().into_inner().any(|part| part.as_rule() == Rule::semicolon);
        let mut deepest = 0;
        let mut elements = Vec::new();
        for element in Parts::of(pair).all(Rule::expr) {
            let element = self.deep(element)?;
            deepest = deepest.max(element.depth);
            elements.push(element.expr);
        }
        if !repeat {
            return self.node(span, ExprKind::Array(elements), deepest);
        }
        let length = Box::new(elements.pop().expect("a repeat has a length"));
        let element = Box::new(elements.pop().expect("a repeat has an element"));
        self.node(span, ExprKind::Repeat { element, length }, deepest)
    }

    fn unary(&self, sign: &Pair<'_, Rule>, operand: Deep) -> Built<Deep> {
        let op = match sign.as_str() {
            "-" => UnaryOp::Neg,
            "!" => UnaryOp::Not,
            "^" => UnaryOp::BitNot,
            "&" => UnaryOp::AddressOf,
            _ => UnaryOp::Deref,
        };
        let span = self.span(sign).to(operand.expr.span);
        self.node(span, ExprKind::Unary { op, operand: Box::new(operand.expr) }, operand.depth)
    }

    fn binary(&self, left: Deep, sign: &Pair<'_, Rule>, right: Deep) -> Built<Deep> {
        let op = binary_op(sign.as_str());
        let op_span = self.span(sign);
        if op.is_comparison() && !left.closed {
            self.refuse_chain(&left.expr, op_span, &right.expr)?;
        }
        let span = left.expr.span.to(right.expr.span);
        let deepest = left.depth.max(right.depth);
        let kind = ExprKind::Binary { op, op_span, left: Box::new(left.expr), right: Box::new(right.expr) };
        self.node(span, kind, deepest)
    }

    /// `a < b < c`: the left operand is itself a comparison.
    fn refuse_chain(&self, left: &Expr, op_span: Span, right: &Expr) -> Built<()> {
        let ExprKind::Binary { op, op_span: first_op, right: middle, .. } = &left.kind else { return Ok(()) };
        if !op.is_comparison() {
            return Ok(());
        }
        let (start, middle) = (self.source(left.span), self.source(middle.span));
        let help = format!("write `{start} && {middle} {} {}`", self.source(op_span), self.source(right.span));
        Err(Diagnostic::error(Code::ChainedComparison, "comparisons do not chain", op_span, "a second comparison")
            .with_label(*first_op, "the first, which gives a bool")
            .with_help(help))
    }

    fn postfix(&self, base: Deep, pair: Pair<'_, Rule>) -> Built<Deep> {
        let span = base.expr.span.to(self.span(&pair));
        match pair.as_rule() {
            Rule::call => self.call(base, pair, span),
            Rule::subscript => self.subscript(base, pair, span),
            Rule::member => {
                let name = self.name(&Parts::of(pair).need(Rule::ident));
                self.node(span, ExprKind::Field { base: Box::new(base.expr), name }, base.depth)
            }
            _ => {
                let ty = Box::new(self.type_name(Parts::of(pair).need(Rule::r#type))?);
                self.node(span, ExprKind::Cast { value: Box::new(base.expr), ty }, base.depth)
            }
        }
    }

    fn call(&self, callee: Deep, pair: Pair<'_, Rule>, span: Span) -> Built<Deep> {
        let interpolates =
            matches!(&callee.expr.kind, ExprKind::Name(name) if INTERPOLATING.contains(&name.text.as_ref()));
        let mut deepest = callee.depth;
        let mut args: Vec<Arg> = Vec::new();
        for part in Parts::of(pair).all(Rule::arg) {
            let (arg, depth) = self.arg(part, interpolates)?;
            if let (None, Some(named)) = (&arg.name, args.iter().find(|earlier| earlier.name.is_some())) {
                let message = "a positional argument after a named one";
                return Err(Diagnostic::error(Code::ArgumentOrder, message, arg.span, "expected `name: value`")
                    .with_label(named.span, "the first named argument")
                    .with_help("write positional arguments first"));
            }
            deepest = deepest.max(depth);
            args.push(arg);
        }
        self.node(span, ExprKind::Call { callee: Box::new(callee.expr), args }, deepest)
    }

    fn arg(&self, pair: Pair<'_, Rule>, interpolates: bool) -> Built<(Arg, u32)> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = parts.take(Rule::label).map(|label| self.name(&first(label)));
        let value = parts.need(Rule::expr);
        let mut tokens = value.clone().into_inner();
        let deep = match (tokens.next(), tokens.next()) {
            (Some(literal), None) if interpolates && literal.as_rule() == Rule::string => {
                let (literal, deepest) = self.interpolated(&literal);
                self.node(literal.span, ExprKind::Str(literal), deepest)?
            }
            _ => self.deep(value)?,
        };
        Ok((Arg { span, name, value: deep.expr }, deep.depth))
    }

    fn subscript(&self, base: Deep, pair: Pair<'_, Rule>, span: Span) -> Built<Deep> {
        let mut deepest = base.depth;
        let mut is_slice = false;
        let mut bounds = [None, None];
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::dotdot => is_slice = true,
                Rule::expr => {
                    let bound = self.deep(part)?;
                    deepest = deepest.max(bound.depth);
                    bounds[usize::from(is_slice)] = Some(Box::new(bound.expr));
                }
                _ => {}
            }
        }
        let base = Box::new(base.expr);
        let kind = match bounds {
            [Some(index), None] if !is_slice => ExprKind::Index { base, index },
            [from, to] => ExprKind::Slice { base, from, to },
        };
        self.node(span, kind, deepest)
    }
}

fn binary_op(sign: &str) -> BinaryOp {
    match sign {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Sub,
        "*" => BinaryOp::Mul,
        "/" => BinaryOp::Div,
        "%" => BinaryOp::Rem,
        "<<" => BinaryOp::Shl,
        ">>" => BinaryOp::Shr,
        "&" => BinaryOp::BitAnd,
        "&^" => BinaryOp::BitClear,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        "==" => BinaryOp::Eq,
        "!=" => BinaryOp::Ne,
        "<" => BinaryOp::Lt,
        "<=" => BinaryOp::Le,
        ">" => BinaryOp::Gt,
        ">=" => BinaryOp::Ge,
        "&&" => BinaryOp::And,
        _ => BinaryOp::Or,
    }
}
