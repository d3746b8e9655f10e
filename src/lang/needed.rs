//! Which definitions of the standard library a text can need, found by the words in it alone, before anything is parsed.
//!
//! A definition is needed if its name stands in the text or in a needed definition, wherever it stands there: in code, in a
//! string, as the name of something else. That is more than is used and never less, so the meaning of a script does not
//! depend on it: all definitions of a name are needed or none. What is not needed is not read, which makes a small script
//! start at once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::check::tree::{REPLACED, SUPPORT, THREAD_SUPPORT};
use super::library;

/// A definition at the top level of a module.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Item {
    /// Which of [`library::sources`].
    module: usize,
    /// Its bytes in the module's text.
    range: Range<usize>,
}

/// All definitions of the library.
struct Index {
    items: Vec<Item>,
    /// What defines a name; more than one module may.
    by_name: BTreeMap<&'static str, Vec<usize>>,
    /// `use` lines, which define nothing and are always needed.
    uses: Vec<usize>,
    /// The modules whose code needs a thread's own storage.
    thread_modules: Vec<usize>,
}

/// For each of [`library::sources`] the ranges of its text that hold what `text` needs, ascending. Each range holds whole
/// definitions.
#[must_use]
pub fn ranges(text: &str) -> Vec<Vec<Range<usize>>> {
    static INDEX: OnceLock<Index> = OnceLock::new();
    let index = INDEX.get_or_init(Index::new);
    let mut is_needed = vec![false; index.items.len()];
    let mut waiting: Vec<usize> = index.uses.clone();
    let named = |word: &str| index.by_name.get(word).into_iter().flatten().copied();
    for word in SUPPORT.iter().copied().chain(words(text)) {
        waiting.extend(named(word));
    }
    if words(text).any(|word| word == "lock") {
        waiting.extend(THREAD_SUPPORT.iter().flat_map(|word| named(word)));
    }
    let mut has_threads = words(text).any(|word| word == "thread_local");
    loop {
        while let Some(item) = waiting.pop() {
            if std::mem::replace(&mut is_needed[item], true) {
                continue;
            }
            let Item { module, range } = &index.items[item];
            has_threads |= index.thread_modules.contains(module) && !index.uses.contains(&item);
            for word in words(&library::sources()[*module].text[range.clone()]) {
                waiting.extend(named(word).filter(|&item| !is_needed[item]));
            }
        }
        if has_threads {
            let is_wanted = |word: &str| named(word).any(|item| is_needed[item]);
            let others = REPLACED.iter().filter(|[name, _]| is_wanted(name)).flat_map(|[_, other]| named(other));
            waiting.extend(others.filter(|&item| !is_needed[item]));
        }
        if waiting.is_empty() {
            break;
        }
    }
    let mut ranges = vec![Vec::new(); library::sources().len()];
    for (item, _) in index.items.iter().zip(is_needed).filter(|(_, is_needed)| *is_needed) {
        ranges[item.module].push(item.range.clone());
    }
    ranges
}

impl Index {
    fn new() -> Self {
        let is_thread_module = |name: &&str| matches!(*name, "sync" | "thread");
        let modules = library::modules();
        let thread_modules = (0..modules.len()).filter(|&module| is_thread_module(&modules[module])).collect();
        let mut index = Self { items: Vec::new(), by_name: BTreeMap::new(), uses: Vec::new(), thread_modules };
        for (module, source) in library::sources().iter().enumerate() {
            for range in definitions(&source.text) {
                let number = index.items.len();
                let mut words = words(&source.text[range.clone()]);
                match (words.next(), words.next(), words.next()) {
                    (Some("use"), ..) => index.uses.push(number),
                    (Some("must_use" | "thread_local"), _, Some(name)) | (Some(_), Some(name), _) => {
                        index.by_name.entry(name).or_default().push(number);
                    }
                    (Some(_), None, _) | (None, ..) => {}
                }
                index.items.push(Item { module, range });
            }
        }
        index
    }
}

