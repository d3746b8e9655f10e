//! The linker: which functions, literals and globals an image holds, where they lie, and what is known of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use indexmap::IndexMap;

use super::assembler::{Code, Fixup, Target};
use super::function::{FunctionCompiler, Literals, TooLarge};
use crate::abi::image::{Debug, Global, Header, Image, LineEntry, MAX_MAPPED_BYTES, Symbol, TEXT_BASE};
use crate::abi::op::Op;
use crate::base::span::{FileIndex, SourceFile, Span};
use crate::lang::check::tree::{Expr, ExprKind, Function, FunctionId, Program, Unit};
use crate::lang::diagnostic::{Code as DiagnosticCode, Diagnostic};

/// All images of a checked program: the script, then each `program` of it.
///
/// `sources` are those that the spans of the program count; `own_files` are the user's.
///
/// # Errors
/// What is too large for a window, a stack or an image.
pub fn compile_program(
    program: &Program,
    sources: &[Arc<SourceFile>],
    own_files: &[FileIndex],
) -> Result<Vec<Image>, Vec<Diagnostic>> {
    let (literals, codes) = compile_functions(program, |_| true)?;
    let mut images = Vec::new();
    let mut diagnostics = Vec::new();
    for unit in &program.units {
        let mut linker = Linker::new(program, &literals, &codes, unit);
        linker.reach();
        match linker.lay_out() {
            Ok(layout) => images.push(linker.image(&layout, sources, own_files)),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    if diagnostics.is_empty() { Ok(images) } else { Err(diagnostics) }
}

/// Where functions and variables lie that are compiled already, by the place of their name in the source.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Addresses of functions.
    pub functions: BTreeMap<Span, u64>,
    /// Addresses of variables.
    pub globals: BTreeMap<Span, u64>,
}

/// One image with everything of a program in it, reached or not, mapped at `base`; and where everything lies. `placed` tells
/// of what is compiled already and is left out.
///
/// # Errors
/// What is too large for a window, a stack or an image.
pub fn compile_whole(
    program: &Program,
    sources: &[Arc<SourceFile>],
    base: u64,
    placed: &dyn Fn(Span) -> Option<u64>,
) -> Result<(Image, Placed), Vec<Diagnostic>> {
    let (literals, codes) = compile_functions(program, |function| placed(function.span).is_none())?;
    let mut linker =
        Linker { base, placed: Some(placed), ..Linker::new(program, &literals, &codes, &program.units[0]) };
    linker.reach_all();
    let layout = linker.lay_out().map_err(|diagnostic| vec![diagnostic])?;
    let image = linker.image(&layout, sources, &[FileIndex(0)]);
    let mut all = Placed::default();
    // The statements themselves have no name by which others could know them.
    let main = program.units[0].main.0 as usize;
    for (&index, &address) in layout.functions.iter().filter(|&(&index, _)| index != main) {
        let _ = all.functions.insert(program.functions[index].span, address);
    }
    for (&index, &address) in &layout.globals {
        let _ = all.globals.insert(program.globals[index].span, address);
    }
    for (&function, &other) in &program.units[0].replaced {
        let address = layout.functions[&(other.0 as usize)];
        let _ = all.functions.insert(program.function(function).span, address);
    }
    Ok((image, all))
}

/// The code of the functions that are wanted, by their numbers, and the literals in it and in globals.
fn compile_functions(
    program: &Program,
    wanted: impl Fn(&Function) -> bool,
) -> Result<(Literals, Vec<Code>), Vec<Diagnostic>> {
    let mut literals = Literals::new();
    let mut codes = Vec::new();
    let mut diagnostics = Vec::new();
    for function in &program.functions {
        if !wanted(function) {
            codes.push(Code::default());
            continue;
        }
        match FunctionCompiler::compile(program, function, &mut literals) {
            Ok(code) => codes.push(code),
            Err(reason) => {
                codes.push(Code::default());
                diagnostics.push(too_large(reason, &function.name, function.span));
            }
        }
    }
    for global in &program.globals {
        if let Some(initial) = &global.initial {
            intern_literals(initial, &mut literals);
        }
    }
    if diagnostics.is_empty() { Ok((literals, codes)) } else { Err(diagnostics) }
}

/// Adds the literals of a global's first value to those of the code.
fn intern_literals(constant: &Expr, literals: &mut Literals) {
    if let ExprKind::Str(bytes) = &constant.kind {
        let _ = literals.insert(bytes.clone());
    } else if let ExprKind::Array(items) = &constant.kind {
        items.iter().for_each(|item| intern_literals(item, literals));
    } else if let ExprKind::Repeat(value, _) = &constant.kind {
        intern_literals(value, literals);
    } else if let ExprKind::Struct { fields, .. } = &constant.kind {
        fields.iter().for_each(|(_, value)| intern_literals(value, literals));
    }
}

fn too_large(reason: TooLarge, name: &str, span: Span) -> Diagnostic {
    match reason {
        TooLarge::Window => Diagnostic::error(
            DiagnosticCode::WindowTooLarge,
            format!("an expression or the parameters of `{name}` need more than 255 words"),
            span,
            "this function does not fit its window",
        )
        .with_help("put parts of its longest expression into variables of their own, or pass a struct"),
        TooLarge::Frame => Diagnostic::error(
            DiagnosticCode::FrameTooLarge,
            format!("the variables of `{name}` take more than 1 GiB"),
            span,
            "no stack is that large",
        )
        .with_help("make a large array global, or take its memory from mmap"),
    }
}

/// What goes into one image.
struct Linker<'p> {
    program: &'p Program,
    literals: &'p Literals,
    codes: &'p [Code],
    unit: &'p Unit,
    /// Where the text begins.
    base: u64,
    /// Where what is left out lies, by the place of its name.
    placed: Option<&'p dyn Fn(Span) -> Option<u64>>,
    functions: BTreeSet<usize>,
    globals: BTreeSet<usize>,
    used_literals: BTreeSet<usize>,
}

