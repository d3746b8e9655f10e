//! `assert`: an `if` that prints what failed, and aborts.

use super::body::{Body, wrong};
use super::format::push_text;
use super::layout::TypeId;
use super::tree::{Block, Callee, Expr, ExprKind, Part, Stmt, StmtKind, UnaryOp};
use crate::base::span::Span;
use crate::lang::format::one_line;
use crate::lang::syntax::ast;

impl Body<'_, '_> {
    /// `assert` is an `if` that prints and aborts. Operands of a comparison are kept, to be printed.
    pub(super) fn assert(&mut self, cond: &ast::Expr, why: Option<&ast::StrLit>, span: Span) -> Option<StmtKind> {
        let mut stmts = Vec::new();
        let mut checked = self.condition(cond);
        let mut parts: Vec<Part> = Vec::new();
        let text = one_line(self.checker.text(cond.span));
        push_text(&mut parts, format!("assertion failed: {text}\n").as_bytes());
        let compares = matches!(&cond.kind, ast::ExprKind::Binary { op, .. } if op.is_comparison());
        if let Some((left, right)) = operands(&mut checked).filter(|_| compares) {
            for (operand, title) in [(left, "  left:  "), (right, "  right: ")] {
                if !self.is_printable(operand.ty) {
                    continue;
                }
                if operand.word().is_none() && operand.text().is_none() {
                    let taken = std::mem::replace(operand, wrong(operand.span));
                    let (keep, place) = self.keep(taken);
                    stmts.push(keep);
                    *operand = self.load(place);
                }
                push_text(&mut parts, title.as_bytes());
                self.show(&mut parts, operand.clone(), ast::FormatSpec::default(), span);
                push_text(&mut parts, b"\n");
            }
        }
        if let Some(why) = why {
            push_text(&mut parts, b"  ");
            for part in self.interpolated(why) {
                match part {
                    Part::Text(text) => push_text(&mut parts, &text),
                    Part::Value { .. } => parts.push(part),
                }
            }
            push_text(&mut parts, b"\n");
        }
        push_text(&mut parts, self.place_line(span).as_bytes());
        self.support_parts(&parts, true);
        let then = self.report_and_abort(parts, span);
        let failed = Expr { span, kind: ExprKind::Unary(UnaryOp::Not, Box::new(checked)), ty: TypeId::BOOL };
        stmts.push(Stmt { kind: StmtKind::If { cond: failed, then, otherwise: Block::default() }, span });
        Some(StmtKind::Block(Block { stmts }))
    }

    fn place_line(&self, span: Span) -> String {
        let source = self.checker.files.sources.get(usize::from(span.file.0));
        source.map_or_else(String::new, |source| format!("  at {}:{}\n", source.name, source.line_column(span.start).0))
    }

    fn report_and_abort(&mut self, parts: Vec<Part>, span: Span) -> Block {
        let print = Expr { kind: ExprKind::Print { fd: 2, parts }, ty: TypeId::VOID, span };
        let mut stmts = vec![Stmt { kind: StmtKind::Expr(print), span }];
        self.support(&["abort"]);
        if let Some(id) = self.checker.request_support("abort") {
            let kind = ExprKind::Call { callee: Callee::Function(id), args: Vec::new(), order: Vec::new() };
            stmts.push(Stmt { kind: StmtKind::Expr(Expr { kind, ty: TypeId::VOID, span }), span });
        }
        Block { stmts }
    }
}

/// Both sides of a checked comparison; of strs it is a call of `str_equal`, perhaps negated.
fn operands(cond: &mut Expr) -> Option<(&mut Expr, &mut Expr)> {
    let kind = &mut cond.kind;
    if matches!(kind, ExprKind::Compare(..)) {
        let ExprKind::Compare(_, left, right) = kind else { return None };
        return Some((left, right));
    }
    if matches!(kind, ExprKind::Unary(..)) {
        let ExprKind::Unary(_, inner) = kind else { return None };
        return operands(inner);
    }
    let ExprKind::Call { args, .. } = kind else { return None };
    if let [left, right] = args.as_mut_slice() { Some((left, right)) } else { None }
}
