//! `ring3 doc`: the manual of what a script can name, made from the texts that are there anyway.
//!
//! What a function of the library does is said by the comment above it, what a system call does and which errors it has by its
//! handler's, how it differs from Linux by `docs/differences.md`, and what is built in by `docs/language.md`. Nothing is said
//! twice, so nothing can be said differently.

mod handlers;
mod library;

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::Args;

use crate::abi::sysno::{self, SyscallInfo};
use crate::base::spelling::did_you_mean;
use crate::cmd::{Error, host, status};
use library::Definition;

/// What `ring3 doc --help` says at its end.
pub const HELP: &str = "\
Examples:
  ring3 doc mmap     a function of the library and its system call
  ring3 doc println  what is built into the language
  ring3 doc Mutex    a structure
  ring3 doc ls       a program in /bin of the machine
  ring3 doc          all names";

/// `ring3 doc`.
#[derive(Args, Debug)]
pub struct Doc {
    /// What is looked up; without it all names are shown
    pub name: Option<String>,
}

const LANGUAGE: &str = include_str!("../../../docs/language.md");
const DIFFERENCES: &str = include_str!("../../../docs/differences.md");

/// The widest line of a page.
const COLUMNS: usize = 90;

/// Prints the page of a name, or all names.
///
/// # Errors
/// [`Error::Usage`] if there is no such name.
pub fn doc(doc: &Doc) -> Result<ExitCode, Error> {
    let text = match &doc.name {
        Some(name) => page(name).map_err(Error::Usage)?,
        None => list(),
    };
    let printed = host::tell(&text);
    Ok(if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(status::PIPE_CLOSED) })
}

/// The page of a name: of a function, structure, enum or constant of the library, a system call, a program, or what is built in.
///
/// # Errors
/// A sentence that says that there is none, and which name may be meant.
pub fn page(name: &str) -> Result<String, String> {
    let name = name.trim_end_matches("()");
    let call = name.strip_prefix("SYS_").unwrap_or(name);
    let call = sysno::ALL.iter().find(|info| info.name == call && handlers::of(info).is_some());
    let mut pages = Vec::new();
    pages.extend(built_in(name));
    match library::definitions().into_iter().find(|definition| definition.name == name) {
        Some(definition) => pages.push(definition_page(&definition, call)),
        None => pages.extend(call.map(call_page)),
    }
    pages.extend(program_page(name));
    if pages.is_empty() {
        let known = names();
        let near = did_you_mean(name, known.iter().map(String::as_str));
        let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        return Err(format!("there is no manual of `{name}`; {meant}`ring3 doc` shows all names"));
    }
    Ok(pages.join("\n"))
}

/// Every name that has a page.
#[must_use]
pub fn names() -> Vec<String> {
    let mut names: Vec<String> =
        library::definitions().into_iter().map(|definition| definition.name.to_owned()).collect();
    names.extend(sysno::ALL.iter().filter(|info| handlers::of(info).is_some()).map(|info| info.name.to_owned()));
    names.extend(crate::lang::library::programs().into_iter().map(str::to_owned));
    names.extend(built_in_rows().into_iter().flat_map(|(calls, _)| calls).map(full));
    names.sort();
    names.dedup();
    names
}

/// All names by where they come from, each with a sentence.
#[must_use]
pub fn list() -> String {
    let mut text = String::from("Built in\n");
    for (calls, sentence) in built_in_rows() {
        let _ = writeln!(text, "    {:<22} {sentence}", calls.into_iter().map(full).collect::<Vec<_>>().join(" "));
    }
    let mut module = "";
    for definition in library::definitions() {
        if definition.module != module {
            module = definition.module;
            let _ = writeln!(text, "\nModule {module}");
        }
        let _ = writeln!(text, "    {:<22} {}", definition.name, first_sentence(&definition.text));
    }
    text.push_str("\nSystem calls\n");
    for info in sysno::ALL.iter().filter(|info| handlers::of(info).is_some()) {
        let _ = writeln!(text, "    {:<22} {}", info.name, info.doc);
    }
    text.push_str("\nPrograms\n");
    for name in crate::lang::library::programs() {
        let _ = writeln!(text, "    {name:<22} {}", first_sentence(&library::program_text(name)));
    }
    text
}

/// The first sentence of a text, without its full stop.
fn first_sentence(text: &str) -> &str {
    let line = text.split("\n\n").next().unwrap_or_default();
    let end = line.find(". ").or_else(|| line.strip_suffix('.').map(str::len)).unwrap_or(line.len());
    &line[..end]
}

/// A page as man(1) lays it out; sections without text are left out.
fn sections(parts: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (title, body) in parts.iter().filter(|(_, body)| !body.is_empty()) {
        if !text.is_empty() {
            text.push('\n');
        }
        let _ = writeln!(text, "{title}");
        for line in body.lines() {
            let _ = writeln!(text, "{}", if line.is_empty() { String::new() } else { format!("    {line}") });
        }
    }
    text
}

