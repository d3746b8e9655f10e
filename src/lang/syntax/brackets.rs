//! The brackets that are open while a text is scanned.

/// An open bracket.
#[derive(Clone, Copy, Debug)]
pub struct Opener {
    /// Its offset.
    pub at: usize,
    /// A pair inside it whose closer stands further left than its opener's line: likely the one that lacks its closer.
    pub suspect: Option<(usize, usize)>,
    byte: u8,
    indent: usize,
}

impl Opener {
    /// The bracket itself.
    #[must_use]
    pub const fn text(&self) -> char {
        self.byte as char
    }

    /// The bracket that closes it.
    #[must_use]
    pub const fn closer(&self) -> char {
        match self.byte {
            b'(' => ')',
            b'[' => ']',
            _ => '}',
        }
    }
}

/// The stack of open brackets, outermost first.
#[derive(Debug)]
pub struct Brackets {
    open: Vec<Opener>,
}

impl Brackets {
    /// No bracket is open.
    #[must_use]
    pub const fn new() -> Self {
        Self { open: Vec::new() }
    }

    /// How many are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether the innermost is `(` or `[`, where a newline is a blank.
    #[must_use]
    pub fn in_parentheses(&self) -> bool {
        self.open.last().is_some_and(|opener| opener.byte != b'{')
    }

    /// The innermost.
    #[must_use]
    pub fn innermost(&self) -> Option<Opener> {
        self.open.last().copied()
    }

    /// How many are open up to and with the innermost `{`.
    #[must_use]
    pub fn innermost_block(&self) -> usize {
        self.open.iter().rposition(|opener| opener.byte == b'{').map_or(0, |level| level + 1)
    }

    /// Opens one at offset `at`, on a line that begins with `indent` blanks.
    pub fn open(&mut self, byte: u8, at: usize, indent: usize) {
        self.open.push(Opener { at, suspect: None, byte, indent });
    }

    /// The level of the bracket that `closer` closes. `)` and `]` do not close over a `{`; `}` closes over all.
    #[must_use]
    pub fn partner(&self, closer: u8) -> Option<usize> {
        let opening = match closer {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        let level = self.open.iter().rposition(|opener| opener.byte == opening)?;
        let crosses_block = opening != b'{' && self.open[level..].iter().any(|opener| opener.byte == b'{');
        if crosses_block { None } else { Some(level) }
    }

    /// Closes the innermost at offset `at`; `indent` if the closer is the first of its line.
    pub fn close(&mut self, at: usize, indent: Option<usize>) {
        let Some(closed) = self.open.pop() else { return };
        let Some(outer) = self.open.last_mut() else { return };
        if closed.byte == b'{' && indent.is_some_and(|indent| indent < closed.indent) && outer.suspect.is_none() {
            outer.suspect = Some((closed.at, at));
        }
        if outer.suspect.is_none() {
            outer.suspect = closed.suspect;
        }
    }

    /// Forgets all but the outer `level` and yields them, outermost first.
    pub fn truncate(&mut self, level: usize) -> Vec<Opener> {
        self.open.split_off(level.min(self.open.len()))
    }

    /// Forgets the `(` and `[` inside the innermost block and yields their offsets.
    pub fn drop_parentheses(&mut self) -> Vec<usize> {
        let level = self.innermost_block();
        self.truncate(level).iter().map(|opener| opener.at).collect()
    }
}
