//! `use` declarations.

use std::cmp::Ordering;

use super::{TAB, WIDTH, new_line, width, words::words};
use crate::syntax::{Import, UseTree};

/// The text of a declaration, without attributes.
pub(super) fn import(import: &Import<'_>, indent: usize) -> String {
    let colon = if import.is_absolute { "::" } else { "" };
    let start = match words(import.visibility) {
        vis if vis.is_empty() => format!("use {colon}"),
        vis => format!("{vis} use {colon}"),
    };
    let column = indent + width(&start);
    format!("{start}{};", tree(&import.tree, indent, column, 1))
}

/// The first segment of a declaration's path.
pub(super) fn root<'a>(import: &Import<'a>) -> &'a str {
    name(&import.tree).unwrap_or_default()
}

/// The sort order of declarations.
pub(super) fn order(one: &Import<'_>, other: &Import<'_>) -> Ordering {
    compare(&one.tree, &other.tree)
}

fn tree(tree: &UseTree<'_>, indent: usize, column: usize, after: usize) -> String {
    match tree {
        UseTree::Path(name, inner) => {
            let start = format!("{name}::");
            let rest = self::tree(inner, indent, column + width(&start), after);
            start + &rest
        }
        UseTree::Group(items) => {
            let mut items: Vec<&UseTree<'_>> = items.iter().collect();
            items.sort_by(|one, other| compare(one, other));
            list(&items, indent, column, after)
        }
        UseTree::Name(name) => (*name).into(),
        UseTree::Rename(name, new) => format!("{name} as {new}"),
        UseTree::Glob => "*".into(),
    }
}

/// `{…}`: on one line if it fits and no item has its own braces. Otherwise items fill the lines; if
/// an item has braces, each path is on its own line.
fn list(items: &[&UseTree<'_>], indent: usize, column: usize, after: usize) -> String {
    let deeper = indent + TAB;
    let texts = items.iter().map(|item| tree(item, deeper, deeper, 1));
    let texts: Vec<String> = texts.collect();
    let nested = items.iter().any(|item| has_braces(item));
    let joined = format!("{{{}}}", texts.join(", "));
    if !nested && column + width(&joined) + after <= WIDTH {
        return joined;
    }
    let mut out = String::from("{");
    // rustfmt keeps a column free.
    let room = (WIDTH - 1).saturating_sub(deeper);
    let (mut used, mut alone) = (0, true);
    for text in &texts {
        let is_path = nested && text.contains("::");
        if used == 0 || alone || is_path || used + 2 + width(text) > room {
            new_line(deeper, &mut out);
            used = width(text) + 1;
        } else {
            out.push(' ');
            used += width(text) + 2;
        }
        alone = is_path;
        out.push_str(text);
        out.push(',');
    }
    new_line(indent, &mut out);
    out + "}"
}

fn has_braces(tree: &UseTree<'_>) -> bool {
    match tree {
        UseTree::Path(_, inner) => has_braces(inner),
        UseTree::Group(_) => true,
        _ => false,
    }
}

/// `self`, `super` and `crate` first, names with digits by their numbers, groups last.
fn compare(one: &UseTree<'_>, other: &UseTree<'_>) -> Ordering {
    let (mut one, mut other) = (Some(one), Some(other));
    while let (Some(left), Some(right)) = (one, other) {
        let by_name = match (name(left), name(right)) {
            (Some(left), Some(right)) => {
                let rank = |name: &str| {
                    ["self", "super", "crate"]
                        .iter()
                        .position(|word| *word == name)
                };
                let (first, second) = (rank(left).unwrap_or(3), rank(right).unwrap_or(3));
                first.cmp(&second).then_with(|| by_version(left, right))
            }
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        if by_name.is_ne() {
            return by_name;
        }
        (one, other) = (rest(left), rest(right));
    }
    one.is_some().cmp(&other.is_some())
}

fn name<'a>(tree: &UseTree<'a>) -> Option<&'a str> {
    match tree {
        UseTree::Path(name, _) | UseTree::Name(name) | UseTree::Rename(name, _) => Some(name),
        _ => None,
    }
}

fn rest<'e, 'a>(tree: &'e UseTree<'a>) -> Option<&'e UseTree<'a>> {
    match tree {
        UseTree::Path(_, inner) => Some(inner),
        _ => None,
    }
}

/// Compares letter by letter; sequences of digits are compared as numbers.
fn by_version(one: &str, other: &str) -> Ordering {
    keys(one).cmp(keys(other))
}

/// What a name is sorted by: each letter, and each number as one.
fn keys(name: &str) -> impl Iterator<Item = (char, u64)> + '_ {
    let mut letters = name.chars().peekable();
    std::iter::from_fn(move || {
        let letter = letters.next()?;
        let Some(mut number) = letter.to_digit(10).map(u64::from) else {
            // An underscore precedes all letters, like a space.
            return Some((if letter == '_' { ' ' } else { letter }, 0));
        };
        while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit.into());
            letters.next();
        }
        Some(('0', number))
    })
}
