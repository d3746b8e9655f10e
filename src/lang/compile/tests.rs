//! Scripts compiled with the whole library and run by the reference interpreter.

mod threads;

use super::interpreter::{self, Outcome};
use crate::base::span::SourceFile;
use crate::lang::diagnostic::render;
use crate::lang::disassemble::disassemble;
use crate::lang::pipeline::{self, Compilation, Compiled};

fn source(text: &str) -> SourceFile {
    SourceFile { name: "test.r3".to_owned(), text: text.to_owned() }
}

fn errors(compilation: &Compilation) -> String {
    let sources: Vec<SourceFile> = compilation.sources.iter().map(|source| (**source).clone()).collect();
    render(&compilation.diagnostics, &sources, false)
}

fn compiled(text: &str) -> Compiled {
    let mut compilation = pipeline::compile(source(text));
    let compiled = compilation.compiled.take();
    compiled.unwrap_or_else(|| panic!("{}", errors(&compilation)))
}

fn run(text: &str) -> Outcome {
    interpreter::run(&compiled(text).images[0], &["script", "one", "two"], 50_000_000).unwrap()
}

fn output(text: &str) -> String {
    run(text).output
}

/// The listing of one function, without source lines and with jumps as distances in instructions.
fn listing(text: &str, name: &str) -> String {
    let image = &compiled(text).images[0];
    let listing = disassemble(image);
    let from = listing.find(&format!("<{name}>:")).expect("the function is in the image");
    let body = &listing[from..];
    let body = &body[..body.find("\n\n").unwrap_or(body.len())];
    let lines = body.lines().skip(1).filter(|line| !line.starts_with(';'));
    lines.map(|line| relative(&line[2..8], &line[28..]) + "\n").collect()
}

fn relative(at: &str, text: &str) -> String {
    let Some((head, target)) = text.split_once("-> ") else { return text.to_owned() };
    let address = |hex: &str| i64::from_str_radix(hex, 16).unwrap();
    match target.split_once(' ') {
        Some((_, name)) => format!("{head}-> {name}"),
        None => format!("{head}-> {:+}", (address(target) - address(at)) / 8),
    }
}