/// Where everything lies.
struct Layout {
    header: Header,
    /// In the order of their addresses.
    functions: IndexMap<usize, u64>,
    globals: BTreeMap<usize, u64>,
    literals: BTreeMap<usize, u64>,
}

impl<'p> Linker<'p> {
    fn new(program: &'p Program, literals: &'p Literals, codes: &'p [Code], unit: &'p Unit) -> Self {
        Self {
            program,
            literals,
            codes,
            unit,
            base: TEXT_BASE,
            placed: None,
            functions: BTreeSet::new(),
            globals: BTreeSet::new(),
            used_literals: BTreeSet::new(),
        }
    }

    /// Collects all that the entry leads to.
    fn reach(&mut self) {
        self.follow(vec![Target::Function(self.unit.start.0 as usize)]);
    }

    /// Collects everything that is to be in the image.
    fn reach_all(&mut self) {
        let functions = (0..self.program.functions.len()).map(Target::Function);
        // What is thread-local lies in the storage of threads.
        let globals =
            (0..self.program.globals.len()).filter(|&index| self.program.globals[index].thread_offset.is_none());
        let globals = globals.map(Target::Global);
        let placed = |target: &Target| match *target {
            Target::Function(index) => self.placed(self.program.functions[index].span).is_some(),
            Target::Global(index) => self.placed(self.program.globals[index].span).is_some(),
            Target::Main | Target::Literal(_) => false,
        };
        let pending = functions.chain(globals).filter(|target| !placed(target)).collect();
        self.follow(pending);
    }

    /// Where something lies that is not in the image.
    fn placed(&self, name: Span) -> Option<u64> {
        self.placed.and_then(|placed| placed(name))
    }

    fn follow(&mut self, mut pending: Vec<Target>) {
        let codes = self.codes;
        while let Some(target) = pending.pop() {
            match target {
                Target::Function(index) if self.placed(self.program.functions[index].span).is_some() => {}
                Target::Global(index) if self.placed(self.program.globals[index].span).is_some() => {}
                Target::Main => pending.push(Target::Function(self.unit.main.0 as usize)),
                Target::Function(index) if self.functions.insert(index) => {
                    pending.extend(codes[index].fixups.iter().map(|fixup| self.stand_in(index, fixup.target)));
                }
                Target::Global(index) if self.globals.insert(index) => {
                    if let Some(initial) = &self.program.globals[index].initial {
                        self.named_by(initial, &mut pending);
                    }
                }
                Target::Literal(index) => {
                    let _ = self.used_literals.insert(index);
                }
                Target::Function(_) | Target::Global(_) => {}
            }
        }
    }