/// Paragraphs with lines of at most [`COLUMNS`] characters, indent included.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for (i, paragraph) in text.split("\n\n").enumerate() {
        if i > 0 {
            out.push_str("\n\n");
        }
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            let width = word.chars().count();
            if column > 0 && column + 1 + width > COLUMNS - 4 {
                out.push('\n');
                column = 0;
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += width;
        }
    }
    out
}

/// The system calls that a function names in its body.
fn calls_in(body: &str) -> Vec<&'static SyscallInfo> {
    let words: Vec<&str> = body.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    sysno::ALL.iter().filter(|info| words.contains(&info.constant) && handlers::of(info).is_some()).collect()
}

fn definition_page(definition: &Definition, same_name: Option<&'static SyscallInfo>) -> String {
    let calls = match same_name {
        Some(call) => vec![call],
        None => calls_in(definition.body),
    };
    let mut synopsis = String::new();
    if !library::is_prelude(definition.module) {
        let _ = writeln!(synopsis, "use {}\n", definition.module);
    }
    synopsis.push_str(definition.head);
    let mut description = wrapped(&definition.text);
    for call in &calls {
        let _ = write!(description, "\n\n{}", wrapped(&told(call)));
    }
    let sentence = same_name.map_or(first_sentence(&definition.text), |call| call.doc.trim_end_matches('.'));
    page_of(definition.name, sentence, synopsis, description, &calls)
}

fn call_page(call: &'static SyscallInfo) -> String {
    let args: String = call.args.iter().map(|arg| format!(", {}", arg.name)).collect();
    let synopsis = format!("syscall({}{args})", call.constant);
    page_of(call.name, call.doc.trim_end_matches('.'), synopsis, wrapped(&told(call)), &[call])
}

fn page_of(
    name: &str,
    sentence: &str,
    synopsis: String,
    description: String,
    calls: &[&'static SyscallInfo],
) -> String {
    let errors: Vec<String> = calls.iter().map(|call| handlers::errors(call)).filter(|text| !text.is_empty()).collect();
    let differences: Vec<String> = calls.iter().flat_map(|call| differences(call)).collect();
    sections(&[
        ("NAME", wrapped(&format!("{name} - {sentence}"))),
        ("SYNOPSIS", synopsis),
        ("DESCRIPTION", description),
        ("ERRORS", wrapped(&errors.join("\n\n"))),
        ("DIFFERENCES", wrapped(&differences.join("\n\n"))),
    ])
}

/// What the table and the handler say of a call, behind its form.
fn told(call: &SyscallInfo) -> String {
    let said = handlers::description(call);
    match said.starts_with('`') {
        true => format!("{} {said}", call.doc),
        false => format!("`{}`: {said}", signature(call)),
    }
}

/// `read(fd, buf, count)`.
fn signature(call: &SyscallInfo) -> String {
    let args: Vec<&str> = call.args.iter().map(|arg| arg.name).collect();
    format!("{}({})", call.name, args.join(", "))
}

/// What `docs/differences.md` collected from the file of a call's handler.
fn differences(call: &SyscallInfo) -> Vec<String> {
    let Some(handler) = handlers::of(call) else { return Vec::new() };
    let place = format!(" (`src/kernel/syscall/{}.rs`)", handler.module);
    let own = DIFFERENCES.lines().filter_map(|line| line.strip_prefix("- ")?.strip_suffix(place.as_str()));
    own.map(|text| text.replace("**", "")).collect()
}

fn program_page(name: &str) -> Option<String> {
    let _known = crate::lang::library::program_source(name)?;
    let text = library::program_text(name);
    let synopsis = format!("exec(\"/bin/{name}\", [\"{name}\"])");
    Some(page_of(&format!("/bin/{name}"), first_sentence(&text), synopsis, wrapped(&text), &[]))
}

/// The rows of the language's page on what is built in: forms of calls, and what they do.
fn built_in_rows() -> Vec<(Vec<&'static str>, &'static str)> {
    let start = LANGUAGE.find("## Built in").unwrap_or(LANGUAGE.len());
    let rows = LANGUAGE[start..].lines().skip(1).take_while(|line| !line.starts_with("## "));
    rows.filter_map(|row| {
        let (forms, sentence) = row.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
        let calls: Vec<&str> = forms.split('`').skip(1).step_by(2).collect();
        (!calls.is_empty()).then_some((calls, sentence))
    })
    .collect()
}

/// The name of a form: `atomic_load` of `atomic_load(p)`, `atomic_sub` of the `sub` behind `atomic_add(p, v)`.
fn full(form: &str) -> String {
    match form.split_once('(') {
        Some((name, _)) => name.to_owned(),
        None => format!("atomic_{form}"),
    }
}

fn built_in(name: &str) -> Option<String> {
    let mut rows = built_in_rows().into_iter();
    let (forms, sentence) = rows.find(|(forms, _)| forms.iter().any(|form| full(form) == name))?;
    let synopsis: Vec<&str> = forms.into_iter().filter(|form| form.contains('(')).collect();
    Some(page_of(name, &sentence.replace('`', ""), synopsis.join("\n"), String::new(), &[]))
}
