//! Whether HTML and XML are well-formed.

/// Elements of HTML that have no end tag.
const VOID: [&str; 4] = ["meta", "link", "br", "hr"];

/// The attributes of all elements, with the names of these: element, attribute, value.
#[track_caller]
pub(crate) fn parse(text: &str) -> Vec<(String, String, String)> {
    let mut open: Vec<String> = Vec::new();
    let mut attributes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        assert!(
            !before.contains('>') || open.last().is_some_and(|last| last == "style"),
            "{before}"
        );
        references(before);
        let (tag, after) = after.split_once('>').expect("an open tag");
        rest = after;
        if tag.starts_with('!') || tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "{before}");
            continue;
        }
        let (tag, is_empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let (name, mut given) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(
            name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'),
            "{name:?}"
        );
        while let Some((attribute, value)) = given.trim_start().split_once("=\"") {
            assert!(
                attribute
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{attribute:?}"
            );
            let (value, after) = value.split_once('"').expect("a quoted value");
            references(value);
            attributes.push((name.to_owned(), attribute.to_owned(), value.to_owned()));
            given = after;
        }
        assert_eq!(given.trim(), "", "in <{tag}>");
        if !is_empty && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, [""; 0]);
    let controls = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
    assert!(!text.contains(controls));
    attributes
}

#[track_caller]
fn references(text: &str) {
    for after in text.split('&').skip(1) {
        let name = after.split(';').next().unwrap();
        assert!(
            ["amp", "lt", "gt", "quot", "#39"].contains(&name),
            "{after}"
        );
    }
}
