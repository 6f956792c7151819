//! Tokens of types, patterns and paths on one line.

use crate::syntax::{Kind, Tokens};

/// The text of a type, a pattern or a path.
pub(super) fn words(tokens: Tokens<'_>) -> String {
    let mut text = Text::default();
    for (kind, word) in tokens.iter() {
        text.push(kind, word);
    }
    text.out
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
    fn push(&mut self, kind: Kind, word: &str) {
        match kind {
            Kind::Open(_) => {
                self.space(false);
                self.out.push_str(word);
                self.before = Before::Tight;
            }
            Kind::Close => {
                self.out.push_str(word);
                self.before = Before::Word;
            }
            Kind::Sign { joint } => self.sign(word, joint),
            Kind::Word => {
                let lifetime = self.out.ends_with('\'');
                self.space(!lifetime);
                self.out.push_str(word);
                let keyword = ["mut", "ref", "dyn", "const", "impl", "as"];
                self.before = if lifetime || keyword.contains(&word) {
                    Before::Spaced
                } else {
                    Before::Word
                };
            }
            Kind::Literal => {
                self.space(true);
                self.out.push_str(word);
                self.before = Before::Word;
            }
        }
    }

    /// Writes the space before a token, if there is one.
    fn space(&mut self, word: bool) {
        if self.before == Before::Spaced || word && self.before == Before::Word {
            self.out.push(' ');
        }
    }

    fn sign(&mut self, sign: &str, joint: bool) {
        let arrow = sign == "-" && joint || sign == ">" && self.joint;
        let spaced = !joint && !self.joint && ["|", "@", "=", "+"].contains(&sign);
        if self.joint {
            self.before = Before::Tight;
        } else if (spaced || arrow) && self.before == Before::Word {
            self.before = Before::Spaced;
        } else if [",", ">"].contains(&sign) || !arrow && !spaced && self.before == Before::Word {
            self.before = Before::Tight;
        }
        self.space(false);
        self.out.push_str(sign);
        let colon = sign == ":" && !joint && !self.joint;
        self.before = if spaced || colon || arrow && !joint || [",", ";"].contains(&sign) {
            Before::Spaced
        } else if sign == ">" {
            Before::Word
        } else {
            Before::Tight
        };
        self.joint = joint && sign != "'";
    }
}
