//! Bytes as programs print them in hex: `xxd`, `hexdump -C`, and source code with `0x81, 0x05`.

use super::unread::Unread;

mod line;
mod offsets;

use self::line::{Fit, Line};

/// No more bytes are made of lines that a dump leaves out.
const MOST: usize = 16 << 20;

/// Reads a text that is such a dump for certain; `None` for any other text.
///
/// # Errors
/// Returns an error if the text is a dump for certain, but of a form that is not read.
pub(crate) fn dumped(text: &str) -> Option<Result<Vec<u8>, Unread>> {
    match Dump::read(text) {
        None if offsets::follow(text) => Some(Err(Unread::Offsets)),
        None => literals(text).map(Ok),
        dump => dump,
    }
}

/// Whether a text begins like one. The text may be cut.
pub(crate) fn begins_dump(text: &str) -> bool {
    // A line of blanks has nothing to compare in its column of text.
    let mut lines = full(text).map(Line::read);
    let first = lines.find(|line| line.as_ref().is_none_or(|line| line.fit != Fit::Absent));
    first.is_some_and(|line| line.is_some()) || begins_literals(text)
}

/// Whether a text that is no dump looks like one that somebody changed: an offset, and text after the bytes.
pub(super) fn resembles_dump(text: &str) -> bool {
    full(text).next().is_some_and(Line::resembles)
}

/// The lines that are not empty.
fn full(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty())
}

/// The lines of a dump, so far.
#[derive(Default)]
struct Dump {
    bytes: Vec<u8>,
    /// The offset of the first line.
    start: Option<u64>,
    /// The bytes of the last line.
    last: Vec<u8>,
    /// Whether a star is the last line. It stands for lines like the one before.
    repeats: bool,
    /// Whether this is a dump and nothing else.
    is_certain: bool,
    /// What other forms the lines have.
    unread: Option<Unread>,
    /// Whether lines have words that could be in either order of bytes.
    is_unclear: bool,
    /// Whether a line shows that they are not reversed.
    is_clear: bool,
}

impl Dump {
    fn read(text: &str) -> Option<Result<Vec<u8>, Unread>> {
        let mut dump = Self::default();
        for line in full(text) {
            if let Err(why) = dump.add(line) {
                return dump.is_certain.then_some(Err(dump.unread.unwrap_or(why)));
            }
        }
        let unclear = (dump.is_unclear && !dump.is_clear).then_some(Unread::Order);
        let cut = dump.repeats.then_some(Unread::Lines);
        let unread = dump.unread.or(unclear).or(cut);
        dump.is_certain.then(|| unread.map_or(Ok(dump.bytes), Err))
    }

    fn add(&mut self, text: &str) -> Result<(), Unread> {
        if text.trim() == "*" {
            self.repeats = true;
            return Ok(());
        }
        let line = Line::read(text).ok_or(Unread::Lines)?;
        let start = *self.start.get_or_insert(line.offset);
        let at = line.offset.checked_sub(start).ok_or(Unread::Lines)?;
        let at = usize::try_from(at).map_err(|_| Unread::Lines)?;
        if self.repeats {
            if self.last.is_empty() {
                return Err(Unread::Lines);
            }
            if at > MOST {
                return Err(Unread::Long);
            }
            while self.bytes.len() < at {
                self.bytes.extend(&self.last);
            }
        }
        if self.bytes.len() != at {
            return Err(Unread::Lines);
        }
        self.is_certain |= !self.last.is_empty() || line.fit != Fit::Absent;
        self.repeats = false;
        self.is_unclear |= line.is_wide;
        match line.fit {
            Fit::Absent | Fit::Both => {}
            Fit::Whole => self.is_clear = true,
            Fit::Reversed => self.unread = Some(Unread::Reversed),
            Fit::Bits => self.unread = Some(Unread::Bits),
        }
        self.bytes.extend(&line.bytes);
        self.last = line.bytes;
        Ok(())
    }
}

/// Reads numbers of one byte each, as in source code. One alone is a number.
fn literals(text: &str) -> Option<Vec<u8>> {
    let bytes: Option<Vec<u8>> = words(text).map(literal).collect();
    bytes.filter(|bytes| bytes.len() > 1)
}

/// Whether a text that may be cut begins with such numbers.
fn begins_literals(text: &str) -> bool {
    let mut words: Vec<&str> = words(text).collect();
    // The last word may be cut, and then another follows it.
    let last = words.last().copied();
    let cut = last.filter(|word| literal(word).is_none() && text.ends_with(word));
    if cut.is_some() {
        words.pop();
    }
    let begins = |word: &str| matches!(word, "0" | "0x" | "0X");
    cut.is_none_or(begins)
        && words.len() > 1
        && words.into_iter().all(|word| literal(word).is_some())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(is_between).filter(|word| !word.is_empty())
}

fn literal(word: &str) -> Option<u8> {
    let digits = word
        .strip_prefix("0x")
        .or_else(|| word.strip_prefix("0X"))?;
    let byte = u8::from_str_radix(digits, 16).ok();
    byte.filter(|_| !digits.starts_with('+'))
}

/// What is between numbers in source code.
const fn is_between(letter: char) -> bool {
    letter.is_ascii_whitespace() || matches!(letter, ',' | ';' | '{' | '}' | '[' | ']' | '(' | ')')
}

#[cfg(test)]
mod tests;
