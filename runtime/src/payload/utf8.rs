//! Checks UTF-8 that arrives in chunks (RFC 6455 §8.1, RFC 3629).
//!
//! A chunk may end within a code point, whose bytes are carried over to the next chunk. Invalid text
//! is refused at the first byte that makes it invalid, also across chunks.

use alloc::vec::Vec;

/// The bytes as text.
///
/// # Errors
/// The index of the first byte that is not part of valid UTF-8.
#[inline]
pub(crate) fn check(bytes: &[u8]) -> Result<&str, usize> {
    // For short texts, the vector code costs more than it saves.
    if bytes.len() < 64 {
        core::str::from_utf8(bytes).map_err(|error| error.valid_up_to())
    } else {
        simdutf8::basic::from_utf8(bytes).map_err(|_invalid| valid_up_to(bytes))
    }
}

/// Finds the position of an error, which takes longer than finding that there is one.
#[cold]
fn valid_up_to(bytes: &[u8]) -> usize {
    core::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len)
}

/// U+FFFD, which replaces invalid UTF-8.
const REPLACEMENT: [u8; 3] = [0xef, 0xbf, 0xbd];

/// The ends of the valid text that starts at `start`, and of the invalid bytes after it.
fn chunk(bytes: &[u8], start: usize) -> (usize, usize) {
    let rest = bytes.get(start..).unwrap_or_default();
    match core::str::from_utf8(rest) {
        Ok(text) => (start + text.len(), start + text.len()),
        Err(error) => {
            let valid = start + error.valid_up_to();
            let invalid = error.error_len().map(|length| valid + length);
            (valid, invalid.unwrap_or(bytes.len()))
        }
    }
}

/// The length of the text after U+FFFD [replaces](replace) invalid UTF-8.
#[cold]
pub(crate) fn replaced_length(bytes: &[u8]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < bytes.len() {
        let (valid, next) = chunk(bytes, at);
        length += valid - at;
        if next > valid {
            length += REPLACEMENT.len();
        }
        at = next;
    }
    length
}

/// Replaces invalid UTF-8 with U+FFFD, as `String::from_utf8_lossy` does, but in place. The bytes
/// first move to the end of the new length, which is never shorter, so that writing never overtakes
/// reading.
#[cold]
pub(crate) fn replace(bytes: &mut Vec<u8>, length: usize) {
    let end = bytes.len();
    let moved = length.saturating_sub(end);
    bytes.resize(end + moved, 0);
    bytes.copy_within(..end, moved);
    let (mut from, mut to) = (moved, 0);
    while from < bytes.len() {
        let (valid, next) = chunk(bytes, from);
        bytes.copy_within(from..valid, to);
        to += valid - from;
        if next > valid {
            if let Some(room) = bytes.get_mut(to..to + REPLACEMENT.len()) {
                room.copy_from_slice(&REPLACEMENT);
            }
            to += REPLACEMENT.len();
        }
        from = next;
    }
}

/// Checks a text that arrives in chunks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Validator {
    carry: [u8; 4],
    length: u8,
}

impl Validator {
    /// A validator before the first chunk.
    pub(crate) const fn new() -> Self {
        Self {
            carry: [0; 4],
            length: 0,
        }
    }

    /// Whether the text does not end within a code point.
    #[inline]
    pub(crate) const fn is_complete(&self) -> bool {
        self.length == 0
    }

    /// The incomplete code point at the end of the text so far.
    pub(crate) fn carried(&self) -> &[u8] {
        self.carry
            .get(..usize::from(self.length))
            .unwrap_or_default()
    }

    /// Checks the next chunk.
    ///
    /// # Errors
    /// The index of the byte in this chunk that makes the text invalid.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Result<(), usize> {
        self.push_to(bytes, &mut |_| ())
    }

    /// As [`push`](Self::push), and passes on the text that is checked: all of it but an incomplete
    /// code point at the end, which follows when it is complete.
    #[inline]
    pub(crate) fn push_to(
        &mut self,
        bytes: &[u8],
        keep: &mut dyn FnMut(&str),
    ) -> Result<(), usize> {
        let start = if self.length == 0 {
            0
        } else {
            self.complete(bytes, keep)?
        };
        let rest = &bytes[start..];
        // The vector code tells only whether text is valid. So the incomplete code point goes first,
        // and bytes are looked at one by one only to find an error.
        let (text, end) = rest.split_at(rest.len() - incomplete_end(rest));
        match check(text) {
            Ok(text) if self.carry_over(end) => {
                keep(text);
                Ok(())
            }
            _ => Err(start + fault(rest)),
        }
    }

    /// Completes the code point that was carried over; returns how many bytes it took.
    #[cold]
    fn complete(&mut self, bytes: &[u8], keep: &mut dyn FnMut(&str)) -> Result<usize, usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            let Some(place) = self.carry.get_mut(usize::from(self.length)) else {
                return Err(at);
            };
            *place = byte;
            self.length += 1;
            match core::str::from_utf8(&self.carry[..usize::from(self.length)]) {
                Ok(text) => {
                    keep(text);
                    self.length = 0;
                    return Ok(at + 1);
                }
                Err(error) if error.error_len().is_some() => return Err(at),
                Err(_) => {}
            }
        }
        Ok(bytes.len())
    }

    /// Carries over the incomplete code point at the end of a chunk; `false` if it is invalid.
    #[inline]
    fn carry_over(&mut self, end: &[u8]) -> bool {
        if end.is_empty() {
            return true;
        }
        let incomplete = core::str::from_utf8(end).is_err_and(|error| error.error_len().is_none());
        if let (true, Some(carry)) = (incomplete, self.carry.get_mut(..end.len())) {
            carry.copy_from_slice(end);
            self.length = end.len() as u8;
        }
        incomplete
    }
}

