//! The truth of Linux: each script of `tests/suite/linux` prints what the C program of its name prints on Linux.
//!
//! The expected standard output lies beside the script, `x.out` beside `x.r3`, as Linux 6.18 on x86-64 gave it. Lines
//! that the model can not have yet are left out of it, and named with their reason at the top of the script.

#![expect(clippy::disallowed_methods, reason = "tests read the scripts of the repository")]

use std::path::{Path, PathBuf};

use ring3::base::span::SourceFile;
use ring3::cmd::settings;
use ring3::lang::diagnostic::render;
use ring3::lang::pipeline;
use ring3::system::{self, Options};

#[test]
fn scripts_print_what_linux_prints() {
    let scripts = scripts();
    assert!(scripts.len() >= 16, "only {} scripts in tests/suite/linux", scripts.len());
    let failures: Vec<String> = scripts.iter().filter_map(|script| differs(script)).collect();
    assert!(failures.is_empty(), "{} of {} scripts differ:\n{}", failures.len(), scripts.len(), failures.join("\n"));
}

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/linux");
    let entries = std::fs::read_dir(folder).expect("the folder is part of the repository");
    let paths = entries.map(|entry| entry.expect("its entries can be read").path());
    let mut scripts: Vec<PathBuf> = paths.filter(|path| path.extension().is_some_and(|end| end == "r3")).collect();
    scripts.sort();
    scripts
}

/// What a script prints other than Linux; `None` if it is the same.
fn differs(script: &Path) -> Option<String> {
    let name = script.file_name().expect("a script has a name").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(script).expect("a script can be read");
    let expected = std::fs::read_to_string(script.with_extension("out")).expect("a .out lies beside each script");
    let source = SourceFile { name: name.clone(), text };
    let (stdout, stderr) = match run(source) {
        Ok(output) => output,
        Err(why) => return Some(format!("{name}: {why}")),
    };
    (stdout != expected).then(|| format!("{name}:\n{}{stderr}", difference(&expected, &stdout)))
}

/// Runs a script; its standard output and standard error.
fn run(source: SourceFile) -> Result<(String, String), String> {
    let compilation = pipeline::compile(source);
    let sources: Vec<SourceFile> = compilation.sources.iter().map(|source| SourceFile::clone(source)).collect();
    let compiled = compilation.compiled.ok_or_else(|| render(&compilation.diagnostics, &sources, false))?;
    let (config, choices) =
        settings::from_script(&compiled.settings).map_err(|wrong| render(&wrong, &sources, false))?;
    let options = Options { config, choices, ..Options::default() };
    let finished = system::run(&compiled, &options, b"").map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&finished.stdout), text(&finished.stderr)))
}

/// The lines in which two texts differ.
fn difference(expected: &str, got: &str) -> String {
    let lines = expected.lines().count().max(got.lines().count());
    let line = |text: &str, number: usize| text.lines().nth(number).unwrap_or("(no line)").to_owned();
    (0..lines)
        .map(|number| (number + 1, line(expected, number), line(got, number)))
        .filter(|(_, expected, got)| expected != got)
        .map(|(number, expected, got)| format!("  line {number}\n    Linux: {expected}\n    ring3: {got}\n"))
        .collect()
}
