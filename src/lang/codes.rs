//! Every diagnostic's stable code and its one-sentence title, in one table.
//!
//! R01xx syntax, R02xx names, R03xx types, R04xx flow and matches, R05xx constants and machine settings, R09xx warnings.
//! A code is never given a second meaning. A new one is a new row in its range.

/// Makes the enum, its codes and its titles from one table.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $title:literal;)*) => {
        /// What kind of mistake a diagnostic reports.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Code {
            $(#[doc = $title] $(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it is printed: `R0203`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// One sentence that explains the code without a script at hand.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)*
                }
            }
        }
    };
}

codes! {
    // R01xx: syntax
    Unexpected = "R0101", "The text does not continue as the grammar wants.";
    FileTooLarge = "R0102", "A source file is at most 1 MiB.";
    NotText = "R0103", "A source file is UTF-8 text without NUL bytes.";
    TooDeep = "R0104", "Brackets, blocks and operators nest at most 100 levels.";
    Unbalanced = "R0105", "A bracket is not closed, or closes nothing.";
    UnclosedString = "R0106", "A string ends on the line where it begins.";
    BadEscape = "R0107", "An escape in a string or a byte literal is not known.";
    BadInterpolation = "R0108", "An interpolation is an expression and perhaps a format, in braces.";
    StrayInterpolation = "R0109", "Only print and its kin interpolate.";
    ChainedComparison = "R0110", "Comparisons do not chain.";
    AssignInCondition = "R0111", "An assignment is not an expression.";
    ForeignKeyword = "R0112", "A word of another language stands where ring3 has its own.";
    ForeignOperator = "R0113", "An operator of another language stands where ring3 has its own.";
    FloatLiteral = "R0114", "There are no floating-point numbers.";
    BadInteger = "R0115", "An integer literal is malformed or does not fit in 64 bits.";
    BadByte = "R0116", "A byte literal is one byte in single quotes.";
    TypeBeforeName = "R0117", "A type stands after the name, behind a colon.";
    MissingType = "R0118", "Parameters and fields have a type.";
    MissingArrow = "R0119", "A result type stands after `->`.";
    MissingParentheses = "R0120", "A call has parentheses.";
    Misplaced = "R0121", "This statement or item may not stand here.";
    ReservedWord = "R0122", "A reserved word can not be a name.";
    MissingBlock = "R0123", "The body of a statement is a block in braces.";
    ArgumentOrder = "R0124", "Named arguments come after positional ones, parameters with defaults after those without.";
    NotAssignable = "R0125", "Only a variable, an element, a field or what a pointer points to can be assigned.";
    NoThreads = "R0126", "Threads are not part of this version.";
    TooManyErrors = "R0127", "After many errors the rest of the file is not reported.";
}
