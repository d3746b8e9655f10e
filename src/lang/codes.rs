//! Every diagnostic's stable code and its one-sentence title, in one table.
//!
//! R01xx syntax, R02xx names, R03xx types, R04xx flow and matches, R05xx constants and machine settings,
//! R06xx sizes of code and images, R09xx warnings.
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
    TooManyErrors = "R0127", "After many errors the rest of the file is not reported.";
    // R02xx: names
    UnknownName = "R0201", "A name stands for nothing here.";
    UnknownType = "R0202", "A name stands for no type.";
    UnknownField = "R0203", "A structure or an enum has no such field or value.";
    UnknownModule = "R0204", "There is no such module.";
    UnknownArgument = "R0205", "A function has no such parameter, a structure no such field.";
    DuplicateName = "R0206", "A name has one meaning in its scope.";
    OtherProcess = "R0207", "A program does not see the script's variables: it is another process.";
    UsedBeforeLet = "R0208", "A variable of the top level is used before its let.";
    NotAValue = "R0209", "A type or a program is not a value.";
    BuiltinName = "R0210", "A name that is built in cannot be defined again.";
    // R03xx: types
    Mismatch = "R0301", "A value has another type than its place wants.";
    ConditionNotBool = "R0302", "A condition is a bool.";
    OperandTypes = "R0303", "An operator does not work on values of these types.";
    NeedsCast = "R0304", "A conversion that may lose something is written with `as`.";
    OutOfRange = "R0305", "A constant does not fit in its type.";
    BadCast = "R0306", "There is no conversion between these types.";
    NotCallable = "R0307", "Only a function can be called.";
    ArgumentCount = "R0308", "A call gives each parameter without default one argument, and no more.";
    DuplicateArgument = "R0309", "A parameter or a field is given twice.";
    NotIndexable = "R0310", "Only arrays, slices, strs and pointers have elements.";
    NoFields = "R0311", "Only structures and pointers to them have fields.";
    NotAPointer = "R0312", "Only a pointer can be followed.";
    NoAddress = "R0313", "Only what lies in memory has an address.";
    ReadOnly = "R0314", "Constants and the bytes of a str cannot be assigned.";
    NoValue = "R0315", "A call of a function without result gives no value.";
    NotPrintable = "R0316", "Printable are integers, bools, strs, bytes, pointers and enums.";
    BadFormat = "R0317", "A format does not suit the type of its value.";
    NotIterable = "R0318", "A for walks a range, an array, a slice or a str.";
    CannotInfer = "R0319", "The type of a variable cannot be told from its value.";
    NotCalled = "R0320", "A function is named where its result is wanted.";
    NotAMutex = "R0321", "`lock` takes a Mutex, or a pointer to one.";
    NotAtomic = "R0322", "An atomic operation works on an integer of 1, 4 or 8 bytes in memory.";
    // R04xx: flow and matches
    MissingReturn = "R0401", "A function with a result returns one on every way through it.";
    OutsideLoop = "R0402", "break and continue stand in a loop.";
    NotExhaustive = "R0403", "A match covers every value.";
    BadPattern = "R0404", "A pattern is a constant of the type that is matched.";
    NoEffect = "R0405", "An expression alone is a statement only if it is a call.";
    WrongReturn = "R0406", "A return gives a value exactly if its function has a result.";
    // R05xx: constants, layouts, programs and machine settings
    NotConstant = "R0501", "A constant is wanted here.";
    ConstantOverflow = "R0502", "A constant expression does not fit in its type.";
    DivisionByZero = "R0503", "A division by the constant 0 always traps.";
    Cycle = "R0504", "A constant, an enum or a structure needs itself.";
    TooLarge = "R0505", "A value is at most 1 GiB large.";
    IndexOutOfRange = "R0506", "A constant index lies outside its array.";
    MachinePlace = "R0507", "The machine is described once, before everything else.";
    MachineValue = "R0508", "A setting of the machine is a constant integer or a word.";
    ProgramParams = "R0509", "A program has one parameter of type [str], or none.";
    TooMany = "R0510", "A function has at most 100 parameters, a structure 1,000 fields, an enum 10,000 values.";
    UnknownSetting = "R0511", "A setting of the machine is one that it has.";
    BadSetting = "R0512", "A setting of the machine has a value that it can have.";
    ThreadLocalValue = "R0513", "A thread-local variable begins as zero in each thread.";
    // R06xx: code and images
    WindowTooLarge = "R0601", "An expression or the parameters of a function need more than 255 words.";
    FrameTooLarge = "R0602", "The variables of a function take more than 1 GiB.";
    ImageTooLarge = "R0603", "The code and the globals of an image take more than 1 GiB.";
    // R09xx: warnings
    UnusedVariable = "R0901", "A variable is never used.";
    IgnoredResult = "R0902", "A result that says whether the call worked is ignored.";
    Unreachable = "R0903", "A statement is never reached.";
    AddressEscapes = "R0904", "The address of a local is dead after its function has returned.";
    UnreachableArm = "R0905", "A match arm is never reached.";
    ZeroInProgram = "R0906", "A function that a program calls uses the script's variable, which is zero there.";
}
