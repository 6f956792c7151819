//! `use` declarations.

use std::cmp::Ordering;

use syn::{ItemUse, UseTree};

use super::{TAB, WIDTH, line, width, words::words};

/// The text of a declaration, without attributes.
pub(super) fn import(item: &ItemUse, indent: usize) -> String {
    let colon = if item.leading_colon.is_some() {
        "::"
    } else {
        ""
    };
    let start = match words(&item.vis) {
        vis if vis.is_empty() => format!("use {colon}"),
        vis => format!("{vis} use {colon}"),
    };
    let column = indent + width(&start);
    format!("{start}{};", tree(&item.tree, indent, column, 1))
}

/// The first segment of a declaration's path.
pub(super) fn root(item: &ItemUse) -> String {
    name(&item.tree).unwrap_or_default()
}

/// The sort order of declarations.
pub(super) fn order(one: &ItemUse, other: &ItemUse) -> Ordering {
    compare(&one.tree, &other.tree)
}

fn tree(tree: &UseTree, indent: usize, column: usize, after: usize) -> String {
    match tree {
        UseTree::Path(path) => {
            let start = format!("{}::", path.ident);
            let rest = self::tree(&path.tree, indent, column + width(&start), after);
            start + &rest
        }
        UseTree::Group(group) => {
            let mut items: Vec<&UseTree> = group.items.iter().collect();
            items.sort_by(|one, other| compare(one, other));
            list(&items, indent, column, after)
        }
        UseTree::Name(name) => name.ident.to_string(),
        UseTree::Rename(rename) => format!("{} as {}", rename.ident, rename.rename),
        UseTree::Glob(_) => "*".into(),
    }
}

/// `{…}`: on one line if it fits and no item has its own braces. Otherwise items fill the lines; if
/// an item has braces, each path is on its own line.
fn list(items: &[&UseTree], indent: usize, column: usize, after: usize) -> String {
    let deeper = indent + TAB;
    let texts = items.iter().map(|item| tree(item, deeper, deeper, 1));
    let texts: Vec<String> = texts.collect();
    let nested = items.iter().any(|item| has_braces(item));
    let joined = format!("{{{}}}", texts.join(", "));
    if !nested && column + width(&joined) + after <= WIDTH {
        return joined;
    }
    let mut out = String::from("{");
    let (mut used, mut alone) = (0, true);
    for text in &texts {
        let is_path = nested && text.contains("::");
        if used == 0 || alone || is_path || used + 2 + width(text) > WIDTH - deeper {
            out.push_str(&line(deeper));
            used = width(text) + 1;
        } else {
            out.push(' ');
            used += width(text) + 2;
        }
        alone = is_path;
        out.push_str(text);
        out.push(',');
    }
    out + &line(indent) + "}"
}

fn has_braces(tree: &UseTree) -> bool {
    match tree {
        UseTree::Path(path) => has_braces(&path.tree),
        UseTree::Group(_) => true,
        _ => false,
    }
}

/// `self`, `super` and `crate` first, names with digits by their numbers, groups last.
fn compare(one: &UseTree, other: &UseTree) -> Ordering {
    let (mut one, mut other) = (Some(one), Some(other));
    while let (Some(left), Some(right)) = (one, other) {
        let by_name = match (name(left), name(right)) {
            (Some(left), Some(right)) => {
                let rank = |name: &str| {
                    ["self", "super", "crate"]
                        .iter()
                        .position(|word| *word == name)
                };
                let (first, second) = (rank(&left).unwrap_or(3), rank(&right).unwrap_or(3));
                first.cmp(&second).then_with(|| by_version(&left, &right))
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

fn name(tree: &UseTree) -> Option<String> {
    match tree {
        UseTree::Path(path) => Some(path.ident.to_string()),
        UseTree::Name(name) => Some(name.ident.to_string()),
        UseTree::Rename(rename) => Some(rename.ident.to_string()),
        _ => None,
    }
}

fn rest(tree: &UseTree) -> Option<&UseTree> {
    match tree {
        UseTree::Path(path) => Some(&path.tree),
        _ => None,
    }
}

/// Compares letter by letter; sequences of digits are compared as numbers.
fn by_version(one: &str, other: &str) -> Ordering {
    let key = |name: &str| -> Vec<(u64, char)> {
        let mut key = Vec::new();
        let mut letters = name.chars().peekable();
        while let Some(letter) = letters.next() {
            let Some(mut number) = letter.to_digit(10).map(u64::from) else {
                key.push((0, letter));
                continue;
            };
            while let Some(digit) = letters.peek().and_then(|letter| letter.to_digit(10)) {
                number = number.saturating_mul(10).saturating_add(digit.into());
                letters.next();
            }
            key.push((number, '0'));
        }
        key
    };
    let sortable = |name: &str| -> Vec<(char, u64)> {
        let letters = key(name).into_iter();
        // An underscore precedes all letters, like a space.
        letters
            .map(|(number, letter)| (if letter == '_' { ' ' } else { letter }, number))
            .collect()
    };
    sortable(one).cmp(&sortable(other))
}
