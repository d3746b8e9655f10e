//! The commands beside run: fmt, check, explain and doc, from the outside.

#![expect(clippy::disallowed_methods, reason = "the command line is tested from the host's side")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::CommandFactory;
use ring3::cmd::doc;
use ring3::lang::codes::Code;
use ring3::lang::explain;

use crate::mistakes::diagnostics;

/// Status, standard output and standard error of the command.
fn ring3(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ring3"));
    let _ = command.args(arguments).env("NO_COLOR", "1");
    let _ = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    // A command that reads nothing closes its end.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().expect("a status"), text(&output.stdout), text(&output.stderr))
}

/// An empty folder of the test's own.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

const MESSY: &str = "let a=1   # one\nif a==1{println(\"{a}\")}\n";
const NEAT: &str = "let a = 1  # one\nif a == 1 { println(\"{a}\") }\n";

#[test]
fn fmt_reads_standard_input() {
    assert_eq!(ring3(&["fmt", "-"], "let a=1\n"), (0, "let a = 1\n".to_owned(), String::new()));
    let (status, out, err) = ring3(&["fmt", "-"], "let a = \n");
    assert!(status == 2 && out.is_empty() && err.contains("error[R0101]"), "{err}");
}

#[test]
fn fmt_checks_and_rewrites_folders() {
    let folder = folder("fmt");
    let (messy, neat, wrong) = (folder.join("a/messy.r3"), folder.join("neat.r3"), folder.join("wrong.r3"));
    fs::create_dir(folder.join("a")).unwrap();
    fs::write(&messy, MESSY).unwrap();
    fs::write(&neat, NEAT).unwrap();
    fs::write(folder.join("a/other.txt"), MESSY).unwrap();
    let path = folder.to_str().unwrap();
    let (status, out, err) = ring3(&["fmt", "--check", path], "");
    assert_eq!((status, err.as_str()), (1, ""));
    assert!(out.contains("--- ") && out.contains("-let a=1   # one\n") && out.contains("\n+let a = 1"), "{out}");
    assert_eq!(fs::read_to_string(&messy).unwrap(), MESSY);
    assert_eq!(ring3(&["fmt", path], ""), (0, String::new(), String::new()));
    let text = fs::read_to_string(&messy).unwrap();
    assert!(text.starts_with("let a = 1") && text.ends_with("if a == 1 { println(\"{a}\") }\n"), "{text}");
    assert_eq!(fs::read_to_string(folder.join("a/other.txt")).unwrap(), MESSY);
    assert_eq!(ring3(&["fmt", "--check", path], ""), (0, String::new(), String::new()));
    assert_eq!(fs::read_dir(folder.join("a")).unwrap().count(), 2, "nothing is left beside the script");
    fs::write(&wrong, "let = \n").unwrap();
    let (status, _, err) = ring3(&["fmt", path], "");
    assert!(status == 2 && err.contains("wrong.r3:1:5"), "{err}");
    assert_eq!(fs::read_to_string(&wrong).unwrap(), "let = \n");
    let (status, _, err) = ring3(&["fmt", "no/such/path"], "");
    assert!(status == 2 && err.contains("cannot read no/such/path"), "{err}");
}

#[test]
fn check_speaks_to_programs() {
    let script = "let n = 1\nprintln(\"{m}\")\n";
    let (status, out, err) = ring3(&["check", "--format", "short", "-"], script);
    assert_eq!((status, err.as_str()), (2, ""));
    assert_eq!(
        out.lines().next(),
        Some(
            "<stdin>:2:11: error[R0201]: there is nothing called `m` here; help: declare it first: `let m = …`, or `fn m() { … }`"
        )
    );
    let (status, out, _) = ring3(&["check", "--format", "json", "-"], script);
    let object: serde_json::Value = serde_json::from_str(out.lines().next().expect("a line")).expect("JSON");
    assert_eq!(status, 2);
    assert_eq!((&object["line"], &object["column"], &object["end_column"]), (&2.into(), &11.into(), &12.into()));
    assert_eq!((&object["code"], &object["severity"]), (&"R0201".into(), &"error".into()));
    let page = fs::read_to_string(crate::harness::root().join("docs/diagnostics.md")).unwrap();
    for field in object.as_object().expect("an object").keys() {
        assert!(page.contains(&format!("`{field}`")), "docs/diagnostics.md does not speak of {field}");
    }
    let (status, out, err) = ring3(&["check", "--format", "json", "-"], "println(\"a\")\n");
    assert_eq!((status, out.as_str(), err.as_str()), (0, "", ""));
}

#[test]
fn every_code_is_explained_with_an_example_that_fails_and_one_that_works() {
    for &code in Code::ALL {
        let id = code.id();
        let told = explain::explanation(code).unwrap_or_else(|| panic!("{id} is not explained"));
        assert!(!told.meaning.is_empty(), "{id} has no meaning");
        let (found, _) = diagnostics(&explain::script(told.fails));
        let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.code.id()).collect();
        let is_alone = !codes.is_empty() && codes.iter().all(|found| *found == id);
        // After many errors of one kind comes this one.
        let is_last = code == Code::TooManyErrors && codes.last() == Some(&id);
        assert!(is_alone || is_last, "the example of {id} gives {codes:?}: {:?}", found.first());
        let (found, _) = diagnostics(&explain::script(told.works));
        assert!(found.is_empty(), "the good example of {id}: {found:?}");
    }
}

