//! `ring3 test`: what it says of tests that fail and of those that hold, and that it never leaves a file half-written.
//!
//! Each script and document of `tests/runner` is given to the command alone; the snapshot beside it holds what is printed.

#![expect(clippy::disallowed_methods, reason = "the command line is tested from the host's side")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::harness::{files, name, read, root};

/// A folder for one test, with the fixtures in it.
fn folder(test: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("runner").join(test);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the directory for tests can be written to");
    // It is the root of what the documents in it may use.
    std::fs::create_dir(folder.join(".git")).expect("it is empty");
    folder
}

/// Copies fixtures into a folder.
fn bring(folder: &Path, fixtures: &[&str]) {
    for fixture in fixtures {
        let from = root().join("tests/runner").join(fixture);
        let _ = std::fs::copy(&from, folder.join(fixture)).expect("the fixture is there");
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ring3"));
    let _ = command.arg("test").args(arguments).current_dir(folder);
    let _ = command.env_remove("CI").env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Status, standard output and standard error.
fn told(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("it prints text");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(!format!("{out}{err}").contains("mistake of its own"), "{out}{err}");
    format!("{out}{err}status {}\n", output.status.code().expect("it is not killed"))
}

fn test(folder: &Path, arguments: &[&str]) -> String {
    told(&command(folder, arguments).output().expect("the command runs"))
}

fn write(path: PathBuf, text: &str) {
    std::fs::write(path, text).expect("the directory for tests can be written to");
}

/// The names of the files in a folder, without hidden ones.
fn listed(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[test]
fn what_fails_is_told_as_the_snapshots_hold() {
    let fixtures: Vec<PathBuf> = ["r3", "md"].iter().flat_map(|ending| files("tests/runner", ending)).collect();
    assert!(fixtures.len() > 20, "only {} fixtures", fixtures.len());
    for path in fixtures {
        let fixture = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let folder = folder(&format!("snapshot-{fixture}"));
        bring(&folder, &["hello.r3", &fixture]);
        let golden = path.with_extension("trace");
        if golden.exists() {
            bring(&folder, &[&name(&golden)["tests/runner/".len()..]]);
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(root().join("tests/runner"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        settings.bind(|| insta::assert_snapshot!(stem, test(&folder, &[&fixture])));
    }
}

#[test]
fn the_documents_of_the_repository_hold() {
    let told = told(&command(root(), &["README.md", "docs"]).env("CI", "1").output().expect("the command runs"));
    assert!(told.ends_with(" 0 failed\nstatus 0\n"), "{told}");
}

#[test]
fn a_golden_is_made_kept_reviewed_and_removed() {
    let folder = folder("golden");
    bring(&folder, &["hello.r3"]);
    assert!(test(&folder, &["."]).contains("there is no golden ./hello.trace"));
    assert_eq!(listed(&folder), ["hello.r3", "hello.trace.new"]);
    assert_eq!(test(&folder, &["--bless", "."]), "wrote ./hello.trace\n1 passed, 0 failed\nstatus 0\n");
    assert_eq!(listed(&folder), ["hello.r3", "hello.trace"]);
    assert_eq!(test(&folder, &["."]), "1 passed, 0 failed\nstatus 0\n");
    let golden = read(&folder.join("hello.trace"));

    write(folder.join("hello.r3"), &read(&folder.join("hello.r3")).replace("\"hello\"", "\"goodbye\""));
    assert!(test(&folder, &["."]).ends_with("0 passed, 1 failed\nstatus 1\n"));
    assert_eq!(listed(&folder), ["hello.r3", "hello.trace", "hello.trace.new"]);
    assert_eq!(read(&folder.join("hello.trace")), golden);

    let review = |keys: &str| {
        let mut child = command(&folder, &["--review", "."]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let child = child.as_mut().expect("the command runs");
        std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), keys.as_bytes()).expect("it reads");
        let mut out = String::new();
        let _ = std::io::Read::read_to_string(&mut child.stdout.take().expect("it is piped"), &mut out);
        (out, child.wait().expect("it ends").code())
    };
    let (out, status) = review("s\n");
    assert!(out.ends_with("0 accepted, 0 rejected, 1 skipped\n") && status == Some(1), "{out}");
    let (out, status) = review("what?\nd\nr\n");
    assert!(out.contains("+ goodbye") && out.ends_with("0 accepted, 1 rejected, 0 skipped\n"), "{out}");
    assert_eq!((listed(&folder).len(), read(&folder.join("hello.trace")), status), (2, golden, Some(0)));
    let (out, status) = review("a\n");
    assert!(out.ends_with("1 accepted, 0 rejected, 0 skipped\n") && status == Some(0), "{out}");
    assert_eq!(test(&folder, &["."]), "1 passed, 0 failed\nstatus 0\n");

    std::fs::remove_file(folder.join("hello.r3")).expect("it is there");
    let gone = test(&folder, &["."]);
    assert!(gone.contains("there is no script ./hello.r3 any more") && gone.ends_with("status 1\n"), "{gone}");
    assert!(test(&folder, &["--bless", "."]).starts_with("removed ./hello.trace\n"));
    assert!(listed(&folder).is_empty());
}

/// The command on a terminal of its own, to which these keys are typed.
fn on_a_terminal(folder: &Path, arguments: &str, keys: &str) -> String {
    let typed = format!("{} test {arguments}", env!("CARGO_BIN_EXE_ring3"));
    let mut command = Command::new("timeout");
    let _ =
        command.args(["120", "script", "--quiet", "--return", "--command", &typed, "/dev/null"]).current_dir(folder);
    let _ = command.env_remove("CI").env("NO_COLOR", "1").env("TERM", "xterm");
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = spawned.expect("script(1) of util-linux gives a terminal");
    let mut input = child.stdin.take().expect("it is piped");
    let mut output = child.stdout.take().expect("it is piped");
    let mut screen = Vec::new();
    let mut keys = keys.chars();
    let mut asked = 0;
    let mut bytes = [0; 4096];
    // A key is pressed when the question for it is on the screen.
    while let Ok(count @ 1..) = std::io::Read::read(&mut output, &mut bytes) {
        screen.extend_from_slice(&bytes[..count]);
        let questions = String::from_utf8_lossy(&screen).matches("q quit: ").count();
        if questions > asked {
            asked = questions;
            if let Some(key) = keys.next() {
                std::io::Write::write_all(&mut input, &[key as u8]).expect("it reads");
            }
        }
    }
    let _ = child.wait().expect("it ends");
    String::from_utf8_lossy(&screen).into_owned()
}

#[test]
fn on_a_terminal_one_key_is_enough_and_progress_is_seen() {
    let folder = folder("keys");
    bring(&folder, &["hello.r3"]);
    write(folder.join("other.r3"), &read(&folder.join("hello.r3")));
    let screen = on_a_terminal(&folder, "--review .", "sr");
    assert!(screen.contains("0 of 2") || screen.contains("1 of 2"), "no progress: {screen}");
    assert!(screen.contains("2 of 2: ") && screen.contains("1 rejected, 1 skipped"), "{screen}");
    let screen = on_a_terminal(&folder, "--review .", "aa");
    assert!(screen.contains("2 accepted, 0 rejected, 0 skipped"), "{screen}");
    assert!(listed(&folder).contains(&"hello.trace".to_owned()));
}

#[test]
fn where_and_why_traces_part_is_told() {
    let folder = folder("part");
    let trace = "#@ trace -mm,-syscall,-fs,-signal,-task\n";
    let script = "if fork() == 0 {\n    println(\"child\")\n    exit(0)\n}\nwait()\nprintln(\"parent\")\n";
    write(folder.join("x.r3"), &format!("{trace}{script}"));
    let _ = test(&folder, &["--bless", "x.r3"]);
    let golden = read(&folder.join("x.trace"));
    let line = golden.lines().find(|line| line.contains("wakes    script[2]")).expect("the parent wakes");
    write(folder.join("x.trace"), &golden.replace(line, &line.replace("runnable (R)", "stopped (T)")));
    insta::assert_snapshot!("parting", test(&folder, &["x.r3"]));
}

#[test]
fn a_golden_that_was_cut_off_anywhere_is_no_golden() {
    let folder = folder("cut");
    bring(&folder, &["hello.r3"]);
    let _ = test(&folder, &["--bless", "."]);
    let golden = read(&folder.join("hello.trace"));
    for end in (0..golden.len()).step_by(29).chain([golden.len() - 1]) {
        let Some(part) = golden.get(..end) else { continue };
        write(folder.join("hello.trace"), part);
        let told = test(&folder, &["."]);
        assert!(told.contains("hello.trace: the golden") || told.contains("this is no golden"), "{part:?}: {told}");
    }
    assert!(test(&folder, &["--bless", "."]).contains("1 passed"));
    assert_eq!(read(&folder.join("hello.trace")), golden);
}

#[test]
fn a_document_is_made_true_in_place() {
    let folder = folder("document");
    let text = "Text.\n\n1. A block in a list:\n   ```r3 x.r3\n   println(\"a\")\n   println(\"b\")\n   ```\n   ```output\n   c\n   ```\n\n\
                ```trace user\n   …\n   1      2.000  script[2]            2 │ print    \"b\\n\" on 1\n   …\n```\n\n\
                ```console\n$ ring3 x.r3\nold\n$ ring3 -e 'exit(4)'\n$ echo $?\n5\n```\nEnd.\n";
    write(folder.join("x.md"), text);
    assert!(test(&folder, &["x.md"]).ends_with("0 passed, 2 failed\nstatus 1\n"));
    assert_eq!((read(&folder.join("x.md")).as_str(), listed(&folder)), (text, vec!["x.md".into(), "x.md.new".into()]));
    assert_eq!(test(&folder, &["--bless", "x.md"]), "wrote x.md\n2 passed, 0 failed\nstatus 0\n");
    insta::assert_snapshot!("blessed_document", read(&folder.join("x.md")));
    assert_eq!(test(&folder, &["x.md"]), "2 passed, 0 failed\nstatus 0\n");
    assert_eq!(listed(&folder), ["x.md"]);
}

#[test]
fn where_ci_is_set_nothing_is_written() {
    let folder = folder("ci");
    bring(&folder, &["hello.r3", "documents_fail.md"]);
    let before = listed(&folder);
    let ci = |arguments: &[&str]| told(&command(&folder, arguments).env("CI", "1").output().expect("the command runs"));
    assert!(ci(&["."]).ends_with("status 1\n"));
    for flag in ["--bless", "--review"] {
        assert!(
            ci(&[flag, "."]).ends_with("nothing is written where CI is set: no `--bless`, no `--review`\nstatus 2\n")
        );
    }
    assert_eq!(listed(&folder), before);
}

#[test]
fn what_is_no_test_is_told() {
    let folder = folder("usage");
    bring(&folder, &["hello.r3"]);
    write(folder.join("text.txt"), "text");
    write(folder.join("prose.md"), "# Prose\n\n```text\nno test\n```\n");
    insta::assert_snapshot!("usage_nowhere", test(&folder, &["nowhere"]));
    insta::assert_snapshot!("usage_nowhere_too", test(&folder, &[".", "nowhere/x.r3"]));
    insta::assert_snapshot!("usage_text", test(&folder, &["text.txt"]));
    insta::assert_snapshot!("usage_prose", test(&folder, &["prose.md"]));
    insta::assert_snapshot!("usage_filter", test(&folder, &[".", "goodbye"]));
    insta::assert_snapshot!("usage_list", test(&folder, &["--list", ".", "hell"]));
    assert!(test(&folder, &[]).ends_with("status 2\n"));
}

#[cfg(unix)]
#[test]
fn what_can_not_be_read_or_written_is_told() {
    let folder = folder("unreadable");
    bring(&folder, &["hello.r3"]);
    let _ = test(&folder, &["--bless", "."]);
    std::os::unix::fs::symlink("nowhere", folder.join("dangling.r3")).expect("links can be made");
    std::os::unix::fs::symlink(".", folder.join("circle")).expect("links can be made");
    std::fs::create_dir(folder.join("folder.r3")).expect("it is new");
    std::fs::write(folder.join("latin.r3"), b"# caf\xe9\n").expect("it can be written");
    std::fs::write(folder.join("zeros.md"), [0; 64]).expect("it can be written");
    let golden = folder.join("hello.trace");
    let mut permissions = std::fs::metadata(&golden).expect("it was made").permissions();
    permissions.set_readonly(true);
    write(golden.clone(), &read(&golden).replace("status 0", "status 1"));
    std::fs::set_permissions(&golden, permissions).expect("they can be set");
    insta::assert_snapshot!("unreadable", test(&folder, &["."]));
    insta::assert_snapshot!("unwritable", test(&folder, &["--bless", "hello.r3"]));
    assert!(read(&golden).contains("status 1"));
}

#[test]
fn results_have_formats() {
    let folder = folder("formats");
    bring(&folder, &["order.r3", "skipped.r3", "next.r3"]);
    write(folder.join("ok.r3"), "println(\"<&>\")\n");
    let timeless = |text: String| {
        let mut made = String::new();
        for (place, part) in text.split("\"ms\":").enumerate() {
            made.push_str(if place > 0 { "\"ms\":0" } else { "" });
            made.push_str(if place > 0 {
                part.trim_start_matches(|letter: char| letter.is_ascii_digit())
            } else {
                part
            });
        }
        let mut parts = made.split("time=\"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |made, part| made + "time=\"0" + &part[part.find('"').unwrap_or(0)..])
    };
    for format in ["json", "junit", "tap"] {
        let told = timeless(test(&folder, &["--format", format, "."]));
        insta::assert_snapshot!(format!("format_{format}"), told);
    }
}

#[test]
fn a_test_that_takes_too_long_does_not_hold_up_the_others() {
    let folder = folder("late");
    bring(&folder, &["hello.r3"]);
    write(folder.join("a.r3"), "#@ max-steps 1000000000000000\nloop { }\n");
    write(folder.join("b.md"), "```console\n$ ring3 -e 'loop { }'\nnever\n```\n");
    let _ = test(&folder, &["--bless", "hello.r3"]);
    insta::assert_snapshot!("late", test(&folder, &["--timeout", "1", "."]));
}

#[test]
fn a_reader_may_go_away() {
    let folder = folder("pipe");
    bring(&folder, &["order.r3", "next.r3", "outcome.r3"]);
    for format in ["pretty", "json", "junit", "tap"] {
        let (reader, writer) = std::io::pipe().expect("the host has pipes");
        drop(reader);
        let output = command(&folder, &["--format", format, "."]).stdout(writer).output().expect("the command runs");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(141), &b""[..]), "{format}");
    }
}

#[test]
fn a_document_that_tests_itself_ends() {
    let folder = folder("circle");
    write(folder.join("x.md"), "```console\n$ ring3 test x.md\n1 passed, 0 failed\n```\n");
    assert!(test(&folder, &["x.md"]).ends_with("0 passed, 1 failed\nstatus 1\n"));
}
