//! Formatting keeps what a script means, and formatting again changes nothing: for every script of the project, for those
//! scripts with blanks, breaks and comments strewn in, and for generated ones.

use proptest::prelude::*;
use proptest::strategy::ValueTree;

use super::{format, one_line};
use crate::base::span::{FileIndex, SourceFile};
use crate::lang::{pipeline, syntax};

fn source(text: &str) -> SourceFile {
    SourceFile { name: "t.r3".to_owned(), text: text.to_owned() }
}

/// The style of a text; that the style of it is itself is checked.
#[track_caller]
fn styled(text: &str) -> String {
    let once = format(&source(text)).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let twice = format(&source(&once)).unwrap_or_else(|errors| panic!("{errors:?}\n{once}"));
    assert_eq!(once, twice, "formatting again changes something of\n{text}");
    once
}

/// The tree of a text without places.
fn tree(text: &str) -> String {
    let (file, errors) = syntax::parse(&source(text), FileIndex(0));
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let written = format!("{file:?}");
    let mut tree = String::new();
    let mut rest = written.as_str();
    while let Some(at) = rest.find("Span {") {
        tree.push_str(&rest[..at]);
        let end = rest[at..].find('}').expect("a span's end");
        rest = &rest[at + end + 1..];
    }
    tree + rest
}

/// Every script of the project, by its path.
fn scripts() -> Vec<SourceFile> {
    fn collect(folder: &std::path::Path, found: &mut Vec<SourceFile>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                collect(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "r3") {
                #[expect(clippy::disallowed_methods, reason = "the test's own data")]
                if let Ok(text) = std::fs::read_to_string(&path) {
                    found.push(SourceFile { name: path.display().to_string(), text });
                }
            }
        }
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["examples", "stdlib", "tests"] {
        collect(&root.join(folder), &mut found);
    }
    found.retain(|script| syntax::parse(script, FileIndex(0)).1.is_empty());
    assert!(found.len() > 100, "the project's scripts are found");
    found.sort_by(|left, right| left.name.cmp(&right.name));
    found
}

/// What is loaded and run of each image of a script; none if it does not compile.
fn code(text: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let compiled = pipeline::compile(source(text)).compiled?;
    let loaded = |image: &crate::abi::image::Image| {
        let mut image = image.clone();
        image.debug = Default::default();
        (image.name.clone(), image.to_file())
    };
    Some(compiled.images.iter().map(loaded).collect())
}

#[test]
fn every_script_of_the_project_keeps_its_tree_and_its_code() {
    let mut compiled = 0;
    for script in scripts() {
        let text = styled(&script.text);
        assert_eq!(tree(&script.text), tree(&text), "{}", script.name);
        // An assertion's report names its line.
        let keeps_lines = script.text.lines().count() == text.lines().count();
        if let Some(before) = code(&script.text).filter(|_| keeps_lines || !script.text.contains("assert")) {
            assert!(Some(before) == code(&text), "{}: other code", script.name);
            compiled += 1;
        }
    }
    assert!(compiled > 80, "{compiled} scripts were compared");
}

/// Numbers from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

/// A script with other blanks, breaks and comments, wherever those mean nothing, and long names here and there.
fn strewn(text: &str, chance: &mut Chance) -> String {
    let mask = syntax::scan::scan(text, FileIndex(0)).mask;
    let tokens = super::tokens::read(text, &mask);
    let mut out = String::new();
    let mut round = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 {
            let before = &tokens[i - 1];
            let next_line = token.breaks > 0 || before.is_comment();
            let may_break = round > 0 || matches!(before.kind, super::tokens::Kind::Infix(_));
            if token.begins && !before.is_open() {
                out.push_str(["\n", "\n\n\n", "  \n\t", " # c\n", "\n# own\n\n"][chance.below(5)]);
            } else if next_line || may_break && chance.below(6) == 0 {
                out.push_str(
                    ["\n", "\n    ", " # in\n", "\n\n  # own line\n"]
                        [chance.below(if next_line && !may_break { 2 } else { 4 })],
                );
            } else {
                out.push_str([" ", "  ", "   ", "\t"][chance.below(4)]);
            }
        }
        match token.kind {
            super::tokens::Kind::Open(group) if !group.is_braces() => round += 1,
            super::tokens::Kind::Close(group) if !group.is_braces() => round -= 1,
            super::tokens::Kind::Name
            | super::tokens::Kind::Keyword
            | super::tokens::Kind::Literal
            | super::tokens::Kind::Prefix
            | super::tokens::Kind::Infix(_)
            | super::tokens::Kind::Assign
            | super::tokens::Kind::Comma
            | super::tokens::Kind::Semicolon
            | super::tokens::Kind::Colon
            | super::tokens::Kind::Dot
            | super::tokens::Kind::Range
            | super::tokens::Kind::Open(_)
            | super::tokens::Kind::Close(_)
            | super::tokens::Kind::Comment => {}
        }
        out.push_str(token.text);
    }
    out.push('\n');
    out
}

