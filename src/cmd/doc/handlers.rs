//! What the handlers of system calls say of themselves: their doc comments, read from their source, which is part of the
//! executable.

use include_dir::{Dir, include_dir};

use crate::abi::sysno::SyscallInfo;

static SOURCES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/src/kernel/syscall");

/// A handler.
pub(super) struct Handler {
    /// Its file, as `read`.
    pub(super) module: &'static str,
    /// The lines of its doc comment.
    comment: Vec<&'static str>,
}

/// The handler of a system call by the kernel's table `READ => read::sys_read;`; none if the call is not modelled.
pub(super) fn of(call: &SyscallInfo) -> Option<Handler> {
    let constant = call.name.to_ascii_uppercase();
    let table = SOURCES.get_file("mod.rs")?.contents_utf8()?;
    let row = |line: &'static str| {
        let (left, right) = line.trim().strip_suffix(';')?.split_once(" => ")?;
        (left == constant).then_some(right)
    };
    let (module, function) = table.lines().find_map(row)?.rsplit_once("::")?;
    let text = SOURCES.get_file(format!("{module}.rs"))?.contents_utf8()?;
    let head = format!("pub fn {function}(");
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.starts_with(&head))?;
    let begin = lines[..at]
        .iter()
        .rposition(|line| !line.starts_with("//") && !line.starts_with("#["))
        .map_or(0, |before| before + 1);
    let comment = lines[begin..at].iter().filter_map(|line| line.strip_prefix("///")).map(str::trim).collect();
    Some(Handler { module, comment })
}

/// What it does, in paragraphs.
pub(super) fn description(call: &SyscallInfo) -> String {
    let comment = of(call).map_or_else(Vec::new, |handler| handler.comment);
    let end = comment.iter().position(|line| line.starts_with("# ")).unwrap_or(comment.len());
    paragraphs(&comment[..end])
}

/// Its errors, as the `# Errors` of its comment lists them; empty if it can not fail.
pub(super) fn errors(call: &SyscallInfo) -> String {
    let comment = of(call).map_or_else(Vec::new, |handler| handler.comment);
    let begin = comment.iter().position(|line| *line == "# Errors").map_or(comment.len(), |at| at + 1);
    let end = comment[begin..].iter().position(|line| line.starts_with("# ")).map_or(comment.len(), |at| begin + at);
    let text = paragraphs(&comment[begin..end]);
    if text == "None." { String::new() } else { text }
}

/// Lines as paragraphs; links are only names here, and a handler is its call.
fn paragraphs(lines: &[&str]) -> String {
    let parts: Vec<String> =
        lines.split(|line| line.is_empty()).filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect();
    parts.join("\n\n").replace("[`", "`").replace("`]", "`").replace("`sys_", "`")
}
