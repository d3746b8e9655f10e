//! What `ioctl(2)` does with a terminal, as strace prints it: requests, and `struct termios` of `ioctl_tty(2)`.

use crate::trace::render::call::{hex, named};
use crate::trace::render::strace::values::number;

/// Flags of a word, each with its bit.
type Flags = &'static [(u32, &'static str)];

/// Bits of `c_iflag`.
const INPUT: Flags = &[
    (0x1, "IGNBRK"),
    (0x2, "BRKINT"),
    (0x4, "IGNPAR"),
    (0x8, "PARMRK"),
    (0x10, "INPCK"),
    (0x20, "ISTRIP"),
    (0x40, "INLCR"),
    (0x80, "IGNCR"),
    (0x100, "ICRNL"),
    (0x200, "IUCLC"),
    (0x400, "IXON"),
    (0x800, "IXANY"),
    (0x1000, "IXOFF"),
    (0x2000, "IMAXBEL"),
    (0x4000, "IUTF8"),
];

/// Bits of `c_oflag`, and its delays: the name, the lowest bit, and how many values there are.
const OUTPUT: Flags = &[
    (0x1, "OPOST"),
    (0x2, "OLCUC"),
    (0x4, "ONLCR"),
    (0x8, "OCRNL"),
    (0x10, "ONOCR"),
    (0x20, "ONLRET"),
    (0x40, "OFILL"),
    (0x80, "OFDEL"),
];
const DELAYS: [(&str, u32, u32); 6] =
    [("NL", 0x100, 2), ("CR", 0x200, 4), ("TAB", 0x800, 4), ("BS", 0x2000, 2), ("VT", 0x4000, 2), ("FF", 0x8000, 2)];

/// Bits of `c_cflag`, and its speeds.
const CONTROL: Flags =
    &[(0x40, "CSTOPB"), (0x80, "CREAD"), (0x100, "PARENB"), (0x200, "PARODD"), (0x400, "HUPCL"), (0x800, "CLOCAL")];
const SPEED_BITS: u32 = 0x100f;
const SPEEDS: [u32; 16] = [0, 50, 75, 110, 134, 150, 200, 300, 600, 1200, 1800, 2400, 4800, 9600, 19200, 38400];
const FAST_SPEEDS: [u32; 3] = [0, 57600, 115_200];

/// Bits of `c_lflag`, in the order in which strace knows them.
const LOCAL: Flags = &[
    (0x1, "ISIG"),
    (0x2, "ICANON"),
    (0x4, "XCASE"),
    (0x8, "ECHO"),
    (0x10, "ECHOE"),
    (0x20, "ECHOK"),
    (0x40, "ECHONL"),
    (0x80, "NOFLSH"),
    (0x100, "TOSTOP"),
    (0x8000, "IEXTEN"),
    (0x200, "ECHOCTL"),
    (0x400, "ECHOPRT"),
    (0x800, "ECHOKE"),
    (0x1000, "FLUSHO"),
    (0x4000, "PENDIN"),
];

/// A request by its name; one without a name by its parts: `_IOC(_IOC_NONE, 0x12, 0x34, 0)`.
pub fn request(request: u64) -> String {
    for prefix in ["TC", "TIOC", "FIO"] {
        let name = named(prefix, request);
        if name.starts_with(prefix) {
            return name;
        }
    }
    let direction = ["_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"][(request >> 30 & 3) as usize];
    let [kind, number, size] = [request >> 8 & 0xff, request & 0xff, request >> 16 & 0x3fff].map(hex);
    format!("_IOC({direction}, {kind}, {number}, {size})")
}

/// `{c_iflag=ICRNL|IXON, c_oflag=…, c_cflag=…, c_lflag=…, ...}`.
pub fn termios(bytes: &[u8]) -> String {
    let [input, output, control, local] = [0, 4, 8, 12].map(|at| number(bytes, at, 4) as u32);
    let delays = DELAYS.map(|(name, unit, values)| format!("{name}{}", output / unit % values)).join("|");
    let code = control & SPEED_BITS;
    let speeds = if code & 0x1000 == 0 { &SPEEDS[..] } else { &FAST_SPEEDS[..] };
    let speed = speeds.get((code & 0xf) as usize).map_or_else(|| hex(code.into()), |speed| format!("B{speed}"));
    let size = 5 + (control >> 4 & 3);
    format!(
        "{{c_iflag={}, c_oflag={delays}|{}, c_cflag={speed}|CS{size}|{}, c_lflag={}, ...}}",
        set(input, INPUT),
        set(output & 0xff, OUTPUT),
        set(control & !SPEED_BITS & !0x30, CONTROL),
        set(local, LOCAL),
    )
}

/// The names of the bits of a word; what has no name as a number.
fn set(word: u32, flags: Flags) -> String {
    let named = flags.iter().filter(|(bit, _)| word & bit != 0);
    let rest = word & !flags.iter().fold(0, |all, (bit, _)| all | bit);
    let rest = (rest != 0).then(|| hex(rest.into()));
    named.map(|(_, name)| (*name).to_owned()).chain(rest).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::{request, termios};

    // What strace 6.1 printed for the same bytes.
    #[test]
    fn settings_of_a_terminal() {
        let words = |words: [u32; 4]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
        assert_eq!(
            termios(&words([0x500, 0x5, 0xbf, 0x8a3b])),
            "{c_iflag=ICRNL|IXON, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|OPOST|ONLCR, c_cflag=B38400|CS8|CREAD, \
             c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|IEXTEN|ECHOCTL|ECHOKE, ...}"
        );
        assert_eq!(
            termios(&words([0; 4])),
            "{c_iflag=, c_oflag=NL0|CR0|TAB0|BS0|VT0|FF0|, c_cflag=B0|CS5|, c_lflag=, ...}"
        );
    }

    #[test]
    fn requests() {
        assert_eq!((request(0x5401), request(0x541b)), ("TCGETS".to_owned(), "FIONREAD".to_owned()));
        assert_eq!(request(0x1234), "_IOC(_IOC_NONE, 0x12, 0x34, 0)");
    }
}
