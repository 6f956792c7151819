//! Writes a RON text in the compact form.
//!
//! The build script runs this for the built-in files. It needs no types: what a word or a group
//! stands for is decided when the form is read. Notation that no file uses so far, such as numbers
//! with a fraction, has no compact form; such a file is read as RON.

use super::mark::{BITS, FIELDS, ITEMS, LIST, MAP, MORE, NAMED, NEGATIVE, NUMBER, TEXT, WORD};

/// The compact form of a RON text; `None` if it has none.
pub(crate) fn compact(text: &str) -> Option<String> {
    let mut writer = Writer {
        rest: text,
        out: String::with_capacity(text.len()),
    };
    writer.value()?;
    writer.skip()?;
    writer.rest.is_empty().then_some(writer.out)
}

struct Writer<'a> {
    rest: &'a str,
    out: String,
}

impl<'a> Writer<'a> {
    fn value(&mut self) -> Option<()> {
        self.skip()?;
        match self.rest.chars().next()? {
            '(' => self.group(),
            '[' => self.many(LIST, ']', Self::value),
            '{' => self.many(MAP, '}', |writer| {
                writer.value()?;
                writer.skip()?;
                writer.take(":")?;
                writer.value()
            }),
            '"' => self.quoted(),
            '-' | '0'..='9' => self.number(),
            _ if self.rest.starts_with("r\"") || self.rest.starts_with("r#") => self.raw(),
            _ => self.word(),
        }
    }

    /// Skips white space and comments.
    fn skip(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
            if let Some(comment) = self.rest.strip_prefix("//") {
                let end = comment.find('\n').unwrap_or(comment.len());
                self.rest = &comment[end..];
            } else if self.rest.starts_with('/') {
                return None;
            } else {
                return Some(());
            }
        }
    }

    fn take(&mut self, start: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(start)?;
        Some(())
    }

    /// The identifier here, if there is one.
    fn identifier(&self) -> Option<&'a str> {
        let is_inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let end = self.rest.find(|c| !is_inside(c));
        let word = &self.rest[..end.unwrap_or(self.rest.len())];
        let is_one = !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit());
        is_one.then_some(word)
    }

    fn word(&mut self) -> Option<()> {
        let word = self.identifier()?;
        self.take(word)?;
        self.skip()?;
        let is_named = self.rest.starts_with('(');
        self.out.push(if is_named { NAMED } else { WORD });
        self.text(word);
        if is_named { self.group() } else { Some(()) }
    }

    fn group(&mut self) -> Option<()> {
        let before = self.rest;
        self.take("(")?;
        self.skip()?;
        let named = self.identifier().is_some_and(|word| {
            let behind = &self.rest[word.len()..];
            behind.trim_start().starts_with(':')
        });
        self.rest = before;
        if !named {
            return self.many(ITEMS, ')', Self::value);
        }
        self.many(FIELDS, ')', |writer| {
            let name = writer.identifier()?;
            writer.take(name)?;
            writer.text(name);
            writer.skip()?;
            writer.take(":")?;
            writer.value()
        })
    }

    /// What stands between brackets, separated by commas.
    fn many(
        &mut self,
        mark: char,
        end: char,
        mut one: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        let before = std::mem::take(&mut self.out);
        self.rest = &self.rest[1..];
        let mut count = 0;
        loop {
            self.skip()?;
            if let Some(rest) = self.rest.strip_prefix(end) {
                self.rest = rest;
                break;
            }
            one(self)?;
            count += 1;
            self.skip()?;
            if !self.rest.starts_with(end) {
                self.take(",")?;
            }
        }
        let inside = std::mem::replace(&mut self.out, before);
        self.out.push(mark);
        self.count(count);
        self.out.push_str(&inside);
        Some(())
    }

    fn quoted(&mut self) -> Option<()> {
        self.take("\"")?;
        let mut text = String::new();
        loop {
            let special = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..special]);
            self.rest = &self.rest[special..];
            if self.take("\"").is_some() {
                break;
            }
            self.take("\\")?;
            let escape = self.rest.chars().next()?;
            text.push(match escape {
                '\'' | '"' | '\\' => escape,
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                '0' => '\0',
                'u' => {
                    self.take("u{")?;
                    let end = self.rest.find('}')?;
                    let code = u32::from_str_radix(&self.rest[..end], 16).ok()?;
                    self.rest = &self.rest[end..];
                    char::from_u32(code)?
                }
                _ => return None,
            });
            self.rest = &self.rest[1..];
        }
        self.out.push(TEXT);
        self.text(&text);
        Some(())
    }

    fn raw(&mut self) -> Option<()> {
        self.take("r")?;
        let inside = self.rest.trim_start_matches('#');
        let hashes = &self.rest[..self.rest.len() - inside.len()];
        let end = format!("\"{hashes}");
        let (text, rest) = inside.strip_prefix('"')?.split_once(&end)?;
        self.out.push(TEXT);
        self.text(text);
        self.rest = rest;
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let sign = self.take("-");
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
        let (digits, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let number: String = digits.chars().filter(|c| *c != '_').collect();
        let number = match number.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        self.rest = rest;
        self.out.push(sign.map_or(NUMBER, |()| NEGATIVE));
        self.count(number);
        Some(())
    }

    fn text(&mut self, text: &str) {
        self.count(text.len() as u64);
        self.out.push_str(text);
    }

    fn count(&mut self, mut number: u64) {
        loop {
            let low = number.to_le_bytes()[0] & (MORE - 1);
            number >>= BITS;
            if number == 0 {
                self.out.push(char::from(low));
                return;
            }
            self.out.push(char::from(low | MORE));
        }
    }
}
