//! Finds the position of an item in a RON text.
//!
//! serde reports positions only for parse errors. For an item that parses but is inconsistent, this
//! module follows the item's path through the text. For text that is not RON it returns the start
//! of the file; it never panics.

use std::borrow::Cow;

use crate::reader::scan::{Scanner, length};

/// A step on the way to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A field of a struct, or an entry of a map with this key (text or number).
    Key(String),
    /// An element of a list.
    Index(usize),
}

/// A path to an item. `Display` prints `rules.replace["x"].require`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path(Vec<(Step, bool)>);

impl Path {
    /// The whole draft.
    #[must_use]
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// A field of the item.
    #[must_use]
    pub fn field(&self, name: &str) -> Self {
        self.with(Step::Key(name.to_owned()), false)
    }

    /// The entry of the map with this key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()), true)
    }

    /// An element of the list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index), false)
    }

    fn with(&self, step: Step, bracket: bool) -> Self {
        let mut steps = self.0.clone();
        steps.push((step, bracket));
        Self(steps)
    }
}

impl std::fmt::Display for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, (step, bracket)) in self.0.iter().enumerate() {
            match (step, bracket) {
                (Step::Index(index), _) => write!(f, "[{index}]")?,
                (Step::Key(key), true) => write!(f, "[{key:?}]")?,
                (Step::Key(key), false) if at == 0 => f.write_str(key)?,
                (Step::Key(key), false) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

/// Line and column (from 1) of the item in the `draft`-th draft of a text, or of the innermost
/// enclosing item that can be found.
pub(crate) fn locate(text: &str, draft: usize, path: &Path) -> (usize, usize) {
    let mut walk = Walk {
        text,
        scanner: Scanner::new(text),
    };
    if walk.scanner.attributes().is_err() {
        return position(text, walk.at());
    }
    let mut best = walk.at();
    if walk.peek() == Some(b'[') {
        best = walk.enter_list(draft).unwrap_or(best);
    }
    for (step, _) in &path.0 {
        let found = match step {
            Step::Key(key) => walk.enter_key(key),
            Step::Index(index) => walk.enter_list(*index),
        };
        match found {
            Some(at) => best = at,
            None => break,
        }
    }
    position(text, best)
}

/// Line and column (from 1) of a byte of a text.
pub(crate) fn position(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    (line, column)
}

/// A way through a text, which ends where the text is not RON.
struct Walk<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
}

impl Walk<'_> {
    fn at(&self) -> usize {
        self.text.len() - self.scanner.rest().len()
    }

    fn peek(&self) -> Option<u8> {
        self.scanner.peek()
    }

    /// Skips white space and comments.
    fn blank(&mut self) -> Option<()> {
        self.scanner.blank().ok()
    }

