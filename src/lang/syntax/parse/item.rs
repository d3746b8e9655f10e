//! Builds definitions, and sorts top-level statements from them.

#![expect(clippy::wildcard_enum_match_arm, reason = "pest's rules are one enum with every token in it")]

use pest::iterators::Pair;

use super::grammar::Rule;
use super::{Builder, Built, Parts, first};
use crate::base::span::Span;
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::syntax::ast::{
    Const, Enum, Field, File, Fn, Item, Machine, Param, Program, Setting, Struct, Use, Variant,
};

impl Builder<'_> {
    /// Adds a `statement` pair of the top level to the tree.
    pub(super) fn top_statement(&self, pair: Pair<'_, Rule>, tree: &mut File) -> Built<()> {
        let Some(item) = self.item(first(pair.clone()))? else {
            tree.statements.push(self.statement(pair)?);
            return Ok(());
        };
        if let Item::Machine(machine) = &item
            && !(tree.items.is_empty() && tree.statements.is_empty())
        {
            let message = "`machine` is not at the top";
            self.report(
                Diagnostic::error(Code::MachinePlace, message, machine.span, "only comments may precede it")
                    .with_help("move it to the first line; there is at most one"),
            );
        }
        tree.items.push(item);
        Ok(())
    }

    /// The definition, if the pair is one.
    pub(super) fn item(&self, pair: Pair<'_, Rule>) -> Built<Option<Item>> {
        Ok(Some(match pair.as_rule() {
            Rule::function => Item::Fn(self.function(pair)?),
            Rule::structure => Item::Struct(self.structure(pair)?),
            Rule::enumeration => Item::Enum(self.enumeration(pair)?),
            Rule::constant => Item::Const(self.constant(pair)?),
            Rule::program => Item::Program(self.program(pair)?),
            Rule::machine => Item::Machine(self.machine(pair)?),
            Rule::import => Item::Use(self.import(pair)),
            _ => return Ok(None),
        }))
    }

    fn function(&self, pair: Pair<'_, Rule>) -> Built<Fn> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let must_use = parts.take(Rule::kw_must_use).is_some();
        let keyword = self.span(&parts.need(Rule::kw_fn));
        let name = self.name(&parts.need(Rule::ident));
        let list = parts.need(Rule::params);
        let mut head = keyword.to(self.span(&list));
        let params = self.params(list)?;
        let result = match parts.after(Rule::arrow) {
            Some(ty) => {
                head = head.to(self.span(&ty));
                Some(self.type_name(ty)?)
            }
            None => None,
        };
        let body = self.block(parts.need(Rule::block));
        Ok(Fn { span, head, name, must_use, params, result, body })
    }

    fn params(&self, pair: Pair<'_, Rule>) -> Built<Vec<Param>> {
        let params = Parts::of(pair).all(Rule::param).map(|param| self.param(param)).collect::<Built<Vec<Param>>>()?;
        for pair in params.windows(2) {
            if pair[0].default.is_some() && pair[1].default.is_none() {
                let message = format!("`{}` needs a default, as a parameter before it has one", pair[1].name.text);
                let error = Diagnostic::error(Code::ArgumentOrder, message, pair[1].span, "expected `= value`");
                return Err(error
                    .with_label(pair[0].span, "this one has a default")
                    .with_help("move parameters without default to the front"));
            }
        }
        Ok(params)
    }

    fn param(&self, pair: Pair<'_, Rule>) -> Built<Param> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.need(Rule::ident));
        let ty = self.type_name(parts.need(Rule::r#type))?;
        let default = parts.after(Rule::eq).map(|value| self.expr(value)).transpose()?;
        Ok(Param { span, name, ty, default })
    }

    fn structure(&self, pair: Pair<'_, Rule>) -> Built<Struct> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.need(Rule::ident));
        let fields = parts.all(Rule::field).map(|field| {
            let span = self.span(&field);
            let mut parts = Parts::of(field);
            let name = self.name(&parts.need(Rule::ident));
            Ok(Field { span, name, ty: self.type_name(parts.need(Rule::r#type))? })
        });
        Ok(Struct { span, name, fields: fields.collect::<Built<_>>()? })
    }

    fn enumeration(&self, pair: Pair<'_, Rule>) -> Built<Enum> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.need(Rule::ident));
        let variants = parts.all(Rule::variant).map(|variant| {
            let span = self.span(&variant);
            let mut parts = Parts::of(variant);
            let name = self.name(&parts.need(Rule::ident));
            let value = parts.after(Rule::eq).map(|value| self.expr(value)).transpose()?;
            Ok(Variant { span, name, value })
        });
        Ok(Enum { span, name, variants: variants.collect::<Built<_>>()? })
    }

    /// A `const`, at the top level or in a block.
    pub(super) fn constant(&self, pair: Pair<'_, Rule>) -> Built<Const> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let name = self.name(&parts.need(Rule::ident));
        let ty = parts.after(Rule::colon).map(|ty| self.type_name(ty)).transpose()?;
        let value = self.expr(parts.need(Rule::expr))?;
        Ok(Const { span, name, ty, value })
    }

    fn program(&self, pair: Pair<'_, Rule>) -> Built<Program> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let keyword = self.span(&parts.need(Rule::kw_program));
        let name = self.name(&parts.need(Rule::ident));
        let list = parts.need(Rule::params);
        let head = keyword.to(self.span(&list));
        let params = self.params(list)?;
        Ok(Program { span, head, name, params, body: self.block(parts.need(Rule::block)) })
    }

    fn machine(&self, pair: Pair<'_, Rule>) -> Built<Machine> {
        let span = self.span(&pair);
        let settings = Parts::of(pair).all(Rule::setting).map(|setting| {
            let span = self.span(&setting);
            let mut parts = Parts::of(setting);
            let key = self.name(&parts.need(Rule::ident));
            Ok(Setting { span, key, value: self.expr(parts.need(Rule::expr))? })
        });
        Ok(Machine { span, settings: settings.collect::<Built<_>>()? })
    }

    fn import(&self, pair: Pair<'_, Rule>) -> Use {
        let span: Span = self.span(&pair);
        Use { span, module: self.name(&Parts::of(pair).need(Rule::ident)) }
    }
}
