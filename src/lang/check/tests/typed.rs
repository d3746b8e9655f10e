//! What correct scripts become.

use super::super::layout::TypeId;
use super::super::tree::{
    Conversion, Expr, ExprKind, Function, Part, Pattern, PlaceKind, SettingValue, Stmt, StmtKind, Unit,
};
use super::*;

/// The checked function of this name.
fn function<'p>(program: &'p Program, name: &str) -> &'p Function {
    program.functions.iter().find(|function| function.name == name).expect("the function was checked")
}

/// What the top-level `let`s and assignments of a script set, in order.
fn assigned(program: &Program) -> Vec<&Expr> {
    let main = program.function(program.units[0].main);
    main.body
        .stmts
        .iter()
        .filter_map(|stmt| if let StmtKind::Assign { value, .. } = &stmt.kind { Some(value) } else { None })
        .collect()
}

fn names(program: &Program, unit: &Unit) -> Vec<String> {
    unit.functions.iter().map(|&id| program.function(id).name.clone()).collect()
}

#[test]
fn every_module_and_program_of_the_stdlib_checks() {
    // These ask for what only modules may have; every program with threads reaches them as such.
    for name in library::modules().into_iter().filter(|name| !["start", "sync", "thread"].contains(name)) {
        let (program, diagnostics, sources) = checked(library::source(name).expect("listed"));
        assert!(program.is_some(), "{name}:\n{}", render(&diagnostics, &sources, false));
    }
    for name in library::programs() {
        let (program, diagnostics, sources) = checked(library::program_source(name).expect("listed"));
        assert!(program.is_some(), "{name}:\n{}", render(&diagnostics, &sources, false));
    }
}

#[test]
fn the_scripts_of_the_design_check() {
    let _ = program(
        "let child = fork()\nif child == 0 {\n    exec(\"/bin/ls\", [\"ls\", \"/bin\"])\n    exit(127)\n}\nlet status = 0\n\
         waitpid(child, &status)\nprintln(\"pid {child} exited with {WEXITSTATUS(status)}\")\n",
    );
    let _ = program(
        "let page = mmap(PAGE_SIZE)\npage[0] = 1\nif fork() == 0 {\n    page[0] = 2\n    exit(0)\n}\nwait()\n\
         assert page[0] == 1\npage[0] = 3\n",
    );
    let _ = program(
        "program greeter(args: [str]) {\n    println(\"hello, {args[1]}, from pid {getpid()}\")\n}\nlet fds: [int; 2]\n\
         pipe(&fds)\nif fork() == 0 {\n    dup2(fds[1], 1)\n    close(fds[0])\n    exec(\"/bin/greeter\", [\"greeter\", \"world\"])\n}\n\
         let buf: [byte; 64]\nlet n = read(fds[0], buf)\nprint(str(buf[0..n]))\nwait()\nprintln(\"raw: {syscall(SYS_getpid)}\")\n",
    );
    let _ = program(
        "let counter = 0\nlet m: Mutex\nfn work(n: int) {\n    for _ in 0..n {\n        lock m { counter += 1 }\n    }\n}\n\
         let a = spawn_thread(work, 1000)\nlet b = spawn_thread(work, 1000)\njoin(a)\njoin(b)\nassert counter == 2000\n",
    );
}

#[test]
fn constants_are_folded_and_take_the_type_that_is_wanted() {
    let program = program(
        "const K = 2 * 3\nlet a: byte = 300 - 100\nlet b: uint = 0xffffffffffffffff\nlet c = K << 4 | sizeof(i32)\nprint(a)\nprint(b)\nprint(c)\n",
    );
    let values: Vec<(Option<i64>, TypeId)> = assigned(&program).iter().map(|value| (value.word(), value.ty)).collect();
    assert_eq!(values, [(Some(200), TypeId::BYTE), (Some(-1), TypeId::UINT), (Some(100), TypeId::INT)]);
}

#[test]
fn widening_is_written_out_and_operands_meet_in_the_wider_type() {
    let program = program("let a = 'x'\nlet b = 5\nlet c: u16 = a\nlet d = a + b\nprint(c)\nprint(d)\n");
    let values = assigned(&program);
    assert!(matches!(values[2].kind, ExprKind::Convert(Conversion::Keep, _)) && values[2].ty == TypeId::U16);
    let ExprKind::Binary(_, left, right) = &values[3].kind else { panic!("{:?}", values[3]) };
    assert_eq!((left.ty, right.ty, values[3].ty), (TypeId::INT, TypeId::INT, TypeId::INT));
}

