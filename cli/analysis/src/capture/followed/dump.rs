//! A hex dump: lines with an offset and up to 16 bytes; those of node 1 are indented.

use super::Part;
use crate::bytes::from_hex;

/// Digits of an offset.
const OFFSET: usize = 8;
/// Where the bytes of a line start and end; what follows shows them as characters.
const START: usize = OFFSET + 2;
const END: usize = START + 16 * 3 + 1;

/// Whether the first line that is not empty is one.
pub(super) fn is_start(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|first| line(first).is_some_and(|line| !line.bytes.is_empty()))
}

/// A line of a dump.
struct Line {
    node: u8,
    offset: u64,
    bytes: Vec<u8>,
}

/// Reads a line; `None` where it is none.
fn line(text: &str) -> Option<Line> {
    let inner = text.trim_start();
    let offset = inner.get(..OFFSET)?;
    let offset = u64::from_str_radix(offset, 16)
        .ok()
        .filter(|_| !offset.starts_with('+'))?;
    let rest = inner.get(OFFSET..)?;
    if !rest.is_empty() && !rest.starts_with("  ") {
        return None;
    }
    let bytes = inner.as_bytes();
    let bytes = bytes.get(START..bytes.len().min(END)).unwrap_or_default();
    let digits = str::from_utf8(bytes).ok()?;
    let apart = |word: &str| word.len() == 2;
    if !digits.split_whitespace().all(apart) {
        return None;
    }
    Some(Line {
        node: u8::from(inner.len() < text.len()),
        offset,
        bytes: from_hex(digits).ok()?,
    })
}

/// Reads a dump. Offsets tell what is left out.
pub(super) fn read(text: &str) -> Result<Vec<Part>, String> {
    let mut parts: Vec<Part> = Vec::new();
    let mut ends = [0_u64; 2];
    for (at, text) in text.lines().enumerate() {
        // A star stands for lines like the one before, which are missed by their offsets.
        if text.trim().is_empty() || text.trim() == "*" {
            continue;
        }
        let number = at + 1;
        let Some(Line {
            node,
            offset,
            bytes,
        }) = line(text)
        else {
            return Err(format!("line {number} is not one of a hex dump"));
        };
        let end = &mut ends[usize::from(node)];
        // Offsets have 32 bits.
        let expected = *end & 0xffff_ffff;
        let Some(missing) = offset.checked_sub(expected) else {
            return Err(format!(
                "line {number}: the offset goes back; give one stream at a time"
            ));
        };
        *end += missing + bytes.len() as u64;
        match parts.last_mut() {
            Some(last) if last.node == node && missing == 0 => last.bytes.extend(bytes),
            _ => parts.push(Part {
                missing,
                ..Part::new(node, bytes)
            }),
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{Part, is_start, read};

    const DUMP: &str = "\
00000000  47 45 54 20 2f 63 68 61  74 20 48 54 54 50 2f 31  GET /cha t HTTP/1
00000010  2e 31                                             .1
\t00000000  81 00                                             ..
00000012  ab                                                .
    00000002  cd                                                .
";

    #[test]
    fn a_dump_has_both_nodes() {
        assert!(is_start(DUMP));
        let first = b"GET /chat HTTP/1.1".to_vec();
        let parts = [
            Part::new(0, first),
            Part::new(1, vec![0x81, 0]),
            Part::new(0, vec![0xab]),
            Part::new(1, vec![0xcd]),
        ];
        assert_eq!(read(DUMP).unwrap(), parts);
        for text in [
            "deadbeef",
            "00000000: 4745",
            "GET / HTTP/1.1",
            "deadbeef00",
            "",
        ] {
            assert!(!is_start(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_left_out_is_known() {
        let parts = read("00000000  81\n00000005  82\n").unwrap();
        assert_eq!((parts[1].missing, parts.len()), (4, 2));
        // The last line of other dumps has an offset alone.
        assert!(read("00000000  81\n00000001\n").is_ok());
        let back = read("00000000  81\n00000000  82\n").unwrap_err();
        assert!(back.starts_with("line 2: the offset goes back"), "{back}");
        assert_eq!(
            read("00000000  81\nx\n").unwrap_err(),
            "line 2 is not one of a hex dump"
        );
    }
}
