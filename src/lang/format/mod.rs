//! The one style of a script: `ring3 fmt`.
//!
//! The formatter works on tokens, comments among them, so nothing can get lost:
//! ```text
//! text --tokens--> tokens with line breaks --layout--> the lines of the style --width--> 120 columns --write--> text
//! ```
//! Lines stay where the author broke them; what is settled is their indent, the blanks between tokens, where the brackets of a
//! list that goes over lines stand, blank lines (one at most), and what becomes of a line that is too long. A comment behind
//! code keeps its column as long as the code leaves room. Separators are the layout's: `;` and the comma at the end of a line in
//! braces go, the comma behind the last element of a list with a line for each comes.
//!
//! What a line break means to the grammar is not known here but in `syntax/scan.rs`: a token that begins a statement there
//! [begins](tokens::Token::begins) one here. A formatted text has the same tokens with the same beginnings as the text that it
//! was made of, which [`format`] asserts; so its tree is the same.

mod layout;
mod tokens;
mod width;
mod write;

#[cfg(test)]
mod tests;

use super::diagnostic::Diagnostic;
use super::syntax;
use super::syntax::scan;
use crate::base::span::{FileIndex, SourceFile};
use tokens::Token;

/// The widest line of code, in characters, that is left alone.
const MAX_COLUMNS: usize = 120;
/// Blanks of a level.
const INDENT: usize = 4;

/// The script in the one style. Formatting that again changes nothing.
///
/// # Errors
/// The errors of a script that does not parse, or that would be larger in the style than a source file may be.
///
/// # Panics
/// If a token would change, which is a mistake of the formatter.
pub fn format(source: &SourceFile) -> Result<String, Vec<Diagnostic>> {
    let (_, diagnostics) = syntax::parse(source, FileIndex(0));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    let before = tokens::read(&source.text, &scan::scan(&source.text, FileIndex(0)).mask);
    let mut laid = before.clone();
    layout::settle(&mut laid);
    width::fit(&mut laid);
    let text = write::write(&laid);
    if let Err(too_large) = syntax::check_styled_size(text.len(), FileIndex(0)) {
        return Err(vec![too_large]);
    }
    let after = tokens::read(&text, &scan::scan(&text, FileIndex(0)).mask);
    let change = before.iter().zip(&after).find(|(before, after)| !before.is_same(after));
    assert!(change.is_none() && before.len() == after.len(), "formatting changes {change:?} of {}", source.name);
    Ok(text)
}

/// An expression of a script that parses, on one line in the one style, without its comments.
#[must_use]
pub fn one_line(expression: &str) -> String {
    let mask = scan::scan_embedded(expression, FileIndex(0), 0).mask;
    let mut tokens = tokens::read(expression, &mask);
    tokens.retain(|token| !token.is_comment());
    for token in &mut tokens {
        token.breaks = 0;
    }
    write::line(&tokens)
}

/// The partner of each bracket: index of the opener to index of the closer and back; other tokens are their own.
fn partners(tokens: &[Token<'_>]) -> Vec<usize> {
    let mut partners: Vec<usize> = (0..tokens.len()).collect();
    let mut open = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if token.is_open() {
            open.push(i);
        } else if token.is_close()
            && let Some(opener) = open.pop()
        {
            partners[opener] = i;
            partners[i] = opener;
        }
    }
    partners
}