#[test]
fn narrowing_by_as_wraps_at_the_width() {
    let program = program("let a = 511\nlet b = a as byte\nlet c = 511 as byte\nprint(b)\nprint(c)\n");
    let values = assigned(&program);
    assert!(matches!(values[1].kind, ExprKind::Convert(Conversion::Wrap, _)));
    assert_eq!(values[2].word(), Some(255));
}

#[test]
fn arguments_are_complete_and_keep_the_order_of_their_evaluation() {
    let program = program(
        "fn f(a: int, b = 5, c = 7) -> int { return a + b + c }\nlet r = f(c: getpid(), a: getppid())\nprint(r)\n"
            .replace("b = 5, c = 7", "b: int = 5, c: int = 7")
            .as_str(),
    );
    let ExprKind::Call { args, order, .. } = &assigned(&program)[0].kind else { panic!("a call") };
    assert_eq!(order, &[2, 0, 1]);
    assert_eq!(args[1].word(), Some(5));
}

#[test]
fn a_unit_holds_what_its_entry_reaches_and_no_more() {
    let program = program(
        "fn mine() { println(\"a\") }\nfn theirs() { println(\"b\") }\nfn nobodys() { println(\"c\") }\n\
         program other() { theirs() }\nmine()\n",
    );
    let (script, other) = (names(&program, &program.units[0]), names(&program, &program.units[1]));
    assert_eq!(program.units[1].name.as_deref(), Some("other"));
    assert!(
        script.contains(&"mine".into()) && !script.contains(&"theirs".into()) && !script.contains(&"nobodys".into())
    );
    assert!(other.contains(&"theirs".into()) && !other.contains(&"mine".into()));
    assert!(script.contains(&"_start".into()) && script.contains(&"fmt_literal".into()), "{script:?}");
    assert!(!script.contains(&"malloc".into()));
}

#[test]
fn only_what_is_pointed_to_has_its_address_taken() {
    let program =
        program("fn f() -> int {\n    let x = 1\n    let y = 2\n    let p = &x\n    return *p + y\n}\nprint(f())\n");
    let taken: Vec<(&str, bool)> =
        function(&program, "f").locals.iter().map(|local| (local.name.as_str(), local.address_taken)).collect();
    assert_eq!(taken, [("x", true), ("y", false), ("p", false)]);
}

#[test]
fn a_constant_index_in_its_array_is_not_tested_again() {
    let program = program("let a: [int; 4]\nlet i = 1\nlet x = a[3]\nlet y = a[i]\nprint(x)\nprint(y)\n");
    let tested: Vec<bool> = assigned(&program)
        .iter()
        .filter_map(|value| if let ExprKind::Load(place) = &value.kind { Some(place) } else { None })
        .filter_map(|place| if let PlaceKind::ArrayElement { checked, .. } = place.kind { Some(checked) } else { None })
        .collect();
    assert_eq!(tested, [false, true]);
}

#[test]
fn an_array_argument_is_a_slice_of_its_place_and_a_literal_gets_a_hidden_local() {
    let program = program(
        "fn total(xs: [int]) -> int { return len(xs) }\nlet a = [1, 2]\nlet x = total(a)\nlet y = total([3])\nprint(x)\nprint(y)\n",
    );
    let main = program.function(program.units[0].main);
    let places: Vec<bool> = assigned(&program)
        .iter()
        .filter_map(|value| if let ExprKind::Call { args, .. } = &value.kind { Some(&args[0]) } else { None })
        .map(|arg| matches!(&arg.kind, ExprKind::ArrayToSlice(place) if matches!(place.kind, PlaceKind::Temporary { .. })))
        .collect();
    assert_eq!(places, [false, true]);
    assert_eq!(main.locals.len(), 1);
}

#[test]
fn a_for_over_elements_is_a_range_over_indices() {
    let program = program("fn f(xs: [byte]) {\n    for x in xs { print(x) }\n}\nf(\"ab\")\n");
    let body = &function(&program, "f").body.stmts;
    let [Stmt { kind: StmtKind::Block(block), .. }] = body.as_slice() else { panic!("{body:?}") };
    let StmtKind::ForRange { to, body, .. } = &block.stmts[1].kind else { panic!("{block:?}") };
    assert!(matches!(to.kind, ExprKind::Len(_)));
    assert!(matches!(body.stmts[0].kind, StmtKind::Init { .. }));
}

