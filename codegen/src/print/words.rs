//! Tokens of types, patterns and paths on one line.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Path;

/// The text of a type, a pattern or a path.
pub(super) fn words(node: &impl ToTokens) -> String {
    let mut text = Text::default();
    text.push(node.to_token_stream());
    text.out
}

/// The text of a path. Most are words alone, which need no tokens.
pub(super) fn path(path: &Path) -> String {
    if path
        .segments
        .iter()
        .any(|segment| !segment.arguments.is_none())
    {
        return words(path);
    }
    let mut out = String::new();
    for (at, segment) in path.segments.iter().enumerate() {
        if at > 0 || path.leading_colon.is_some() {
            out += "::";
        }
        out += &segment.ident.to_string();
    }
    out
}

/// The effect of a token on the spacing of the next one.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Before {
    /// Nothing, or a token that the next one follows without a space.
    #[default]
    Tight,
    /// A word, a literal or a closing delimiter.
    Word,
    /// A token that a space follows.
    Spaced,
}

#[derive(Default)]
struct Text {
    out: String,
    before: Before,
    /// Whether the previous token is joined to this one, as in `..=`.
    joint: bool,
}

impl Text {
    fn push(&mut self, tokens: TokenStream) {
        for tree in tokens {
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    self.space(false);
                    self.out.push_str(open);
                    self.before = Before::Tight;
                    self.push(group.stream());
                    self.out.push_str(close);
                    self.before = Before::Word;
                }
                TokenTree::Punct(punct) => self.punct(punct.as_char(), punct.spacing()),
                TokenTree::Ident(ident) => {
                    let word = ident.to_string();
                    let lifetime = self.out.ends_with('\'');
                    self.space(!lifetime);
                    self.out.push_str(&word);
                    let keyword = ["mut", "ref", "dyn", "const", "impl", "as"];
                    self.before = if lifetime || keyword.contains(&word.as_str()) {
                        Before::Spaced
                    } else {
                        Before::Word
                    };
                }
                TokenTree::Literal(literal) => {
                    self.space(true);
                    self.out.push_str(&literal.to_string());
                    self.before = Before::Word;
                }
            }
        }
    }

    /// Writes the space before a token, if there is one.
    fn space(&mut self, word: bool) {
        if self.before == Before::Spaced || word && self.before == Before::Word {
            self.out.push(' ');
        }
    }

    fn punct(&mut self, sign: char, spacing: Spacing) {
        let joint = spacing == Spacing::Joint;
        let arrow = sign == '-' && joint || sign == '>' && self.joint;
        let spaced = !joint && !self.joint && ['|', '@', '=', '+'].contains(&sign);
        if self.joint {
            self.before = Before::Tight;
        } else if (spaced || arrow) && self.before == Before::Word {
            self.before = Before::Spaced;
        } else if [',', '>'].contains(&sign) || !arrow && !spaced && self.before == Before::Word {
            self.before = Before::Tight;
        }
        self.space(false);
        self.out.push(sign);
        let colon = sign == ':' && !joint && !self.joint;
        self.before = if spaced || colon || arrow && !joint || [',', ';'].contains(&sign) {
            Before::Spaced
        } else if sign == '>' {
            Before::Word
        } else {
            Before::Tight
        };
        self.joint = joint && sign != '\'';
    }
}
