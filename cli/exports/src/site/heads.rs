//! Heads of requests and responses as lines: what breaks a rule beside what keeps it.

use wsdraft_interpreter::vectors::Bytes;

use super::{
    bytes::hex,
    html::{Html, element, plain, span},
};

/// A line of what breaks or keeps a rule.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Both(&'a str),
    Broken(&'a str),
    Kept(&'a str),
}

/// What breaks a rule and what keeps it, as one listing.
pub(super) fn compared(label: &str, broken: &Bytes, kept: &Bytes) -> Html {
    let (broken, kept) = (lines(broken), lines(kept));
    let lines = aligned(&broken, &kept).into_iter().map(|line| match line {
        Line::Both(text) => span("line", text),
        Line::Broken(text) => marked("del", "✗", "breaks the rule: ", text),
        Line::Kept(text) => marked("ins", "✓", "keeps it: ", text),
    });
    listing(label, Html::join(lines, "\n"))
}

/// A head alone.
pub(super) fn alone(label: &str, bytes: &Bytes) -> Html {
    let lines = lines(bytes);
    let lines = lines.iter().map(|text| span("line", text));
    listing(label, Html::join(lines, "\n"))
}

fn listing(label: &str, lines: Html) -> Html {
    let attributes = [
        ("class", "listing"),
        ("aria-label", label),
        ("tabindex", "0"),
    ];
    element("section", &attributes, plain("pre", lines))
}

/// A line that only one of them has. The sign is for those who see it, the words for those who do not.
fn marked(name: &'static str, sign: &'static str, words: &'static str, text: &str) -> Html {
    let sign = element("span", &[("aria-hidden", "true"), ("class", "sign")], sign);
    element(
        name,
        &[("class", "line")],
        sign.and(span("unseen", words)).and(text),
    )
}

/// The lines of a head, and what follows it.
fn lines(bytes: &Bytes) -> Vec<String> {
    let head = bytes.head.strip_suffix(b"\r\n\r\n").unwrap_or(&bytes.head);
    let head = String::from_utf8_lossy(head);
    let mut lines: Vec<String> = head
        .split("\r\n")
        .map(|line| line.escape_debug().to_string())
        .collect();
    for line in &mut lines {
        *line = line.replace("\\\"", "\"").replace("\\'", "'");
    }
    if !bytes.body.is_empty() {
        lines.push(String::new());
        lines.push(format!("{} (bytes after the head)", hex(&bytes.body)));
    }
    lines
}

/// The lines of both in one order, with as many shared as possible.
fn aligned<'a>(broken: &'a [String], kept: &'a [String]) -> Vec<Line<'a>> {
    let mut common = vec![vec![0_usize; kept.len() + 1]; broken.len() + 1];
    for (at, line) in broken.iter().enumerate().rev() {
        for (to, other) in kept.iter().enumerate().rev() {
            common[at][to] = match line == other {
                true => common[at + 1][to + 1] + 1,
                false => common[at + 1][to].max(common[at][to + 1]),
            };
        }
    }
    let (mut at, mut to) = (0, 0);
    let mut out = Vec::new();
    loop {
        match (broken.get(at), kept.get(to)) {
            (None, None) => return out,
            (Some(line), Some(other)) if line == other => {
                out.push(Line::Both(line));
                (at, to) = (at + 1, to + 1);
            }
            (Some(line), other) if other.is_none() || common[at + 1][to] >= common[at][to + 1] => {
                out.push(Line::Broken(line));
                at += 1;
            }
            (_, Some(other)) => {
                out.push(Line::Kept(other));
                to += 1;
            }
            (Some(line), None) => {
                out.push(Line::Broken(line));
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, aligned};

    #[test]
    fn lines_that_both_have_stand_once() {
        let lines = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let (broken, kept) = (lines("a x b c"), lines("a b y c d"));
        let expected = [
            Line::Both("a"),
            Line::Broken("x"),
            Line::Both("b"),
            Line::Kept("y"),
            Line::Both("c"),
            Line::Kept("d"),
        ];
        assert_eq!(aligned(&broken, &kept), expected);
    }
}
