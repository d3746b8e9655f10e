//! Mistakes, and what is said of each: one snapshot lists script, code, message, label and help.

use super::*;

/// One script a line or block; each makes the mistake that its first comment names.
const SCRIPTS: &[&str] = &[
    "let count = 1\nprintln(\"{coutn}\")",
    "let p: *int = null\nprint(p)",
    "let x: string = \"a\"\nprint(x)",
    "struct Point { x: int, y: int }\nlet p = Point(1, 2)\nprint(p.z)",
    "struct Point { x: int, y: int }\nlet p = Point(x: 1, yy: 2)\nprint(p.x)",
    "enum Color { Red, Green }\nlet c = Color.Gren\nprint(c)",
    "use strng",
    "let p = mmap(4096, port: PROT_READ)\nprint(p)",
    "fn f() { }\nfn f() { }\nf()",
    "fn f() {\n    let x = 1\n    let x = 2\n    print(x)\n}\nf()",
    "let total = 0\nprogram p() {\n    println(\"{total}\")\n}\nprint(total)",
    "print(x)\nlet x = 1",
    "fn print() { }",
    "let fds: [int; 2]\npipe(fds)",
    "let x = 1\nif x {\n    print(x)\n}",
    "let p = malloc(8)\nwhile p { }",
    "let n = 1\nlet b: byte = n\nprint(b)",
    "let b: byte = 300\nprint(b)",
    "let b = 1 as bool\nprint(b)",
    "let s = \"a\" + \"b\"\nprint(s)",
    "let n = 1\nif n == \"a\" { }",
    "let s = \"abc\"\nif s[0] == \"a\" { }",
    "let a = 1\nlet b: uint = 2\nprint(a + b)",
    "let x = 1\nx()",
    "fn add(a: int, b: int) -> int { return a + b }\nprint(add(1))",
    "fn add(a: int, b: int) -> int { return a + b }\nprint(add(1, 2, 3))",
    "fn add(a: int, b: int) -> int { return a + b }\nprint(add(1, a: 2))",
    "let x = 1\nprint(x[0])",
    "let x = 1\nprint(*x)",
    "let p = &(1 + 2)\nprint(p)",
    "const LIMIT = 3\nLIMIT = 4",
    "let s = \"abc\"\ns[0] = 'x'",
    "let x = abort()\nprint(x)",
    "println(\"{getpid}\")",
    "getpid",
    "let x = 1\nx == 2",
    "println(\"{true:08x}\")",
    "let n = 3\nfor i in n { print(i) }",
    "let p = nil\nprint(p)",
    "fn f(a: int) -> int {\n    if a > 1 {\n        return 1\n    }\n}\nprint(f(1))",
    "break",
    "enum Color { Red, Green, Blue }\nfn f(c: Color) {\n    match c {\n        Color.Red => print(1)\n    }\n}\nf(Color.Red)",
    "let n = 1\nmatch n {\n    1 => print(1)\n}",
    "fn f() { return 1 }\nf()",
    "fn f() -> int { return }\nprint(f())",
    "let n = 1\nlet a: [int; n]\nprint(a[0])",
    "const BIG = 9223372036854775807 + 1",
    "let x = 1 / 0\nprint(x)",
    "const A = B\nconst B = A",
    "struct Node { next: Node }",
    "let a: [byte; 2000000000]\nprint(a[0])",
    "let a = [1, 2, 3]\nprint(a[3])",
    "print(1)\nmachine { frames = 3 }",
    "program p(n: int) { print(n) }",
    "println(\"a\", 1)",
    "let x = 2\nprint(len(x))",
    "fn f() {\n    let unused = 1\n}\nf()",
    "open(\"/a\")",
    "fn f() -> int {\n    return 1\n    print(2)\n}\nprint(f())",
    "fn f() -> *int {\n    let x = 1\n    return &x\n}\nprint(f())",
    "let n = 1\nmatch n {\n    _ => print(1)\n    2 => print(2)\n}",
    "let depth = 3\nfn show() { print(depth) }\nprogram p() { show() }\nshow()",
    "let r: [int] = [1, 2]\nprint(len(r))",
    "let counter = 0\nlock counter { counter += 1 }",
    "fn fresh() -> Mutex { return Mutex() }\nlock fresh() { }",
    "let m: Mutex\nmutex_lock(m)",
    "let m: Mutex\nmutex_lok(&m)",
    "lock m { }",
    "let counter = 0\natomic_add(counter, 1)",
    "let small: u16\natomic_add(&small, 1)",
    "let n = 0\nprint(compare_exchange(&n, 1))",
    "let n: byte\natomic_store(&n, 256)",
    "fn work(a: int, b: int) { print(a + b) }\nspawn_thread(work, 1)",
    "fn work() { }\nspawn_thread(work, 1)",
    "fn work(a: int) -> int { return a }\nspawn_thread(work, 1)",
    "fn work(a: int) { print(a) }\nlet x = 1\nspawn_thread(work, &x)",
    "thread_local let t = 5\nprint(t)",
    "fn f() {\n    thread_local let t: int\n    print(t)\n}\nf()",
    "let f = undefined_a + 1\nlet g = f + undefined_b\nprint(g)",
];

