//! Cuts a mask into statements, and finds the blocks in one.
//!
//! Works on the mask of [`super::scan`], which has no strings, no comments and only newlines that count.

use std::ops::Range;

/// The statements in `mask[range]`: what newlines and `;` outside brackets part, without blanks around them.
#[must_use]
pub fn split(mask: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = mask.as_bytes();
    let mut pieces = Vec::new();
    let mut depth = 0_usize;
    let mut start = range.start;
    for at in range.clone() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' | b';' if depth == 0 => {
                push_trimmed(bytes, start..at, &mut pieces);
                start = at + 1;
            }
            _ => {}
        }
    }
    push_trimmed(bytes, start..range.end, &mut pieces);
    pieces
}

fn push_trimmed(bytes: &[u8], range: Range<usize>, pieces: &mut Vec<Range<usize>>) {
    let visible = |at: &usize| !bytes[*at].is_ascii_whitespace();
    if let Some(first) = range.clone().find(visible) {
        let last = range.rev().find(visible).unwrap_or(first);
        pieces.push(first..last + 1);
    }
}

/// The insides of the outermost `{ }` in `mask[range]`.
#[must_use]
pub fn blocks(mask: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for at in range {
        match mask.as_bytes()[at] {
            b'{' => open.push(at),
            b'}' => {
                if let Some(start) = open.pop()
                    && open.is_empty()
                {
                    found.push(start + 1..at);
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_newlines_and_semicolons_outside_brackets() {
        let mask = "a\n  b; c {\n d\n}\n[e; f]\n\n";
        let pieces: Vec<&str> = split(mask, 0..mask.len()).into_iter().map(|piece| &mask[piece]).collect();
        assert_eq!(pieces, ["a", "b", "c {\n d\n}", "[e; f]"]);
    }

    #[test]
    fn finds_the_outermost_blocks() {
        let mask = "if a { b { c } } else { d }";
        let found: Vec<&str> = blocks(mask, 0..mask.len()).into_iter().map(|block| &mask[block]).collect();
        assert_eq!(found, [" b { c } ", " d "]);
    }
}
