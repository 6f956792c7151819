//! Messages from standard input that is no terminal: how they are told apart, and what reads them.

use std::{
    io::{self, Read},
    mem, thread,
};

use tokio::sync::mpsc::{Receiver, channel};

use super::acts::Act;
use crate::{failure::Failure, input::CHUNK};

/// Bytes of a message that is kept until it is complete.
const LONGEST: usize = 16 << 20;
/// Bytes of a message's length in front of it.
const PREFIX: usize = 4;

/// What messages end with, on standard input and on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framing {
    /// Each line is one.
    Lines,
    /// A NUL byte ends each.
    Null,
    /// Their length as 4 bytes in network order precedes each.
    LengthPrefixed,
    /// All of the input is one message.
    Whole,
}

impl Framing {
    /// A message as it stands between others.
    pub(super) fn framed(self, payload: &[u8]) -> Vec<u8> {
        match self {
            Self::Lines => [payload, b"\n"].concat(),
            Self::Null => [payload, &[0]].concat(),
            Self::LengthPrefixed => {
                let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
                [&length.to_be_bytes(), payload].concat()
            }
            Self::Whole => payload.to_vec(),
        }
    }
}

/// Reads standard input on a thread of its own. What it has read ahead is bounded.
pub(super) fn start(framing: Framing, binary: bool) -> Result<Receiver<Vec<Act>>, Failure> {
    let (sender, acts) = channel(1);
    let reader = thread::Builder::new().name("input".into());
    let spawned = reader.spawn(move || {
        // When nobody takes more, the connection has ended.
        read(io::stdin().lock(), Framer::new(framing, binary), |acts| {
            sender.blocking_send(acts).is_ok()
        });
    });
    spawned.map_err(Failure::io("a thread for standard input"))?;
    Ok(acts)
}

/// Reads messages until the end, or until they are not taken.
fn read(mut input: impl Read, mut framer: Framer, mut hand: impl FnMut(Vec<Act>) -> bool) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let step = match input.read(&mut buffer) {
            Ok(length) => framer.take(&buffer[..length]).map(|()| length == 0),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(Failure::Io("standard input".into(), error)),
        };
        let is_over = step.unwrap_or_else(|failure| {
            framer.acts.push(Act::Fail(failure));
            true
        });
        let acts = mem::take(&mut framer.acts);
        if (!acts.is_empty() && !hand(acts)) || is_over {
            return;
        }
    }
}

/// Tells messages apart.
struct Framer {
    framing: Framing,
    binary: bool,
    /// The start of a message.
    kept: Vec<u8>,
    /// Messages so far.
    count: u64,
    acts: Vec<Act>,
}

impl Framer {
    const fn new(framing: Framing, binary: bool) -> Self {
        Self {
            framing,
            binary,
            kept: Vec::new(),
            count: 0,
            acts: Vec::new(),
        }
    }

    /// Takes bytes; none of them is the end.
    fn take(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match (self.framing, bytes) {
            (Framing::Lines, []) | (Framing::Null, []) => {
                if self.kept.is_empty() {
                    return Ok(());
                }
                self.complete()
            }
            (Framing::Lines, bytes) => self.split(b'\n', bytes),
            (Framing::Null, bytes) => self.split(0, bytes),
            (Framing::LengthPrefixed, []) if self.kept.is_empty() => Ok(()),
            (Framing::LengthPrefixed, []) => Err(Failure::input(format!(
                "standard input ends within {}",
                self.name()
            ))),
            (Framing::LengthPrefixed, bytes) => self.prefixed(bytes),
            (Framing::Whole, []) if self.count == 0 => Ok(()),
            (Framing::Whole, bytes) => {
                self.acts.push(Act::Part {
                    first: self.count == 0,
                    last: bytes.is_empty(),
                    bytes: bytes.to_vec(),
                });
                self.count += 1;
                Ok(())
            }
        }
    }

    fn split(&mut self, end: u8, bytes: &[u8]) -> Result<(), Failure> {
        for piece in bytes.split_inclusive(|byte| *byte == end) {
            let (piece, ends) = match piece.split_last() {
                Some((last, piece)) if *last == end => (piece, true),
                _ => (piece, false),
            };
            if self.kept.len() + piece.len() > LONGEST {
                return Err(self.too_long());
            }
            self.kept.extend_from_slice(piece);
            if ends {
                self.complete()?;
            }
        }
        Ok(())
    }

