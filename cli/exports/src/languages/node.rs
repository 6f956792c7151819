//! Nested lists as text: on one line where it fits, else each item on a line of its own.

/// The longest line.
const WIDTH: usize = 110;

/// A part of a line, or what may take several.
#[derive(Debug)]
pub(super) enum Node {
    Leaf(String),
    Group {
        open: String,
        items: Vec<Self>,
        close: &'static str,
    },
}

/// How a language writes lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// The indent of a level.
    pub(super) indent: &'static str,
    /// What follows the last of several lines.
    pub(super) last: &'static str,
    /// Whether a list of one item in round brackets needs a comma.
    pub(super) lone_comma: bool,
    /// What stands inside of braces.
    pub(super) padding: &'static str,
}

impl Node {
    pub(super) fn group(
        open: impl Into<String>,
        items: impl IntoIterator<Item = Self>,
        close: &'static str,
    ) -> Self {
        Self::Group {
            open: open.into(),
            items: items.into_iter().collect(),
            close,
        }
    }

    /// The same with a text in front of it.
    pub(super) fn after(self, before: String) -> Self {
        match self {
            Self::Leaf(text) => Self::Leaf(before + &text),
            Self::Group { open, items, close } => Self::Group {
                open: before + &open,
                items,
                close,
            },
        }
    }

    /// The text. `before` is what stands on the line before it, and after it.
    pub(super) fn text(&self, style: Style, depth: usize, before: usize) -> String {
        let line = self.line(style);
        let (open, items, close) = match self {
            Self::Leaf(_) => return line,
            Self::Group { items, .. } if items.is_empty() => return line,
            Self::Group { open, items, close } => (open, items, close),
        };
        let inner = style.indent.repeat(depth + 1);
        if style.indent.len() * depth + before + line.chars().count() <= WIDTH {
            return line;
        }
        let mut text = open.clone();
        for (at, item) in items.iter().enumerate() {
            let after = if at + 1 == items.len() {
                style.last
            } else {
                ","
            };
            let item = item.text(style, depth + 1, 1);
            text.push_str(&format!("\n{inner}{item}{after}"));
        }
        text.push('\n');
        text.push_str(&style.indent.repeat(depth));
        text.push_str(close);
        text
    }

    fn line(&self, style: Style) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Group { open, items, close } => {
                let items: Vec<String> = items.iter().map(|item| item.line(style)).collect();
                let pad = if *close == "}" && !items.is_empty() {
                    style.padding
                } else {
                    ""
                };
                let comma = if style.lone_comma && open == "(" && items.len() == 1 {
                    ","
                } else {
                    ""
                };
                format!("{open}{pad}{}{comma}{pad}{close}", items.join(", "))
            }
        }
    }
}