/// The definitions in a module's text: each begins with a letter at the left margin, and nothing else in the library does.
fn definitions(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    let begins = move |&at: &usize| (at == 0 || bytes[at - 1] == b'\n') && bytes[at].is_ascii_alphabetic();
    let mut starts = (0..bytes.len()).filter(begins).peekable();
    std::iter::from_fn(move || {
        let start = starts.next()?;
        Some(start..starts.peek().copied().unwrap_or(bytes.len()))
    })
}

/// All that looks like a name, in strings too as they may interpolate, but not in comments.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut at = 0;
    let mut in_string = false;
    std::iter::from_fn(move || {
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'"' => in_string = !in_string,
                b'\n' => in_string = false,
                // An escape; a name right behind it is not part of it, as `{` stands between them.
                b'\\' if in_string => at += 1,
                // A byte literal such as '"' or '#' opens nothing.
                b'\'' if !in_string && bytes.get(at) == Some(&b'\\') => at += 3,
                b'\'' if !in_string && bytes.get(at + 1) == Some(&b'\'') => at += 2,
                b'#' if !in_string => at += bytes[at..].iter().take_while(|&&byte| byte != b'\n').count(),
                _ if is_word(byte) => {
                    at += bytes[at..].iter().take_while(|&&byte| is_word(byte)).count();
                    return Some(&text[start..at]);
                }
                _ => {}
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::FileIndex;
    use crate::lang::syntax;
    use crate::lang::syntax::ast::{Item as Definition, StmtKind};

    fn found(text: &str) -> Vec<&str> {
        words(text).collect()
    }

    #[test]
    fn words_are_found_in_strings_and_not_in_comments() {
        assert_eq!(found("f(x1) # no \"no\ng"), ["f", "x1", "g"]);
        assert_eq!(found("\"a {b:5} \\\" # c\" d"), ["a", "b", "5", "c", "d"]);
        assert_eq!(found("a '\"' b # c"), ["a", "b"]);
        assert_eq!(found("a '#' b '\\'' c"), ["a", "b", "c"]);
        assert_eq!(found("\"open\nx # c"), ["open", "x"]);
    }

    #[test]
    fn only_what_is_reached_is_needed() {
        let needed: usize = ranges("exit(0)").iter().flatten().map(Range::len).sum();
        let all: usize = library::sources().iter().map(|source| source.text.len()).sum();
        assert!(needed * 2 < all, "{needed} of {all} bytes");
        let text = |text: &str| {
            let ranges = ranges(text);
            let texts = library::sources().iter().zip(&ranges);
            let texts = texts.flat_map(|(source, ranges)| ranges.iter().map(|range| &source.text[range.clone()]));
            texts.collect::<String>()
        };
        assert!(!text("let x = 1").contains("fn sleep_ms("));
        assert!(text("println(\"{sleep_ms(1)}\")").contains("fn sleep_ms("));
        assert!(!text("let x = 1 # sleep_ms(1)").contains("fn sleep_ms("));
    }

    #[test]
    fn the_index_has_every_definition_of_the_library() {
        let index = Index::new();
        for (module, source) in library::sources().iter().enumerate() {
            let (file, diagnostics) = syntax::parse(source, FileIndex(0));
            assert_eq!(diagnostics, []);
            let items = file.items.iter().filter_map(|item| match item {
                Definition::Fn(item) => Some(&item.name),
                Definition::Struct(item) => Some(&item.name),
                Definition::Enum(item) => Some(&item.name),
                Definition::Const(item) => Some(&item.name),
                Definition::Program(item) => Some(&item.name),
                Definition::Machine(_) | Definition::Use(_) => None,
            });
            let globals = file.statements.iter().map(|statement| {
                let StmtKind::Let { name, .. } = &statement.kind else {
                    panic!("{} has a statement: {statement:?}", source.name)
                };
                name
            });
            for name in items.chain(globals) {
                let items = index.by_name.get(&*name.text).expect("it is in the index");
                let holds = |item: &&usize| {
                    let Item { module: own, range } = &index.items[**item];
                    *own == module && range.contains(&(name.span.start as usize))
                };
                assert!(items.iter().any(|item| holds(&item)), "{} {}", source.name, name.text);
            }
            let uses = file.items.iter().filter(|item| matches!(item, Definition::Use(_))).count();
            assert_eq!(uses, index.uses.iter().filter(|&&item| index.items[item].module == module).count());
        }
    }
}
