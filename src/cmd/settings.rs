//! The machine's configuration: `machine { }` of the script, and the flags, which win.

mod flags;

use crate::base::span::Span;
use crate::base::spelling::did_you_mean;
use crate::cmd::Error;
use crate::cmd::settings::flags::{Sched, SwapDevice};
use crate::kernel::config::{Config, Replacement};
use crate::lang::diagnostic::{Code, Diagnostic};
use crate::lang::pipeline::{Setting, SettingValue};
use crate::system::Choices;
use crate::trace::value::Sysctl;

pub use flags::MachineFlags;

/// What `machine { }` can say, with what it takes.
pub const NAMES: [(&str, &str); 14] = [
    ("ram", "bytes, 1 MiB to 64 GiB, as `ram = 64 * 1024 * 1024`"),
    ("frames", "1 to 4294967295 frames for pages of users and files, as `frames = 3`"),
    ("swap", "0 to 67108864 pages of the swap device, as `swap = 16`"),
    ("swap_device", "`disk`, or `zram`, which answers at once"),
    ("replacement", "`two_list`, `fifo`, `lru`, `clock`, `random`, `lfu` or `opt`"),
    ("page_cluster", "0 to 10: 2 to this many pages are read from the swap device at once"),
    ("cpus", "1"),
    ("quantum", "1 or more instructions, as `quantum = 1000`"),
    ("init", "`script`, which makes the script pid 1"),
    ("max_steps", "1 or more instructions, as `max_steps = 1000000`"),
    ("seed", "a number, as `seed = 1`"),
    ("sched", "`rr`, or `random`"),
    ("deadlock", "`stop`, or `ignore`"),
    ("tlb_flush", "`always`, or `forget`, which leaves translations of unmapped and protected pages in the TLB"),
];
/// The most slots that a swap device may have: 256 GiB.
const MAX_SLOTS: i64 = 64 << 20;

const PAGE: u64 = crate::base::units::PAGE_SIZE;
/// The least memory that a machine can boot with, and the most that it may have: 1 MiB to 64 GiB.
const RAM_BYTES: std::ops::RangeInclusive<u64> = 1 << 20..=64 << 30;

/// Follows `machine { }`.
///
/// # Errors
/// A diagnostic for each setting that the machine does not have or that has a value it can not have.
pub fn from_script(settings: &[Setting]) -> Result<(Config, Choices), Vec<Diagnostic>> {
    onto(settings, &Config::default(), &Choices::First)
}

/// Follows settings, beginning with a machine that is configured otherwise.
///
/// # Errors
/// As [`from_script`].
pub fn onto(settings: &[Setting], config: &Config, choices: &Choices) -> Result<(Config, Choices), Vec<Diagnostic>> {
    let (mut config, mut choices) = (config.clone(), choices.clone());
    let mut wrong: Vec<Diagnostic> =
        settings.iter().filter_map(|setting| apply(setting, &mut config, &mut choices).err()).collect();
    wrong.extend(idle_seed(settings));
    wrong.extend(twice(settings));
    if wrong.is_empty() { Ok((config, choices)) } else { Err(wrong) }
}

/// Follows settings as they stand on a command line: `quantum=100,sched=random`.
///
/// # Errors
/// [`Error::Usage`] for what `machine { }` would not take either.
pub fn from_words(words: &str, config: &mut Config, choices: &mut Choices) -> Result<(), Error> {
    for word in words.split(',') {
        let usage = |why: String| Error::Usage(format!("--with {words}: {why}"));
        let Some((name, value)) = word.split_once('=') else {
            return Err(usage(format!("`{word}` is no setting, as `quantum=100` is one")));
        };
        let (name, value) = (name.trim().to_owned(), value.trim().replace('-', "_"));
        let bytes = if name == "ram" { size(&value).and_then(|bytes| i64::try_from(bytes).ok()) } else { None };
        let value = match bytes.or(value.parse().ok()) {
            Some(number) => SettingValue::Int(number),
            None => SettingValue::Word(value),
        };
        let span = Span::default();
        let setting = Setting { name, value, name_span: span, value_span: span };
        apply(&setting, config, choices).map_err(|wrong| usage(wrong.message))?;
    }
    Ok(())
}

