//! What stands at the addresses that a system call passes: the bytes of its arguments, as the trace keeps them.
//!
//! ```text
//! place of the argument u8 | number of bytes u16 | the bytes | the next piece
//! ```
//!
//! Of a path its bytes without the zero; of a buffer the first ones; of a structure all; of an array of C strings
//! their number as u32, then the first bytes of the first ones, each with a zero; of entries of a directory their number; of an
//! array of buffers (`struct iovec`) address u64, length u64, u16 and that many first bytes of each.

/// The most bytes that a piece has.
pub const MAX_BYTES: usize = 4096;
/// Of an array of strings this many are kept.
pub const STRINGS: usize = 33;
/// Of each of them so many bytes.
pub const STRING_BYTES: usize = 33;

/// Adds what stands at the address of an argument.
pub fn put(pieces: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    pieces.push(place as u8);
    pieces.extend((bytes.len() as u16).to_le_bytes());
    pieces.extend_from_slice(bytes);
}

/// What stands at the address of an argument; none if it is not known.
#[must_use]
pub fn get(mut pieces: &[u8], place: usize) -> Option<&[u8]> {
    while let &[at, low, high, ref rest @ ..] = pieces {
        let (bytes, next) = rest.split_at_checked(usize::from(u16::from_le_bytes([low, high])))?;
        if usize::from(at) == place {
            return Some(bytes);
        }
        pieces = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{get, put};

    #[test]
    fn what_is_put_in_is_found_by_its_place() {
        let mut pieces = Vec::new();
        put(&mut pieces, 1, b"/bin/ls");
        put(&mut pieces, 3, b"");
        put(&mut pieces, 4, &[7; 5000]);
        assert_eq!((get(&pieces, 1), get(&pieces, 3), get(&pieces, 0)), (Some(&b"/bin/ls"[..]), Some(&b""[..]), None));
        assert_eq!(get(&pieces, 4).map(<[u8]>::len), Some(super::MAX_BYTES));
        assert_eq!(get(&pieces[..5], 1), None);
    }
}