    fn prefixed(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        while !bytes.is_empty() {
            let length = self.kept.first_chunk().map(|prefix: &[u8; PREFIX]| {
                usize::try_from(u32::from_be_bytes(*prefix)).unwrap_or(usize::MAX)
            });
            if length.is_some_and(|length| length > LONGEST) {
                return Err(self.too_long());
            }
            let lacks = length.map_or(PREFIX, |length| PREFIX + length) - self.kept.len();
            let (piece, rest) = bytes.split_at(lacks.min(bytes.len()));
            self.kept.extend_from_slice(piece);
            bytes = rest;
            self.complete_prefixed()?;
        }
        Ok(())
    }

    /// Completes a message if all of it is there; it may be empty.
    fn complete_prefixed(&mut self) -> Result<(), Failure> {
        let Some((prefix, payload)) = self.kept.split_first_chunk::<PREFIX>() else {
            return Ok(());
        };
        if u32::from_be_bytes(*prefix) as usize == payload.len() {
            self.kept.drain(..PREFIX);
            return self.complete();
        }
        Ok(())
    }

    /// Makes a message of what is kept.
    fn complete(&mut self) -> Result<(), Failure> {
        let mut payload = mem::take(&mut self.kept);
        if self.framing == Framing::Lines && payload.last() == Some(&b'\r') {
            payload.pop();
        }
        if self.binary {
            self.acts.push(Act::Binary(payload));
        } else {
            match String::from_utf8(payload) {
                Ok(text) => self.acts.push(Act::Text(text)),
                Err(_) => {
                    return Err(Failure::input(format!(
                        "{} of standard input is not UTF-8: --binary sends bytes",
                        self.name()
                    )));
                }
            }
        }
        self.count += 1;
        Ok(())
    }

    /// The message that begins or goes on, for people.
    fn name(&self) -> String {
        let noun = match self.framing {
            Framing::Lines => "line",
            Framing::Null | Framing::LengthPrefixed | Framing::Whole => "message",
        };
        format!("{noun} {}", self.count + 1)
    }

    fn too_long(&self) -> Failure {
        Failure::input(format!(
            "{} of standard input has more than {} MiB: --binary alone sends all of the input as one message, in frames, as it is read",
            self.name(),
            LONGEST >> 20
        ))
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::{Act, Framer, Framing, read};

    /// A reader that gives its bytes one at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(&mut buffer[..1])
        }
    }

    fn acts(framing: Framing, binary: bool, input: &[u8]) -> Vec<String> {
        let mut all = [Vec::new(), Vec::new()];
        let mut sources: [Box<dyn Read>; 2] = [Box::new(input), Box::new(Slow(input))];
        for (source, all) in sources.iter_mut().zip(&mut all) {
            read(source, Framer::new(framing, binary), |acts| {
                all.extend(acts.into_iter().map(|act| match act {
                    Act::Text(text) => text,
                    Act::Binary(bytes) => format!("{bytes:?}"),
                    Act::Part { bytes, .. } => String::from_utf8(bytes).unwrap(),
                    other => format!("{other:?}"),
                }));
                true
            });
        }
        let [once, slowly] = all;
        if framing == Framing::Whole {
            assert_eq!(once.concat(), slowly.concat());
        } else {
            assert_eq!(once, slowly);
        }
        once
    }

    #[test]
    fn messages_are_told_apart() {
        let lines = |input: &str| acts(Framing::Lines, false, input.as_bytes());
        assert_eq!(lines(""), [""; 0]);
        assert_eq!(lines("a\n\nb\r\nc"), ["a", "", "b", "c"]);
        assert_eq!(lines("a\n"), ["a"]);
        assert_eq!(acts(Framing::Null, false, b"a\nb\0\0c"), ["a\nb", "", "c"]);
        let prefixed = b"\0\0\0\x02hi\0\0\0\0\0\0\0\x01x";
        let prefixed = acts(Framing::LengthPrefixed, true, prefixed);
        assert_eq!(prefixed, ["[104, 105]", "[]", "[120]"]);
        assert_eq!(acts(Framing::Whole, true, b"all"), ["all", ""]);
        assert_eq!(acts(Framing::Whole, true, b""), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let wrong = acts(Framing::Lines, false, b"good\n\xff\n");
        assert!(
            wrong[1].contains("line 2 of standard input is not UTF-8"),
            "{wrong:?}"
        );
        let wrong = acts(Framing::LengthPrefixed, true, b"\0\0\0\x02h");
        assert!(wrong[0].contains("ends within message 1"), "{wrong:?}");
        let wrong = acts(Framing::LengthPrefixed, true, b"\x7f\0\0\x02h");
        assert!(wrong[0].contains("more than 16 MiB"), "{wrong:?}");
    }
}
