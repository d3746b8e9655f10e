//! Locks, atomic operations and thread-local variables, with one thread.

use super::{listing, output, run};

#[test]
fn a_lock_is_given_back_on_every_way_out() {
    let text = "
        let m: Mutex
        fn leave(how: int) -> int {
            loop {
                lock m {
                    match how {
                        0 => break
                        1 => return m.word as int + 10
                        2 => { how = 0; continue }
                        _ => { }
                    }
                }
                assert m.word == 0
                return 30
            }
            return 20
        }
        for i in 0..4 { print(\"{leave(i)} {m.word} \") }
    ";
    assert_eq!(output(text), "20 0 11 0 20 0 30 0 ");
}

#[test]
fn an_uncontended_lock_is_a_few_instructions() {
    let times = |n: u64, body: &str| run(&format!("let m: Mutex\nfor _ in 0..{n} {{ {body} }}\n")).steps;
    let pair = (times(1000, "lock m { }") - times(1000, "")) / 1000;
    assert!(pair <= 36, "{pair} instructions for a lock and an unlock");
}

#[test]
fn small_integers_keep_their_sign_and_width() {
    let text = "
        let x: i32 = -5
        let b: byte = 250
        let u: u32 = 0xffffffff
        println(\"{atomic_add(&x, 3)} {x} {atomic_load(&x)} {compare_exchange(&x, -2, 4)} {x}\")
        println(\"{atomic_add(&b, 10)} {b} {atomic_sub(&b, 5)} {b}\")
        println(\"{atomic_swap(&u, 1)} {u} {compare_exchange(&u, 0, 2)} {u} {compare_exchange(&u, 1, 2)} {u}\")
    ";
    assert_eq!(output(text), "-5 -2 -2 true 4\n250 4 4 255\n4294967295 1 false 1 true 2\n");
}

#[test]
fn a_thread_local_variable_is_reached_through_the_base_of_the_storage() {
    let text =
        "thread_local let a: byte\nthread_local let b: int\nfn f() -> int { b += 1; return b }\na = 1\nprint(f())\n";
    assert_eq!(output(text), "1");
    insta::assert_snapshot!(listing(text, "f"), @r"
    enter    slots=4, locals=0
    tls      w2
    ld64     w3, [w2 - 8]
    add_i    w3, w3, 1
    st64     w3, [w2 - 8]
    tls      w2
    ld64     w2, [w2 - 8]
    ret      w2, #1
    ");
}

#[test]
fn only_programs_with_threads_begin_with_a_block_for_one() {
    let functions = |text: &str| {
        let symbols = &super::compiled(text).images[0].debug.symbols;
        symbols.iter().map(|symbol| symbol.name.clone()).collect::<Vec<_>>()
    };
    let plain = functions("free(malloc(fork()))\n");
    assert!(!plain.iter().any(|name| name.contains("thread")), "{plain:?}");
    let threaded = functions("let m: Mutex\nfree(malloc(fork()))\nlock m { }\n");
    for name in ["_start_threads", "_start", "malloc_threads", "malloc", "free_threads", "fork_threads"] {
        assert!(threaded.iter().any(|other| other == name), "{name}: {threaded:?}");
    }
    assert!(!threaded.iter().any(|name| name == "fork"), "{threaded:?}");
    let spawning = functions("fn f(_: int) { }\nspawn_thread(f, 0)\n");
    assert!(spawning.iter().any(|name| name == "_start_threads"), "{spawning:?}");
    let unused = functions("let m: Mutex\nfn f() { lock m { } }\nprint(1)\n");
    assert!(!unused.iter().any(|name| name.contains("thread")), "{unused:?}");
}
