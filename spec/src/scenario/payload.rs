//! How payloads are written.

use std::borrow::Cow;

use super::Payload;

/// What a payload for which a scenario is played is written as.
const EACH: &str = "{each}";
/// What bytes in hex start with.
const HEX: &str = "hex:";
/// What a number of bytes that do not compress starts with.
const NOISE: &str = "noise:";
/// What a number of letters without a pattern starts with.
const LETTERS: &str = "letters:";
/// The longest payload in bytes.
const LONGEST: usize = 64 << 20;
const TOO_LONG: &str = "a payload has at most 64 MiB";

impl Payload {
    /// The bytes; `each` is the payload for which the scenario is played.
    #[must_use]
    pub fn bytes<'a>(&'a self, each: &'a [u8]) -> Cow<'a, [u8]> {
        match self {
            Self::Empty => Cow::Borrowed(&[]),
            Self::Each => Cow::Borrowed(each),
            Self::Bytes(pieces) => match &pieces[..] {
                [(piece, 1)] => Cow::Borrowed(piece),
                [(piece, times)] => Cow::Owned(piece.repeat(*times)),
                pieces => {
                    let pieces = pieces.iter().map(|(piece, times)| piece.repeat(*times));
                    Cow::Owned(pieces.collect::<Vec<_>>().concat())
                }
            },
            Self::Noise(length) => Cow::Owned(random().take(*length).collect()),
            Self::Letters(length) => {
                let letters = random().map(|byte| b'a' + byte % 26);
                Cow::Owned(letters.take(*length).collect())
            }
        }
    }

    /// Number of bytes; `each` is that of the payload for which the scenario is played.
    #[must_use]
    pub fn length(&self, each: usize) -> usize {
        match self {
            Self::Empty => 0,
            Self::Each => each,
            Self::Bytes(pieces) => pieces
                .iter()
                .map(|(piece, times)| piece.len() * times)
                .sum(),
            Self::Noise(length) | Self::Letters(length) => *length,
        }
    }

    fn number(digits: &str) -> Result<usize, String> {
        let length = digits.parse();
        let length = length.map_err(|_| format!("{digits:?} is no number of bytes"))?;
        if length > LONGEST {
            return Err(TOO_LONG.into());
        }
        Ok(length)
    }

    fn hex(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut length = 0usize;
        for group in text.split_whitespace() {
            let (digits, times) = match group.split_once('*') {
                None => (group, 1),
                Some((digits, times)) => {
                    let times = times.parse();
                    (
                        digits,
                        times.map_err(|_| format!("{group:?}: no number after the *"))?,
                    )
                }
            };
            let piece = piece(digits).ok_or_else(|| format!("{group:?} is not hex"))?;
            length = length.saturating_add(piece.len().saturating_mul(times));
            pieces.push((piece, times));
        }
        if length > LONGEST {
            return Err(TOO_LONG.into());
        }
        Ok(Self::Bytes(pieces))
    }
}

/// Bytes of a xorshift generator, which starts with the same state each time.
fn random() -> impl Iterator<Item = u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_be_bytes()[0]
    })
}

fn piece(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let pair = |pair: &[u8]| match *pair {
        [high, low] => {
            let high = char::from(high).to_digit(16)?;
            u8::try_from(high << 4 | char::from(low).to_digit(16)?).ok()
        }
        _ => None,
    };
    pairs.map(pair).collect()
}

impl TryFrom<String> for Payload {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(digits) = text.strip_prefix(NOISE) {
            return Self::number(digits).map(Self::Noise);
        }
        if let Some(digits) = text.strip_prefix(LETTERS) {
            return Self::number(digits).map(Self::Letters);
        }
        match text.strip_prefix(HEX) {
            Some(digits) => Self::hex(digits),
            None if text.is_empty() => Ok(Self::Empty),
            None if text == EACH => Ok(Self::Each),
            None => Ok(Self::Bytes(vec![(text.into_bytes(), 1)])),
        }
    }
}

impl From<Payload> for String {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Empty => Self::new(),
            Payload::Each => EACH.into(),
            Payload::Noise(length) => format!("{NOISE}{length}"),
            Payload::Letters(length) => format!("{LETTERS}{length}"),
            Payload::Bytes(pieces) => {
                if let [(piece, 1)] = &pieces[..]
                    && let Ok(text) = std::str::from_utf8(piece)
                    && ![HEX, NOISE, LETTERS]
                        .iter()
                        .any(|kind| text.starts_with(kind))
                    && text != EACH
                {
                    return text.into();
                }
                let group = |(piece, times): &(Vec<u8>, usize)| {
                    let digits: Self = piece.iter().map(|byte| format!("{byte:02x}")).collect();
                    match times {
                        1 => digits,
                        times => format!("{digits}*{times}"),
                    }
                };
                let groups: Vec<Self> = pieces.iter().map(group).collect();
                format!("{HEX}{}", groups.join(" "))
            }
        }
    }
}
