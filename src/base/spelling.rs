//! Spelling: which known name a person may have meant.
//!
//! Used wherever a word that someone typed is not known: identifiers, codes, filters, options.

/// The candidate that `name` was most likely meant to be: the nearest by edit distance, the first of equals; none if all
/// are further than a third of the name's length (but 1 is always near, unless the name has only one letter).
#[must_use]
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = if name.chars().count() < 2 { 0 } else { (name.chars().count() / 3).max(1) };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { edit_distance(name, candidate) };
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// How many characters must be inserted, removed, replaced or swapped with their neighbour to make `a` into `b`.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, left) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, &right) in b.iter().enumerate() {
            let replaced = last[column] + usize::from(left != right);
            let mut least = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(right) && b[column - 1] == left {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(left);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn did_you_mean_takes_the_nearest_and_the_first_of_equals() {
        assert_eq!(did_you_mean("prinln", ["print", "println"]), Some("println"));
        assert_eq!(did_you_mean("fokr", ["exec", "fork"]), Some("fork"));
        assert_eq!(did_you_mean("cat", ["bat", "rat"]), Some("bat"));
        assert_eq!(did_you_mean("Wait", ["wait"]), Some("wait"));
        assert_eq!(did_you_mean("x", ["y"]), None);
        assert_eq!(did_you_mean("frames", ["swap"]), None);
    }
}
