//! A session: lines that are compiled one after the other, each to an image of its own, and see what came before.
//!
//! The whole library is linked once, into the image of the loader (`stdlib/session/loader.r3`); the lines call it where it
//! lies, and so share its variables. A line's image holds what the line defines and nothing else.
//!
//! ```text
//! 0x1000_0000   line 1   text, rodata, data, bss, each from a page on
//!               line 2
//!               ...
//! 0x3000_0000   loader and library, then the heap
//! ```
//!
//! All lines are one text, and spans of the file 0 count in it; a line that is not accepted leaves no trace.

use std::sync::Arc;

use super::check::session::{Before, Checked, Extent};
use super::check::tree::{Line, TypeId, Types};
use super::check::{self, Modules};
use super::compile::{Placed, compile_program, compile_whole};
use super::diagnostic::{Code, Diagnostic};
use super::library;
use super::pipeline;
use super::syntax::{self, ast};
use crate::abi::image::{Debug, Image};
use crate::base::span::{FileIndex, SourceFile, Span};
use crate::base::units::PAGE_SIZE;

/// Where the first line is mapped.
pub const LINES_BASE: u64 = 0x1000_0000;
/// Where loader and library are mapped: no line may reach it.
pub const LIBRARY_BASE: u64 = 0x3000_0000;
/// Under which name a person knows the lines.
const NAME: &str = "<repl>";

/// A session between two lines. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Session {
    base: Arc<Base>,
    lines: Vec<Arc<Accepted>>,
    types: Arc<Types>,
    text: Arc<SourceFile>,
    next: u64,
    /// Bytes of each thread's storage that the lines take.
    thread_bytes: u64,
}

/// What does not change.
#[derive(Debug)]
struct Base {
    image: Image,
    placed: Placed,
    library: Arc<Vec<check::Module>>,
}

/// A line that was compiled.
#[derive(Debug)]
struct Accepted {
    checked: Arc<Checked>,
    /// Where its text begins.
    start: u32,
    placed: Placed,
    debug: Debug,
}

/// A line that can run, and the session behind it.
#[derive(Clone, Debug)]
pub struct CompiledLine {
    /// What is mapped.
    pub image: Image,
    /// Its programs, by the names that they have in `/bin`.
    pub programs: Vec<Image>,
    /// Address and type of its value, if it has one.
    pub value: Option<(u64, TypeId)>,
    /// The session as it is once the line has run.
    pub after: Session,
}

/// What became of a line.
#[derive(Clone, Debug)]
pub struct LineCompilation {
    /// The line, unless a diagnostic is an error.
    pub line: Option<Box<CompiledLine>>,
    /// Errors and warnings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// All texts that spans name.
    pub sources: Vec<Arc<SourceFile>>,
}

impl Session {
    /// A session without lines.
    ///
    /// # Panics
    /// If loader or library do not compile, which a test excludes.
    #[must_use]
    pub fn begin() -> Self {
        let (mut modules, _) = pipeline::parse_all(library::session_loader(), pipeline::Extent::All);
        modules.extent = Extent::Whole;
        let (program, wrong) = check::check(&modules);
        let program = program.unwrap_or_else(|| panic!("the library has mistakes: {wrong:?}"));
        let (image, mut placed) = compile_whole(&program, &modules.sources, LIBRARY_BASE, &|_| None)
            .unwrap_or_else(|wrong| panic!("the library can not be linked: {wrong:?}"));
        // The file 0 will be the lines.
        placed.functions.retain(|name, _| name.file != FileIndex(0));
        placed.globals.retain(|name, _| name.file != FileIndex(0));
        let base = Base { image, placed, library: modules.library };
        let text = SourceFile { name: NAME.to_owned(), text: String::new() };
        Self {
            base: Arc::new(base),
            lines: Vec::new(),
            types: Arc::new(Types::new()),
            text: Arc::new(text),
            next: LINES_BASE,
            thread_bytes: 0,
        }
    }

    /// Loader and library: the program that runs the lines.
    #[must_use]
    pub fn loader(&self) -> &Image {
        &self.base.image
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// All lines as one text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text.text
    }

    /// The types of all values.
    #[must_use]
    pub fn types(&self) -> &Types {
        &self.types
    }

    /// The text of one line, counted from 0.
    #[must_use]
    pub fn line(&self, index: usize) -> Option<&str> {
        let start = self.lines.get(index)?.start as usize;
        let end = self.lines.get(index + 1).map_or(self.text.text.len(), |next| next.start as usize);
        self.text.text.get(start..end)
    }

    /// Compiles another line, which may be several lines of text. The session stays as it is.
    #[must_use]
    pub fn compile(&self, line: &str) -> LineCompilation {
        self.compile_line(line, false)
    }

