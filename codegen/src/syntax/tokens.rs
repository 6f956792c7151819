//! Tokens in a row.

use std::{fmt::Write as _, mem};

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

/// The text of tokens, with nothing between them, and where each of them is.
#[derive(Debug, Default)]
pub(crate) struct Source {
    text: String,
    tokens: Vec<Token>,
}

#[derive(Clone, Copy, Debug)]
struct Token {
    kind: Kind,
    start: u32,
    end: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A keyword or a name.
    Word,
    Literal,
    /// One character of an operator; whether the next one belongs to the same operator.
    Sign {
        joint: bool,
    },
    /// An opening delimiter, and the number of tokens up to its closing one.
    Open(u32),
    Close,
}

impl Source {
    /// Reads tokens. Groups are not nested on the stack, and nothing is copied twice.
    pub(crate) fn new(tokens: TokenStream) -> Self {
        let mut source = Self::default();
        let mut outer = Vec::new();
        let mut rest = tokens.into_iter();
        loop {
            let Some(tree) = rest.next() else {
                let Some((at, close, after)) = outer.pop() else {
                    return source;
                };
                source.close(at, close);
                rest = after;
                continue;
            };
            match tree {
                TokenTree::Group(group) => {
                    let (open, close) = match group.delimiter() {
                        Delimiter::Parenthesis => ("(", ")"),
                        Delimiter::Bracket => ("[", "]"),
                        Delimiter::Brace => ("{", "}"),
                        Delimiter::None => ("", ""),
                    };
                    let inner = group.stream();
                    // Tokens that a group still has would be copied.
                    drop(group);
                    let after = mem::replace(&mut rest, inner.into_iter());
                    outer.push((source.tokens.len(), close, after));
                    source.push(Kind::Open(0), |text| text.push_str(open));
                }
                TokenTree::Ident(word) => source.push(Kind::Word, |text| {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "{word}");
                }),
                TokenTree::Punct(punct) => {
                    let joint = punct.spacing() == Spacing::Joint;
                    source.push(Kind::Sign { joint }, |text| text.push(punct.as_char()));
                }
                TokenTree::Literal(literal) => source.push(Kind::Literal, |text| {
                    let _ = write!(text, "{literal}");
                }),
            }
        }
    }

    fn push(&mut self, kind: Kind, write: impl FnOnce(&mut String)) {
        let start = self.text.len() as u32;
        write(&mut self.text);
        let end = self.text.len() as u32;
        self.tokens.push(Token { kind, start, end });
    }

    fn close(&mut self, at: usize, close: &str) {
        let length = self.tokens.len() - at;
        self.tokens[at].kind = Kind::Open(length as u32);
        self.push(Kind::Close, |text| text.push_str(close));
    }

    /// All tokens.
    pub(crate) fn tokens(&self) -> Tokens<'_> {
        Tokens {
            text: &self.text,
            tokens: &self.tokens,
        }
    }

    /// The tokens that this was read from.
    pub(crate) fn stream(&self) -> Option<TokenStream> {
        let mut text = String::new();
        for (kind, word) in self.tokens().iter() {
            text += word;
            if kind != (Kind::Sign { joint: true }) {
                text.push(' ');
            }
        }
        text.parse().ok()
    }
}

/// Some tokens in a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    tokens: &'a [Token],
}

impl<'a> Tokens<'a> {
    pub(crate) const fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub(crate) const fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Each token and its text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Kind, &'a str)> + use<'a> {
        let Self { text, tokens } = *self;
        tokens
            .iter()
            .map(|token| (token.kind, &text[token.start as usize..token.end as usize]))
    }