    /// What a target in the code of the function `caller` stands for in this unit.
    fn stand_in(&self, caller: usize, target: Target) -> Target {
        let Target::Function(callee) = target else { return target };
        let callee = self.unit.callee(FunctionId(caller as u32), FunctionId(callee as u32));
        Target::Function(callee.0 as usize)
    }

    /// The functions and literals that a constant names.
    fn named_by(&self, constant: &Expr, pending: &mut Vec<Target>) {
        if let ExprKind::FunctionAddress(function) = constant.kind {
            pending.push(Target::Function(function.0 as usize));
        } else if let ExprKind::Str(bytes) = &constant.kind {
            pending.extend(self.literals.get_index_of(bytes).map(Target::Literal));
        } else if let ExprKind::Array(items) = &constant.kind {
            items.iter().for_each(|item| self.named_by(item, pending));
        } else if let ExprKind::Repeat(value, _) = &constant.kind {
            self.named_by(value, pending);
        } else if let ExprKind::Struct { fields, .. } = &constant.kind {
            fields.iter().for_each(|(_, value)| self.named_by(value, pending));
        }
    }

    fn lay_out(&self) -> Result<Layout, Diagnostic> {
        let mut header = Header { base: self.base, ..Header::default() };
        let mut functions = IndexMap::new();
        // The program's own functions come first: one address tells them from the library's.
        for library in [false, true] {
            for &index in &self.functions {
                if (self.program.functions[index].span.file != FileIndex(0)) == library {
                    let _ = functions.insert(index, self.base + header.text_bytes);
                    header.text_bytes += 8 * self.codes[index].instructions.len() as u64;
                }
            }
        }
        let mut literals = BTreeMap::new();
        for &index in &self.used_literals {
            let _ = literals.insert(index, header.rodata_bytes);
            header.rodata_bytes += self.literals[index].len() as u64 + 1;
        }
        let mut globals = BTreeMap::new();
        for has_value in [true, false] {
            for &index in &self.globals {
                let global = &self.program.globals[index];
                if global.initial.is_some() != has_value {
                    continue;
                }
                let end = &mut if has_value { header.data_bytes } else { header.bss_bytes };
                let at = end.next_multiple_of(self.program.types.align(global.ty));
                let after = at.saturating_add(self.program.types.size(global.ty));
                if after.saturating_add(header.text_bytes + header.rodata_bytes + header.data_bytes) > MAX_MAPPED_BYTES
                {
                    return Err(image_too_large(&global.name, global.span));
                }
                let _ = globals.insert(index, at);
                if has_value {
                    header.data_bytes = after;
                } else {
                    header.bss_bytes = after;
                }
            }
            if has_value {
                header.data_bytes = header.data_bytes.next_multiple_of(16);
            }
        }
        let main = self.program.function(self.unit.main);
        if header.text_bytes + header.rodata_bytes + header.data_bytes + header.bss_bytes > MAX_MAPPED_BYTES {
            return Err(image_too_large(&main.name, main.span));
        }
        header.entry = functions[&(self.unit.start.0 as usize)];
        literals.values_mut().for_each(|at| *at += header.rodata_base());
        for (&index, at) in &mut globals {
            let has_value = self.program.globals[index].initial.is_some();
            *at += if has_value { header.data_base() } else { header.bss_base() };
        }
        Ok(Layout { header, functions, globals, literals })
    }