    /// The same of a script whose `machine { }` has been followed, as [`machine_of`] tells.
    #[must_use]
    pub fn compile_configured(&self, script: &str) -> LineCompilation {
        self.compile_line(script, true)
    }

    fn compile_line(&self, line: &str, is_configured: bool) -> LineCompilation {
        let start = self.text.text.len();
        let mut text = String::with_capacity(start + line.len() + 1);
        text.push_str(&self.text.text);
        text.push_str(line);
        text.push('\n');
        // What came before is blank, so that places count in the whole text.
        let mut blank: String = self.text.text.chars().flat_map(blanked).collect();
        blank.push_str(&text[start..]);
        let (tree, mut diagnostics) = syntax::parse(&SourceFile { name: NAME.to_owned(), text: blank }, FileIndex(0));
        let text = Arc::new(SourceFile { name: NAME.to_owned(), text });
        let mut sources = vec![text.clone()];
        sources.extend(library::sources().iter().cloned());
        if diagnostics.iter().any(Diagnostic::is_error) {
            return LineCompilation { line: None, diagnostics, sources };
        }
        let extent = Extent::Line(Before {
            lines: self.lines.iter().map(|line| line.checked.clone()).collect(),
            types: (*self.types).clone(),
            value: value_name(&tree),
            thread_bytes: self.thread_bytes,
            is_configured,
        });
        let mut modules = Modules { script: tree, library: self.base.library.clone(), extent, sources };
        let (program, found) = check::check(&modules);
        diagnostics.extend(found);
        let compiled = program.map(|program| {
            compile_whole(&program, &modules.sources, self.next, &|name| self.address(name))
                .map(|linked| (program, linked))
        });
        let programs = match compiled {
            Some(Ok(_)) => programs(&mut modules, &mut diagnostics),
            Some(Err(_)) | None => Some(Vec::new()),
        };
        let Modules { script, sources, extent, .. } = modules;
        let Some(programs) = programs else { return LineCompilation { line: None, diagnostics, sources } };
        let (program, (image, placed)) = match compiled {
            Some(Ok(compiled)) => compiled,
            Some(Err(wrong)) => {
                diagnostics.extend(wrong);
                return LineCompilation { line: None, diagnostics, sources };
            }
            None => return LineCompilation { line: None, diagnostics, sources },
        };
        let next = image.header().brk_base();
        if next > LIBRARY_BASE {
            diagnostics.push(no_room(start, text.text.len()));
            return LineCompilation { line: None, diagnostics, sources };
        }
        let name = match extent {
            Extent::Line(before) | Extent::Programs(before) => before.value,
            Extent::Script | Extent::Whole => None,
        };
        let value = name.zip(program.line.value);
        let address = value.as_ref().and_then(|(name, ty)| Some((*placed.globals.get(&name.span)?, *ty)));
        let Line { lets, offsets, .. } = program.line;
        let checked = Arc::new(Checked { file: script, lets, offsets, value });
        let accepted = Accepted { checked, start: start as u32, placed, debug: image.debug.clone() };
        let mut after = self.clone();
        after.lines.push(Arc::new(accepted));
        after.types = Arc::new(program.types);
        after.text = text;
        after.next = next + PAGE_SIZE;
        after.thread_bytes = program.thread_bytes;
        let line = CompiledLine { image, programs, value: address, after };
        LineCompilation { line: Some(Box::new(line)), diagnostics, sources }
    }

    /// Where something lies that is compiled already, by the place of its name.
    fn address(&self, name: Span) -> Option<u64> {
        let placed = if name.file == FileIndex(0) {
            let after = self.lines.partition_point(|line| line.start <= name.start);
            &self.lines.get(after.checked_sub(1)?)?.placed
        } else {
            &self.base.placed
        };
        placed.functions.get(&name).or_else(|| placed.globals.get(&name)).copied()
    }

    /// The lines and symbols of all that is mapped: the lines, then loader and library.
    #[must_use]
    pub fn debug(&self) -> Debug {
        let base = &self.base.image.debug;
        let mut files = vec![self.text.clone()];
        files.extend(library::sources().iter().cloned());
        // The loader was the file 0 when it was compiled.
        let loader = FileIndex(files.len() as u16);
        files.extend(base.files.first().cloned());
        let mut all = Debug { files, own_files: vec![FileIndex(0)], ..Debug::default() };
        for line in &self.lines {
            all.lines.extend(&line.debug.lines);
            all.symbols.extend(line.debug.symbols.iter().cloned());
            all.globals.extend(line.debug.globals.iter().cloned());
        }
        all.lines.extend(base.lines.iter().map(|&line| {
            let mut line = line;
            if line.span.file == FileIndex(0) {
                line.span.file = loader;
            }
            line
        }));
        all.symbols.extend(base.symbols.iter().cloned());
        all.globals.extend(base.globals.iter().cloned());
        all
    }