    /// The text of all tokens, with nothing between them.
    pub(crate) fn joined(&self) -> &'a str {
        match self.tokens {
            [first, .., last] => &self.text[first.start as usize..last.end as usize],
            [one] => &self.text[one.start as usize..one.end as usize],
            [] => "",
        }
    }

    /// The first token and its text.
    pub(crate) fn first(&self) -> Option<(Kind, &'a str)> {
        self.iter().next()
    }

    /// The first token, if it is a word.
    pub(crate) fn word(&self) -> Option<&'a str> {
        match self.first() {
            Some((Kind::Word, word)) => Some(word),
            _ => None,
        }
    }

    /// Whether the first token is this word.
    pub(crate) fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    /// Whether the first tokens are this operator, or a longer one that starts like it.
    pub(crate) fn is_sign(&self, sign: &str) -> bool {
        let signs = sign.as_bytes();
        self.tokens.len() >= signs.len()
            && self
                .tokens
                .iter()
                .zip(signs)
                .enumerate()
                .all(|(at, (token, sign))| {
                    let whole = Kind::Sign { joint: true };
                    let is_last = at + 1 == signs.len();
                    (token.kind == whole || is_last && token.kind == Kind::Sign { joint: false })
                        && self.text.as_bytes()[token.start as usize] == *sign
                })
    }

    /// Whether the first token opens a group with this delimiter.
    pub(crate) fn is_open(&self, open: &str) -> bool {
        matches!(self.first(), Some((Kind::Open(_), text)) if text == open)
    }

    /// The first tokens, up to a place, which are removed.
    pub(crate) fn take(&mut self, count: usize) -> Self {
        let (taken, rest) = self.tokens.split_at(count.min(self.tokens.len()));
        self.tokens = rest;
        Self {
            tokens: taken,
            text: self.text,
        }
    }

    /// Removes this word, if it comes first.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        if is_there {
            self.take(1);
        }
        is_there
    }

    /// Removes this operator, if it comes first.
    pub(crate) fn take_sign(&mut self, sign: &str) -> bool {
        let is_there = self.is_sign(sign);
        if is_there {
            self.take(sign.len());
        }
        is_there
    }

    /// Removes any name.
    pub(crate) fn take_name(&mut self) -> Option<&'a str> {
        let word = self.word()?;
        self.take(1);
        Some(word)
    }

    /// Removes a group with this delimiter; what is in it.
    pub(crate) fn take_group(&mut self, open: &str) -> Option<Self> {
        match self.first() {
            Some((Kind::Open(length), text)) if text == open => {
                let mut group = self.take(length as usize + 1);
                group.take(1);
                Some(group.take(length as usize - 1))
            }
            _ => None,
        }
    }

    /// The place of the first token outside of groups at which this holds for the tokens.
    pub(crate) fn find(&self, holds: impl Fn(Self) -> bool) -> Option<usize> {
        let mut rest = *self;
        while let Some((kind, _)) = rest.first() {
            if holds(rest) {
                return Some(self.len() - rest.len());
            }
            rest.take(match kind {
                Kind::Open(length) => length as usize + 1,
                // The end of an operator is no operator.
                Kind::Sign { joint: true } => rest.operator(),
                _ => 1,
            });
        }
        None
    }

    /// The number of signs that the first operator has.
    fn operator(&self) -> usize {
        let joint = |token: &&Token| token.kind == Kind::Sign { joint: true };
        self.tokens.iter().take_while(joint).count() + 1
    }

    /// Removes the tokens before the first place outside of groups at which this holds.
    pub(crate) fn take_until(&mut self, holds: impl Fn(Self) -> bool) -> Option<Self> {
        let count = self.find(holds)?;
        Some(self.take(count))
    }

    /// Removes the tokens before the first comma outside of groups and of `<>`, and the comma.
    pub(crate) fn take_part(&mut self) -> Self {
        let (mut rest, mut angles) = (*self, 0usize);
        while let Some((kind, text)) = rest.first() {
            match text {
                "<" => angles += 1,
                ">" => angles = angles.saturating_sub(1),
                "," if angles == 0 => break,
                _ => {}
            }
            rest.take(match kind {
                Kind::Open(length) => length as usize + 1,
                _ if rest.is_sign("->") || rest.is_sign("=>") => 2,
                _ => 1,
            });
        }
        let part = self.take(self.len() - rest.len());
        self.take_sign(",");
        part
    }

    /// The parts between the commas outside of groups and of `<>`.
    pub(crate) fn parts(mut self) -> Vec<Self> {
        let mut parts = Vec::new();
        while !self.is_empty() {
            parts.push(self.take_part());
        }
        parts
    }
}