fn apply(setting: &Setting, config: &mut Config, choices: &mut Choices) -> Result<(), Diagnostic> {
    let known = NAMES.iter().find(|(name, _)| *name == setting.name);
    let Some(&(name, takes)) = known else { return Err(unknown(setting)) };
    let bad = || {
        let message = format!("`{name}` takes {takes}");
        Diagnostic::error(Code::BadSetting, message, setting.value_span, "this value is not possible")
            .with_help(format!("write `{}`", example(name, takes)))
    };
    match (name, &setting.value) {
        ("init", SettingValue::Word(word)) if word == "script" => config.script_is_init = true,
        ("ram", SettingValue::Int(bytes)) => set_ram(config, *bytes as u64).ok_or_else(bad)?,
        ("frames", SettingValue::Int(n @ 1..=0xffff_ffff)) => config.frames = Some(*n as u32),
        ("swap", SettingValue::Int(n @ 0..=MAX_SLOTS)) => config.swap_slots = *n as u32,
        ("swap_device", SettingValue::Word(word)) if word == "disk" => config.swap_at_once = false,
        ("swap_device", SettingValue::Word(word)) if word == "zram" => config.swap_at_once = true,
        ("replacement", SettingValue::Word(word)) => config.replacement = policy(word).ok_or_else(bad)?,
        ("page_cluster", SettingValue::Int(n @ 0..=10)) => {
            config.sysctls[Sysctl::PageCluster as usize] = *n as u64;
        }
        ("cpus", SettingValue::Int(1)) => config.cpus = 1,
        ("quantum", SettingValue::Int(n @ 1..)) => config.quantum = *n as u64,
        ("max_steps", SettingValue::Int(n @ 1..)) => config.max_steps = Some(*n as u64),
        ("seed", SettingValue::Int(seed)) => *choices = Choices::Seed(*seed as u64),
        ("deadlock", SettingValue::Word(word)) if word == "stop" => config.stop_at_deadlock = true,
        ("deadlock", SettingValue::Word(word)) if word == "ignore" => config.stop_at_deadlock = false,
        ("tlb_flush", SettingValue::Word(word)) if word == "always" => config.flushes_tlb = true,
        ("tlb_flush", SettingValue::Word(word)) if word == "forget" => config.flushes_tlb = false,
        ("sched", SettingValue::Word(word)) if word == "rr" => {}
        ("sched", SettingValue::Word(word)) if word == "random" => *choices = by_chance(choices),
        _ => return Err(bad()),
    }
    Ok(())
}

/// A setting that is possible, from what is said of it: what stands behind `as`, or with the first value that is named.
fn example(name: &str, takes: &str) -> String {
    let named = takes.split('`').nth(1);
    match (takes.contains("as `"), named) {
        (true, Some(whole)) => whole.to_owned(),
        (_, Some(word)) => format!("{name} = {word}"),
        (_, None) => format!("{name} = {}", takes.split(' ').next().unwrap_or(takes)),
    }
}

/// The replacement policy of a name; `two-list` is `two_list` too, as a script can not spell the other.
fn policy(name: &str) -> Option<Replacement> {
    let known = Replacement::ALL.into_iter().find(|(_, known)| known.replace('-', "_") == name.replace('-', "_"));
    known.map(|(policy, _)| policy)
}

/// Chance, by the seed that was given already, else by 0.
fn by_chance(choices: &Choices) -> Choices {
    match choices {
        Choices::Seed(seed) => Choices::Seed(*seed),
        Choices::First | Choices::Schedule(_) => Choices::Seed(0),
    }
}

/// Each setting that was given before.
fn twice(settings: &[Setting]) -> impl Iterator<Item = Diagnostic> {
    let again = settings.iter().enumerate().filter(|(i, later)| settings[..*i].iter().any(|it| it.name == later.name));
    again.map(|(_, setting)| {
        let message = format!("`{}` is set twice", setting.name);
        Diagnostic::error(Code::BadSetting, message, setting.name_span, "it was set before")
            .with_help(format!("leave one `{}` out", setting.name))
    })
}