    /// The variables of all lines, the newest first: name, address and type. Those that are shadowed are left out.
    #[must_use]
    pub fn variables(&self) -> Vec<(&str, u64, TypeId)> {
        let mut seen = std::collections::BTreeSet::new();
        let mut found = Vec::new();
        for line in self.lines.iter().rev() {
            for (name, ty) in line.checked.variables() {
                if let Some(&address) = line.placed.globals.get(&name.span)
                    && seen.insert(&*name.text)
                {
                    found.push((&*name.text, address, ty));
                }
            }
        }
        found
    }

    /// The names that lines define and that the library has, in order, each once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = std::collections::BTreeSet::new();
        let lines = self.lines.iter().map(|line| &line.checked.file);
        for file in lines.chain(self.base.library.iter().map(|module| &module.file)) {
            names.extend(file.items.iter().filter_map(item_name));
            names.extend(file.statements.iter().filter_map(|statement| match &statement.kind {
                ast::StmtKind::Let { name, .. } => Some(name.text.to_string()),
                ast::StmtKind::Const(_)
                | ast::StmtKind::Assign { .. }
                | ast::StmtKind::Expr(_)
                | ast::StmtKind::If { .. }
                | ast::StmtKind::While { .. }
                | ast::StmtKind::Loop { .. }
                | ast::StmtKind::For { .. }
                | ast::StmtKind::Match { .. }
                | ast::StmtKind::Lock { .. }
                | ast::StmtKind::Break
                | ast::StmtKind::Continue
                | ast::StmtKind::Return(_)
                | ast::StmtKind::Assert { .. }
                | ast::StmtKind::Block(_) => None,
            }));
        }
        names.into_iter().collect()
    }
}

/// The images of a line's programs, each with all that it uses; none if one can not be compiled, which is told.
fn programs(modules: &mut Modules, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Image>> {
    if !modules.script.items.iter().any(|item| matches!(item, ast::Item::Program(_))) {
        return Some(Vec::new());
    }
    let Extent::Line(before) = std::mem::take(&mut modules.extent) else { return None };
    modules.extent = Extent::Programs(before);
    let (program, found) = check::check(modules);
    // All others have been told of the line.
    diagnostics.extend(found.into_iter().filter(|found| found.is_error() || found.code == Code::ZeroInProgram));
    match compile_program(&program?, &modules.sources, &[FileIndex(0)]) {
        // The first image is that of the statements, which are the line's own.
        Ok(images) => Some(images.into_iter().skip(1).collect()),
        Err(found) => {
            diagnostics.extend(found);
            None
        }
    }
}

/// The text of the `machine { }` of a script, if it has one, with the constants that it may name in front of it.
#[must_use]
pub fn machine_of(script: &SourceFile) -> Option<String> {
    let (tree, _) = syntax::parse(script, FileIndex(0));
    let is_machine = |item: &&ast::Item| matches!(item, ast::Item::Machine(_));
    let machine = tree.items.iter().find(is_machine)?;
    let constants = tree.items.iter().filter(|item| matches!(item, ast::Item::Const(_)));
    // Everything else is blank, so that places count in the script.
    let mut text: Vec<char> = script.text.chars().flat_map(blanked).collect();
    for item in constants.chain([machine]) {
        let (start, end) = (item.span().start as usize, item.span().end as usize);
        let kept = script.text.get(start..end)?;
        let kept = kept.chars().flat_map(|letter| std::iter::once(letter).chain(blanked(letter).skip(1)));
        text.splice(start..end, kept).for_each(drop);
    }
    Some(text.into_iter().collect())
}

fn item_name(item: &ast::Item) -> Option<String> {
    let name = match item {
        ast::Item::Fn(item) => &item.name,
        ast::Item::Struct(item) => &item.name,
        ast::Item::Enum(item) => &item.name,
        ast::Item::Const(item) => &item.name,
        ast::Item::Program(item) => &item.name,
        ast::Item::Machine(_) | ast::Item::Use(_) => return None,
    };
    Some(name.text.to_string())
}

/// What stands for the value of the last statement, if that is an expression.
fn value_name(tree: &ast::File) -> Option<ast::Name> {
    let last = tree.statements.last()?;
    let ast::StmtKind::Expr(_) = &last.kind else { return None };
    Some(ast::Name { text: "_".into(), span: last.span })
}

/// A character as blanks of the same length; the ends of lines stay.
fn blanked(letter: char) -> impl Iterator<Item = char> {
    std::iter::repeat_n(if letter == '\n' { '\n' } else { ' ' }, letter.len_utf8())
}

fn no_room(start: usize, end: usize) -> Diagnostic {
    let span = Span::new(FileIndex(0), start as u32, end as u32);
    Diagnostic::error(Code::ImageTooLarge, "the lines take more than 512 MiB", span, "no room for this")
        .with_help("take the memory from mmap, or begin again")
}
