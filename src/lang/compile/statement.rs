//! Statements: each leaves the window as it found it, but for the locals that it declares.

use super::expression::Operand;
use super::function::{FunctionCompiler, LoopLabels};
use super::place::{Address, Base, Location};
use crate::abi::op::Op;
use crate::lang::check::tree::{BinaryOp, Block, CompareOp, Expr, ExprKind, LocalId, Place, Stmt, StmtKind, TypeId};

impl FunctionCompiler<'_> {
    /// A block, whose locals end with it.
    pub(super) fn block(&mut self, block: &Block) {
        let mark = self.slots.mark();
        for stmt in &block.stmts {
            self.statement(stmt);
        }
        self.slots.release(mark);
    }

    fn statement(&mut self, stmt: &Stmt) {
        let _ = self.asm.set_span(stmt.span);
        let outer = std::mem::replace(&mut self.keeps_bytes, false);
        let local = match &stmt.kind {
            StmtKind::Init { local, .. } => Some(*local),
            StmtKind::Expr(_)
            | StmtKind::Assign { .. }
            | StmtKind::Update { .. }
            | StmtKind::If { .. }
            | StmtKind::While { .. }
            | StmtKind::Loop { .. }
            | StmtKind::ForRange { .. }
            | StmtKind::Match { .. }
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Return(_)
            | StmtKind::Block(_)
            | StmtKind::Mark(_) => None,
        };
        if let Some(local) = local {
            let _ = self.settle_local(local);
        }
        let mark = self.slots.mark();
        self.statement_kind(&stmt.kind);
        if self.keeps_bytes {
            self.slots.release_slots(mark);
        } else {
            self.slots.release(mark);
        }
        self.keeps_bytes = outer;
    }

    fn statement_kind(&mut self, kind: &StmtKind) {
        match kind {
            StmtKind::Expr(expr) => self.effect(expr),
            StmtKind::Init { local, value } => self.init(*local, value),
            StmtKind::Assign { place, value } => self.assign(place, value),
            StmtKind::Update { place, op, value, scale } => self.update(place, *op, value, *scale),
            StmtKind::If { cond, then, otherwise } => self.conditional(cond, then, otherwise),
            StmtKind::While { cond, body } => self.while_loop(cond, body),
            StmtKind::Loop { body } => self.endless(body),
            StmtKind::ForRange { local, from, to, body } => self.for_range(*local, from, to, body),
            StmtKind::Match { subject, value, arms, default } => {
                self.match_arms(*subject, value, arms, default.as_ref());
            }
            StmtKind::Break => {
                if let Some(labels) = self.loops.last().copied() {
                    self.asm.jump(labels.exit);
                }
            }
            StmtKind::Continue => {
                if let Some(labels) = self.loops.last().copied() {
                    self.asm.jump(labels.next);
                }
            }
            StmtKind::Return(value) => self.return_value(value.as_ref()),
            StmtKind::Block(block) => self.block(block),
            StmtKind::Mark(parts) => self.mark_trace(parts),
        }
    }

    /// The first value of a local that has its home.
    pub(super) fn init(&mut self, local: LocalId, value: &Expr) {
        match self.home(local) {
            Location::Window(slot) => self.value_into(value, slot),
            Location::Memory(address) => self.store_value(value, address),
        }
    }

    fn assign(&mut self, place: &Place, value: &Expr) {
        match self.locate(place) {
            Location::Window(slot) => self.value_into(value, slot),
            Location::Memory(address) if self.program.types.is_aggregate(place.ty) => {
                self.assign_aggregate(value, address);
            }
            Location::Memory(address) => self.store_value(value, address),
        }
    }

    fn update(&mut self, place: &Place, op: BinaryOp, value: &Expr, scale: u64) {
        let location = self.locate(place);
        let mark = self.slots.mark();
        let right = match self.right_side(value) {
            Operand::Constant(constant) => Operand::Constant(constant.wrapping_mul(scale as i64)),
            Operand::Slot(slot) => Operand::Slot(self.scaled(slot, scale)),
        };
        match location {
            Location::Window(slot) => {
                let _ = self.binary(op, place.ty, slot, right, Some(slot), mark);
            }
            Location::Memory(address) => {
                // The address is computed once; load, operation and store stay three instructions.
                let address = self.steady_for(address, place.ty);
                let inner = self.slots.mark();
                let left = self.load(address, place.ty, None, inner);
                let inner = self.slots.mark();
                let result = self.binary(op, place.ty, left, right, Some(left), inner);
                self.store_words(address, place.ty, result);
            }
        }
    }

    /// An address that can be used twice without being computed twice.
    fn steady_for(&mut self, address: Address, ty: TypeId) -> Address {
        match (address.base, address.index) {
            (Base::Slot(_), Some((_, scale)))
                if scale == self.program.types.size(ty) && i32::try_from(address.offset).is_ok() =>
            {
                address
            }
            (Base::Slot(_) | Base::Target(_) | Base::Frame(_), _) => self.steady(address),
        }
    }

    fn conditional(&mut self, cond: &Expr, then: &Block, otherwise: &Block) {
        if let ([Stmt { kind: jump @ (StmtKind::Break | StmtKind::Continue), .. }], true, Some(labels)) =
            (then.stmts.as_slice(), otherwise.stmts.is_empty(), self.loops.last().copied())
        {
            let to = if matches!(jump, StmtKind::Break) { labels.exit } else { labels.next };
            self.branch_if(cond, true, to);
            return;
        }
        let (no, end) = (self.asm.label(), self.asm.label());
        self.branch_if(cond, false, no);
        self.block(then);
        if !otherwise.stmts.is_empty() {
            self.asm.jump(end);
        }
        self.asm.bind(no);
        self.block(otherwise);
        self.asm.bind(end);
    }

    fn while_loop(&mut self, cond: &Expr, body: &Block) {
        if matches!(cond.kind, ExprKind::Int(1..)) {
            self.endless(body);
            return;
        }
        let span = self.asm.span();
        let (top, next, exit) = (self.asm.label(), self.asm.label(), self.asm.label());
        let is_reachable = self.asm.is_reachable();
        self.asm.jump(next);
        self.asm.bind_backward(top, is_reachable);
        self.loops.push(LoopLabels { exit, next });
        self.block(body);
        let _ = self.loops.pop();
        let _ = self.asm.set_span(span);
        self.asm.bind(next);
        self.branch_if(cond, true, top);
        self.asm.bind(exit);
    }

    fn endless(&mut self, body: &Block) {
        let (top, exit) = (self.asm.label(), self.asm.label());
        let is_reachable = self.asm.is_reachable();
        self.asm.bind_backward(top, is_reachable);
        self.loops.push(LoopLabels { exit, next: top });
        self.block(body);
        let _ = self.loops.pop();
        self.asm.jump(top);
        self.asm.bind(exit);
    }

    fn for_range(&mut self, local: LocalId, from: &Expr, to: &Expr, body: &Block) {
        let span = self.asm.span();
        let ty = from.ty;
        let is_wide = self.is_wide_unsigned(ty);
        let _ = self.settle_local(local);
        self.init(local, from);
        let limit = self.slots.take(1);
        self.value_into(to, limit);
        let (top, next, exit) = (self.asm.label(), self.asm.label(), self.asm.label());
        let mark = self.slots.mark();
        if !runs_at_least_once(from, to) {
            let counter = self.counter(local, ty);
            self.branch_operands(CompareOp::Lt, counter, Operand::Slot(limit), is_wide, false, exit);
        }
        self.slots.release_slots(mark);
        let is_reachable = self.asm.is_reachable();
        self.asm.bind_backward(top, is_reachable);
        self.loops.push(LoopLabels { exit, next });
        self.block(body);
        let _ = self.loops.pop();
        let _ = self.asm.set_span(span);
        self.asm.bind(next);
        match self.home(local) {
            Location::Window(slot) if ty == TypeId::INT => self.asm.branch(Op::Loop, slot, limit, top),
            location @ (Location::Window(_) | Location::Memory(_)) => {
                let counter = self.counter(local, ty);
                self.asm.emit(Op::AddI, counter, counter, 0, 1);
                self.wrap(counter, counter, ty);
                if let Location::Memory(address) = location {
                    self.store_words(address, ty, counter);
                }
                self.branch_operands(CompareOp::Lt, counter, Operand::Slot(limit), is_wide, true, top);
            }
        }
        self.slots.release_slots(mark);
        self.asm.bind(exit);
    }

    /// The slot of a loop's counter, loaded if it lies in memory.
    fn counter(&mut self, local: LocalId, ty: TypeId) -> u8 {
        match self.home(local) {
            Location::Window(slot) => slot,
            Location::Memory(address) => {
                let mark = self.slots.mark();
                self.load(address, ty, None, mark)
            }
        }
    }

    fn return_value(&mut self, value: Option<&Expr>) {
        let Some(value) = value else {
            self.asm.ret(0, 0);
            return;
        };
        match (self.program.types.words(value.ty), self.result) {
            (0, Some(slot)) => {
                self.aggregate(value, Address::new(Base::Slot(slot)));
                self.asm.ret(0, 0);
            }
            (0, None) => {
                self.effect(value);
                self.asm.ret(0, 0);
            }
            (1, _) => {
                let slot = self.operand(value);
                self.asm.ret(slot, 1);
            }
            (2.., _) => {
                let first = self.pair(value, None);
                self.asm.ret(first, 2);
            }
        }
    }
}

const fn runs_at_least_once(from: &Expr, to: &Expr) -> bool {
    match (&from.kind, &to.kind) {
        (ExprKind::Int(from), ExprKind::Int(to)) => *from >= 0 && *from < *to,
        _ => false,
    }
}
