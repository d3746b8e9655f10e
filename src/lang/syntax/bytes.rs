//! From the bytes of a file to text.

use crate::base::span::{FileIndex, SourceFile, Span};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::scan::MAX_BYTES;

/// The bytes of a source file as text.
///
/// # Errors
/// A file over [`MAX_BYTES`], bytes that are not UTF-8, and NUL bytes. The place is that of file 0, whose text the caller may
/// make with [`String::from_utf8_lossy`]; offsets up to the first wrong byte are the same in it.
pub fn parse_bytes(bytes: &[u8]) -> Result<String, Diagnostic> {
    check_size(bytes.len(), FileIndex(0))?;
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            check_nul(text, FileIndex(0))?;
            Ok(text.to_owned())
        }
        Err(error) => Err(not_utf8(bytes, error.valid_up_to())),
    }
}

/// Refuses a text that is too large or has NULs in it.
pub(super) fn check_text(text: &str, file: FileIndex) -> Result<(), Diagnostic> {
    check_size(text.len(), file)?;
    check_nul(text, file)
}

fn check_size(bytes: usize, file: FileIndex) -> Result<(), Diagnostic> {
    sized(bytes, file, "the file has", "move large data out of the script, or compute it")
}

/// Refuses what a script would be in the one style, if that is too large for a source file.
///
/// # Errors
/// The size, and what to do.
pub fn check_styled_size(bytes: usize, file: FileIndex) -> Result<(), Diagnostic> {
    sized(bytes, file, "in the one style the file would have", "leave it as it is, or make the script shorter")
}

fn sized(bytes: usize, file: FileIndex, has: &str, help: &str) -> Result<(), Diagnostic> {
    if bytes <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("{has} {bytes} bytes, and a source file has at most {MAX_BYTES}");
    Err(Diagnostic::error(Code::FileTooLarge, message, Span::new(file, 0, 0), "").with_help(help))
}

fn check_nul(text: &str, file: FileIndex) -> Result<(), Diagnostic> {
    let Some(at) = text.bytes().position(|byte| byte == 0) else { return Ok(()) };
    let span = Span::new(file, at as u32, at as u32 + 1);
    let help = "is this a source file? In a string, write `\\0`";
    Err(Diagnostic::error(Code::NotText, "a NUL byte in the text", span, "here").with_help(help))
}

fn not_utf8(bytes: &[u8], at: usize) -> Diagnostic {
    let before = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let (line, column) = SourceFile { name: String::new(), text: before }.line_column(at as u32);
    let message = format!("line {line}, column {column}: the byte {:#04x} is not UTF-8", bytes[at]);
    let span = Span::new(FileIndex(0), at as u32, at as u32 + 1);
    Diagnostic::error(Code::NotText, message, span, "not text").with_help("save the file as UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(bytes: &[u8]) -> (Code, String) {
        let error = parse_bytes(bytes).expect_err("refused");
        (error.code, error.message)
    }

    #[test]
    fn text_is_taken_as_it_is() {
        assert_eq!(parse_bytes("let ä = 1\r\n".as_bytes()).unwrap(), "let ä = 1\r\n");
        assert_eq!(parse_bytes(b"").unwrap(), "");
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        assert_eq!(refused(b"a\nb\xffc"), (Code::NotText, "line 2, column 2: the byte 0xff is not UTF-8".to_owned()));
        assert_eq!(refused(b"a\0"), (Code::NotText, "a NUL byte in the text".to_owned()));
        assert_eq!(refused(&vec![b'#'; MAX_BYTES + 1]).0, Code::FileTooLarge);
        assert!(parse_bytes(&vec![b'#'; MAX_BYTES]).is_ok());
    }
}
