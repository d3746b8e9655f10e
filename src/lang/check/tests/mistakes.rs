//! Mistakes in great number, and one as it is rendered. What is said of each is in `tests/it/mistakes`.

use super::*;

#[test]
fn a_thousand_warnings_do_not_hide_an_error() {
    let text = format!("fn f() {{\n{}}}\nf()\nprint(nothing)\n", "    if true { let x = 1 }\n".repeat(1000));
    let (program, diagnostics, _) = checked(&text);
    assert!(program.is_none() && diagnostics.iter().any(Diagnostic::is_error));
}

#[test]
fn lists_without_bound_are_refused() {
    let fields: Vec<String> = (0..2000).map(|i| format!("f{i}: int")).collect();
    let fields = fields.join(", ");
    assert!(said(&format!("struct S {{ {fields} }}\n")).contains("R0510"));
    assert!(said(&format!("fn f({fields}) {{ print(f1) }}\n")).contains("R0510"));
}

#[test]
fn a_mistake_is_rendered_with_its_source() {
    insta::assert_snapshot!(said("fn fill(fds: *[int; 2]) { }\nlet fds: [int; 2]\nfill(fds)\n"), @r"
    error[R0301]: expected `*[int; 2]`, found `[int; 2]`
      ┌─ t.r3:3:6
      │
    1 │ fn fill(fds: *[int; 2]) { }
      │         --- parameter `fds` is `*[int; 2]`
    2 │ let fds: [int; 2]
    3 │ fill(fds)
      │      ^^^ expected `*[int; 2]`
      │
      = help: write `&fds`

    ");
}

#[test]
fn a_file_full_of_mistakes_ends_after_a_hundred() {
    let text = "print(nothing_like_this)\n".repeat(500);
    assert!(checked(&text).1.len() <= 100);
}
