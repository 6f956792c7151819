//! The words and strings of a RON text.

use std::borrow::Cow;

use ron::Error;

use super::fault::{Result, Wrong};

/// The rest of a text.
pub(crate) struct Scanner<'de> {
    text: &'de str,
    rest: &'de str,
    /// What is left of the text from the last thing that was read or expected: an error is there.
    last: &'de str,
}

/// Whether a byte can be in an identifier of ASCII.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0_u8;
    while byte < 0x80 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
        byte += 1;
    }
    plain
};

/// Whether a character can be in an identifier.
pub(crate) fn is_inside(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Whether a character can be in an identifier after `r#`.
fn is_inside_raw(c: char) -> bool {
    matches!(c, '.' | '+' | '-') || is_inside(c)
}

/// The length of what begins a text, up to the first character that is something else.
pub(crate) fn length(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

impl<'de> Scanner<'de> {
    pub(crate) const fn new(text: &'de str) -> Self {
        Self {
            text,
            rest: text,
            last: text,
        }
    }

    /// The bytes before the last thing that was read or expected.
    pub(crate) fn place(&self) -> usize {
        self.text.len() - self.last.len()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.rest.as_bytes().first().copied()
    }

    /// What has not been read, to look at or to go back to.
    pub(crate) const fn rest(&self) -> &'de str {
        self.rest
    }

    pub(crate) const fn go_back(&mut self, rest: &'de str) {
        self.rest = rest;
    }

    /// An error that comes now is at the start of this.
    pub(crate) const fn is_last(&mut self, rest: &'de str) {
        self.last = rest;
    }

    /// Reads some bytes, which end where a character does.
    pub(crate) fn take(&mut self, bytes: usize) -> &'de str {
        let (taken, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.last = self.rest;
        self.rest = rest;
        taken
    }

    /// Reads this character of ASCII, if it is next.
    #[inline]
    pub(crate) fn takes_byte(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        if is_next {
            self.last = self.rest;
            self.rest = &self.rest[1..];
        }
        is_next
    }

    /// Reads this, if it is next.
    pub(crate) fn takes(&mut self, start: &str) -> bool {
        let is_next = self.rest.starts_with(start);
        if is_next {
            self.take(start.len());
        }
        is_next
    }

    /// Skips white space and comments.
    #[inline]
    pub(crate) fn blank(&mut self) -> Result<()> {
        match self.peek() {
            Some(b'\0'..=b' ' | b'/' | 0x80..) => self.blanks(),
            _ => {
                self.last = self.rest;
                Ok(())
            }
        }
    }

    #[inline(never)]
    fn blanks(&mut self) -> Result<()> {
        loop {
            let mut bytes = self.rest.as_bytes();
            while let [b' ' | b'\t'..=b'\r', rest @ ..] = bytes {
                // Most of it is the start of a line.
                bytes = rest.strip_prefix(b"        ").unwrap_or(rest);
            }
            self.rest = &self.rest[self.rest.len() - bytes.len()..];
            self.last = self.rest;
            match bytes {
                [b'/', b'/', ..] => {
                    self.take(self.rest.find('\n').unwrap_or(self.rest.len()));
                }
                [b'/', b'*', ..] => self.block()?,
                [b'/', ..] => {
                    let other = self.rest[1..].chars().next();
                    return Err(other.map_or(Error::Eof, Error::UnexpectedChar).into());
                }
                [0x80..=0xff, ..] if self.rest.starts_with(is_wide_blank) => {
                    self.take(length(self.rest, is_wide_blank));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips a comment between `/*` and `*/`, which may have others in it.
    fn block(&mut self) -> Result<()> {
        let start = self.rest;
        let mut level = 0;
        loop {
            if self.takes("/*") {
                level += 1;
            } else if self.takes("*/") {
                level -= 1;
            } else {
                self.take(self.rest.chars().next().map_or(0, char::len_utf8));
            }
            if level == 0 {
                return Ok(());
            }
            if self.is_done() {
                self.last = start;
                return Err(Error::UnclosedBlockComment.into());
            }
        }
    }

    /// Whether an identifier is next, or something else with letters or digits.
    pub(crate) fn is_at_word(&self) -> bool {
        self.rest.starts_with(is_inside)
    }

    pub(crate) fn is_at_raw_string(&self) -> bool {
        let behind = self.rest.strip_prefix('r');
        behind.is_some_and(|behind| behind.trim_start_matches('#').starts_with('"'))
    }

    /// Reads an identifier.
    pub(crate) fn identifier(&mut self) -> Result<&'de str> {
        let bytes = self.rest.as_bytes();
        let mut bytes_left = bytes.iter();
        let end = bytes_left.position(|byte| !PLAIN[usize::from(*byte)]);
        let end = end.unwrap_or(bytes.len());
        match bytes.get(end) {
            Some(b'#' | b'"' | b'\'' | b'.' | b'+' | b'-' | 0x80..) => self.odd_identifier(),
            _ if end == 0 || bytes[0].is_ascii_digit() => self.odd_identifier(),
            _ => Ok(self.take(end)),
        }
    }

    /// Reads an identifier with other letters than those of ASCII, or written as `r#…`.
    fn odd_identifier(&mut self) -> Result<&'de str> {
        if let Some(raw) = self.rest.strip_prefix("r#") {
            let end = length(raw, is_inside_raw);
            if end > 0 {
                return Ok(self.take(end + 2).trim_start_matches("r#"));
            }
        }
        let (end, raw) = (
            length(self.rest, is_inside),
            length(self.rest, is_inside_raw),
        );
        let is_one = !self.rest.starts_with(char::is_numeric);
        if raw > end || raw > 0 && !is_one {
            return Err(Error::SuggestRawIdentifier(self.rest[..raw].to_owned()).into());
        }
        let is_quoted = ["b'", "b\"", "br#", "br\"", "r\"", "r#"];
        if end == 0 || is_quoted.iter().any(|start| self.rest.starts_with(start)) {
            return Err(Error::ExpectedIdentifier.into());
        }
        Ok(self.take(end))
    }

    /// Whether the group here has named values.
    pub(crate) fn has_names(&mut self) -> Result<bool> {
        let group = self.rest;
        self.takes("(");
        self.blank()?;
        let is_word = self.is_at_word() && self.identifier().is_ok();
        self.blank()?;
        let has_names = is_word && self.peek() == Some(b':');
        self.rest = group;
        Ok(has_names)
    }

    /// Reads this identifier, if it is next.
    pub(crate) fn takes_word(&mut self, word: &str) -> bool {
        let behind = self.rest.strip_prefix(word);
        let is_next = behind.is_some_and(|behind| !behind.starts_with(is_inside));
        is_next && self.takes(word)
    }

    /// Reads a string.
    pub(crate) fn string(&mut self) -> Result<Cow<'de, str>> {
        let start = self.rest;
        let read = match start.as_bytes() {
            [b'"', ..] => self.quoted(),
            [b'r', ..] if self.is_at_raw_string() => self.raw(),
            _ => Err(Error::ExpectedString.into()),
        };
        if read.is_ok() {
            self.last = start;
        }
        read
    }

    fn raw(&mut self) -> Result<Cow<'de, str>> {
        self.take(1);
        let hashes = self.take(length(self.rest, |c| c == '#'));
        if !self.takes("\"") {
            return Err(Error::ExpectedString.into());
        }
        let end = format!("\"{hashes}");
        let length = self.rest.find(&end).ok_or(Error::ExpectedStringEnd)?;
        let text = self.take(length);
        self.take(end.len());
        Ok(Cow::Borrowed(text))
    }

    fn quoted(&mut self) -> Result<Cow<'de, str>> {
        self.take(1);
        let mut text = Cow::Borrowed(self.part()?);
        while self.takes("\\") {
            if self.takes("\n") || self.takes("\r\n") {
                self.take(length(self.rest, |c| matches!(c, ' ' | '\t' | '\n' | '\r')));
            } else {
                text.to_mut().push(self.escaped()?);
            }
            let part = self.part()?;
            text.to_mut().push_str(part);
        }
        self.take(1);
        Ok(text)
    }

    /// Reads up to the next quotation mark or escape.
    fn part(&mut self) -> Result<&'de str> {
        // As bytes: no other character of UTF-8 has one of these in it.
        let mut bytes = self.rest.bytes();
        let end = bytes.position(|byte| matches!(byte, b'"' | b'\\'));
        Ok(self.take(end.ok_or(Error::ExpectedStringEnd)?))
    }

    /// Reads what stands after a backslash.
    pub(crate) fn escaped(&mut self) -> Result<char> {
        let no = || Wrong::from(Error::InvalidEscape("Unknown escape character"));
        let escape = self.rest.chars().next().ok_or(Error::Eof)?;
        self.take(escape.len_utf8());
        let code = |digits: &str| {
            let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let code = is_hex.then(|| u32::from_str_radix(digits, 16).ok());
            code.flatten().and_then(char::from_u32).ok_or_else(no)
        };
        match escape {
            '\'' | '"' | '\\' => Ok(escape),
            'n' => Ok('\n'),
            'r' => Ok('\r'),
            't' => Ok('\t'),
            '0' => Ok('\0'),
            'x' => code(self.take(2)).and_then(|c| c.is_ascii().then_some(c).ok_or_else(no)),
            'u' if self.takes("{") => {
                let digits = self.take(length(self.rest, |c| c.is_ascii_hexdigit()));
                let is_whole = self.takes("}") && digits.len() <= 6;
                is_whole.then_some(digits).ok_or_else(no).and_then(code)
            }
            _ => Err(no()),
        }
    }
}

/// White space beyond ASCII, as RON has it.
fn is_wide_blank(c: char) -> bool {
    matches!(
        c,
        '\u{85}' | '\u{200E}' | '\u{200F}' | '\u{2028}' | '\u{2029}'
    )
}