#[test]
fn calls_and_loops() {
    let text = "
        fn fib(n: int) -> int {
            if n < 2 { return n }
            return fib(n - 1) + fib(n - 2)
        }
        fn sums() -> int {
            let total = 0
            for i in 0..10 {
                if i == 3 { continue }
                if i == 8 { break }
                total += i
            }
            let n = 5
            while n > 0 { total += 100; n -= 1 }
            loop { total += 1000; if total > 3000 { break } }
            for i in 5..5 { total = 0 }
            for i in 7..2 { total = 0 }
            return total
        }
        println(\"{fib(20)} {sums()}\")
    ";
    assert_eq!(output(text), "6765 3525\n");
}

#[test]
fn structs_are_values() {
    let text = "
        struct Point { x: int, y: i32, tag: byte }
        struct Line { from: Point, to: Point }
        fn moved(p: Point, by: int) -> Point {
            p.x += by
            return p
        }
        fn line(a: Point) -> Line {
            return Line(from: a, to: moved(a, 10))
        }
        fn swap(p: Point) -> Point { return Point(p.y as int, p.x as i32, p.tag) }
        let p = Point(x: 1, y: -2)
        let q = moved(p, 5)
        let l = line(q)
        let many: [Point; 3]
        many[1] = l.to
        many[2] = swap(many[1])
        p = swap(p)
        println(\"{p.x} {p.y} {q.x} {l.from.x} {l.to.x} {l.to.y} {many[0].x} {many[1].x} {many[2].x} {many[2].y}\")
        println(\"{moved(p, 1).x} {sizeof(Line)}\")
        fn locals() {
            let a = Point(1, 2, 3)
            let b = a
            let r = &b
            r.x = 9
            (*r).tag += 255 as byte
            a = swap(b)
            println(\"{a.x} {a.y} {b.x} {b.tag}\")
        }
        locals()
    ";
    assert_eq!(output(text), "-2 1 6 6 16 -2 0 16 -2 16\n-1 32\n2 9 9 2\n");
}

#[test]
fn slices_and_strings() {
    let text = "
        fn sum(xs: [int]) -> int {
            let total = 0
            for x in xs { total += x }
            return total
        }
        fn tail(s: str) -> str { return s[1..] }
        let xs = [1, 2, 3, 4, 5]
        let s = \"hello\"
        println(\"{sum(xs)} {sum(xs[1..3])} {sum([7, 8])} {len(xs)} {len(s)} {s[1]} {tail(s)} {s[..2]} {s[1..3]}\")
        let t = tail(s)
        t = t[1..len(t) - 1]
        println(t)
        if s == \"hello\" && s != \"help\" { println(\"equal\") }
        let names = [\"a\", \"bc\", \"\"]
        for n in names { print(\"<{n}>\") }
        println(\"\")
        println(\"{args[1]} {len(args)}\")
    ";
    assert_eq!(output(text), "15 5 15 5 5 101 ello he el\nll\nequal\n<a><bc><>\none 3\n");
}

#[test]
fn matches_take_the_first_arm_that_fits() {
    let text = "
        enum Color { Red, Green = 5, Blue }
        fn kind(c: int) -> int {
            match c {
                1 | 2 | 100000 => return 1
                10..20 => return 2
                -5 => return 3
                _ => return 4
            }
        }
        fn word(s: str) -> int {
            match s {
                \"one\" | \"uno\" => return 1
                \"two\" => return 2
                _ => return 0
            }
        }
        fn name(c: Color) -> str {
            match c {
                Color.Red => return \"r\"
                Color.Green => return \"g\"
                Color.Blue => return \"b\"
            }
        }
        println(\"{kind(1)}{kind(2)}{kind(100000)}{kind(10)}{kind(19)}{kind(20)}{kind(-5)}\")
        println(\"{word(\"one\")}{word(\"uno\")}{word(\"two\")}{word(\"on\")}\")
        println(\"{name(Color.Green)} {Color.Blue} {Color.Green as int}\")
    ";
    assert_eq!(output(text), "1112243\n1120\ng Blue 5\n");
}

#[test]
fn text_is_formatted() {
    let text = "
        let x = 255
        let p: *int = nil
        let small: byte = 65
        let buf: [byte; 8]
        let n = format(buf, \"{x}-{x:x}\")
        println(\"{x:08x}|{x:<6}|{x:6}|{-x}|{x == 255}|{p}|{small:c}|{{}}|{str(buf[0..n])}\")
        mark(\"at {x}\")
        mark(\"plain\")
    ";
    let outcome = run(text);
    assert_eq!(outcome.output, "000000ff|255   |   255|-255|true|0x0|A|{}|255-ff\n");
    assert_eq!(outcome.marks, "at 255\nplain\n");
}

#[test]
fn small_integers_wrap_at_their_width() {
    let text = "
        fn f() {
            let a: byte = 250
            a += 10
            let b: u16 = 65535
            b = b + 1
            let c: i32 = 2147483647
            c += 1
            let d: u32 = 0
            d -= 1
            let e: byte = 1
            e = e << 7
            let g: byte = ^e
            let h: uint = 0
            h -= 1
            println(\"{a} {b} {c} {d} {e} {g} {h} {h > 5} {300 as byte} {(d as i32)}\")
            println(\"{-7 / 2} {-7 % 2} {7 &^ 5} {-8 >> 1} {1 << 65} {h >> 60}\")
        }
        f()
    ";
    assert_eq!(output(text), "4 0 -2147483648 4294967295 128 127 18446744073709551615 true 44 -1\n-3 -1 2 -4 2 15\n");
}

#[test]
fn pointers_reach_locals_globals_and_elements() {
    let text = "
        struct Node { value: int, next: *Node }
        let g = 1
        fn bump(p: *int, by: int = 2) { *p += by }
        fn f() -> int {
            let x = 10
            bump(&x)
            bump(by: 5, p: &x)
            bump(&g)
            let xs = [1, 2, 3]
            let p = &xs[0]
            p[1] += 40
            *(p + 2) = 7
            let q = p + 2
            q -= 1
            let a = Node(value: 1)
            let b = Node(2, &a)
            b.next.value += 5
            return x * 1000 + *q + (&xs[2] - p) + b.next.value
        }
        let h = bump
        h(&g, 100)
        println(\"{f()} {g} {sizeof(Node)}\")
    ";
    assert_eq!(output(text), "17050 103 16\n");
}

#[test]
fn arguments_are_evaluated_as_they_are_written() {
    let text = "
        let log = 0
        fn note(n: int) -> int { log = log * 10 + n; return n }
        fn three(a: int, b: int, c: int) -> int { return a * 100 + b * 10 + c }
        let r = three(note(1), c: note(2), b: note(3))
        let both = note(4) == 0 && note(5) == 5
        let any = note(6) == 6 || note(7) == 7
        println(\"{r} {log} {both} {any} {!both && any}\")
    ";
    assert_eq!(output(text), "132 12346 false true true\n");
}

#[test]
fn large_values_are_copied_and_cleared_in_blocks() {
    let text = "
        struct Big { head: int, body: [int; 2000], tail: int }
        fn fill(n: int) -> Big {
            let b: Big
            b.head = n
            b.body = [n; 2000]
            b.tail = n + 1
            return b
        }
        fn total(b: Big) -> int {
            let t = b.head + b.tail
            for x in b.body { t += x }
            return t
        }
        let b = fill(3)
        let c = b
        c.body[1999] = 0
        println(\"{total(b)} {total(c)}\")
    ";
    assert_eq!(output(text), "6007 6004\n");
}

#[test]
fn a_failed_check_calls_the_library() {
    let text = "
        let xs = [1, 2, 3]
        fn at(xs: [int], i: int) -> int { return xs[i] }
        println(\"{at(xs, 2)}\")
        println(\"{at(xs, -1)}\")
    ";
    let compiled = compiled(text);
    let outcome = interpreter::run(&compiled.images[0], &["script"], 100_000);
    let said = outcome.map_or_else(|why| why, |outcome| outcome.output);
    assert!(said.contains('3') && said.contains("-1"), "{said}");
}

#[test]
fn programs_are_images_of_their_own() {
    let text = "
        let g = 5
        fn shared(n: int) -> int { return n + 1 }
        program greeter(args: [str]) { println(\"hello {args[1]} {shared(1)}\") }
        println(\"{shared(g)}\")
    ";
    let compiled = compiled(text);
    assert_eq!(compiled.images.len(), 2);
    assert_eq!(compiled.images[1].name, "greeter");
    let outcome = interpreter::run(&compiled.images[1], &["greeter", "world"], 100_000).unwrap();
    assert_eq!(outcome.output, "hello world 2\n");
    let outcome = interpreter::run(&compiled.images[0], &["script"], 100_000).unwrap();
    assert_eq!((outcome.output.as_str(), outcome.status), ("6\n", 0));
}

#[test]
fn many_locals_lie_beside_the_window() {
    use std::fmt::Write as _;
    let mut text = String::from("fn f() -> int {\n");
    for i in 0..300 {
        let _ = writeln!(text, "let x{i} = {i}");
    }
    text.push_str("let t = 0\nfor i in 0..3 { t += i }\n");
    for i in 0..300 {
        let _ = writeln!(text, "t += x{i}");
    }
    text.push_str("return t }\nprintln(\"{f()}\")\n");
    assert_eq!(output(&text), "44853\n");
}

#[test]
fn too_large_an_expression_is_refused() {
    let params: Vec<String> = (0..100).map(|i| format!("a{i}: int")).collect();
    let first = vec!["1"; 99].join(", ");
    // Each call keeps 99 arguments while the last one, a call like it, is evaluated.
    let nested = (0..3).fold("1".to_owned(), |last, _| format!("f({first}, {last})"));
    let text = format!("fn f({}) -> int {{ return a1 }}\nprintln(\"{{{nested}}}\")\n", params.join(", "));
    let compilation = pipeline::compile(source(&text));
    assert!(compilation.compiled.is_none());
    assert!(errors(&compilation).contains("R0601"), "{}", errors(&compilation));
}

#[test]
fn every_program_of_the_library_compiles() {
    for name in crate::lang::library::programs() {
        let image = pipeline::compile_library_program(name).expect("it is listed");
        assert_eq!(image.name, name);
        assert!(image.text.len() > 10);
    }
    assert!(pipeline::compile_library_program("no such program").is_none());
}

#[test]
fn hot_loops_have_no_needless_instructions() {
    let text = "
        fn fib(n: int) -> int {
            if n < 2 { return n }
            return fib(n - 1) + fib(n - 2)
        }
        fn mix(n: int) -> int {
            let x = 1
            for i in 0..n { x = ((x ^ i) + 7) & 0xffffff }
            return x
        }
        fn sieve(p: *byte, n: int) {
            let i = 2
            while i * i < n {
                if p[i] == 0 {
                    let j = i * i
                    while j < n { p[j] = 1; j += i }
                }
                i += 1
            }
        }
        fn total(xs: [int]) -> int {
            let t = 0
            for i in 0..len(xs) { t += xs[i] }
            return t
        }
        let room: [byte; 100]
        let xs = [1, 2]
        sieve(&room[0], 100)
        println(\"{fib(3)} {mix(5)} {total(xs)}\")
    ";
    insta::assert_snapshot!(listing(text, "fib"), @r"
        enter    slots=5, locals=0
        jge_i    w2, #2 -> +2
        ret      w2, #1
        add_i    w3, w2, -1
        call     w3, #1 -> <fib>
        result   w3, #1
        add_i    w4, w2, -2
        call     w4, #1 -> <fib>
        result   w4, #1
        add      w3, w3, w4
        ret      w3, #1
    ");
    insta::assert_snapshot!(listing(text, "mix"), @r"
        enter    slots=7, locals=0
        load_i   w3, 1
        load_i   w4, 0
        mov      w5, w2
        jle      w5, w4 -> +5
        xor      w6, w3, w4
        add_i    w6, w6, 7
        and_i    w3, w6, 16777215
        loop     w4, w5 -> -3
        ret      w3, #1
    ");
    insta::assert_snapshot!(listing(text, "sieve"), @r"
        enter    slots=7, locals=0
        load_i   w4, 2
        jmp      -> +10
        ldx8     w5, [w2 + w4]
        jne_i    w5, #0 -> +7
        mul      w5, w4, w4
        jmp      -> +4
        load_i   w6, 1
        stx8     w6, [w2 + w5]
        add      w5, w5, w4
        jlt      w5, w3 -> -3
        add_i    w4, w4, 1
        mul      w5, w4, w4
        jlt      w5, w3 -> -10
        ret      w0, #0
    ");
    insta::assert_snapshot!(listing(text, "total"), @r"
        enter    slots=9, locals=0
        load_i   w4, 0
        load_i   w5, 0
        mov      w6, w3
        jle      w6, w5 -> +5
        jleu     w3, w5 -> +5
        ldx64    w7, [w2 + 8*w5]
        add      w4, w4, w7
        loop     w5, w6 -> -3
        ret      w4, #1
        mov      w7, w5
        mov      w8, w3
        call     w7, #2 -> <panic_index>
        ud2
    ");
}