/// The length of the code point at the end of `bytes` that lacks bytes, judged by its first byte.
#[inline]
fn incomplete_end(bytes: &[u8]) -> usize {
    let last = bytes.iter().rev().take(3);
    for (&byte, length) in last.zip(1..) {
        let whole = match byte {
            0x80..0xc0 => continue,
            0xc0..0xe0 => 2,
            0xe0..0xf0 => 3,
            0xf0.. => 4,
            _ => 1,
        };
        return if length < whole { length } else { 0 };
    }
    0
}

/// Index of the byte that makes `bytes` invalid.
#[cold]
fn fault(bytes: &[u8]) -> usize {
    let valid = valid_up_to(bytes);
    valid + bad(bytes.get(valid..).unwrap_or_default())
}

/// Index of the byte that makes the sequence at the start of `tail` invalid.
fn bad(tail: &[u8]) -> usize {
    (1..tail.len().min(4))
        .take_while(|&length| {
            core::str::from_utf8(&tail[..length]).is_err_and(|error| error.error_len().is_none())
        })
        .last()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::Validator;

    const CASES: &[(&[u8], Option<usize>)] = &[
        (b"plain", None),
        ("κόσμε €𝄞".as_bytes(), None),
        (&[0xc0, 0xaf], Some(0)),
        (&[0xe0, 0x80, 0x80], Some(1)),
        (&[0xed, 0xa0, 0x80], Some(1)),
        (&[0xf4, 0x90, 0x80, 0x80], Some(1)),
        (&[0xf5, 0x80], Some(0)),
        (&[b'a', 0xe2, 0x82, b'b'], Some(3)),
        (&[0x80], Some(0)),
        (&[0xf0, 0x9d, 0x84, 0x41], Some(3)),
        (&[0xe2, 0x82, 0xc3], Some(2)),
        (&[0xe2, 0xc3, 0xa9], Some(1)),
    ];

    /// The index of the byte that makes the text invalid, if the text comes in these pieces.
    fn fault<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (Option<usize>, Validator) {
        let (mut validator, mut at) = (Validator::new(), 0);
        for piece in pieces {
            if let Err(index) = validator.push(piece) {
                return (Some(at + index), validator);
            }
            at += piece.len();
        }
        (None, validator)
    }

    #[test]
    fn errors_are_found_at_the_same_byte_wherever_the_text_is_cut() {
        // Long text takes the vector code.
        for before in ["", &"größer € 𝄞 ".repeat(16)] {
            for &(end, bad) in CASES {
                let text = [before.as_bytes(), end].concat();
                let bad = bad.map(|bad| before.len() + bad);
                for first in 0..=text.len() {
                    for second in [first, first + 1, first + 2, first + 70, text.len()] {
                        let second = second.min(text.len());
                        let (found, validator) =
                            fault([&text[..first], &text[first..second], &text[second..]]);
                        assert_eq!(found, bad, "{text:x?} cut at {first} and {second}");
                        assert!(bad.is_some() || validator.is_complete());
                    }
                }
            }
        }
    }

    #[test]
    fn pieces_of_every_length_are_checked_as_byte_by_byte() {
        let mut text: Vec<u8> = "aé€😀 жизнь 日本語 ".bytes().cycle().take(600).collect();
        // Invalid bytes at several places, none at first.
        for wrong in [None, Some(0), Some(61), Some(300), Some(598)] {
            if let Some(byte) = wrong.and_then(|at: usize| text.get_mut(at)) {
                *byte = 0xff;
            }
            let (expected, ends) = fault(text.chunks(1));
            for length in 1..=text.len() {
                let (found, validator) = fault(text.chunks(length));
                assert_eq!(
                    found, expected,
                    "pieces of {length} bytes, wrong at {wrong:?}"
                );
                assert!(expected.is_some() || validator.is_complete() == ends.is_complete());
            }
            text = "aé€😀 жизнь 日本語 ".bytes().cycle().take(600).collect();
        }
    }
}