#[test]
fn strewn_scripts_keep_their_trees() {
    let mut strewn_ones = 0;
    for (i, script) in scripts().into_iter().enumerate() {
        if script.text.len() > 8000 {
            continue;
        }
        for round in 0..3 {
            let text = strewn(&script.text, &mut Chance((i * 3 + round) as u64));
            // A newline in the wrong place is another script; those are not what is looked at here.
            if !syntax::parse(&source(&text), FileIndex(0)).1.is_empty() {
                continue;
            }
            strewn_ones += 1;
            assert_eq!(tree(&text), tree(&styled(&text)), "{}:\n{text}", script.name);
        }
    }
    assert!(strewn_ones > 150, "{strewn_ones} scripts were strewn");
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("x".to_owned()),
        Just("0x1f".to_owned()),
        Just("nil".to_owned()),
        Just("'#'".to_owned()),
        Just("\"a # {{ b\"".to_owned()),
        Just("a_rather_long_name_of_a_variable".to_owned()),
        "[a-z]{1,30}_",
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        let blank = prop_oneof![Just(" "), Just(""), Just("  "), Just("\n"), Just(" # why\n   ")];
        prop_oneof![
            (
                inner.clone(),
                prop::sample::select(vec!["+", "-", "*", "&", "|", "&&", "||", "<<", "&^", "^", "%"]),
                blank.clone(),
                inner.clone()
            )
                .prop_map(|(left, op, blank, right)| format!("({left} {op}{blank} {right})")),
            (prop::sample::select(vec!["-", "!", "*", "&", "^", "- -", "& &", "& ^"]), inner.clone())
                .prop_map(|(op, operand)| format!("({op}{operand})")),
            (inner.clone(), blank.clone(), prop::collection::vec(inner.clone(), 0..6), any::<bool>()).prop_map(
                |(_, blank, args, comma)| {
                    let comma = if comma && !args.is_empty() { "," } else { "" };
                    format!("f({blank}{}{comma}{blank})", args.join(&format!(",{blank}")))
                }
            ),
            (blank, prop::collection::vec(inner.clone(), 0..9))
                .prop_map(|(blank, elements)| format!("[{}{blank}]", elements.join(&format!("{blank}, ")))),
            (inner.clone(), inner.clone()).prop_map(|(from, to)| format!("s[{from} .. {to}].field")),
            inner.clone().prop_map(|value| format!("(p[ {value} ] as *[int;4]) . x")),
            inner.prop_map(|value| format!("g(name :{value}, other: sizeof( [ byte ;4 ] ))")),
        ]
    })
}

fn statement() -> impl Strategy<Value = String> {
    let simple = prop_oneof![
        expression().prop_map(|value| format!("let v = {value}")),
        expression().prop_map(|value| format!("x   +=  {value}   # kept")),
        expression().prop_map(|value| format!("assert {value},\"why\"")),
        expression().prop_map(|value| format!("return {value};")),
        Just("break".to_owned()),
        Just("let a:[int;3]".to_owned()),
        expression().prop_map(|value| format!("println(\"{{x:>8}} # no comment\", {value})")),
    ];
    simple.prop_recursive(4, 40, 5, |inner| {
        let body = prop::collection::vec(inner, 0..4);
        let part = prop::sample::select(vec!["; ", "\n", "\n\n\n# own\n", " # behind\n"]);
        (body, part, expression(), 0..8_usize).prop_map(|(body, part, value, which)| {
            let body = body.join(part);
            match which {
                0 => format!("if {value} {{{body}\n}}\n# between\nelse {{ {body}\n }}"),
                1 => format!("while {value} {{ {body}\n}}"),
                2 => format!("for i in 0 .. {value} {{\n\n{body}\n\n}}"),
                3 => format!("match {value} {{ 1|2 => {{ {body}\n }}, 'a'..'z' => f()\n -1 => assert x, \"s\", \"t\" => {{}}\n _ => break }}"),
                4 => format!("lock {value} {{ # behind\n{body}\n}}"),
                5 => format!("loop {{{body}\n}}"),
                6 => format!("if x {{ a = 1; b = 2 }} else if {value} {{ c() }} else {{ }}"),
                _ => format!("{{ {body}\n }}"),
            }
        })
    })
}

