//! A line of a dump.

/// A line that begins with an offset.
pub(super) struct Line {
    pub(super) offset: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) fit: Fit,
    /// Whether its words could be reversed: programs print them so where they have more than two bytes.
    pub(super) is_wide: bool,
}

/// How the column of text fits the bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// There is none.
    Absent,
    /// Letter by letter.
    Whole,
    /// Letter by letter, and also where each word is reversed.
    Both,
    /// Only where each word is reversed.
    Reversed,
    /// Only where each word is a byte in bits.
    Bits,
}

impl Line {
    /// Reads a line: an offset alone, or what `xxd` and `hexdump -C` print after it. A column of text must fit the
    /// bytes.
    pub(super) fn read(line: &str) -> Option<Self> {
        let (offset, rest) = split(line)?;
        let offset = u64::from_str_radix(offset, 16).ok()?;
        if rest.trim().is_empty() {
            return Some(Self {
                offset,
                bytes: Vec::new(),
                fit: Fit::Absent,
                is_wide: false,
            });
        }
        let (fit, words) = match rest.strip_prefix(": ") {
            Some(rest) => grouped(rest)?,
            None => barred(rest)?,
        };
        let is_wide = words.iter().any(|word| word.len() > 2);
        let bytes = words.concat();
        Some(Self {
            offset,
            bytes,
            fit,
            is_wide,
        })
    }

    /// Whether a line has an offset, hex, and something after two blanks.
    pub(super) fn resembles(line: &str) -> bool {
        let rest = split(line)
            .and_then(|(_, rest)| rest.strip_prefix(": ").or_else(|| rest.strip_prefix("  ")));
        rest.is_some_and(|rest| {
            rest.trim_start()
                .starts_with(|letter: char| letter.is_ascii_hexdigit())
                && rest.trim().contains("  ")
        })
    }
}

/// The digits of the offset, and what follows them.
fn split(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let digits = line.find(|letter: char| !letter.is_ascii_hexdigit());
    let (offset, rest) = line.split_at(digits.unwrap_or(line.len()));
    (7..=16).contains(&offset.len()).then_some((offset, rest))
}

/// The words that `xxd` prints, and how the text after them fits.
fn grouped(rest: &str) -> Option<(Fit, Vec<Vec<u8>>)> {
    let (digits, text) = rest.split_once("  ").unwrap_or((rest, ""));
    if let Some(words) = words(digits) {
        let is_wide = words.iter().any(|word| word.len() > 2);
        let fit = match (shows(text, &words), shows(text, &reversed(&words))) {
            _ if text.trim().is_empty() => Some(Fit::Absent),
            (true, true) if is_wide => Some(Fit::Both),
            (true, _) => Some(Fit::Whole),
            (false, true) => Some(Fit::Reversed),
            (false, false) => None,
        };
        if let Some(fit) = fit {
            return Some((fit, words));
        }
    }
    // Blanks stand before a word that is not whole, so that the text begins after any of them.
    let gaps = rest.match_indices("  ").map(|(at, _)| at);
    let mut columns = gaps.take(MOST_GAPS).map(|at| rest.split_at(at));
    columns.find_map(|(digits, text)| {
        let bits = bits(digits).filter(|words| shows(text, words));
        let words = words(digits).filter(|words| shows(text, &reversed(words)));
        let reversed = words.map(|words| (Fit::Reversed, words));
        bits.map(|words| (Fit::Bits, words)).or(reversed)
    })
}

/// The blanks before a word of 16 bytes that is not whole are 30, twice.
const MOST_GAPS: usize = 64;

/// The bytes that `hexdump -C` prints, and the text between bars.
fn barred(rest: &str) -> Option<(Fit, Vec<Vec<u8>>)> {
    let (digits, text) = rest.strip_prefix("  ")?.split_once(" |")?;
    let text = text.trim_end().strip_suffix('|')?;
    let words = words(digits)?;
    let fits = words.iter().all(|word| word.len() == 1) && text == shown(&words);
    fits.then_some((Fit::Whole, words))
}

/// The bytes of words of hex digits.
fn words(digits: &str) -> Option<Vec<Vec<u8>>> {
    let words = digits.split_ascii_whitespace().map(|word| {
        let digits = word.chars().map(|letter| letter.to_digit(16));
        let digits: Vec<u8> = digits
            .map(|digit| digit.map(|digit| digit as u8))
            .collect::<Option<_>>()?;
        let pairs = digits.chunks_exact(2);
        let is_whole = pairs.remainder().is_empty();
        is_whole.then(|| pairs.map(|pair| pair[0] << 4 | pair[1]).collect())
    });
    let words: Option<Vec<Vec<u8>>> = words.collect();
    words.filter(|words| !words.is_empty())
}

fn reversed(words: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let words = words
        .iter()
        .map(|word| word.iter().rev().copied().collect());
    words.collect()
}

/// The bytes of words of eight bits.
fn bits(digits: &str) -> Option<Vec<Vec<u8>>> {
    let words = digits.split_ascii_whitespace().map(|word| {
        let byte = u8::from_str_radix(word, 2).ok();
        byte.filter(|_| word.len() == 8).map(|byte| vec![byte])
    });
    words.collect()
}

/// Whether a column of text shows these bytes, each as one letter. Blanks at its ends may be lost.
fn shows(text: &str, words: &[Vec<u8>]) -> bool {
    let text = text.trim();
    !text.is_empty() && shown(words).trim() == text
}

fn shown(words: &[Vec<u8>]) -> String {
    let bytes = words.iter().flatten();
    bytes
        .map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        })
        .collect()
}
