//! What editors colour is what the grammar says: keywords are neither missing nor invented.

use std::collections::BTreeSet;

use crate::harness::{read, root};

const VSCODE: &str = "editors/vscode/syntaxes/ring3.tmLanguage.json";
const VIM: &str = "editors/vim/syntax/ring3.vim";

/// The types that have names of their own, as the table of the language's page lists them.
fn types() -> BTreeSet<String> {
    let page = read(&root().join("docs/language.md"));
    let rows = page.lines().skip_while(|line| *line != "## Types").take_while(|line| *line != "## Declarations");
    let cells = rows.filter_map(|line| line.strip_prefix("| `")?.split_once(" |").map(|(cell, _)| cell.to_owned()));
    let words = cells.flat_map(|cell| cell.split(['`', ' ']).map(str::to_owned).collect::<Vec<_>>());
    words.filter(|word| is_name(word)).collect::<BTreeSet<String>>().difference(&keywords()).cloned().collect()
}

fn is_name(word: &str) -> bool {
    word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// The words of the rule `keyword`.
fn keywords() -> BTreeSet<String> {
    let grammar = read(&root().join("grammar/ring3.pest"));
    let (_, rule) = grammar.split_once("\nkeyword ").expect("the grammar has keywords");
    let (rule, _) = rule.split_once('}').expect("the rule ends");
    rule.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The words in `(?:a|b|c)` of the groups that stand for words of the language.
fn words_of_vscode() -> BTreeSet<String> {
    let grammar: serde_json::Value = serde_json::from_str(&read(&root().join(VSCODE))).expect("the grammar is JSON");
    let patterns = grammar["repository"]["word"]["patterns"].as_array().expect("a list").iter();
    let lists = patterns.filter_map(|pattern| {
        pattern["match"].as_str()?.strip_prefix("\\b(?:")?.strip_suffix(")\\b").map(str::to_owned)
    });
    lists.flat_map(|list| list.split('|').map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn words_of_vim() -> BTreeSet<String> {
    let syntax = read(&root().join(VIM));
    let lines = syntax.lines().filter_map(|line| line.strip_prefix("syntax keyword ring3"));
    let lines = lines.filter(|line| !line.contains("contained"));
    lines.flat_map(|line| line.split_whitespace().skip(1).map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn editors_colour_the_words_of_the_grammar() {
    let words: BTreeSet<String> = keywords().union(&types()).cloned().collect();
    assert!(words.len() > 30, "only {words:?}");
    assert_eq!(words_of_vscode(), words, "{VSCODE}");
    assert_eq!(words_of_vim(), words, "{VIM}");
}

#[test]
fn the_files_of_the_extension_are_json_and_there() {
    let folder = root().join("editors/vscode");
    let package: serde_json::Value =
        serde_json::from_str(&read(&folder.join("package.json"))).expect("the package is JSON");
    let configuration = &package["contributes"]["languages"][0]["configuration"];
    let grammar = &package["contributes"]["grammars"][0]["path"];
    for path in [configuration, grammar] {
        let path = folder.join(path.as_str().expect("a path"));
        let _: serde_json::Value = serde_json::from_str(&read(&path)).expect("it is JSON");
    }
    assert_eq!(package["version"].as_str(), Some(env!("CARGO_PKG_VERSION")));
}
