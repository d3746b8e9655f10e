//! Whole scripts: those of the design parse, and their trees are what they look like.

use crate::base::span::{FileIndex, SourceFile};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{BinaryOp, ExprKind, File, Item, StmtKind, StrPart};

const LS: &str = r##"# What happens between typing `ls` and seeing its output?
let child = fork()
if child == 0 {
    exec("/bin/ls", ["ls", "/bin"])
    exit(127)                              # reached only if exec failed
}
let status = 0
waitpid(child, &status)
println("pid {child} exited with {WEXITSTATUS(status)}")
"##;
const THREADS: &str = r##"# Two threads, one counter. Remove the lock: what can it end as?
let counter = 0
let m: Mutex

fn work(n: int) {
    for _ in 0..n {
        lock m { counter += 1 }
    }
}

let a = spawn_thread(work, 1000)
let b = spawn_thread(work, 1000)
join(a)
join(b)
assert counter == 2000
"##;
const COPY: &str = r##"# Copy on write: who copies, and when?
let page = mmap(PAGE_SIZE)                 # defaults: PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS
page[0] = 1                                # first touch: a fault gives it a frame
if fork() == 0 {
    page[0] = 2                            # the child writes: the child gets a copy
    exit(0)
}
wait()
assert page[0] == 1
page[0] = 3                                # last owner: the frame is reused, nothing is copied
"##;
const BELADY: &str = r##"# Belady's anomaly: more memory, more faults.
machine { frames = 3, swap = 16, replacement = fifo }
mlockall(MCL_CURRENT)                      # the program's own pages stay in
let refs = [1, 2, 3, 4, 1, 2, 5, 1, 2, 3, 4, 5]
let p = mmap(6 * PAGE_SIZE)
let before = faults()                      # minor + major faults of this process, from getrusage
for r in refs { p[r * PAGE_SIZE] = 1 }
println("faults: {faults() - before}")     # 9 with 3 frames, 10 with 4
"##;
const PIPE: &str = r##"# Another program in the same script becomes /bin/greeter.
program greeter(args: [str]) {
    println("hello, {args[1]}, from pid {getpid()}")
}
let fds: [int; 2]
pipe(&fds)
if fork() == 0 {
    dup2(fds[1], 1)
    close(fds[0])
    close(fds[1])
    exec("/bin/greeter", ["greeter", "world"])
}
close(fds[1])
let buf: [byte; 64]
let n = read(fds[0], buf)
print(str(buf[0..n]))
wait()
println("raw: {syscall(SYS_getpid)}")
"##;

fn parse(text: &str) -> (File, Vec<Diagnostic>) {
    super::parse(&SourceFile { name: "a.r3".into(), text: text.into() }, FileIndex(0))
}

fn parse_well(text: &str) -> File {
    let (file, errors) = parse(text);
    assert!(errors.is_empty(), "{errors:?}");
    file
}

fn codes(text: &str) -> Vec<Code> {
    parse(text).1.iter().map(|error| error.code).collect()
}

#[test]
fn scripts_of_the_design_parse() {
    for (text, items, statements) in [(LS, 0, 5), (THREADS, 1, 7), (COPY, 0, 6), (BELADY, 1, 6), (PIPE, 1, 9)] {
        let file = parse_well(text);
        assert_eq!((file.items.len(), file.statements.len()), (items, statements), "{text}");
    }
}

#[test]
fn a_lock_has_a_mutex_and_a_block() {
    let file = parse_well("lock p.locks[1] { x += 1 }\nthread_local let n: int");
    assert!(matches!(&file.statements[0].kind, StmtKind::Lock { body, .. } if body.statements.len() == 1));
    assert!(matches!(&file.statements[1].kind, StmtKind::Let { thread_local: Some(_), .. }));
    assert_eq!(codes("lock m\n"), [Code::MissingBlock]);
    assert_eq!(codes("let lock = 1"), [Code::ReservedWord]);
}

#[test]
fn precedence_is_that_of_go() {
    for (flat, closed) in [
        ("a + b * c", "a + (b * c)"),
        ("a == b && c | d == e", "(a == b) && ((c | d) == e)"),
        ("a || b && c", "a || (b && c)"),
        ("a - b - c", "(a - b) - c"),
        ("-p.x[1] as int << 2", "((-((p.x)[1])) as int) << 2"),
        ("!*p", "!(*p)"),
        ("a &^ b + c", "(a &^ b) + c"),
    ] {
        assert_eq!(shape(flat), shape(closed), "{flat}");
    }
}