/// In turn, and by a seed: one of the two has to go.
fn idle_seed(settings: &[Setting]) -> Option<Diagnostic> {
    let rr = |setting: &&Setting| matches!(&setting.value, SettingValue::Word(word) if word == "rr");
    let _ = settings.iter().find(|setting| setting.name == "sched").filter(rr)?;
    let seed = settings.iter().find(|setting| setting.name == "seed")?;
    let message = "`sched = rr` leaves nothing to chance, so `seed` has no use";
    let made = Diagnostic::error(Code::BadSetting, message.to_owned(), seed.name_span, "this seed is not used");
    Some(made.with_help("write `sched = random`, or leave out `seed`".to_owned()))
}

fn unknown(setting: &Setting) -> Diagnostic {
    let name = &setting.name;
    let message = format!("the machine has no setting `{name}`");
    let made = Diagnostic::error(Code::UnknownSetting, message, setting.name_span, "unknown setting");
    match did_you_mean(name, NAMES.map(|(name, _)| name)) {
        Some(near) => made.with_help(format!("did you mean `{near}`?")),
        None => made.with_help(format!("settings are {}", NAMES.map(|(name, _)| name).join(", "))),
    }
}

fn set_ram(config: &mut Config, bytes: u64) -> Option<()> {
    if !RAM_BYTES.contains(&bytes) {
        return None;
    }
    let resized = Config::with_ram((bytes / PAGE) as u32);
    config.ram_frames = resized.ram_frames;
    config.max_tasks = resized.max_tasks;
    Some(())
}

/// Follows the flags.
///
/// # Errors
/// [`Error::Usage`] for a flag whose value is not possible.
pub fn from_flags(run: &MachineFlags, config: &mut Config, choices: &mut Choices) -> Result<(), Error> {
    if let Some(ram) = &run.ram {
        let usage =
            || Error::Usage(format!("--ram {ram}: a size from 1M to 64G is wanted, as 4194304, 2048K, 64M or 1G"));
        let bytes = size(ram).ok_or_else(usage)?;
        set_ram(config, bytes).ok_or_else(usage)?;
    }
    if let Some(frames) = run.frames {
        config.frames = Some(frames);
    }
    if let Some(slots) = run.swap {
        config.swap_slots = slots;
    }
    if let Some(device) = run.swap_device {
        config.swap_at_once = device == SwapDevice::Zram;
    }
    if let Some(name) = &run.replacement {
        let names = Replacement::ALL.map(|(_, name)| name).join(", ");
        let usage = || Error::Usage(format!("--replacement {name}: there are {names}"));
        config.replacement = policy(name).ok_or_else(usage)?;
    }
    if let Some(quantum) = run.quantum {
        config.quantum = quantum;
    }
    if run.max_steps.is_some() {
        config.max_steps = run.max_steps;
    }
    if let Some(fail) = &run.fail {
        config.fail = Some(fail.parse().map_err(|why| Error::Usage(format!("--fail {fail}: {why}")))?);
    }
    match (run.sched, run.seed) {
        (Some(Sched::Rr), None) => *choices = Choices::First,
        (Some(Sched::Random), None) => *choices = by_chance(choices),
        (Some(Sched::Rr), Some(seed)) => {
            let why =
                format!("--seed {seed}: --sched rr leaves nothing to chance; --sched random is wanted, or no seed");
            return Err(Error::Usage(why));
        }
        (Some(Sched::Random) | None, Some(seed)) => *choices = Choices::Seed(seed),
        (None, None) => {}
    }
    if let Some(schedule) = &run.schedule {
        let schedule = schedule.parse().map_err(|error| Error::Usage(format!("--schedule: {error}")))?;
        *choices = Choices::Schedule(schedule);
    }
    Ok(())
}

/// `65536`, `64K`, `16M`, `1G`: bytes.
fn size(text: &str) -> Option<u64> {
    let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(split);
    let shift = match unit {
        "" => 0,
        "k" | "K" => 10,
        "m" | "M" => 20,
        "g" | "G" => 30,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(
            (size("65536"), size("64K"), size("16M"), size("1G")),
            (Some(65536), Some(65536), Some(16 << 20), Some(1 << 30))
        );
        assert_eq!((size(""), size("M"), size("1T"), size("99999999999G"), size("-1")), (None, None, None, None, None));
    }
}