#[test]
fn explain_finds_codes_and_near_ones() {
    let (status, out, _) = ring3(&["explain", "r0203"], "");
    assert!(status == 0 && out.starts_with("R0203: A structure or an enum has no such field"), "{out}");
    let (status, out, err) = ring3(&["explain", "R0230"], "");
    assert!(status == 2 && out.is_empty() && err.contains("did you mean R02"), "{err}");
    let (_, out, _) = ring3(&["explain", "--list"], "");
    assert_eq!(out.lines().count(), Code::ALL.len());
    assert_eq!(ring3(&["explain"], "").0, 2);
}

#[test]
fn every_name_has_a_manual() {
    let names = doc::names();
    assert!(names.len() > 200, "{} names", names.len());
    for name in &names {
        let page = doc::page(name).unwrap_or_else(|error| panic!("{error}"));
        assert!(page.starts_with("NAME\n") && page.contains("\nSYNOPSIS\n"), "{page}");
        let long = page.lines().find(|line| line.chars().count() > 130);
        assert_eq!(long, None, "{name}");
    }
    let list = doc::list();
    let missing: Vec<&String> = names.iter().filter(|name| !list.contains(name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_modelled_call_says_its_errors() {
    for name in ["read", "mmap", "clone", "wait4", "futex"] {
        let page = doc::page(name).expect("it is modelled");
        assert!(page.contains("\nERRORS\n") && page.contains("E"), "{page}");
    }
    for info in ring3::abi::sysno::ALL {
        if let Ok(page) = doc::page(info.name) {
            assert!(page.contains("\nDESCRIPTION\n"), "{page}");
        }
    }
}

#[test]
fn doc_shows_pages() {
    let pages = ["read", "mprotect", "println", "Mutex", "echo", "getcwd"].map(|name| doc::page(name).expect(name));
    insta::assert_snapshot!(pages.join("\n========\n\n"));
    let (status, _, err) = ring3(&["doc", "waitpdi"], "");
    assert!(status == 2 && err.contains("did you mean `waitpid`?"), "{err}");
}

#[test]
fn explore_says_by_its_status_how_runs_can_end() {
    let deadlock = "let a: Mutex\nlet b: Mutex\nfn other(n: int) { lock b { lock a { } } }\n\
                    let t = spawn_thread(other, 0)\nlock a { lock b { } }\njoin(t)\n";
    let (status, out, _) = ring3(&["explore", "-"], deadlock);
    assert!(status == 125 && out.contains("deadlock of 3 tasks") && out.contains("--schedule 'r3x1:"), "{out}");
    let (status, out, _) = ring3(&["explore", "-"], "println(\"one way\")\n");
    assert!(status == 0 && out.contains("1 outcome\n"), "{out}");
    let (status, out, _) = ring3(&["explore", "--max-states", "2", "-"], deadlock);
    assert!(status == 124 && out.contains("the limit of 2 states was reached"), "{out}");
    assert_eq!(ring3(&["explore", "-"], "let = 1\n").0, 2);
}

#[test]
fn fmt_never_writes_what_is_too_large_for_a_source_file() {
    let folder = folder("fmt_large");
    let script = folder.join("large.r3");
    let text = format!("{}{}", format!("# {}\n", "x".repeat(997)).repeat(1048), "a=1\n".repeat(140));
    fs::write(&script, &text).unwrap();
    let (status, out, err) = ring3(&["fmt", script.to_str().unwrap()], "");
    assert!(status == 2 && out.is_empty() && err.contains("in the one style the file would have 104"), "{err}");
    assert_eq!(fs::read_to_string(&script).unwrap(), text);
}

#[test]
fn every_command_has_a_test() {
    let tests = crate::harness::files("tests/it", "rs");
    let tests: Vec<String> = tests.iter().map(|path| crate::harness::read(path)).collect();
    for command in ring3::cmd::Cli::command().get_subcommands() {
        let (alone, first) = (format!("[\"{}\"]", command.get_name()), format!("[\"{}\", ", command.get_name()));
        let called = |text: &String| {
            text.contains(&alone)
                || text.contains(&first)
                || text.contains(&format!("arg({})", &alone[1..alone.len() - 1]))
        };
        assert!(tests.iter().any(called), "nothing runs ring3 {}", command.get_name());
    }
}

#[test]
fn every_command_shows_examples() {
    let mut cli = ring3::cmd::Cli::command();
    for command in cli.get_subcommands_mut() {
        let name = command.get_name().to_owned();
        let help = command.render_long_help().to_string();
        assert!(help.contains("Examples:"), "ring3 {name} --help has no examples");
        let undocumented = command.get_arguments().find(|argument| argument.get_help().is_none());
        assert!(undocumented.is_none(), "ring3 {name}: {undocumented:?} is not documented");
        let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        for part in notes.split("\n\n") {
            // Prose is broken by the terminal, what is typed is not.
            assert!(part.starts_with("Examples:\n") || part.lines().count() == 1, "ring3 {name}: {part}");
            let long = part.lines().skip(1).find(|line| line.chars().count() > 80);
            assert_eq!(long, None, "ring3 {name}");
        }
    }
}
