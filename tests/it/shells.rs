//! Completions and manual pages: made of the command line itself, for all of it.

use std::process::{Command, Output};

fn ring3(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ring3")).args(arguments).output().expect("ring3 runs")
}

/// The subcommands, as `ring3 --help` lists them.
fn subcommands() -> Vec<String> {
    let help = String::from_utf8(ring3(&["--help"]).stdout).expect("help is text");
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let named = listed.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    named.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").map(str::to_owned).collect()
}

#[test]
fn each_shell_completes_each_subcommand() {
    let subcommands = subcommands();
    assert!(subcommands.len() >= 5, "{subcommands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let made = ring3(&["completions", shell]);
        assert!(made.status.success(), "{shell}: {}", made.status);
        let script = String::from_utf8(made.stdout).expect("a script is text");
        for name in &subcommands {
            assert!(script.contains(name.as_str()), "{shell} does not complete `{name}`");
        }
    }
    assert_eq!(ring3(&["completions", "tcsh"]).status.code(), Some(2));
}

#[test]
fn each_subcommand_has_a_manual_page() {
    let pages = ring3::cmd::man::pages();
    let names: Vec<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let wanted: Vec<String> = subcommands().iter().map(|name| format!("ring3-{name}.1")).collect();
    assert_eq!(names[0], "ring3.1");
    assert_eq!(names[1..], wanted);
    for (name, page) in &pages {
        let text = String::from_utf8(page.clone()).expect("a page is text");
        for section in ["NAME", "SYNOPSIS", "OPTIONS", "EXAMPLES", "\"SEE ALSO\""] {
            assert!(text.contains(&format!(".SH {section}\n")), "{name} has no section {section}:\n{text}");
        }
        // A page names only pages that there are.
        for named in text.split("ring3\\-").skip(1).filter_map(|rest| rest.split_once("(1)")) {
            let page = format!("ring3-{}.1", named.0);
            let is_name = named.0.chars().all(char::is_alphabetic);
            assert!(!is_name || names.contains(&page.as_str()), "{name} names {page}");
        }
    }
}

#[test]
fn pages_that_can_not_be_written_are_told_of() {
    let made = ring3(&["man", "/nonexistent/folder"]);
    assert_eq!(made.status.code(), Some(2));
    let told = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(told.starts_with("ring3: cannot write /nonexistent/folder/ring3.1: "), "{told}");
}
