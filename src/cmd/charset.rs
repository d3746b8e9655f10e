//! The charset of the terminal: what is written by ring3 itself uses ASCII only where the locale knows no more.
//!
//! What a script writes goes through as it is, and so does all that goes to a file or a pipe.

#![expect(clippy::disallowed_methods, reason = "the locale is told by the environment")]

use std::borrow::Cow;
use std::io::IsTerminal;
use std::sync::OnceLock;

use unicode_width::UnicodeWidthChar;

/// A text as a stream can show it.
#[must_use]
pub fn fit<'t>(text: &'t str, stream: &impl IsTerminal) -> Cow<'t, str> {
    static UTF8: OnceLock<bool> = OnceLock::new();
    let is_utf8 = || *UTF8.get_or_init(|| is_utf8(|name| std::env::var(name).ok()));
    if text.is_ascii() || !stream.is_terminal() || is_utf8() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(ascii(text))
}

/// Whether the charset of a locale is UTF-8: see locale(7), the order of LC_ALL, LC_CTYPE and LANG. The locale of no name
/// is `C`, whose charset is ASCII.
fn is_utf8(variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(variable).find(|value| !value.is_empty());
    let locale = set.unwrap_or_default();
    let charset = locale.split_once('.').map_or("", |(_, rest)| rest.split('@').next().unwrap_or_default());
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

/// The signs of ring3 as one character of ASCII each, so that columns stay where they are; any other character is `?`, one
/// for each column.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for letter in text.chars() {
        match letter {
            '\0'..='\x7f' => out.push(letter),
            // Within a word it stands for letters that are left out.
            '…' if before.is_alphanumeric() => out.push('~'),
            '…' => out.push_str("..."),
            '→' => out.push('>'),
            '←' => out.push('<'),
            '⇄' => out.push('%'),
            '│' | '┊' => out.push('|'),
            '─' => out.push('-'),
            '┌' | '└' | '├' | '·' => out.push('.'),
            '×' => out.push('x'),
            '≈' => out.push('~'),
            'µ' => out.push('u'),
            '“' | '”' | '„' => out.push('"'),
            '‘' | '’' => out.push('\''),
            _ => out.extend(std::iter::repeat_n('?', letter.width().unwrap_or(0))),
        }
        before = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_says_what_the_terminal_shows() {
        let locale = |all: &'static str, ctype: &'static str, lang: &'static str| {
            is_utf8(move |name| {
                Some(match name {
                    "LC_ALL" => all.to_owned(),
                    "LC_CTYPE" => ctype.to_owned(),
                    _ => lang.to_owned(),
                })
            })
        };
        assert!(locale("", "", "de_DE.UTF-8") && locale("", "C.utf8", "C") && locale("ja_JP.UTF-8@x", "C", "C"));
        assert!(!locale("", "", "") && !locale("C", "", "de_DE.UTF-8") && !locale("", "", "ja_JP.eucJP"));
        assert!(!is_utf8(|_| None));
    }

    #[test]
    fn columns_stay_where_they_are() {
        assert_eq!(ascii("a → b ⇄ c │ ┊ ≈ × 3 µs"), "a > b % c | | ~ x 3 us");
        assert_eq!(ascii("aver…[3]: write(\"é 日本\")"), "aver~[3]: write(\"? ????\")");
        assert_eq!(ascii("… and more, …"), "... and more, ...");
        assert_eq!(ascii("plain\n"), "plain\n");
    }
}
