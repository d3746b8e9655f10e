//! Texts that want to hurt the parser, and the mistakes that it knows by name.

use crate::base::span::{FileIndex, SourceFile};
use crate::lang::diagnostic::{Code, Diagnostic, render};
use crate::lang::library;

fn errors(text: &str) -> Vec<Diagnostic> {
    super::parse(&SourceFile { name: "a.r3".into(), text: text.into() }, FileIndex(0)).1
}

fn rendered(text: &str) -> String {
    let source = SourceFile { name: "a.r3".into(), text: text.into() };
    let (_, errors) = super::parse(&source, FileIndex(0));
    render(&errors, &[source], false)
}

#[test]
fn empty_texts_are_empty_scripts() {
    for text in ["", "\n", "# only a comment", "\r\n\r\n", ";;"] {
        assert!(errors(text).is_empty(), "{text:?}");
    }
}

#[test]
fn carriage_returns_before_newlines_are_blanks() {
    assert!(errors("let x = 1\r\nif x == 1 {\r\n}\r\nelse {\r\n}\r\n").is_empty());
}

#[test]
fn nesting_without_end_gives_one_error() {
    for unit in ["(", "[", "{", "-", "!", "*", "&", "x[", "f(", "if x {", "fn(", "- -", "[*", "loop {\n", "(-"] {
        for text in [unit.repeat(100_000), format!("let x = {}", unit.repeat(100_000))] {
            let found = errors(&text);
            assert_eq!(found.len(), 1, "{unit}");
            assert_eq!(found[0].code, Code::TooDeep, "{unit}");
        }
    }
}

#[test]
fn long_chains_give_errors_or_trees() {
    let n = 100_000;
    let else_if = format!("if a {{}}{}", " else if a {}".repeat(n / 2));
    assert!(errors(&else_if).is_empty());
    for text in [
        format!("let x = 1{}", " + 1".repeat(n)),
        format!("let x = y{}", "[0]".repeat(n)),
        format!("let x = y{}", ".a".repeat(n)),
        format!("let x = y{}", " as int".repeat(n)),
        format!("let x = y{}", "()".repeat(n)),
        format!("let f: fn(){}", " -> fn()".repeat(n)),
    ] {
        let found = errors(&text);
        assert_eq!(found.iter().map(|error| error.code).collect::<Vec<_>>(), [Code::TooDeep], "{}", &text[..30]);
    }
}

#[test]
fn what_is_as_deep_as_allowed_parses() {
    let brackets = format!("let x = {}1{}", "(".repeat(100), ")".repeat(100));
    let blocks = format!("{}{}", "if a {\n".repeat(100), "}\n".repeat(100));
    let operators = format!("let x = {}{}1{}", "- ".repeat(16), "(-".repeat(99), ")".repeat(99));
    let types = format!("let x: {}int{}", "[".repeat(100), "]".repeat(100));
    for text in [brackets, blocks, operators, types] {
        assert_eq!(errors(&text), [], "{}", &text[..30]);
    }
}

#[test]
fn hostile_mebibytes_end_soon_with_an_error() {
    let mib = 1 << 20;
    for unit in [
        "\"", "'", "\"{", "{\"\"", "\"{\\\"", ")", "}", "( ", "(\n", "x y\n", "if x {\n", "'{", "/*", "//\n", "}{",
        "\"{x:\"", "a.", "é",
    ] {
        let found = errors(&unit.repeat(mib / unit.len()));
        assert!(!found.is_empty() && found.len() <= 21, "{unit}: {}", found.len());
    }
    let mut state = 1_u64;
    let random: String = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(1 + (state >> 33) as u8 % 126)
    })
    .take(mib)
    .collect();
    assert!(!errors(&random).is_empty());
    assert_eq!(errors(&"#".repeat(mib + 1))[0].code, Code::FileTooLarge);
    assert_eq!(errors("a\0")[0].code, Code::NotText);
}

#[test]
fn a_mebibyte_of_good_code_parses() {
    let function = "fn work(n: int, name: str) -> int {\n    let total = 0 # sum\n    for i in 0..n { total += i * 2 - f(i, name: \"x\") }\n    if total > 10 && n != 3 {\n        println(\"total {total:08x}\")\n    } else {\n        p.next[3] = [1, 2, 3]\n    }\n    return total as int\n}\n";
    let text = function.repeat((1 << 20) / function.len());
    assert_eq!(errors(&text), []);
    // The same with a mistake at the end of one huge block.
    let block = format!("loop {{\n{}", "x = f(1, 2) + 3\n".repeat(60_000));
    assert_eq!(errors(&format!("{block}}}\n")), []);
    assert_eq!(errors(&format!("{block} y = = 1\n let z\n}}\n")).len(), 2);
}

/// Several mistakes in one file, with brackets that do not match among them.
#[test]
fn one_run_tells_all() {
    insta::assert_snapshot!(rendered(include_str!("several.txt")));
}

#[test]
fn the_library_parses() {
    let modules = library::modules().into_iter().map(|name| (name, library::source(name)));
    let programs = library::programs().into_iter().map(|name| (name, library::program_source(name)));
    for (name, text) in modules.chain(programs) {
        let found = rendered(text.expect("what is listed is there"));
        assert!(found.is_empty(), "{name}:\n{found}");
    }
}

/// Good texts with a few pieces of them removed, doubled or replaced: never a panic, and every place is one.
#[test]
fn damaged_texts_give_places_in_the_text() {
    const SPLINTERS: [&str; 20] = [
        "{", "}", "(", ")", "[", "]", "\"", "'", "é", "\n", ";", " if ", "=", "--", "1.", "\\", "{x:", " int ",
        "-> fn(", "“",
    ];
    let mut state = 7_usize;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    for name in library::modules() {
        let good: Vec<char> = library::source(name).expect("listed").chars().take(6000).collect();
        for _ in 0..60 {
            let mut chars = good.clone();
            for _ in 0..=random(3) {
                let from = random(chars.len());
                let to = (from + random(6)).min(chars.len());
                let _removed = chars.splice(from..to, SPLINTERS[random(SPLINTERS.len())].chars()).count();
            }
            let text: String = chars.into_iter().collect();
            for error in errors(&text) {
                for label in &error.labels {
                    let range = label.span.start as usize..label.span.end as usize;
                    assert!(text.get(range).is_some(), "{error:?}\n{text}");
                }
            }
        }
    }
}
