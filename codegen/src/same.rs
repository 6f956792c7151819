//! Whether two texts are the same code, regardless of layout.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Whether two files have the same tokens and comments, regardless of layout.
///
/// Differences that a formatter can make are ignored: white space, the order of `use` declarations
/// and of their items, trailing commas, and braces around a single expression.
#[must_use]
pub fn same_code(one: &str, other: &str) -> bool {
    match (canonical(one), canonical(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

/// The tokens of a text and its comments, in a form that no formatter changes.
fn canonical(text: &str) -> Option<Vec<String>> {
    let lines: String = text.lines().map(marked).collect::<Option<_>>()?;
    let tokens: TokenStream = lines.parse().ok()?;
    let mut out = Vec::new();
    walk(tokens, &mut out);
    Some(out)
}

/// A line whose comment is replaced by a literal, which lexers keep; `None` if it has a block
/// comment, which generated code never has.
fn marked(line: &str) -> Option<String> {
    Some(match comment(line) {
        Some(at) if line[at..].starts_with("/*") => return None,
        Some(at) => format!("{} c{:?}\n", &line[..at], line[at..].trim_end()),
        None => format!("{line}\n"),
    })
}

/// The start of a comment that is not documentation.
fn comment(line: &str) -> Option<usize> {
    let mut letters = line.char_indices().peekable();
    let mut quoted = false;
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' if quoted => {
                letters.next();
            }
            '"' => quoted = !quoted,
            '\'' if !quoted && line[at..].starts_with("'\"'") => {
                letters.nth(1);
            }
            '/' if !quoted && line[at..].starts_with("/*") => return Some(at),
            '/' if !quoted && line[at..].starts_with("//") => {
                let rest = &line[at + 2..];
                let documents =
                    rest.starts_with('!') || rest.starts_with('/') && !rest.starts_with("//");
                return (!documents).then_some(at);
            }
            _ => {}
        }
    }
    None
}

fn walk(tokens: TokenStream, out: &mut Vec<String>) {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(tree) = trees.get(at) {
        let (imports, length) = imports(&trees[at..]);
        if length > 0 {
            out.extend(imports);
            at += length;
            continue;
        }
        at += 1;
        let last = at == trees.len();
        match tree {
            TokenTree::Group(group) => {
                let arm = at > 2 && is_sign(&trees[at - 2], '>') && is_sign(&trees[at - 3], '=');
                self::group(group.delimiter(), group.stream(), out);
                if arm && group.delimiter() == Delimiter::Brace {
                    // The comma after a braced arm is optional.
                    at += usize::from(trees.get(at).is_some_and(|tree| is_sign(tree, ',')));
                    if at < trees.len() {
                        out.push(",".into());
                    }
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' && last => {}
            other => out.push(other.to_string()),
        }
    }
}

fn is_sign(tree: &TokenTree, sign: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// The tokens between delimiters, without braces that contain no statement.
fn group(delimiter: Delimiter, tokens: TokenStream, out: &mut Vec<String>) {
    let (open, close) = match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::None => ("", ""),
    };
    let bare = delimiter == Delimiter::Brace
        && !tokens.is_empty()
        && !tokens.clone().into_iter().any(|tree| is_sign(&tree, ';'));
    if !bare {
        out.push(open.into());
    }
    walk(tokens, out);
    if !bare {
        out.push(close.into());
    }
}

/// The leading `use` declarations of the tokens, sorted, and their number of tokens.
fn imports(trees: &[TokenTree]) -> (Vec<String>, usize) {
    let mut declarations = Vec::new();
    let mut length = 0;
    let is_word = |at: usize, name: &str| matches!(trees.get(at), Some(TokenTree::Ident(word)) if word == name);
    while is_word(length, "use") || is_word(length, "pub") && is_word(length + 1, "use") {
        let Some(end) = trees[length..].iter().position(|tree| is_sign(tree, ';')) else {
            break;
        };
        let mut words = Vec::new();
        flatten(
            trees[length..length + end].iter().cloned().collect(),
            &mut words,
        );
        words.sort();
        declarations.push(words.join(" "));
        length += end + 1;
    }
    declarations.sort();
    (declarations, length)
}

fn flatten(tokens: TokenStream, out: &mut Vec<String>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => flatten(group.stream(), out),
            TokenTree::Punct(punct) if punct.as_char() == ',' => {}
            other => out.push(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::same_code;

    const WRITTEN: &str = "use a::{B, c::D};\nuse super::E;\n\n/// Doc.\nfn f(x: u8) -> u8 {\n    // Why \"this\".\n    match x {\n        0 => g(\"// no comment\", '\"', 1),\n        _ => h(|y| y + 1),\n    }\n}\n";

    #[test]
    fn layout_makes_no_difference() {
        let narrow = "use super::E;\nuse a::{\n    c::D,\n    B,\n};\n/// Doc.\nfn f(\n    x: u8,\n) -> u8 {\n        // Why \"this\".\n    match x {\n        0 => {\n            g(\"// no comment\", '\"', 1)\n        }\n        _ => h(|y| {\n            y + 1\n        }),\n    }\n}\n";
        assert!(same_code(WRITTEN, WRITTEN));
        assert!(same_code(WRITTEN, narrow));
    }

    #[test]
    fn code_and_comments_make_one() {
        for (from, to) in [
            ("y + 1", "y + 2"),
            ("// Why", "// How"),
            ("    // Why \"this\".\n", ""),
            ("1),", "1), // Why"),
            ("1),", "1), /* Why */"),
            ("\n/// Doc", "\n/* Why */\n/// Doc"),
            ("Doc", "Docs"),
            ("c::D", "c::F"),
            ("super::E", "super::F"),
            ("no comment", "nothing"),
            ("x: u8", "x: u16"),
        ] {
            let changed = WRITTEN.replacen(from, to, 1);
            assert_ne!(changed, WRITTEN);
            assert!(!same_code(WRITTEN, &changed), "{to}");
        }
        assert!(!same_code(WRITTEN, "fn {"), "no Rust");
    }
}
