//! Elision: a line `…` in an expected text stands for any lines.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Whether a line stands for any lines.
#[must_use]
pub fn is_one(line: &str) -> bool {
    line.trim() == "…"
}

/// Lines of a text, without blanks at their ends and without empty lines at its end.
#[must_use]
pub fn lines(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        let _ = lines.pop();
    }
    lines
}

/// The pieces between the lines that stand for others; the first is to come first, and the last last, empty or not.
fn pieces<'a>(expected: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut pieces = vec![Vec::new()];
    for line in expected {
        match pieces.last_mut() {
            Some(piece) if !is_one(line) => piece.push(*line),
            Some(_) | None => pieces.push(Vec::new()),
        }
    }
    pieces
}

/// Where `piece` is in `got`, from a place on.
fn find<T: PartialEq>(piece: &[T], got: &[T], from: usize) -> Option<usize> {
    (from..=got.len().checked_sub(piece.len())?).find(|&at| got[at..at + piece.len()] == *piece)
}

/// Whether the lines are as expected.
#[must_use]
pub fn matches(expected: &[&str], got: &[&str]) -> bool {
    let pieces = pieces(expected);
    let [first, middle @ .., last] = pieces.as_slice() else { return expected == got };
    if got.len() < first.len() + last.len() || !got.starts_with(first) || !got.ends_with(last) {
        return false;
    }
    let mut from = first.len();
    let inner = &got[..got.len() - last.len()];
    middle.iter().all(|piece| match find(piece, inner, from) {
        Some(at) => {
            from = at + piece.len();
            true
        }
        None => false,
    })
}

/// What is left of a line when its numbers are forgotten: the same thing happens again under other numbers.
fn gist(line: &str) -> String {
    let mut gist = String::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_ascii_digit() {
            while letters.next_if(|next| next.is_ascii_alphanumeric() || *next == '.').is_some() {}
            gist.push('0');
        } else if letter != ' ' {
            gist.push(letter);
        } else if !gist.ends_with(' ') {
            gist.push(' ');
        }
    }
    gist.trim().to_owned()
}

/// The expected text as it would have to be: what it shows of the old lines is shown of the new ones.
///
/// # Errors
/// Why it can not be told what to show.
pub fn refit(expected: &[&str], got: &[&str]) -> Result<Vec<String>, String> {
    let pieces = pieces(expected);
    if pieces.len() == 1 {
        return Ok(got.iter().map(|&line| line.to_owned()).collect());
    }
    let ellipses: Vec<&str> = expected.iter().copied().filter(|line| is_one(line)).collect();
    let gists: Vec<String> = got.iter().map(|line| gist(line)).collect();
    let mut made = Vec::new();
    let mut from = 0;
    for (place, piece) in pieces.iter().enumerate() {
        let wanted: Vec<String> = piece.iter().map(|line| gist(line)).collect();
        let last = place == pieces.len() - 1;
        let range = match (piece.is_empty(), place) {
            (true, _) => from..from,
            (false, _) => window(&wanted, &gists, from, (place == 0, last)).ok_or_else(|| {
                format!(
                    "nothing is like `{}`, so it can not be told which lines the `…` beside it stand for",
                    piece[0].trim()
                )
            })?,
        };
        made.extend(got[range.clone()].iter().map(|&line| line.to_owned()));
        made.extend(ellipses.get(place).map(|&line| line.to_owned()));
        from = range.end;
    }
    Ok(made)
}

/// The lines that are most like the wanted ones, from a place on; the first piece begins at the beginning, the last one
/// ends at the end.
fn window(
    wanted: &[String],
    got: &[String],
    from: usize,
    (first, last): (bool, bool),
) -> Option<std::ops::Range<usize>> {
    let whole = if last {
        let at = got.len().checked_sub(wanted.len()).filter(|&at| at >= from);
        at.filter(|&at| got[at..] == *wanted)
    } else {
        find(wanted, got, from).filter(|&at| !first || at == 0)
    };
    if let Some(at) = whole {
        return Some(at..at + wanted.len());
    }
    let rest = &got[from..];
    let ops = capture_diff_slices(Algorithm::Myers, wanted, rest);
    let same = ops.iter().filter_map(|op| match *op {
        DiffOp::Equal { new_index, len, .. } => Some((new_index, new_index + len)),
        DiffOp::Delete { .. } | DiffOp::Insert { .. } | DiffOp::Replace { .. } => None,
    });
    let (mut start, mut end) = same.fold((usize::MAX, 0), |(start, end), (a, b)| (start.min(a), end.max(b)));
    if end == 0 {
        return None;
    }
    if first {
        start = 0;
    }
    if last {
        end = rest.len();
    }
    // More than twice as many lines are not the same excerpt any more.
    (end - start <= 2 * wanted.len() + 2).then_some(from + start..from + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is(expected: &str, got: &str) -> bool {
        matches(&lines(expected), &lines(got))
    }

    #[test]
    fn an_ellipsis_stands_for_any_lines() {
        assert!(is("a\nb\n", "a \nb\n\n") && !is("a\n", "a\nb\n"));
        assert!(
            is("a\n…\nd\n", "a\nb\nc\nd\n")
                && is("a\n  …\nd\n", "a\nd\n")
                && is("…\n", "")
                && is("…\nc\n", "a\nc\nc\n")
        );
        assert!(!is("a\n…\nd\n", "a\nb\n") && !is("a\n…\na\n", "a\n") && !is("…\nb\n…\n", "a\nc\n"));
        assert!(is("…\nb\n…\nd\n…\n", "a\nb\nc\nd\ne\n") && !is("…\nd\n…\nb\n…\n", "a\nb\nc\nd\ne\n"));
    }

    #[test]
    fn an_excerpt_follows_the_numbers() {
        let made = refit(&["1 a", " …", "7 d", "…"], &["2 a", "3 b", "9 d", "10 e"]).unwrap();
        assert_eq!(made, ["2 a", " …", "9 d", "…"]);
        let made = refit(&["1 a", "…", "8 d", "9 e"], &["1 a", "x", "7 d", "8 new", "9 e"]).unwrap();
        assert_eq!(made, ["1 a", "…", "7 d", "8 new", "9 e"]);
        assert!(refit(&["1 a", "…", "7 gone", "…"], &["1 a", "2 b"]).unwrap_err().contains("7 gone"));
        assert_eq!(refit(&["a"], &["b", "c"]).unwrap(), ["b", "c"]);
    }
}
