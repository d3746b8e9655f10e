//! Spoilt images in the whole kernel: every run ends in a lawful way, and the kernel's own books are right afterwards.

use ring3::abi::image::TEXT_BASE;
use ring3::kernel::config::Config;
use ring3::kernel::outcome::Outcome;
use ring3::lang::pipeline::Compiled;
use ring3::system::{self, Options};

use super::noise::{Chance, programs, spoil};

const IMAGES: u64 = 2_000;
const STEPS: u64 = 20_000;

/// Spoils one part of an image, or several.
fn spoil_image(compiled: &mut Compiled, chance: &mut Chance) {
    let at = chance.below(compiled.images.len() as u64) as usize;
    let image = &mut compiled.images[at];
    if !chance.one_in(4) {
        let times = 1 + chance.below(40);
        spoil(chance, &mut image.text, times);
    }
    for bytes in [&mut image.rodata, &mut image.data] {
        for _ in 0..chance.below(8) {
            let len = bytes.len() as u64;
            if len > 0 {
                bytes[chance.below(len) as usize] = chance.word() as u8;
            }
        }
    }
    match chance.below(12) {
        0 => image.entry = TEXT_BASE + 8 * chance.below(image.text.len() as u64),
        1 => image.entry = chance.word(),
        2 => image.bss_bytes = chance.word() >> chance.below(64),
        3 => image.text.truncate(chance.below(image.text.len() as u64) as usize),
        _ => {}
    }
}

#[test]
fn spoilt_images_end_and_leave_the_kernel_whole() {
    let programs = programs();
    let mut chance = Chance::new(3);
    let (mut clean, mut killed, mut limits, mut unbooted) = (0, 0, 0, 0);
    for number in 0..IMAGES {
        let mut compiled = programs[chance.below(programs.len() as u64) as usize].clone();
        spoil_image(&mut compiled, &mut chance);
        let config = Config { script_is_init: !chance.one_in(8), max_steps: Some(STEPS), ..Config::with_ram(512) };
        let options = Options { config, ..Options::default() };
        let Ok(finished) = system::run(&compiled, &options, b"a line\n") else {
            unbooted += 1;
            continue;
        };
        finished.machine.kernel().state().check().unwrap_or_else(|error| panic!("image {number}: {error}"));
        assert!(finished.stdout.len() + finished.stderr.len() < 64 << 20, "image {number} wrote without end");
        match finished.outcome {
            Outcome::Exited { status: 0 } => clean += 1,
            Outcome::Exited { .. } => killed += 1,
            Outcome::LimitReached(_) | Outcome::Deadlock { .. } => limits += 1,
            Outcome::Interrupted => panic!("nobody interrupts"),
        }
    }
    let least = IMAGES / 200;
    assert!(clean > least && killed > least && limits > 0 && unbooted > least, "{clean} {killed} {limits} {unbooted}");
}
