//! Chains of fields, methods and `?`.

use syn::{AngleBracketedGenericArguments, Expr, Ident, Member, Token, punctuated::Punctuated};

use super::{
    CHAIN, Place, TAB, WIDTH, expr, last_width, line, list, statement, width, words::words,
};

/// A link of a chain.
struct Link<'a> {
    kind: Kind<'a>,
    /// Number of `?` that follow.
    tries: usize,
}

enum Kind<'a> {
    Field(&'a Member),
    Method {
        name: &'a Ident,
        turbofish: Option<&'a AngleBracketedGenericArguments>,
        arguments: &'a Punctuated<Expr, Token![,]>,
    },
}

/// Splits a chain into its root, the number of `?` after the root, and its links.
fn split(expr: &Expr) -> (&Expr, usize, Vec<Link<'_>>) {
    let mut links = Vec::new();
    let (mut expr, mut tries) = (expr, 0);
    loop {
        let (inner, kind) = match expr {
            Expr::Try(inner) => {
                tries += 1;
                expr = &inner.expr;
                continue;
            }
            Expr::Field(field) => (&*field.base, Kind::Field(&field.member)),
            Expr::MethodCall(call) => {
                let kind = Kind::Method {
                    name: &call.method,
                    turbofish: call.turbofish.as_ref(),
                    arguments: &call.args,
                };
                (&*call.receiver, kind)
            }
            _ => break,
        };
        links.push(Link { kind, tries });
        (expr, tries) = (inner, 0);
    }
    links.reverse();
    (expr, tries, links)
}

impl Link<'_> {
    fn head(&self) -> String {
        match &self.kind {
            Kind::Field(member) => format!(".{}", words(member)),
            Kind::Method {
                name, turbofish, ..
            } => format!(".{name}{}", turbofish.map(words).unwrap_or_default()),
        }
    }

    fn one_line(&self) -> Option<String> {
        let text = match &self.kind {
            Kind::Field(_) => self.head(),
            Kind::Method { arguments, .. } => list::call_line(&self.head(), arguments.iter())?,
        };
        Some(text + &"?".repeat(self.tries))
    }

    fn text(&self, at: Place) -> String {
        if let Some(text) = self.one_line().filter(|text| at.fits(text)) {
            return text;
        }
        match &self.kind {
            Kind::Field(_) => self.head() + &"?".repeat(self.tries),
            Kind::Method { arguments, .. } => {
                let arguments: Vec<&Expr> = arguments.iter().collect();
                let text = list::call(&self.head(), &arguments, at.before(self.tries));
                text + &"?".repeat(self.tries)
            }
        }
    }
}

/// A chain on one line.
pub(super) fn one_line(chain: &Expr) -> Option<String> {
    let (start, tries, links) = split(chain);
    let mut text = expr::one_line(start)? + &"?".repeat(tries);
    for link in &links {
        text += &link.one_line()?;
    }
    (links.len() < 2 || width(&text) <= CHAIN).then_some(text)
}

/// A chain whose last link may take several lines, or with one link per line.
pub(super) fn chain(chain: &Expr, at: Place) -> String {
    let (start, tries, links) = split(chain);
    let mut root = expr::expr(start, at) + &"?".repeat(tries);
    let count = links.len();
    let mut links = links.as_slice();
    // A root that is not wider than the indentation shares its line with the first link.
    let narrow = TAB.saturating_sub(at.column - at.indent);
    while let [link, rest @ ..] = links {
        if width(&root) > narrow || root.contains('\n') {
            break;
        }
        let place = at.behind(width(&root));
        root += &link.text(place);
        links = rest;
    }
    let Some((last, middle)) = links.split_last() else {
        return root;
    };
    let middle_line: Option<String> = middle.iter().map(Link::one_line).collect();
    if let Some(middle) = middle_line.filter(|_| !root.contains('\n')) {
        if let Some(text) = overflowing(&format!("{root}{middle}"), last, count, at) {
            return text;
        }
    }
    // Links are not indented below a root that ends with its closing delimiter.
    let closed = root.contains('\n') && statement::closes(&root);
    let indent = if closed { at.indent } else { at.indent + TAB };
    for (place, link) in links.iter().enumerate() {
        let after = if place + 1 == links.len() {
            at.after
        } else {
            0
        };
        root += &line(indent);
        root += &link.text(Place::line(indent, after));
    }
    root
}

/// The chain with only the last link on several lines, if that is better than one line per link.
fn overflowing(start: &str, last: &Link<'_>, count: usize, at: Place) -> Option<String> {
    let room = WIDTH.saturating_sub(at.column + at.after);
    let room = if count == 1 { room } else { room.min(CHAIN) };
    let room = room.checked_sub(width(start) + last.tries)?;
    let place = at.behind(width(start));
    let beside = last.text(place);
    let first = beside.lines().next().unwrap_or_default();
    if width(first) > room || !place.fits(&beside) {
        return None;
    }
    let lines = beside.lines().count();
    let below = at.deeper(at.after);
    let next = last.text(below);
    let worse = below.fits(&next) && next.lines().count() < lines;
    let whole = format!("{start}{beside}");
    let ends = last_width(&whole, at.column) + at.after <= WIDTH;
    (ends && (lines >= 5 || !worse)).then_some(whole)
}
