//! Categories of events: what a filter selects by.

/// Declares the categories: variant, name in a filter, sentence.
macro_rules! categories {
    ($($name:ident = $text:literal, $doc:literal;)*) => {
        /// What a filter selects by.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum Category {
            $(#[doc = $doc] $name,)*
        }

        impl Category {
            /// All, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in a filter.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What it holds, in a sentence.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self {
                    $(Self::$name => $doc,)*
                }
            }
        }
    };
}

categories! {
    Task = "task", "Processes and threads: made, replaced, ended, reaped.";
    Sched = "sched", "States, run queues, context switches, and the oracle's choices.";
    Mode = "mode", "User and kernel mode, saved registers, clocks.";
    Syscall = "syscall", "System calls.";
    Mm = "mm", "Address spaces, areas, page tables, frames, faults.";
    Tlb = "tlb", "The TLB.";
    Swap = "swap", "Swap.";
    Fs = "fs", "Descriptors, files, directories, the page cache.";
    Pipe = "pipe", "Pipes.";
    Signal = "signal", "Signals.";
    Sync = "sync", "Locks.";
    User = "user", "What the script itself says: prints and marks.";
    Mem = "mem", "Each store to memory.";
}
