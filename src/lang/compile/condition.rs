//! Conditions: comparisons fused with jumps, `&&` and `||` by jumps alone.

use super::assembler::{Label, inverse};
use super::expression::Operand;
use super::function::FunctionCompiler;
use crate::abi::op::Op;
use crate::lang::check::tree::{CompareOp, Expr, ExprKind, Intrinsic, TypeId, UnaryOp};

impl FunctionCompiler<'_> {
    /// Jumps to `to` if the bool `expr` is `when`; else goes on.
    pub(super) fn branch_if(&mut self, expr: &Expr, when: bool, to: Label) {
        let mark = self.slots.mark();
        // Two-way nodes first; what is left is a value that is tested.
        if let ExprKind::Int(value) = expr.kind {
            if (value != 0) == when {
                self.asm.jump(to);
            }
        } else if let ExprKind::Unary(UnaryOp::Not, inner) = &expr.kind {
            self.branch_if(inner, !when, to);
        } else if let ExprKind::Compare(op, left, right) = &expr.kind {
            self.branch_compare(*op, left, right, when, to);
        } else if let ExprKind::And(left, right) = &expr.kind {
            self.branch_both(left, right, true, when, to);
        } else if let ExprKind::Or(left, right) = &expr.kind {
            self.branch_both(left, right, false, when, to);
        } else if let ExprKind::Intrinsic(Intrinsic::CompareExchange, args) = &expr.kind {
            self.branch_exchanged(args, when, to);
        } else {
            let slot = self.operand(expr);
            self.asm.branch(if when { Op::Jnz } else { Op::Jz }, slot, 0, to);
        }
        self.slots.release_slots(mark);
    }

    /// `left && right` if `is_and`, else `left || right`.
    fn branch_both(&mut self, left: &Expr, right: &Expr, is_and: bool, when: bool, to: Label) {
        if is_and == when {
            // `&&` jumps only if both hold, `!(||)` only if neither does.
            let skip = self.asm.label();
            self.branch_if(left, !when, skip);
            self.branch_if(right, when, to);
            self.asm.bind(skip);
        } else {
            self.branch_if(left, when, to);
            self.branch_if(right, when, to);
        }
    }

    fn branch_compare(&mut self, op: CompareOp, left: &Expr, right: &Expr, when: bool, to: Label) {
        let (op, left, right) = match (&left.kind, &right.kind) {
            (ExprKind::Int(_), ExprKind::Int(_)) => (op, left, right),
            (ExprKind::Int(_), _) => (mirrored(op), right, left),
            _ => (op, left, right),
        };
        let is_wide = self.is_wide_unsigned(left.ty);
        let left = self.operand(left);
        let right = self.right_side(right);
        self.branch_operands(op, left, right, is_wide, when, to);
    }

    /// Jumps if `left op right` is `when`; `is_wide` says that all 64 bits are compared as unsigned.
    pub(super) fn branch_operands(
        &mut self,
        op: CompareOp,
        left: u8,
        right: Operand,
        is_wide: bool,
        when: bool,
        to: Label,
    ) {
        let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
        let right = match right {
            Operand::Constant(value) if is_equality || !is_wide => match i16::try_from(value) {
                Ok(value) => {
                    let jump = constant_jump(op);
                    let jump = if when { jump } else { inverse(jump).map_or(jump, |(jump, _)| jump) };
                    self.asm.branch_constant(jump, left, value, to);
                    return;
                }
                Err(_) => self.constant_slot(value),
            },
            Operand::Constant(value) => self.constant_slot(value),
            Operand::Slot(slot) => slot,
        };
        let (jump, mut swaps) = match op {
            CompareOp::Eq => (Op::Jeq, false),
            CompareOp::Ne => (Op::Jne, false),
            CompareOp::Lt => (if is_wide { Op::Jltu } else { Op::Jlt }, false),
            CompareOp::Le => (if is_wide { Op::Jleu } else { Op::Jle }, false),
            CompareOp::Gt => (if is_wide { Op::Jltu } else { Op::Jlt }, true),
            CompareOp::Ge => (if is_wide { Op::Jleu } else { Op::Jle }, true),
        };
        let mut jump = jump;
        if !when && let Some((other, turns)) = inverse(jump) {
            jump = other;
            swaps ^= turns;
        }
        let (a, b) = if swaps { (right, left) } else { (left, right) };
        self.asm.branch(jump, a, b, to);
    }

    /// The bool `left op right` in a slot.
    pub(super) fn compare_value(&mut self, op: CompareOp, left: &Expr, right: &Expr, want: Option<u8>) -> u8 {
        let mark = self.slots.mark();
        let is_wide = self.is_wide_unsigned(left.ty);
        let left = self.operand(left);
        let right = self.operand(right);
        self.slots.release_slots(mark);
        let to = self.wanted(want);
        let (less, less_equal) = if is_wide { (Op::Sltu, Op::Sleu) } else { (Op::Slt, Op::Sle) };
        match op {
            CompareOp::Eq => self.three(Op::Seq, to, left, right),
            CompareOp::Ne => self.three(Op::Sne, to, left, right),
            CompareOp::Lt => self.three(less, to, left, right),
            CompareOp::Le => self.three(less_equal, to, left, right),
            CompareOp::Gt => self.three(less, to, right, left),
            CompareOp::Ge => self.three(less_equal, to, right, left),
        }
        to
    }

    /// The bool of `&&` or `||` in a slot, which is written only when it is known.
    pub(super) fn condition_value(&mut self, expr: &Expr, want: Option<u8>) -> u8 {
        let (is_false, end) = (self.asm.label(), self.asm.label());
        self.branch_if(expr, false, is_false);
        let to = self.wanted(want);
        self.asm.constant(to, 1);
        self.asm.jump(end);
        self.asm.bind(is_false);
        self.asm.constant(to, 0);
        self.asm.bind(end);
        to
    }

    /// Whether values of a type need all 64 bits compared as unsigned; narrower ones are never negative in a slot.
    pub(super) fn is_wide_unsigned(&self, ty: TypeId) -> bool {
        self.program.types.size(ty) == 8 && !self.program.types.is_signed(ty)
    }
}

/// The comparison that holds of `right, left` when `op` holds of `left, right`.
const fn mirrored(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Eq => CompareOp::Eq,
        CompareOp::Ne => CompareOp::Ne,
        CompareOp::Lt => CompareOp::Gt,
        CompareOp::Le => CompareOp::Ge,
        CompareOp::Gt => CompareOp::Lt,
        CompareOp::Ge => CompareOp::Le,
    }
}

const fn constant_jump(op: CompareOp) -> Op {
    match op {
        CompareOp::Eq => Op::JeqI,
        CompareOp::Ne => Op::JneI,
        CompareOp::Lt => Op::JltI,
        CompareOp::Le => Op::JleI,
        CompareOp::Gt => Op::JgtI,
        CompareOp::Ge => Op::JgeI,
    }
}
