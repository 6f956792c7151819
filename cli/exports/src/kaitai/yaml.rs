//! YAML, as much of it as Kaitai Struct files need.

/// A node.
pub(super) enum Node {
    /// A scalar.
    Text(String),
    /// A number.
    Number(u64),
    /// `true`.
    Yes,
    /// Paragraphs, broken into lines.
    Block(Vec<String>),
    /// Keys and values.
    Map(Map),
    /// Items.
    List(Vec<Self>),
}

/// Keys and values, in order.
#[derive(Default)]
pub(super) struct Map(Vec<(String, Node)>);

/// Where lines of paragraphs end.
const WIDTH: usize = 100;

impl Map {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn with(mut self, key: impl Into<String>, node: impl Into<Node>) -> Self {
        self.0.push((key.into(), node.into()));
        self
    }

    /// With the key, if there is a value.
    pub(super) fn with_some(self, key: &str, node: Option<impl Into<Node>>) -> Self {
        match node {
            Some(node) => self.with(key, node),
            None => self,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole document.
    pub(super) fn document(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    fn write(&self, indent: usize, out: &mut String) {
        for (key, node) in &self.0 {
            out.push_str(&" ".repeat(indent));
            out.push_str(key);
            out.push(':');
            node.write(indent, out);
        }
    }
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Map> for Node {
    fn from(map: Map) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<Map>> for Node {
    fn from(maps: Vec<Map>) -> Self {
        Self::List(maps.into_iter().map(Self::Map).collect())
    }
}

impl From<Vec<String>> for Node {
    fn from(texts: Vec<String>) -> Self {
        Self::List(texts.into_iter().map(Self::Text).collect())
    }
}

impl Node {
    /// Writes the value of a key, which has this indent.
    fn write(&self, indent: usize, out: &mut String) {
        let inner = indent + 2;
        match self {
            Self::Text(text) => out.push_str(&format!(" {}\n", scalar(text))),
            Self::Number(number) => out.push_str(&format!(" {number}\n")),
            Self::Yes => out.push_str(" true\n"),
            Self::Block(paragraphs) if paragraphs.len() == 1 && paragraphs[0].len() <= WIDTH => {
                out.push_str(&format!(" {}\n", scalar(&paragraphs[0])));
            }
            Self::Block(paragraphs) => {
                out.push_str(" |\n");
                let width = WIDTH.saturating_sub(inner);
                for (at, paragraph) in paragraphs.iter().enumerate() {
                    if at > 0 {
                        out.push('\n');
                    }
                    for line in lines(paragraph, width) {
                        out.push_str(&format!("{}{line}\n", " ".repeat(inner)));
                    }
                }
            }
            Self::Map(map) => {
                out.push('\n');
                map.write(inner, out);
            }
            Self::List(items) => {
                out.push('\n');
                for item in items {
                    let mut text = String::new();
                    match item {
                        Self::Map(map) => map.write(inner + 2, &mut text),
                        other => other.write(inner, &mut text),
                    }
                    out.push_str(&format!("{}- {}", " ".repeat(inner), text.trim_start()));
                }
            }
        }
    }
}

/// A scalar, quoted unless it cannot be taken for anything but a text.
fn scalar(text: &str) -> String {
    const WORDS: [&str; 9] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let plain = text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && !WORDS.contains(&text);
    if plain {
        return text.into();
    }
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)))
            }
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// Breaks a paragraph between words.
fn lines(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.into());
        }
    }
    lines
}
