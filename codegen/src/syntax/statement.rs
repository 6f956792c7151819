//! Statements and what contains them.

use super::{
    Arm, Block, Expr, If, Local, Match, Node, Statement, Tokens,
    parser::{Parser, comment},
};

impl<'a> Parser<'a> {
    /// A block with its braces.
    pub(super) fn block(&mut self) -> Option<Block<'a>> {
        self.group("{")?.statements()
    }

    /// Statements up to the end.
    pub(super) fn statements(mut self) -> Option<Block<'a>> {
        let mut statements = Vec::new();
        while !self.rest.is_empty() {
            statements.push(self.statement()?);
        }
        Some(Block(statements))
    }

    fn statement(&mut self) -> Option<Statement<'a>> {
        if let Some(text) = comment(&mut self.rest) {
            return Some(Statement::Comment(text));
        }
        if self.rest.take_word("let") {
            return self.local().map(Statement::Local);
        }
        if self.starts_block() {
            let value = self.primary()?;
            let goes_on = self.rest.is_sign(".") || self.rest.is_sign("?");
            let ends = self.rest.take_sign(";");
            return (!goes_on).then_some(Statement::Expr(value, ends));
        }
        let value = self.expr()?;
        let ends = self.rest.take_sign(";");
        (ends || self.rest.is_empty()).then_some(Statement::Expr(value, ends))
    }

    /// Whether an expression comes that ends with its braces.
    fn starts_block(&self) -> bool {
        self.rest.is_word("if") || self.rest.is_word("match") || self.rest.is_open("{")
    }

    /// A `let`, after the keyword.
    fn local(&mut self) -> Option<Local<'a>> {
        let pattern = self
            .rest
            .take_until(|rest| rest.is_sign("=") || rest.is_sign(";"))?;
        let (mut value, mut otherwise) = (None, None);
        if self.rest.take_sign("=") {
            value = Some(self.expr()?);
            if self.rest.take_word("else") {
                otherwise = Some(self.block()?);
            }
        }
        self.rest.take_sign(";").then_some(Local {
            pattern,
            value,
            otherwise,
        })
    }

    /// An `if`.
    pub(super) fn choice(&mut self) -> Option<Expr<'a>> {
        self.rest.take_word("if").then_some(())?;
        let condition = self.condition()?;
        let then = self.block()?;
        let otherwise = match self.rest.take_word("else") {
            true if self.rest.is_word("if") => Some(self.choice()?),
            true => Some(Node::Block(self.block()?).into()),
            false => None,
        };
        let choice = If {
            condition,
            then,
            otherwise,
        };
        Some(Node::If(Box::new(choice)).into())
    }

    /// A `match`.
    pub(super) fn cases(&mut self) -> Option<Expr<'a>> {
        self.rest.take_word("match").then_some(())?;
        let value = Box::new(self.condition()?);
        let mut inner = self.group("{")?;
        let mut arms = Vec::new();
        while !inner.rest.is_empty() {
            arms.push(inner.arm()?);
        }
        Some(Node::Match(Match { value, arms }).into())
    }

    fn arm(&mut self) -> Option<Arm<'a>> {
        let ends = |rest: Tokens<'_>| rest.is_sign("=>") || rest.is_word("if");
        let pattern = self.rest.take_until(ends)?;
        let guard = match self.rest.take_word("if") {
            true => Some(self.expr()?),
            false => None,
        };
        self.rest.take_sign("=>").then_some(())?;
        let is_block = self.starts_block();
        let body = match self.rest.is_open("{") {
            true => Node::Block(self.block()?).into(),
            false => self.expr()?,
        };
        let ends = self.rest.take_sign(",") || self.rest.is_empty() || is_block;
        ends.then_some(Arm {
            pattern,
            guard,
            body,
        })
    }
}
