//! What reads expressions and statements.

use super::{Block, Expr, Tokens};
use crate::comment;

/// How deep expressions may be nested, so that the stack suffices. The files of drafts may nest
/// less: each of their 64 levels becomes at most four.
const DEEPEST: usize = 256;

/// Reads tokens in order. `None` means a syntax that is not known here.
pub(super) struct Parser<'a> {
    pub(super) rest: Tokens<'a>,
    depth: usize,
    /// Whether a brace after a path starts a struct literal; in a condition it starts the block.
    pub(super) structs: bool,
}

/// All tokens as one expression.
pub(super) fn expr(tokens: Tokens<'_>) -> Option<Expr<'_>> {
    Parser::new(tokens, 0)?.whole()
}

/// The tokens between braces as a block.
pub(super) fn block(tokens: Tokens<'_>) -> Option<Block<'_>> {
    Parser::new(tokens, 0)?.statements()
}

/// The comment that a macro stands for, which is removed.
pub(super) fn comment(tokens: &mut Tokens<'_>) -> Option<String> {
    let mut rest = *tokens;
    let is_comment = rest.take_word(comment::MARKER) && rest.take_sign("!");
    let (_, text) = is_comment.then(|| rest.take_group("("))??.first()?;
    let text = comment::line(text)?;
    rest.take_sign(";").then(|| {
        *tokens = rest;
        text
    })
}

impl<'a> Parser<'a> {
    fn new(rest: Tokens<'a>, depth: usize) -> Option<Self> {
        (depth <= DEEPEST).then_some(Self {
            rest,
            depth,
            structs: true,
        })
    }

    /// A reader of what is in a group.
    pub(super) fn inner(&self, group: Tokens<'a>) -> Option<Self> {
        Self::new(group, self.depth + 1)
    }

    /// Reads what is nested without delimiters.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        let inner = (self.depth <= DEEPEST).then(|| read(self))?;
        self.depth -= 1;
        inner
    }

    pub(super) fn group(&mut self, open: &str) -> Option<Self> {
        let group = self.rest.take_group(open)?;
        self.inner(group)
    }

    /// Everything that is left.
    pub(super) fn whole(mut self) -> Option<Expr<'a>> {
        let expr = self.expr()?;
        self.rest.is_empty().then_some(expr)
    }

    /// Expressions between commas, and whether a comma ends them.
    pub(super) fn elements(mut self) -> Option<(Vec<Expr<'a>>, bool)> {
        let mut elements = Vec::new();
        while !self.rest.is_empty() {
            elements.push(self.expr()?);
            if self.rest.is_empty() {
                return Some((elements, false));
            }
            self.rest.take_sign(",").then_some(())?;
        }
        Some((elements, true))
    }

    /// A path without generic arguments.
    pub(super) fn path(&mut self) -> Option<&'a str> {
        let start = self.rest;
        self.rest.take_sign("::");
        self.rest.take_name()?;
        while self.rest.is_sign("::") {
            let mut rest = self.rest;
            rest.take(2);
            if rest.take_name().is_none() {
                break;
            }
            self.rest = rest;
        }
        let mut path = start;
        Some(path.take(start.len() - self.rest.len()).joined())
    }
}
