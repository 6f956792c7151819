//! HTML as a type: whatever is not markup of ours has been escaped.

use std::fmt::Write as _;

/// A piece of HTML. A text becomes one only by being escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Html(String);

/// Attributes of an element: names and values.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Html {
    /// A text in which names between backticks are code.
    pub(super) fn prose(text: &str) -> Self {
        let mut pieces = text.split('`').peekable();
        let mut out = Self::default();
        let mut is_code = false;
        while let Some(piece) = pieces.next() {
            // A backtick that nothing answers is itself.
            if is_code && pieces.peek().is_some() {
                out.push(code(piece));
            } else if is_code {
                out.push(format!("`{piece}"));
            } else {
                out.push(piece);
            }
            is_code = !is_code;
        }
        out
    }

    /// Adds something.
    pub(super) fn push(&mut self, more: impl Into<Self>) {
        self.0.push_str(&more.into().0);
    }

    /// This and something after it.
    pub(super) fn and(mut self, more: impl Into<Self>) -> Self {
        self.push(more);
        self
    }

    /// Several pieces with the same between them.
    pub(super) fn join(pieces: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let mut out = Self::default();
        for (at, piece) in pieces.into_iter().enumerate() {
            if at > 0 {
                out.push(between);
            }
            out.push(piece);
        }
        out
    }

    /// Whether it is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl From<&str> for Html {
    fn from(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                // HTML has no control characters, and a text has none that mean anything.
                other if other.is_control() && !matches!(other, '\n' | '\t') => {
                    out.push('\u{FFFD}')
                }
                other => out.push(other),
            }
        }
        Self(out)
    }
}

impl From<String> for Html {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Html {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl FromIterator<Self> for Html {
    fn from_iter<T: IntoIterator<Item = Self>>(pieces: T) -> Self {
        let mut out = Self::default();
        pieces.into_iter().for_each(|piece| out.push(piece));
        out
    }
}

/// An element with attributes and content.
pub(super) fn element(
    name: &'static str,
    attributes: Attributes<'_>,
    content: impl Into<Html>,
) -> Html {
    let mut out = opening(name, attributes);
    let _ = write!(out, ">{}</{name}>", content.into().0);
    Html(out)
}

/// An element that has no content and no end.
pub(super) fn void(name: &'static str, attributes: Attributes<'_>) -> Html {
    Html(opening(name, attributes) + ">")
}

fn opening(name: &'static str, attributes: Attributes<'_>) -> String {
    let mut out = format!("<{name}");
    for (name, value) in attributes {
        let _ = write!(out, " {name}=\"{}\"", Html::from(*value).0);
    }
    out
}

/// An element without attributes.
pub(super) fn plain(name: &'static str, content: impl Into<Html>) -> Html {
    element(name, &[], content)
}

/// A paragraph.
pub(super) fn p(content: impl Into<Html>) -> Html {
    plain("p", content)
}

/// A name of the protocol.
pub(super) fn code(content: impl Into<Html>) -> Html {
    plain("code", content)
}

/// A word with a role, as `class` tells it to the style.
pub(super) fn span(class: &str, content: impl Into<Html>) -> Html {
    element("span", &[("class", class)], content)
}

/// A block with a role.
pub(super) fn div(class: &str, content: impl Into<Html>) -> Html {
    element("div", &[("class", class)], content)
}

/// A link.
pub(super) fn a(to: &str, content: impl Into<Html>) -> Html {
    element("a", &[("href", to)], content)
}

/// A heading that can be linked to, over a section.
pub(super) fn h2(id: &str, content: impl Into<Html>) -> Html {
    let content = content.into();
    let link = element(
        "a",
        &[("class", "self"), ("href", &format!("#{id}"))],
        content,
    );
    element("h2", &[("id", id)], link)
}

/// A list; without items nothing.
pub(super) fn list(items: impl IntoIterator<Item = Html>) -> Html {
    listed("ul", "", items)
}

/// A list of this element and class.
pub(super) fn listed(
    name: &'static str,
    class: &str,
    items: impl IntoIterator<Item = Html>,
) -> Html {
    let items: Html = items.into_iter().map(|item| plain("li", item)).collect();
    if items.is_empty() {
        return items;
    }
    let attributes = [("class", class)];
    let attributes = if class.is_empty() {
        &[][..]
    } else {
        &attributes
    };
    element(name, attributes, items)
}

/// Names and what they stand for; those without a value are left out.
pub(super) fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, Html)>) -> Html {
    let rows = rows.into_iter().filter(|(_, value)| !value.is_empty());
    let rows: Html = rows
        .map(|(name, value)| plain("div", plain("dt", name).and(plain("dd", value))))
        .collect();
    if rows.is_empty() {
        return rows;
    }
    element("dl", &[("class", "facts")], rows)
}

/// Columns whose cells are sentences.
const SENTENCES: [&str; 6] = ["says", "means", "change", "difference", "in words", "does"];

/// A table with a caption for those who do not see it; the first cell of each row is its head. Without rows
/// nothing.
pub(super) fn table(
    caption: &str,
    head: &[&str],
    rows: impl IntoIterator<Item = Vec<Html>>,
) -> Html {
    let rows: Html = rows
        .into_iter()
        .map(|cells| {
            let cells = cells.into_iter().zip(head).enumerate();
            let cells = cells.map(|(at, (cell, _))| match at {
                0 => element("th", &[("scope", "row")], cell),
                _ => plain("td", cell),
            });
            plain("tr", cells.collect::<Html>())
        })
        .collect();
    if rows.is_empty() {
        return rows;
    }
    // A head that is wide makes its column wide.
    let head = head.iter().map(|name| {
        let attributes = [("scope", "col"), ("class", "wide")];
        let count = if SENTENCES.contains(name) { 2 } else { 1 };
        element("th", &attributes[..count], *name)
    });
    let head = plain("thead", plain("tr", head.collect::<Html>()));
    let table = element("caption", &[("class", "unseen")], caption)
        .and(head)
        .and(plain("tbody", rows));
    scrolls(caption, plain("table", table))
}

/// What may be wider than the screen, and scrolls then.
pub(super) fn scrolls(label: &str, content: Html) -> Html {
    let attributes = [
        ("class", "scrolls"),
        ("aria-label", label),
        ("tabindex", "0"),
    ];
    element("section", &attributes, content)
}

#[cfg(test)]
mod tests {
    use super::{Html, a, element, void};

    #[test]
    fn texts_are_escaped_and_markup_is_not() {
        let link = a("x?a=1&b=\"2\"", "<script>'&'</script>");
        assert_eq!(
            link.into_text(),
            "<a href=\"x?a=1&amp;b=&quot;2&quot;\">&lt;script&gt;&#39;&amp;&#39;&lt;/script&gt;</a>"
        );
        let nested = element("p", &[], void("br", &[]).and("\u{7}"));
        assert_eq!(nested.into_text(), "<p><br>\u{FFFD}</p>");
    }

    #[test]
    fn names_between_backticks_are_code() {
        let text = Html::prose("exactly `a<b`, not `").into_text();
        assert_eq!(text, "exactly <code>a&lt;b</code>, not `");
    }
}
