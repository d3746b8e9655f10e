//! Compiles the programs of the standard library while the crate is built, so that the executable holds their images.
//!
//! The compiler is the crate's own: its modules are included here by path, so the crate's language is compiled twice, once
//! for this script. What it writes to `OUT_DIR` is included by `src/lang/library_images.rs`: `NAME.image`, the image as a
//! file, and `library_images.rs`, a table of all programs with what is known of their places and names.
#![allow(dead_code, unused_imports, reason = "the modules are the crate's, and this script needs a part of them")]
#![allow(clippy::upper_case_acronyms, clippy::enum_variant_names, reason = "names of the crate's interface")]
#![allow(clippy::disallowed_methods, reason = "a build script reads and writes files")]
#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use std::fmt::Write as _;
use std::path::Path;

#[path = "src/abi/mod.rs"]
mod abi;
#[path = "src/base/mod.rs"]
mod base;
/// The language without `library_images`, which this script makes.
#[path = "src/lang"]
mod lang {
    pub mod check;
    pub mod codes;
    pub mod compile;
    pub mod diagnostic;
    pub mod format;
    pub mod library;
    pub mod needed;
    pub mod pipeline;
    pub mod session;
    pub mod syntax;
}

use abi::image::Image;
use lang::{library, pipeline};

fn main() {
    for path in ["build.rs", "stdlib", "grammar", "src/base", "src/abi", "src/lang"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let directory = std::env::var("OUT_DIR").expect("cargo tells a build script where to write");
    let directory = Path::new(&directory);
    let mut table = String::from("static PROGRAMS: &[Program] = &[\n");
    for name in library::programs() {
        let image = compile(name);
        std::fs::write(directory.join(format!("{name}.image")), image.to_file()).expect("OUT_DIR can be written to");
        write_program(&mut table, &image);
    }
    table.push_str("];\n");
    std::fs::write(directory.join("library_images.rs"), table).expect("OUT_DIR can be written to");
}

/// The image of a program; a mistake in the library ends the build with its place.
fn compile(name: &str) -> Image {
    pipeline::compile_library_program(name)
        .unwrap_or_else(|| panic!("stdlib/bin/{name}.r3 is listed and cannot be read"))
}

/// Appends a program as a Rust expression.
fn write_program(table: &mut String, image: &Image) {
    let name = &image.name;
    let mut text = format!("Program {{ name: {name:?}, ");
    let _ = write!(text, "file: include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}.image\")), lines: &[");
    for line in &image.debug.lines {
        let span = line.span;
        let _ = write!(text, "({:#x},{},{},{}),", line.pc, span.file.0, span.start, span.end);
    }
    text.push_str("], symbols: &[");
    for symbol in &image.debug.symbols {
        let _ = write!(text, "({:#x},{:#x},{:?}),", symbol.start, symbol.end, symbol.name);
    }
    text.push_str("], globals: &[");
    for global in &image.debug.globals {
        let _ = write!(text, "({:#x},{},{:?}),", global.start, global.bytes, global.name);
    }
    table.push_str(&text);
    table.push_str("] },\n");
}