fn script() -> impl Strategy<Value = String> {
    let item = prop_oneof![
        4 => statement(),
        1 => statement().prop_map(|body| format!("must_use fn f(a:int,b:*[ byte ],\n c: fn( int )->bool=nil,) -> [int; 2] {{\n{body}\n}}")),
        1 => Just("struct P { x: int,y:int\n # note\n\n z: [str], }".to_owned()),
        1 => Just("enum E { A, B = 5\n C, }\nconst LONG : int=1|2".to_owned()),
        1 => statement().prop_map(|body| format!("program p(args:[str]) {{ {body}\n}}")),
    ];
    prop::collection::vec(item, 0..5).prop_map(|items| items.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn generated_scripts_keep_their_trees(text in script()) {
        if syntax::parse(&source(&text), FileIndex(0)).1.is_empty() {
            let formatted = styled(&text);
            prop_assert_eq!(tree(&text), tree(&formatted));
            prop_assert!(formatted.lines().all(|line| line.trim_end() == line));
            prop_assert!(!formatted.contains("\n\n\n"));
        }
    }
}

#[test]
fn most_generated_scripts_parse() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let parses = |text: &str| syntax::parse(&source(text), FileIndex(0)).1.is_empty();
    let good = (0..100)
        .filter(|_| {
            let text = script().new_tree(&mut runner).expect("a script").current();
            parses(&text)
        })
        .count();
    assert!(good > 60, "only {good} of 100 are scripts");
}

#[test]
fn the_style() {
    let text = include_str!("tests/messy.txt");
    insta::assert_snapshot!(styled(text));
}

#[test]
fn a_script_with_a_mistake_is_not_formatted() {
    let errors = format(&source("let x = \n")).expect_err("it does not parse");
    assert_eq!(errors.len(), 1);
}

#[test]
fn an_expression_is_written_on_one_line() {
    assert_eq!(one_line("f(\n  a,# why\n  b ,\n)==- 1"), "f(a, b) == -1");
    assert_eq!(one_line("a[1 .. 2]  ==\"x  y\""), "a[1..2] == \"x  y\"");
}

#[test]
fn the_longest_file_is_formatted_soon() {
    let row = format!("let x = f({})\n", "aaaaaaaaaa(b + 1), ".repeat(400));
    let text = row.repeat((1 << 19) / row.len());
    assert!(styled(&text).lines().all(|line| line.chars().count() <= super::MAX_COLUMNS));
}

#[test]
fn names_fill_their_lines() {
    let names: Vec<String> = (0..40).map(|n| format!("SOME_NAME_{n}")).collect();
    let (first, second) = (names[..12].join(", "), names[12..].join(", "));
    let text = styled(&format!("let all = [{first},\n    {second}]\n"));
    assert!(text.lines().count() < 9, "{text}");
    let flags = styled(&format!("let flags = {}\n", names[..12].join(" | ")));
    assert!(flags.lines().count() == 2 && flags.lines().next().is_some_and(|line| line.ends_with(" |")), "{flags}");
}

#[test]
fn what_would_be_larger_than_a_source_file_is_refused() {
    let comments = format!("# {}\n", "x".repeat(997)).repeat(1048);
    let text = format!("{comments}{}", "a=1\n".repeat(140));
    assert!(text.len() <= syntax::MAX_BYTES, "{}", text.len());
    let refused = format(&source(&text)).expect_err("it would be too large");
    assert!(refused[0].message.starts_with("in the one style the file would have 104"), "{refused:?}");
}
