//! Finds the position of an item in a RON text.
//!
//! serde reports positions only for parse errors. For an item that parses but is inconsistent, this
//! module follows the item's path through the text. For text that is not RON it returns the start
//! of the file; it never panics.

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
    let mut scanner = Scanner { text, at: 0 };
    scanner.blank();
    let mut best = scanner.at;
    if scanner.peek() == Some(b'[') {
        best = scanner.enter_list(draft).unwrap_or(best);
    }
    for (step, _) in &path.0 {
        let found = match step {
            Step::Key(key) => scanner.enter_key(key),
            Step::Index(index) => scanner.enter_list(*index),
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

/// The length of the comment that a text begins with. Such comments can be nested.
fn block_comment(text: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        match rest {
            [b'/', b'*', ..] => (at, depth) = (at + 2, depth + 1),
            [b'*', b'/', ..] => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

/// The start and the end of the text in the raw string that a text begins with, and the end of all.
fn raw_string(text: &[u8]) -> Option<(usize, usize, usize)> {
    let inner = text.strip_prefix(b"r")?;
    let hashes = inner.iter().take_while(|byte| **byte == b'#').count();
    let inner = inner.get(hashes..)?.strip_prefix(b"\"")?;
    let start = hashes + 2;
    let closes = |at: &usize| {
        let rest = inner[*at..].strip_prefix(b"\"");
        rest.is_some_and(|rest| rest.len() >= hashes && rest[..hashes].iter().all(|b| *b == b'#'))
    };
    let length = (0..inner.len()).find(closes)?;
    Some((start, start + length, start + length + 1 + hashes))
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.text.as_bytes().get(self.at..).unwrap_or(&[])
    }

    /// Skips white space, comments and `#![…]` attributes.
    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let until = |needle: &[u8]| {
                rest.windows(needle.len())
                    .position(|w| w == needle)
                    .map(|at| at + needle.len())
            };
            let step = match rest {
                [byte, ..] if byte.is_ascii_whitespace() => 1,
                [b'/', b'/', ..] => until(b"\n").unwrap_or(rest.len()),
                [b'/', b'*', ..] => block_comment(rest),
                [b'#', b'!', ..] => until(b"]").unwrap_or(rest.len()),
                _ => return,
            };
            self.at += step;
        }
    }

    /// Skips a name, number or string and returns it without quotes.
    fn word(&mut self) -> Option<String> {
        let rest = self.rest();
        if let Some((start, end, after)) = raw_string(rest) {
            let text = String::from_utf8_lossy(&rest[start..end]).into_owned();
            self.at += after;
            return Some(text);
        }
        match rest {
            [b'"', ..] => {
                let mut end = 1;
                while let Some(&byte) = rest.get(end) {
                    match byte {
                        b'"' => break,
                        b'\\' => end += 2,
                        _ => end += 1,
                    }
                }
                let text = String::from_utf8_lossy(rest.get(1..end).unwrap_or(&[])).into_owned();
                self.at += (end + 1).min(rest.len());
                Some(text)
            }
            _ => {
                let end = rest
                    .iter()
                    .position(|byte| {
                        !(byte.is_ascii_alphanumeric()
                            || matches!(byte, b'_' | b'-' | b'+' | b'.' | b'#'))
                    })
                    .unwrap_or(rest.len());
                if end == 0 {
                    return None;
                }
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.at += end;
                Some(text)
            }
        }
    }

    /// Skips a complete value. It does not recurse, so deep nesting is harmless.
    fn skip(&mut self) {
        let mut depth = 0usize;
        loop {
            self.blank();
            match self.peek() {
                None => return,
                Some(b'(' | b'[' | b'{') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b')' | b']' | b'}') => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',') if depth == 0 => return,
                Some(_) => {
                    if self.word().is_none() {
                        self.at += self.text[self.at..]
                            .chars()
                            .next()
                            .map_or(1, char::len_utf8);
                    }
                }
            }
        }
    }

    /// Moves from the start of a value to its field or entry with this key.
    fn enter_key(&mut self, wanted: &str) -> Option<usize> {
        loop {
            self.blank();
            if self.peek() != Some(b'(') && self.peek() != Some(b'{') {
                self.word()?;
                self.blank();
            }
            if !matches!(self.peek(), Some(b'(' | b'{')) {
                return None;
            }
            self.at += 1;
            self.blank();
            // A tuple around the value, as in `Add((…))` or `Replace(Name(…))`.
            let start = self.at;
            let is_tuple = match self.peek() {
                Some(b'(') => true,
                Some(b'[') => false,
                _ => {
                    self.word()?;
                    self.blank();
                    self.peek() == Some(b'(')
                }
            };
            self.at = start;
            if !is_tuple {
                break;
            }
        }
        loop {
            self.blank();
            let found = self.has_key(wanted)?;
            self.blank();
            if self.peek() != Some(b':') {
                return None;
            }
            self.at += 1;
            self.blank();
            if let Some(found) = found {
                return Some(found);
            }
            self.skip();
            if self.peek() != Some(b',') {
                return None;
            }
            self.at += 1;
        }
    }

    /// Skips a key or a list of keys. Returns the position of the wanted key if it is among them.
    fn has_key(&mut self, wanted: &str) -> Option<Option<usize>> {
        let is_wanted = |key: &str| key == wanted || key.replace("\\\"", "\"") == wanted;
        let start = self.at;
        if self.peek() != Some(b'[') {
            return Some(is_wanted(&self.word()?).then_some(start));
        }
        let mut found = None;
        self.at += 1;
        loop {
            self.blank();
            let start = self.at;
            match self.peek()? {
                b']' => break,
                b',' => self.at += 1,
                _ => {
                    if is_wanted(&self.word()?) {
                        found = Some(start);
                    }
                }
            }
        }
        self.at += 1;
        Some(found)
    }

    /// Moves from the start of a list to its element.
    fn enter_list(&mut self, index: usize) -> Option<usize> {
        self.blank();
        if self.peek() != Some(b'[') {
            return None;
        }
        self.at += 1;
        for _ in 0..index {
            self.skip();
            if self.peek() != Some(b',') {
                return None;
            }
            self.at += 1;
        }
        self.blank();
        Some(self.at)
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
