//! Compiled programs, run by the reference interpreter.

use std::collections::BTreeMap;

use super::compile_program;
use super::interpreter;
use crate::base::span::Span;
use crate::lang::check::tree::*;
use crate::lang::disassemble::disassemble;

fn e(kind: ExprKind, ty: TypeId) -> Expr {
    Expr { kind, ty, span: Span::default() }
}
fn int(v: i64) -> Expr {
    e(ExprKind::Int(v), TypeId::INT)
}
fn local(i: u32) -> Place {
    Place { kind: PlaceKind::Local(LocalId(i)), ty: TypeId::INT, span: Span::default() }
}
fn get(i: u32) -> Expr {
    e(ExprKind::Load(Box::new(local(i))), TypeId::INT)
}
fn bin(op: BinaryOp, l: Expr, r: Expr) -> Expr {
    e(ExprKind::Binary(op, Box::new(l), Box::new(r)), TypeId::INT)
}
fn s(kind: StmtKind) -> Stmt {
    Stmt { kind, span: Span::default() }
}
fn call(f: u32, args: Vec<Expr>) -> Expr {
    let order = (0..args.len()).collect();
    e(ExprKind::Call { callee: Callee::Function(FunctionId(f)), args, order }, TypeId::INT)
}
fn var(name: &str) -> Local {
    Local { name: name.into(), ty: TypeId::INT, address_taken: false, span: Span::default() }
}
fn function(name: &str, params: usize, locals: Vec<Local>, result: TypeId, stmts: Vec<Stmt>) -> Function {
    Function {
        name: name.into(),
        params,
        locals,
        result,
        body: Block { stmts },
        span: Span::default(),
        calls: vec![],
        uses: vec![],
        calls_main: false,
    }
}

#[test]
fn by_hand() {
    let lt = |l, r| e(ExprKind::Compare(CompareOp::Lt, Box::new(l), Box::new(r)), TypeId::BOOL);
    let fib = function(
        "fib",
        1,
        vec![var("n")],
        TypeId::INT,
        vec![
            s(StmtKind::If {
                cond: lt(get(0), int(2)),
                then: Block { stmts: vec![s(StmtKind::Return(Some(get(0))))] },
                otherwise: Block::default(),
            }),
            s(StmtKind::Return(Some(bin(
                BinaryOp::Add,
                call(2, vec![bin(BinaryOp::Sub, get(0), int(1))]),
                call(2, vec![bin(BinaryOp::Sub, get(0), int(2))]),
            )))),
        ],
    );
    let start = function(
        "_start",
        1,
        vec![var("stack")],
        TypeId::VOID,
        vec![
            s(StmtKind::Expr(e(ExprKind::CallMain, TypeId::VOID))),
        ],
    );
    let main = function(
        "main",
        0,
        vec![var("x"), var("i")],
        TypeId::VOID,
        vec![
            s(StmtKind::Init { local: LocalId(0), value: int(0) }),
            s(StmtKind::ForRange {
                local: LocalId(1),
                from: int(0),
                to: int(10),
                body: Block {
                    stmts: vec![s(StmtKind::Update {
                        place: local(0),
                        op: BinaryOp::Add,
                        value: bin(BinaryOp::And, bin(BinaryOp::Xor, get(1), get(0)), int(255)),
                        scale: 1,
                    })],
                },
            }),
            s(StmtKind::Expr(e(
                ExprKind::Syscall(vec![int(231), bin(BinaryOp::Add, get(0), call(2, vec![int(10)]))]),
                TypeId::INT,
            ))),
        ],
    );
    let program = Program {
        types: Types::new(),
        functions: vec![start, main, fib],
        globals: vec![],
        units: vec![Unit { name: None, start: FunctionId(0), main: FunctionId(1), functions: vec![], globals: vec![] }],
        support: BTreeMap::new(),
        machine: vec![],
    };
    let image = compile_program(&program, &[], &[]).unwrap().remove(0);
    println!("{}", disassemble(&image));
    let x = (0..10).fold(0, |x, i| x + ((x ^ i) & 255));
    assert_eq!(interpreter::run(&image, &["script"], 100_000).unwrap().status, x + 55);
}
