//! The finished program: its units, and for each unit what it reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::declarations::Progress;
use super::layout::TypeId;
use super::session::Extent;
use super::tree::{Function, FunctionId, Global, Program, REPLACED, Unit};
use crate::lang::diagnostic::{Code, Diagnostic};

impl Checker<'_> {
    /// Everything that was checked without error, as the code generator takes it.
    pub(super) fn build(&mut self) -> Program {
        // The bodies of the script and of its programs have the first numbers.
        let mut units = vec![self.unit(None, FunctionId(0))];
        let programs = if self.is_line() { 0 } else { self.programs.len() };
        for i in 0..programs {
            let name = self.programs[i].ast.name.text.to_string();
            let unit = self.unit(Some(name), FunctionId(i as u32 + 1));
            self.warn_of_zero(&unit, i);
            units.push(unit);
        }
        let mut support = BTreeMap::new();
        for (&name, &index) in &self.support {
            if let Some(id) = self.functions[index].id {
                let _ = support.insert(name, id);
            }
        }
        let storage = self.storage();
        let globals = self.requested_globals.iter().map(|&index| {
            let global = &self.globals[index];
            let (ty, initial) = match &global.progress {
                Progress::Done((ty, initial)) => (*ty, initial.clone()),
                Progress::Waiting | Progress::Begun => (TypeId::ERROR, None),
            };
            let thread_offset = storage.offsets.get(&index).copied();
            Global { name: global.name.text.to_string(), ty, initial, thread_offset, span: global.name.span }
        });
        let globals: Vec<Global> = globals.collect();
        let line = self.line(&storage);
        Program {
            types: std::mem::take(&mut self.types),
            functions: std::mem::take(&mut self.bodies).into_values().collect(),
            globals,
            units,
            support,
            machine: std::mem::take(&mut self.machine),
            thread_bytes: storage.bytes,
            line,
        }
    }

    /// What runs as one image, from `_start` of the stdlib; without a stdlib from `main` itself.
    fn unit(&mut self, name: Option<String>, main: FunctionId) -> Unit {
        let start = if self.is_line() { None } else { self.request_support("_start") };
        let start = start.unwrap_or(main);
        let (functions, globals) = (Vec::new(), Vec::new());
        let mut unit = Unit { name, start, main, replaced: BTreeMap::new(), functions, globals };
        self.reach(&mut unit);
        let uses_tls = |id| self.bodies.get(id).is_some_and(|function: &Function| function.uses_tls);
        let wants_tls = match self.files.extent {
            Extent::Script | Extent::Programs(_) => unit.functions.iter().any(uses_tls),
            // What lines may come to need is not known when the library is linked for them.
            Extent::Whole => true,
            Extent::Line(_) => false,
        };
        if wants_tls {
            let id = |name| self.support.get(name).and_then(|&index: &usize| self.functions[index].id);
            let both = REPLACED.iter().filter_map(|[name, other]| Some((id(name)?, id(other)?)));
            unit.replaced = both.collect();
            unit.start = unit.replaced.get(&start).copied().unwrap_or(start);
            self.reach(&mut unit);
        }
        unit
    }

    /// Finds the functions and globals of a unit.
    fn reach(&self, unit: &mut Unit) {
        let (mut functions, mut globals) = (BTreeSet::new(), BTreeSet::new());
        let mut waiting = vec![unit.start, unit.main];
        while let Some(id) = waiting.pop() {
            if !functions.insert(id) {
                continue;
            }
            if let Some(function) = self.bodies.get(&id) {
                waiting.extend(function.calls.iter().map(|&callee| unit.callee(id, callee)));
                globals.extend(&function.uses);
            }
        }
        (unit.functions, unit.globals) = (functions.into_iter().collect(), globals.into_iter().collect());
    }

    /// Warns of the script's variables in functions that a program calls: its `let`s do not run there.
    fn warn_of_zero(&mut self, unit: &Unit, program: usize) {
        for id in &unit.functions {
            let Some(function) = self.bodies.get(id) else { continue };
            let index = function.uses.iter().map(|global| self.requested_globals[global.0 as usize]);
            let is_of_script =
                |index: &usize| self.is_of_script(self.globals[*index].scope) && !self.globals[*index].thread_local;
            let Some(index) = index.into_iter().find(is_of_script) else {
                continue;
            };
            let (function, span) = (function.name.clone(), function.span);
            let (name, declared) = (&self.globals[index].name.text, self.globals[index].name.span);
            let ast = self.programs[program].ast;
            let message =
                format!("`{function}` uses the script's `{name}`, which is zero in the process of `{}`", ast.name.text);
            let warning = Diagnostic::warning(Code::ZeroInProgram, message, span, "called from the program")
                .with_label(declared, "its `let` runs in the script only")
                .with_help("pass the value as an argument, or declare it with `const`");
            self.report(warning);
        }
    }
}