/// An expression's tree without places: every operation in parentheses.
fn shape(text: &str) -> String {
    let file = parse_well(&format!("let v = {text}"));
    let StmtKind::Let { value: Some(value), .. } = &file.statements[0].kind else { panic!("no let") };
    fn write(kind: &ExprKind) -> String {
        match kind {
            ExprKind::Name(name) => name.text.to_string(),
            ExprKind::Int(value) => value.to_string(),
            ExprKind::Unary { op, operand } => format!("({op:?} {})", write(&operand.kind)),
            ExprKind::Binary { op, left, right, .. } => {
                format!("({} {} {})", write(&left.kind), op.text(), write(&right.kind))
            }
            ExprKind::Cast { value, .. } => format!("({} as)", write(&value.kind)),
            ExprKind::Index { base, index } => format!("({}[{}])", write(&base.kind), write(&index.kind)),
            ExprKind::Field { base, name } => format!("({}.{})", write(&base.kind), name.text),
            ExprKind::Byte(_)
            | ExprKind::Bool(_)
            | ExprKind::Nil
            | ExprKind::Str(_)
            | ExprKind::Call { .. }
            | ExprKind::Slice { .. }
            | ExprKind::Array(_)
            | ExprKind::Repeat { .. }
            | ExprKind::SizeOf(_) => panic!("not in these tests: {kind:?}"),
        }
    }
    write(&value.kind)
}

#[test]
fn lines_go_on_after_operators_commas_and_in_parentheses() {
    let file = parse_well("let a = 1 +\n  2\nf(a,\n  b\n)\n-1 as int\nif a {\n}\n\n# why\nelse {\n}\na = 2; b = 3");
    assert_eq!(file.statements.len(), 6);
    let StmtKind::If { otherwise, .. } = &file.statements[3].kind else { panic!("no if") };
    assert!(otherwise.is_some());
}

#[test]
fn every_kind_of_definition_parses() {
    let text = "machine { frames = 3\n swap = 4 * 4, replacement = fifo }
use fmt
must_use fn open(path: str, f: fn(int, *byte) -> [int; 2] = nil, n: int = 3,) -> *int { return nil }
struct Point { x: int, y: int\n z: [str]\n }
enum Color { Red, Green = 5\n Blue }
const A: int = 1
program p(args: [str]) { }
match c { Color.Red => f(), 1 | -2 => { g() }
  'a'..'z' => return\n  \"x\" => {}, _ => break }
loop { continue }
for _ in 0..len(x) { x[1..][..2][:1] = 3 }"
        .replace("[:1]", "[1]");
    let file = parse_well(&text);
    let kinds: Vec<&str> = file
        .items
        .iter()
        .map(|item| match item {
            Item::Machine(item) => ["machine", "other"][usize::from(item.settings.len() != 3)],
            Item::Use(_) => "use",
            Item::Fn(item) => ["fn", "other"][usize::from(item.params.len() != 3 || !item.must_use)],
            Item::Struct(item) => ["struct", "other"][usize::from(item.fields.len() != 3)],
            Item::Enum(item) => ["enum", "other"][usize::from(item.variants.len() != 3)],
            Item::Const(_) => "const",
            Item::Program(_) => "program",
        })
        .collect();
    assert_eq!(kinds, ["machine", "use", "fn", "struct", "enum", "const", "program"]);
    let StmtKind::Match { arms, .. } = &file.statements[0].kind else { panic!("no match") };
    assert_eq!(arms.iter().map(|arm| arm.patterns.len()).collect::<Vec<_>>(), [1, 2, 1, 1, 1]);
}

#[test]
fn strings_have_text_escapes_values_and_formats() {
    let file = parse_well(r#"println("a\x41{{{n + 1:<08x}}}\n{f("x}}", y: [1][0])}")"#);
    let StmtKind::Expr(call) = &file.statements[0].kind else { panic!("no call") };
    let ExprKind::Call { args, .. } = &call.kind else { panic!("no call") };
    let ExprKind::Str(literal) = &args[0].value.kind else { panic!("no string") };
    let [StrPart::Text(before), StrPart::Value { value, spec, .. }, StrPart::Text(after), StrPart::Value { .. }] =
        literal.parts.as_slice()
    else {
        panic!("{literal:?}")
    };
    assert_eq!((before.as_slice(), after.as_slice()), (&b"aA{"[..], &b"}\n"[..]));
    assert!(matches!(value.kind, ExprKind::Binary { op: BinaryOp::Add, .. }));
    assert_eq!(format!("{spec:?}"), "FormatSpec { align: Some(Left), zero: true, width: 8, kind: Hex }");
}

#[test]
fn places_in_interpolations_are_those_of_the_file() {
    let text = "let x = 1\nprintln(\"a {oops +} b\", y)";
    let (_, errors) = parse(text);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].span().start as usize, text.find('}').unwrap());
    let (_, errors) = parse("println(\"{x}\", None)");
    assert_eq!(errors[0].span().start, 15);
}

#[test]
fn each_statement_tells_its_own_mistake() {
    let text = "fn f() {\n  let = 1\n  if x {\n    y = = 2\n  }\n  g(\n}\nlet z = \nvar q = 1\nfn g() { x++\n y-- }\n";
    let (_, errors) = parse(text);
    let lines: Vec<usize> =
        errors.iter().map(|error| text[..error.span().start as usize].matches('\n').count() + 1).collect();
    assert_eq!(lines, [2, 4, 6, 8, 9, 10, 11], "{errors:#?}");
}