    fn image(&self, layout: &Layout, sources: &[Arc<SourceFile>], own_files: &[FileIndex]) -> Image {
        let mut text = Vec::with_capacity(layout.header.text_bytes as usize / 8);
        let mut debug = Debug { files: sources.to_vec(), own_files: own_files.to_vec(), ..Debug::default() };
        for (&index, &start) in &layout.functions {
            let code = &self.codes[index];
            let first = text.len();
            text.extend(code.instructions.iter().map(|instruction| instruction.encode()));
            for fixup in &code.fixups {
                let pc = start + 8 * fixup.at as u64;
                let target = self.stand_in(index, fixup.target);
                text[first + fixup.at] = self.fixed(code, Fixup { target, ..*fixup }, pc, layout);
            }
            debug.lines.extend(code.lines.iter().map(|&(at, span)| LineEntry { pc: start + 8 * at as u64, span }));
            let end = start + 8 * code.instructions.len() as u64;
            debug.symbols.push(Symbol { start, end, name: self.program.functions[index].name.clone() });
        }
        let mut rodata = Vec::with_capacity(layout.header.rodata_bytes as usize);
        for &index in &self.used_literals {
            rodata.extend_from_slice(&self.literals[index]);
            rodata.push(0);
        }
        let mut data = vec![0; layout.header.data_bytes as usize];
        for (&index, &start) in &layout.globals {
            let global = &self.program.globals[index];
            if let Some(initial) = &global.initial {
                self.write_constant(initial, &mut data, (start - layout.header.data_base()) as usize, layout);
            }
            let bytes = self.program.types.size(global.ty);
            debug.globals.push(Global { start, bytes, name: global.name.clone() });
        }
        debug.globals.sort_by_key(|global| global.start);
        Image {
            name: self.unit.name.clone().unwrap_or_else(|| "script".to_owned()),
            entry: layout.header.entry,
            base: self.base,
            text,
            rodata,
            data,
            bss_bytes: layout.header.bss_bytes,
            debug,
        }
    }

    fn fixed(&self, code: &Code, fixup: Fixup, pc: u64, layout: &Layout) -> u64 {
        let mut instruction = code.instructions[fixup.at];
        let address = self.address(fixup.target, layout);
        instruction.imm = if instruction.op == Op::Call {
            (address.wrapping_sub(pc) as i64 / 8) as i32
        } else {
            (address as i32).wrapping_add(fixup.offset)
        };
        instruction.encode()
    }

    fn address(&self, target: Target, layout: &Layout) -> u64 {
        match target {
            Target::Function(index) => {
                self.placed(self.program.functions[index].span).unwrap_or_else(|| layout.functions[&index])
            }
            Target::Main => layout.functions[&(self.unit.main.0 as usize)],
            Target::Global(index) => {
                self.placed(self.program.globals[index].span).unwrap_or_else(|| layout.globals[&index])
            }
            Target::Literal(index) => layout.literals[&index],
        }
    }

    /// Writes a constant's bytes into the data, which is zero.
    fn write_constant(&self, constant: &Expr, data: &mut [u8], at: usize, layout: &Layout) {
        let size = self.program.types.size(constant.ty) as usize;
        if let ExprKind::Int(value) = constant.kind {
            data[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
        } else if let ExprKind::FunctionAddress(function) = constant.kind {
            let address = self.address(Target::Function(function.0 as usize), layout);
            data[at..at + 8].copy_from_slice(&address.to_le_bytes());
        } else if let ExprKind::Str(bytes) = &constant.kind {
            let address = self.literals.get_index_of(bytes).map_or(0, |index| layout.literals[&index]);
            data[at..at + 8].copy_from_slice(&address.to_le_bytes());
            data[at + 8..at + 16].copy_from_slice(&(bytes.len() as u64).to_le_bytes());
        } else if let ExprKind::Array(items) = &constant.kind {
            let mut at = at;
            for item in items {
                self.write_constant(item, data, at, layout);
                at += self.program.types.size(item.ty) as usize;
            }
        } else if let ExprKind::Repeat(value, count) = &constant.kind {
            let size = self.program.types.size(value.ty) as usize;
            for i in 0..*count as usize {
                self.write_constant(value, data, at + i * size, layout);
            }
        } else if let ExprKind::Struct { fields, .. } = &constant.kind {
            for (offset, value) in fields {
                self.write_constant(value, data, at + *offset as usize, layout);
            }
        }
    }
}

fn image_too_large(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        DiagnosticCode::ImageTooLarge,
        format!("text and globals take more than 1 GiB with `{name}`"),
        span,
        "the image ends before this",
    )
    .with_help("take the memory from mmap")
}
