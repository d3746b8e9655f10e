//! The finished program: its units, and for each unit what it reaches.

use std::collections::{BTreeMap, BTreeSet};

use super::Checker;
use super::declarations::Progress;
use super::layout::TypeId;
use super::tree::{FunctionId, Global, GlobalId, Program, Unit};
use crate::lang::diagnostic::{Code, Diagnostic};

impl Checker<'_> {
    /// Everything that was checked without error, as the code generator takes it.
    pub(super) fn build(&mut self) -> Program {
        // The bodies of the script and of its programs have the first numbers.
        let mut units = vec![self.unit(None, FunctionId(0))];
        for i in 0..self.programs.len() {
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
        let globals = self.requested_globals.iter().map(|&index| {
            let global = &self.globals[index];
            let (ty, initial) = match &global.progress {
                Progress::Done((ty, initial)) => (*ty, initial.clone()),
                Progress::Waiting | Progress::Begun => (TypeId::ERROR, None),
            };
            Global { name: global.name.text.to_string(), ty, initial, span: global.name.span }
        });
        let globals = globals.collect();
        Program {
            types: std::mem::take(&mut self.types),
            functions: std::mem::take(&mut self.bodies).into_values().collect(),
            globals,
            units,
            support,
            machine: std::mem::take(&mut self.machine),
        }
    }

    /// What runs as one image, from `_start` of the stdlib; without a stdlib from `main` itself.
    fn unit(&mut self, name: Option<String>, main: FunctionId) -> Unit {
        let start = self.request_support("_start").unwrap_or(main);
        let mut functions = BTreeSet::new();
        let mut globals: BTreeSet<GlobalId> = BTreeSet::new();
        let mut waiting = vec![start, main];
        while let Some(id) = waiting.pop() {
            if !functions.insert(id) {
                continue;
            }
            if let Some(function) = self.bodies.get(&id) {
                waiting.extend(&function.calls);
                globals.extend(&function.uses);
            }
        }
        let (functions, globals) = (functions.into_iter().collect(), globals.into_iter().collect());
        Unit { name, start, main, functions, globals }
    }

    /// Warns of the script's variables in functions that a program calls: its `let`s do not run there.
    fn warn_of_zero(&mut self, unit: &Unit, program: usize) {
        for id in &unit.functions {
            let Some(function) = self.bodies.get(id) else { continue };
            let index = function.uses.iter().map(|global| self.requested_globals[global.0 as usize]);
            let Some(index) = index.into_iter().find(|&index| self.globals[index].scope == 0) else { continue };
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
