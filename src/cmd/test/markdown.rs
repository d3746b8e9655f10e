//! Markdown, as far as tests are in it: fenced blocks and comments of one line.

use std::ops::Range;

/// A fenced block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fence {
    /// The line of its first fence, from 1.
    pub line: u32,
    /// The blanks before its fence, which its lines have as well.
    pub indent: usize,
    /// How its fence is spelled, as "```".
    pub fence: String,
    /// What stands behind its first fence.
    pub info: String,
    /// Its lines, without the blanks of the fence.
    pub text: String,
    /// Where they are in the document.
    pub place: Range<usize>,
    /// Whether it has a last fence.
    pub closed: bool,
}

/// A part of a document that may concern tests.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A fenced block.
    Fence(Fence),
    /// A comment of one line: the line, and what is in it.
    Comment(u32, String),
    /// Anything else but empty lines.
    Prose,
}

/// The parts of a document.
#[must_use]
pub fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open: Option<Fence> = None;
    let mut in_comment = false;
    let mut offset = 0;
    for (number, whole) in (1..).zip(text.split_inclusive('\n')) {
        let place = offset..offset + whole.len();
        offset = place.end;
        let line = whole.trim_end_matches(['\n', '\r']);
        let trimmed = line.trim();
        if let Some(fence) = &mut open {
            if closes(trimmed, &fence.fence) {
                parts.extend(open.take().map(|fence| Part::Fence(Fence { closed: true, ..fence })));
                continue;
            }
            let blanks = line.len() - line.trim_start_matches(' ').len();
            fence.text.push_str(&line[blanks.min(fence.indent)..]);
            fence.text.push('\n');
            fence.place.end = place.end;
        } else if in_comment {
            in_comment = !trimmed.contains("-->");
        } else if let Some((fence, info)) = opens(trimmed) {
            let indent = line.len() - line.trim_start_matches(' ').len();
            let (fence, info) = (fence.to_owned(), info.to_owned());
            let place = place.end..place.end;
            open = Some(Fence { line: number, indent, fence, info, text: String::new(), place, closed: false });
        } else if let Some(comment) = trimmed.strip_prefix("<!--") {
            match comment.split_once("-->") {
                Some((comment, _)) => parts.push(Part::Comment(number, comment.trim().to_owned())),
                None => in_comment = true,
            }
        } else if !trimmed.is_empty() {
            parts.push(Part::Prose);
        }
    }
    parts.extend(open.map(Part::Fence));
    parts
}

/// The fence that a line is, and its info string.
fn opens(line: &str) -> Option<(&str, &str)> {
    let letter = line.chars().next().filter(|letter| ['`', '~'].contains(letter))?;
    let end = line.find(|other| other != letter).unwrap_or(line.len());
    let (fence, info) = line.split_at(end);
    (fence.len() >= 3 && !(letter == '`' && info.contains('`'))).then_some((fence, info.trim()))
}

fn closes(line: &str, fence: &str) -> bool {
    line.len() >= fence.len() && fence.chars().next().is_some_and(|letter| line.chars().all(|other| other == letter))
}

/// The words of an info string or a command: parted by blanks, held together by quotes of either kind; `\` takes the
/// next character as it is.
///
/// # Errors
/// That a quote is not closed.
pub fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\'' | '"', None) => {
                quote = Some(letter);
                let _ = word.get_or_insert_default();
            }
            (letter, Some(end)) if letter == end => quote = None,
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(letters.next()),
            (' ' | '\t', None) => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    match quote {
        Some(quote) => Err(format!("a {quote} is not closed in `{text}`")),
        None => {
            words.extend(word);
            Ok(words)
        }
    }
}

/// A block's lines as they stand in the document.
///
/// # Errors
/// That a line would end the block.
pub fn inside(fence: &Fence, lines: &[String]) -> Result<String, String> {
    if let Some(line) = lines.iter().find(|line| closes(line.trim(), &fence.fence)) {
        return Err(format!("its line `{}` would end the block; a longer fence is needed", line.trim()));
    }
    let indent = " ".repeat(fence.indent);
    let line = |line: &String| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    Ok(lines.iter().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_comments_are_found() {
        let text = "a\n\n<!-- script x.r3 -->\n\n```r3 x\nlet x = 1\n````\n  ~~~ output\n  hi\n   there\n~~~\n<!-- not\n```r3\n-->\n```r3\n";
        let parts = parts(text);
        let fences: Vec<(u32, &str, &str, bool)> = parts
            .iter()
            .filter_map(|part| match part {
                Part::Fence(fence) => Some((fence.line, fence.info.as_str(), fence.text.as_str(), fence.closed)),
                Part::Comment(..) | Part::Prose => None,
            })
            .collect();
        assert_eq!(
            fences,
            [(5, "r3 x", "let x = 1\n", true), (8, "output", "hi\n there\n", true), (15, "r3", "", false)]
        );
        assert_eq!(parts[1], Part::Comment(3, "script x.r3".to_owned()));
    }

    #[test]
    fn words_are_those_of_a_shell() {
        assert_eq!(words(r#"a 'b c'  d"e f"\ g '' "#).unwrap(), ["a", "b c", "de f g", ""]);
        assert!(words("a 'b").is_err());
    }
}
