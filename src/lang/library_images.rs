//! The compiled programs of the standard library, which are part of the executable: nothing is compiled to get at them.
//!
//! They were compiled by `build.rs`. What is not asked for costs nothing.

use std::sync::Arc;

use super::library;
use crate::abi::image::{Debug, Global, LineEntry, Symbol};
use crate::base::span::{FileIndex, Span};

/// A program, as the build script writes it.
struct Program {
    name: &'static str,
    /// The image as a file.
    file: &'static [u8],
    /// Address; file, start and end of the span.
    lines: &'static [(u64, u16, u32, u32)],
    /// Start, end and name.
    symbols: &'static [(u64, u64, &'static str)],
    /// Start, bytes and name.
    globals: &'static [(u64, u64, &'static str)],
}

include!(concat!(env!("OUT_DIR"), "/library_images.rs"));

/// The names of all programs, in order; those of [`library::programs`].
pub fn names() -> impl ExactSizeIterator<Item = &'static str> {
    PROGRAMS.iter().map(|program| program.name)
}

/// The image of `/bin/name` as a file, what [`Image::to_file`](crate::abi::image::Image::to_file) makes; `None` if there is
/// no such program.
#[must_use]
pub fn file_bytes(name: &str) -> Option<&'static [u8]> {
    program(name).map(|program| program.file)
}

/// The places and names in `/bin/name`; `None` if there is no such program.
#[must_use]
pub fn debug(name: &str) -> Option<Debug> {
    let program = program(name)?;
    let mut files = vec![Arc::new(library::program(name)?)];
    files.extend(library::sources().iter().cloned());
    let line = |&(pc, file, start, end)| LineEntry { pc, span: Span::new(FileIndex(file), start, end) };
    let symbol = |&(start, end, name): &(u64, u64, &str)| Symbol { start, end, name: name.to_owned() };
    let global = |&(start, bytes, name): &(u64, u64, &str)| Global { start, bytes, name: name.to_owned() };
    Some(Debug {
        files,
        own_files: Vec::new(),
        lines: program.lines.iter().map(line).collect(),
        symbols: program.symbols.iter().map(symbol).collect(),
        globals: program.globals.iter().map(global).collect(),
    })
}

fn program(name: &str) -> Option<&'static Program> {
    let index = PROGRAMS.binary_search_by(|program| program.name.cmp(name)).ok()?;
    Some(&PROGRAMS[index])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::image::Header;
    use crate::lang::pipeline;

    #[test]
    fn every_embedded_program_is_what_the_compiler_makes_now() {
        assert!(names().eq(library::programs()));
        for name in names() {
            let image = pipeline::compile_library_program(name).expect("it is listed");
            let file = file_bytes(name).expect("it is listed");
            assert!(file == image.to_file(), "{name}: other bytes");
            assert_eq!(Header::parse(file), Ok(image.header()), "{name}");
            assert!(debug(name) == Some(image.debug), "{name}: other lines or names");
        }
    }

    #[test]
    fn an_unknown_program_is_none() {
        assert_eq!(file_bytes("no such program"), None);
        assert_eq!(debug("no such program"), None);
    }
}
