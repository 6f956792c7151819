//! Chains of fields, methods and `?` on several lines.

use super::{
    CHAIN, Place, TAB, WIDTH, expr, last_width,
    line::{Line, arguments, count},
    list, new_line, statement, width,
    words::words,
};
use crate::syntax::{Expr, Method, Node};

/// A link of a chain.
struct Link<'e, 'a> {
    kind: Kind<'e, 'a>,
    /// Number of `?` that follow.
    tries: usize,
}

enum Kind<'e, 'a> {
    Field(&'a str),
    Method(&'e Method<'a>),
}

/// Splits a chain into its root, the number of `?` after the root, and its links.
fn split<'e, 'a>(mut expr: &'e Expr<'a>) -> (&'e Expr<'a>, usize, Vec<Link<'e, 'a>>) {
    let mut links = Vec::new();
    let mut tries = 0;
    loop {
        let (inner, kind) = match &expr.node {
            Node::Try(inner) => {
                tries += 1;
                expr = inner;
                continue;
            }
            Node::Field(inner, name) => (&**inner, Kind::Field(name)),
            Node::Method(method) => (&method.receiver, Kind::Method(method)),
            _ => break,
        };
        links.push(Link { kind, tries });
        (expr, tries) = (inner, 0);
    }
    links.reverse();
    (expr, tries, links)
}

impl Link<'_, '_> {
    fn head(&self) -> String {
        match self.kind {
            Kind::Field(name) => format!(".{name}"),
            Kind::Method(method) => format!(".{}{}", method.name, words(method.turbofish)),
        }
    }

    /// The link on one line.
    fn put(&self, line: &mut dyn Line) -> Option<()> {
        line.text(&self.head());
        if let Kind::Method(method) = self.kind {
            arguments(&method.arguments, line)?;
        }
        (0..self.tries).for_each(|_| line.text("?"));
        Some(())
    }

    fn columns(&self) -> Option<usize> {
        count(|line| self.put(line))
    }

    /// The link in its best layout.
    fn print(&self, at: Place, out: &mut String) {
        match self.kind {
            Kind::Method(method) if !self.columns().is_some_and(|own| at.has_room(own)) => {
                let head = self.head();
                out.push_str(&head);
                out.push('(');
                let at = at.before(self.tries);
                list::call(width(&head) + 1, &method.arguments, at, out);
                (0..self.tries).for_each(|_| out.push('?'));
            }
            _ => {
                self.put(out);
            }
        }
    }
}

/// A chain whose last link may take several lines, or with one link per line.
pub(super) fn chain(chain: &Expr<'_>, at: Place, out: &mut String) {
    let (start, tries, links) = split(chain);
    let mark = out.len();
    expr::expr(start, at, out);
    (0..tries).for_each(|_| out.push('?'));
    let count = links.len();
    let mut links = links.as_slice();
    // A root that is not wider than the indentation shares its line with the first link.
    let narrow = TAB.saturating_sub(at.column - at.indent);
    while let [link, rest @ ..] = links {
        let root = &out[mark..];
        if width(root) > narrow || root.contains('\n') {
            break;
        }
        link.print(at.behind(width(root)), out);
        links = rest;
    }
    let Some((last, middle)) = links.split_last() else {
        return;
    };
    if !out[mark..].contains('\n') && middle.iter().all(|link| link.columns().is_some()) {
        let root = out.len();
        for link in middle {
            link.put(out);
        }
        if overflowing(mark, last, count, at, out) {
            return;
        }
        out.truncate(root);
    }
    // Links are not indented below a root that ends with its closing delimiter.
    let closed = out[mark..].contains('\n') && statement::closes(&out[mark..]);
    let indent = if closed { at.indent } else { at.indent + TAB };
    for (place, link) in links.iter().enumerate() {
        let after = if place + 1 == links.len() {
            at.after
        } else {
            0
        };
        new_line(indent, out);
        link.print(Place::line(indent, after), out);
    }
}

/// Adds the last link to the others, which are on one line, if that is better than one line per
/// link.
fn overflowing(
    mark: usize,
    last: &Link<'_, '_>,
    count: usize,
    at: Place,
    out: &mut String,
) -> bool {
    let room = WIDTH.saturating_sub(at.column + at.after);
    let room = if count == 1 { room } else { room.min(CHAIN) };
    let start = width(&out[mark..]);
    let Some(room) = room.checked_sub(start + last.tries) else {
        return false;
    };
    let place = at.behind(start);
    let beside = out.len();
    last.print(place, out);
    let first = out[beside..].lines().next().unwrap_or_default();
    if width(first) > room || !place.fits(&out[beside..]) {
        return false;
    }
    let lines = out[beside..].lines().count();
    if last_width(&out[mark..], at.column) + at.after > WIDTH {
        return false;
    }
    if lines >= 5 {
        return true;
    }
    let below = at.deeper(at.after);
    let mut next = String::new();
    last.print(below, &mut next);
    let worse = below.fits(&next) && next.lines().count() < lines;
    !worse
}
