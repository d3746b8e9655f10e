//! The parser that pest makes from `grammar/ring3.pest`, and the precedence of operators.

use std::sync::LazyLock;

use pest::pratt_parser::{Assoc, Op, PrattParser};

/// The generated parser.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/ring3.pest"]
pub struct Grammar;

/// Go's precedence, weakest first; `as` binds tighter than infix operators and looser than prefix ones.
pub static PRECEDENCE: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    PrattParser::new()
        .op(Op::infix(Rule::or_op, Assoc::Left))
        .op(Op::infix(Rule::and_op, Assoc::Left))
        .op(Op::infix(Rule::cmp_op, Assoc::Left))
        .op(Op::infix(Rule::add_op, Assoc::Left))
        .op(Op::infix(Rule::mul_op, Assoc::Left))
        .op(Op::postfix(Rule::cast))
        .op(Op::prefix(Rule::prefix_op))
        .op(Op::postfix(Rule::call) | Op::postfix(Rule::subscript) | Op::postfix(Rule::member))
});