#[test]
fn print_is_parts_with_packed_specs() {
    let program = program("let x = 7\nprintln(\"a{{{x:<08x}\")\n");
    let main = program.function(program.units[0].main);
    let Some(StmtKind::Expr(Expr { kind: ExprKind::Print { fd: 1, parts }, .. })) =
        main.body.stmts.last().map(|stmt| &stmt.kind)
    else {
        panic!("{main:?}")
    };
    let [Part::Text(head), Part::Value { spec, .. }, Part::Text(tail)] = parts.as_slice() else { panic!("{parts:?}") };
    assert_eq!((head.as_slice(), *spec, tail.as_slice()), (&b"a{"[..], 8 | 1 << 16 | 1 << 17 | 1 << 20, &b"\n"[..]));
}

#[test]
fn an_assert_keeps_the_operands_of_its_comparison() {
    let program = program("assert getpid() == 2, \"why\"\n");
    let main = program.function(program.units[0].main);
    let StmtKind::Block(block) = &main.body.stmts[0].kind else { panic!("{main:?}") };
    assert!(matches!(block.stmts[0].kind, StmtKind::Init { .. }));
    let StmtKind::If { then, .. } = &block.stmts[1].kind else { panic!("{block:?}") };
    let text = format!("{then:?}");
    assert!(then.stmts.len() == 2 && text.contains("Print"), "{text}");
}

#[test]
fn match_arms_are_constants() {
    let program = program(
        "enum Color { Red, Green = 5 }\nfn f(c: Color, n: int) {\n    match c {\n        Color.Red => print(1)\n        Color.Green => print(2)\n    }\n    \
         match n {\n        1 | -2 => print(1)\n        'a'..'c' => print(2)\n        _ => print(3)\n    }\n}\nf(Color.Red, 1)\n",
    );
    let patterns: Vec<Vec<Pattern>> = function(&program, "f")
        .body
        .stmts
        .iter()
        .filter_map(|stmt| if let StmtKind::Match { arms, .. } = &stmt.kind { Some(arms) } else { None })
        .flatten()
        .map(|arm| arm.patterns.clone())
        .collect();
    let expected = [
        vec![Pattern::Int(0)],
        vec![Pattern::Int(5)],
        vec![Pattern::Int(1), Pattern::Int(-2)],
        vec![Pattern::Range(97, 99)],
    ];
    assert_eq!(patterns, expected);
}

#[test]
fn the_machine_is_a_list_of_numbers_and_words() {
    let program = program("machine { frames = 2 * 8, replacement = fifo, page = PAGE_SIZE }\nprintln(\"x\")\n");
    let settings: Vec<(&str, SettingValue)> =
        program.machine.iter().map(|setting| (setting.name.as_str(), setting.value.clone())).collect();
    assert_eq!(
        settings,
        [
            ("frames", SettingValue::Int(16)),
            ("replacement", SettingValue::Word("fifo".into())),
            ("page", SettingValue::Int(4096))
        ]
    );
}

#[test]
fn own_definitions_come_first_and_builtins_survive_a_parameter_of_their_name() {
    let program = program(
        "fn wait() -> bool { return true }\nfn f(buf: [byte], len: int) -> int {\n    return len(buf) + len\n}\nlet a = wait()\nprint(a)\nprint(f(\"x\", 1))\n",
    );
    assert_eq!(assigned(&program)[0].ty, TypeId::BOOL);
}

#[test]
fn deep_chains_of_constants_and_structures_end_in_an_error_not_in_a_crash() {
    let mut chain = String::from("const C0 = 1\n");
    let mut holders = String::from("struct S0 { x: int }\n");
    for i in 1..5000 {
        chain.push_str(&format!("const C{i} = C{} + 1\n", i - 1));
        holders.push_str(&format!("struct S{i} {{ x: S{} }}\n", i - 1));
    }
    assert!(checked(&chain).0.is_some(), "in order, nothing is deep");
    assert!(checked(&holders).0.is_some());
    let reversed: Vec<&str> = chain.lines().rev().collect();
    assert!(said(&reversed.join("\n")).contains("R0104"));
    let reversed: Vec<&str> = holders.lines().rev().collect();
    assert!(said(&reversed.join("\n")).contains("R0504"));
}