/// Each diagnostic in a few short lines.
fn compact(text: &str) -> String {
    let (program, diagnostics, _) = checked(text);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    assert_eq!(program.is_none(), failed, "{text}");
    assert!(!diagnostics.is_empty(), "{text}");
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(&format!("  | {line}\n"));
    }
    for diagnostic in &diagnostics {
        let span = diagnostic.span();
        let at = text.get(span.start as usize..span.end as usize).unwrap_or("?").replace('\n', " ");
        let label = &diagnostic.labels[0].text;
        out.push_str(&format!("{} {}\n  at `{at}`: {label}\n", diagnostic.code.id(), diagnostic.message));
        for label in &diagnostic.labels[1..] {
            out.push_str(&format!("  also: {}\n", label.text));
        }
        out.push_str(&diagnostic.help.as_ref().map_or_else(String::new, |help| format!("  help: {help}\n")));
    }
    out
}

#[test]
fn every_mistake_is_said_in_a_sentence_with_a_place_and_a_help() {
    let all: Vec<String> = SCRIPTS.iter().map(|script| compact(script)).collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn a_thousand_warnings_do_not_hide_an_error() {
    let text = format!("fn f() {{\n{}}}\nf()\nprint(nothing)\n", "    if true { let x = 1 }\n".repeat(1000));
    let (program, diagnostics, _) = checked(&text);
    assert!(program.is_none() && diagnostics.iter().any(Diagnostic::is_error));
}

#[test]
fn lists_without_bound_are_refused() {
    let fields: Vec<String> = (0..2000).map(|i| format!("f{i}: int")).collect();
    let fields = fields.join(", ");
    assert!(said(&format!("struct S {{ {fields} }}\n")).contains("R0510"));
    assert!(said(&format!("fn f({fields}) {{ print(f1) }}\n")).contains("R0510"));
}

#[test]
fn a_mistake_is_rendered_with_its_source() {
    insta::assert_snapshot!(said("fn fill(fds: *[int; 2]) { }\nlet fds: [int; 2]\nfill(fds)\n"), @r"
    error[R0301]: expected `*[int; 2]`, found `[int; 2]`
      ┌─ t.r3:3:6
      │
    1 │ fn fill(fds: *[int; 2]) { }
      │         --- parameter `fds` is `*[int; 2]`
    2 │ let fds: [int; 2]
    3 │ fill(fds)
      │      ^^^ expected `*[int; 2]`
      │
      = help: write `&fds`

    ");
}

#[test]
fn a_file_full_of_mistakes_ends_after_a_hundred() {
    let text = "print(nothing_like_this)\n".repeat(500);
    assert!(checked(&text).1.len() <= 100);
}
