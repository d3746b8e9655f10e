//! `machine { key = value }`: read, not judged.

use super::Checker;
use super::layout::TypeId;
use super::scope::Symbol;
use super::tree::{Setting, SettingValue};
use crate::abi::constants;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast;

impl Checker<'_> {
    /// Reads the settings of the script. The stdlib has none.
    pub(super) fn read_settings(&mut self) {
        let files = self.files;
        let script = &files.script;
        let items = script.items.iter().map(ast::Item::span);
        let first = items.chain(script.statements.iter().map(|statement| statement.span)).map(|span| span.start).min();
        let mut seen: Option<&ast::Machine> = None;
        for item in &script.items {
            let ast::Item::Machine(machine) = item else { continue };
            if let Some(before) = seen {
                let error = Diagnostic::error(
                    Code::MachinePlace,
                    "the machine is described twice",
                    machine.span,
                    "a second time",
                );
                self.report(
                    error.with_label(before.span, "the first time").with_help("put all settings into the first one"),
                );
                continue;
            }
            seen = Some(machine);
            if first != Some(machine.span.start) {
                let message = "the machine must be described before everything else";
                let error = Diagnostic::error(Code::MachinePlace, message, machine.span, "something stands before it");
                self.report(error.with_help("move it to the top of the script"));
            }
            for setting in &machine.settings {
                if let Some(value) = self.setting_value(&setting.value) {
                    let (name, name_span) = (setting.key.text.to_string(), setting.key.span);
                    self.machine.push(Setting { name, name_span, value, value_span: setting.value.span });
                }
            }
        }
    }

    fn setting_value(&mut self, value: &ast::Expr) -> Option<SettingValue> {
        if let ast::ExprKind::Name(name) = &value.kind
            && !matches!(self.lookup(0, &name.text), Some(Symbol::Const(_)))
            && constants::lookup(&name.text).is_none()
        {
            return Some(SettingValue::Word(name.text.to_string()));
        }
        let constant = self.evaluate(0, value, None);
        if constant.ty == TypeId::ERROR {
            return None;
        }
        let text = constant.text().map(|text| SettingValue::Word(String::from_utf8_lossy(text).into_owned()));
        let setting = constant.word().map(SettingValue::Int).or(text);
        if setting.is_none() {
            let message = "a setting is a constant integer or a word";
            self.error(Code::MachineValue, message, value.span, "expected a number or a word");
        }
        setting
    }
}