    /// Skips a name, number, string or character, and returns it without quotes.
    fn word(&mut self) -> Option<Cow<'_, str>> {
        match self.peek()? {
            b'"' => self.scanner.string().ok(),
            b'r' if self.scanner.is_at_raw_string() => self.scanner.string().ok(),
            b'\'' => self.character(),
            _ => {
                let is_part =
                    |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '#');
                let end = length(self.scanner.rest(), is_part);
                (end > 0).then(|| self.scanner.take(end).into())
            }
        }
    }

    /// Skips a character in quotation marks.
    fn character(&mut self) -> Option<Cow<'_, str>> {
        self.scanner.take(1);
        let start = self.scanner.rest();
        if self.scanner.takes_byte(b'\\') {
            self.scanner.escaped().ok()?;
        } else {
            self.scanner.take(start.chars().next()?.len_utf8());
        }
        let character = &start[..start.len() - self.scanner.rest().len()];
        self.scanner.takes_byte(b'\'').then(|| character.into())
    }

    /// Skips a complete value. It does not recurse, so deep nesting is harmless.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            self.blank()?;
            match self.peek()? {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' if depth == 0 => return Some(()),
                b')' | b']' | b'}' => depth -= 1,
                b',' if depth == 0 => return Some(()),
                b',' | b':' => {}
                _ => {
                    self.word()?;
                    continue;
                }
            }
            self.scanner.take(1);
        }
    }

    /// Skips this character of ASCII.
    fn pass(&mut self, byte: u8) -> Option<()> {
        self.scanner.takes_byte(byte).then_some(())
    }

    /// Moves from the start of a value to its field or entry with this key.
    fn enter_key(&mut self, wanted: &str) -> Option<usize> {
        loop {
            self.blank()?;
            if !matches!(self.peek()?, b'(' | b'{') {
                self.word()?;
                self.blank()?;
            }
            if !matches!(self.peek()?, b'(' | b'{') {
                return None;
            }
            self.scanner.take(1);
            self.blank()?;
            if !self.is_at_tuple()? {
                break;
            }
        }
        loop {
            self.blank()?;
            let found = self.has_key(wanted)?;
            self.blank()?;
            self.pass(b':')?;
            self.blank()?;
            if let Some(found) = found {
                return Some(found);
            }
            self.skip()?;
            self.pass(b',')?;
        }
    }

    /// Whether a tuple is next, as in `Add((…))` or `Replace(Name(…))`.
    fn is_at_tuple(&mut self) -> Option<bool> {
        let start = self.scanner.rest();
        let is_tuple = match self.peek()? {
            b'(' => true,
            b'[' => false,
            _ => {
                self.word()?;
                self.blank()?;
                self.peek()? == b'('
            }
        };
        self.scanner.go_back(start);
        Some(is_tuple)
    }

    /// Skips a key or a list of keys. Returns the position of the wanted key if it is among them.
    fn has_key(&mut self, wanted: &str) -> Option<Option<usize>> {
        let start = self.at();
        if !self.scanner.takes_byte(b'[') {
            return Some((self.word()? == wanted).then_some(start));
        }
        let mut found = None;
        loop {
            self.blank()?;
            let start = self.at();
            match self.peek()? {
                b']' => break,
                b',' => {
                    self.scanner.take(1);
                }
                _ => {
                    if self.word()? == wanted {
                        found = Some(start);
                    }
                }
            }
        }
        self.scanner.take(1);
        Some(found)
    }

    /// Moves from the start of a list to its element.
    fn enter_list(&mut self, index: usize) -> Option<usize> {
        self.blank()?;
        self.pass(b'[')?;
        for _ in 0..index {
            self.skip()?;
            self.pass(b',')?;
        }
        self.blank()?;
        Some(self.at())
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, locate};

    const TEXT: &str = "// a draft\nDraft(\n    name: \"x, (y\",\n    layout: Add((\n        form: Prefixed(fields: [Final, Opcode(4)], extended: []),\n    )),\n    rules: (add: {\n        \"one\": Rule(level: Must),\n        \"two\": Rule(\n            level: May,\n        ),\n    }),\n)\n";

    #[test]
    fn nested_comments_and_raw_strings_hide_nothing() {
        let text = "/* a /* draft */ ( */\nDraft(name: r#\"x\", (y\"#, r#type: r\"\", short: 1)";
        assert_eq!(locate(text, 0, &Path::root()), (2, 1));
        assert_eq!(locate(text, 0, &Path::root().field("short")), (2, 39));
        assert_eq!(locate("/* /* */", 0, &Path::root()), (1, 9));
        assert_eq!(locate("r#\"", 0, &Path::root().field("a")), (1, 1));
    }

    #[test]
    fn attributes_and_characters_hide_nothing() {
        let text = "#![schema = \"a]b\"]\nDraft(delimiter: '\"', end: '\\'', short: 1)";
        assert_eq!(locate(text, 0, &Path::root()), (2, 1));
        assert_eq!(locate(text, 0, &Path::root().field("short")), (2, 34));
        let text = "Draft(rules: (add: {\"\\x61\": 1}))";
        let rules = Path::root().field("rules").field("add");
        assert_eq!(locate(text, 0, &rules.key("a")), (1, 21));
    }

    #[test]
    fn items_are_found_by_their_path() {
        let rules = Path::root().field("rules").field("add");
        assert_eq!(locate(TEXT, 0, &rules.key("two").field("level")), (10, 13));
        assert_eq!(
            locate(
                TEXT,
                0,
                &Path::root()
                    .field("layout")
                    .field("form")
                    .field("fields")
                    .index(1)
            ),
            (5, 40)
        );
        assert_eq!(locate(TEXT, 0, &rules.key("none")), (7, 13));
        let lists =
            "Draft(rules: (amend: {\n  [\"one\", \"two\"]: (level: May),\n  [4]: (by: None),\n}))";
        let amended = Path::root().field("rules").field("amend");
        assert_eq!(locate(lists, 0, &amended.key("two")), (2, 11));
        assert_eq!(
            locate(lists, 0, &amended.key("two").field("level")),
            (2, 20)
        );
        assert_eq!(locate(lists, 0, &amended.key("4").field("by")), (3, 9));
        assert_eq!(
            rules.key("two").field("level").to_string(),
            "rules.add[\"two\"].level"
        );
    }

    #[test]
    fn drafts_in_a_list_are_told_apart() {
        let text = "[\n  Draft(name: \"a\"),\n  Draft(name: \"b\"),\n]";
        assert_eq!(locate(text, 1, &Path::root().field("name")), (3, 9));
    }

    #[test]
    fn anything_else_gives_a_place_and_no_panic() {
        for text in ["", "Draft(", "é(", "\"", "[[[", "Draft(rules: (add: {\"a\\"] {
            locate(text, 3, &Path::root().field("rules").field("add").key("a"));
        }
    }
}
