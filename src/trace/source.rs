//! Sources: from the address of an instruction to a line that a person wrote, and from an address to a global's name.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::abi::image::Debug;
use crate::base::ids::Ino;

/// A line of source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Line {
    /// The file's name, without its directory.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Whether the user wrote the file: it is not of the standard library.
    pub own: bool,
}

/// The debug parts of the programs that may run, by the inode of the program.
#[derive(Clone, Default, Debug)]
pub struct Sources {
    programs: BTreeMap<Ino, Arc<Debug>>,
    /// Lines that were asked for already; at most one for each instruction of the programs.
    known: BTreeMap<(Ino, u32), Option<Line>>,
}

impl Sources {
    /// Adds a program, or replaces it.
    pub fn learn(&mut self, program: Ino, debug: Arc<Debug>) {
        self.known.retain(|&(ino, _), _| ino != program);
        let _ = self.programs.insert(program, debug);
    }

    /// The line of an instruction.
    pub fn line(&mut self, program: Ino, pc: u32) -> Option<Line> {
        let debug = self.programs.get(&program)?;
        // A wild address must not fill the memory of lines.
        let _ = debug.symbol_at(u64::from(pc))?;
        self.known.entry((program, pc)).or_insert_with(|| find(debug, pc)).clone()
    }

    /// The function that holds an instruction.
    #[must_use]
    pub fn function(&self, program: Ino, pc: u64) -> Option<&str> {
        Some(self.programs.get(&program)?.symbol_at(pc)?.name.as_str())
    }

    /// The global that holds an address.
    #[must_use]
    pub fn global(&self, program: Ino, address: u64) -> Option<&str> {
        Some(self.programs.get(&program)?.global_at(address)?.name.as_str())
    }
}

fn find(debug: &Debug, pc: u32) -> Option<Line> {
    let span = debug.span_at(u64::from(pc))?;
    let file = debug.files.get(usize::from(span.file.0))?;
    let name = file.name.rsplit('/').next().unwrap_or(&file.name);
    Some(Line { file: name.to_owned(), line: file.line_column(span.start).0, own: debug.is_own(span) })
}
