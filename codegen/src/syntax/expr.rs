//! Expressions, by precedence.

use std::mem;

use super::{Closure, Expr, Field, Kind, Method, Node, Struct, parser::Parser};

/// The binary operators by precedence; a longer one stands before those that it starts like.
const OPERATORS: [(&str, u8); 32] = [
    ("=>", END),
    ("<<=", ASSIGN),
    (">>=", ASSIGN),
    ("+=", ASSIGN),
    ("-=", ASSIGN),
    ("*=", ASSIGN),
    ("/=", ASSIGN),
    ("%=", ASSIGN),
    ("^=", ASSIGN),
    ("&=", ASSIGN),
    ("|=", ASSIGN),
    ("..=", RANGE),
    ("..", RANGE),
    ("||", RANGE + 1),
    ("&&", CONDITION),
    ("==", COMPARISON),
    ("!=", COMPARISON),
    ("<=", COMPARISON),
    (">=", COMPARISON),
    ("=", ASSIGN),
    ("<<", SUM - 1),
    (">>", SUM - 1),
    ("<", COMPARISON),
    (">", COMPARISON),
    ("|", COMPARISON + 1),
    ("^", COMPARISON + 2),
    ("&", COMPARISON + 3),
    ("+", SUM),
    ("-", SUM),
    ("*", SUM + 1),
    ("/", SUM + 1),
    ("%", SUM + 1),
];
/// Ends an expression.
const END: u8 = 0;
const ASSIGN: u8 = 1;
const RANGE: u8 = 2;
const CONDITION: u8 = 4;
const COMPARISON: u8 = 5;
const SUM: u8 = 10;

/// Words that start no path.
const KEYWORDS: [&str; 24] = [
    "as", "async", "await", "break", "const", "continue", "dyn", "else", "enum", "fn", "for",
    "impl", "in", "loop", "mod", "mut", "pub", "ref", "static", "struct", "unsafe", "use", "where",
    "while",
];

impl<'a> Parser<'a> {
    pub(super) fn expr(&mut self) -> Option<Expr<'a>> {
        self.binary(ASSIGN)
    }

    /// An expression in which a brace after a path starts a block.
    pub(super) fn condition(&mut self) -> Option<Expr<'a>> {
        let before = mem::replace(&mut self.structs, false);
        let condition = self.expr();
        self.structs = before;
        condition
    }

    /// The binary operator that comes next.
    fn operator(&self) -> Option<(&'static str, u8)> {
        match self.rest.first()? {
            (Kind::Sign { .. }, "," | ";" | "?") => None,
            (Kind::Sign { .. }, _) => {
                let mut operators = OPERATORS.iter();
                operators.find(|(sign, _)| self.rest.is_sign(sign)).copied()
            }
            _ => None,
        }
    }

    /// An expression whose operators bind at least this tightly.
    fn binary(&mut self, least: u8) -> Option<Expr<'a>> {
        let mut left = match self.operator() {
            Some((sign, RANGE)) => self.range(None, sign)?,
            _ => self.unary()?,
        };
        loop {
            if self.rest.take_word("as") {
                left = Node::Cast(Box::new(left), self.path()?).into();
                continue;
            }
            let Some((sign, precedence)) = self.operator().filter(|(_, own)| *own >= least) else {
                break;
            };
            left = match precedence {
                RANGE => self.range(Some(Box::new(left)), sign)?,
                ASSIGN => {
                    self.rest.take(sign.len());
                    let right = Box::new(self.deeper(|parser| parser.binary(ASSIGN))?);
                    Node::Assign(Box::new(left), sign, right).into()
                }
                _ => {
                    self.rest.take(sign.len());
                    let right = Box::new(self.binary(precedence + 1)?);
                    Node::Binary(Box::new(left), sign, right).into()
                }
            };
        }
        Some(left)
    }

    /// A range from its operator on.
    fn range(&mut self, from: Option<Box<Expr<'a>>>, sign: &'static str) -> Option<Expr<'a>> {
        self.rest.take(sign.len());
        let ends = self.rest.is_empty()
            || self.rest.is_sign(",")
            || self.rest.is_sign(";")
            || self.rest.is_open("{");
        let to = match ends {
            true => None,
            false => Some(Box::new(self.binary(RANGE + 1)?)),
        };
        Some(Node::Range(from, sign, to).into())
    }

    fn unary(&mut self) -> Option<Expr<'a>> {
        for sign in ["!", "-", "*"] {
            if self.rest.take_sign(sign) {
                return Some(Node::Unary(sign, self.operand()?).into());
            }
        }
        if self.rest.take_sign("&") {
            let sign = match self.rest.take_word("mut") {
                true => "&mut ",
                false => "&",
            };
            return Some(Node::Reference(sign, self.operand()?).into());
        }
        let primary = self.primary()?;
        self.links(primary)
    }

    fn operand(&mut self) -> Option<Box<Expr<'a>>> {
        self.deeper(Self::unary).map(Box::new)
    }

    /// What follows an expression without an operator: fields, methods, arguments, indices, `?`.
    fn links(&mut self, mut expr: Expr<'a>) -> Option<Expr<'a>> {
        loop {
            expr = match self.rest.first() {
                Some((Kind::Open(_), "(")) => {
                    Node::Call(Box::new(expr), self.group("(")?.elements()?.0).into()
                }
                Some((Kind::Open(_), "[")) => {
                    let index = self.group("[")?.whole()?;
                    Node::Index(Box::new(expr), Box::new(index)).into()
                }
                Some((_, "?")) => {
                    self.rest.take(1);
                    Node::Try(Box::new(expr)).into()
                }
                Some((_, ".")) if !self.rest.is_sign("..") => {
                    self.rest.take(1);
                    self.member(expr)?
                }
                _ => return Some(expr),
            };
        }
    }

    /// A field or a method, after the dot.
    fn member(&mut self, receiver: Expr<'a>) -> Option<Expr<'a>> {
        let (Kind::Word | Kind::Literal, name) = self.rest.first()? else {
            return None;
        };
        self.rest.take(1);
        let turbofish = match self.rest.is_sign("::") {
            true => self.rest.take_until(|rest| rest.is_open("("))?,
            false => self.rest.take(0),
        };
        if !self.rest.is_open("(") {
            return Some(Node::Field(Box::new(receiver), name).into());
        }
        let method = Method {
            receiver,
            name,
            turbofish,
            arguments: self.group("(")?.elements()?.0,
        };
        Some(Node::Method(Box::new(method)).into())
    }

    pub(super) fn primary(&mut self) -> Option<Expr<'a>> {
        let (kind, text) = self.rest.first()?;
        match (kind, text) {
            (Kind::Literal, _) => {
                self.rest.take(1);
                Some(Node::Word(text).into())
            }
            (Kind::Open(_), "(") => {
                let (mut elements, comma) = self.group("(")?.elements()?;
                let is_tuple = comma || elements.len() != 1;
                Some(match is_tuple {
                    true => Node::Tuple(elements).into(),
                    false => Node::Paren(Box::new(elements.pop()?)).into(),
                })
            }
            (Kind::Open(_), "[") => self.array(),
            (Kind::Open(_), "{") => Some(Node::Block(self.block()?).into()),
            (_, "|") => self.closure(),
            (Kind::Word, "move") => self.closure(),
            (Kind::Word, "if") => self.choice(),
            (Kind::Word, "match") => self.cases(),
            (Kind::Word, "let") => {
                self.rest.take(1);
                let pattern = self.rest.take_until(|rest| rest.is_sign("="))?;
                self.rest.take(1);
                let value = Box::new(self.binary(CONDITION + 1)?);
                Some(Node::Let(pattern, value).into())
            }
            (Kind::Word, "return") => {
                self.rest.take(1);
                let ends = self.rest.is_empty() || self.rest.is_sign(",") || self.rest.is_sign(";");
                Some(match ends {
                    true => Node::Return(None).into(),
                    false => Node::Return(Some(Box::new(self.expr()?))).into(),
                })
            }
            (Kind::Word, word) if KEYWORDS.contains(&word) => None,
            _ => self.named(),
        }
    }

    fn array(&mut self) -> Option<Expr<'a>> {
        let mut group = self.rest.take_group("[")?;
        if let Some(element) = group.take_until(|rest| rest.is_sign(";")) {
            group.take(1);
            let (element, length) = (self.inner(element)?.whole()?, self.inner(group)?.whole()?);
            return Some(Node::Repeat(Box::new(element), Box::new(length)).into());
        }
        Some(Node::Array(self.inner(group)?.elements()?.0).into())
    }

    /// A path, or what starts with one.
    fn named(&mut self) -> Option<Expr<'a>> {
        let mut whole = self.rest;
        let path = self.path()?;
        if self.rest.is_sign("::") {
            // Generic arguments of a function.
            self.rest.take_until(|rest| rest.is_open("("))?;
            let count = whole.len() - self.rest.len();
            return Some(Node::Tokens(whole.take(count)).into());
        }
        if self.rest.is_sign("!") && !self.rest.is_sign("!=") {
            self.rest.take(1);
            let group = self.rest.take_group("(")?;
            let arguments = self.inner(group)?.elements();
            let arguments = arguments.map_or_else(
                || vec![Node::Tokens(group).into()],
                |(arguments, _)| arguments,
            );
            return Some(Node::Macro(path, arguments).into());
        }
        if self.structs && self.rest.is_open("{") {
            return self.literal(path);
        }
        Some(Node::Word(path).into())
    }

    /// The fields of a struct literal.
    fn literal(&mut self, path: &'a str) -> Option<Expr<'a>> {
        let mut inner = self.group("{")?;
        let (mut fields, mut rest) = (Vec::new(), None);
        while !inner.rest.is_empty() {
            if inner.rest.take_sign("..") {
                rest = Some(inner.whole()?);
                break;
            }
            let name = inner.rest.take_name()?;
            let value = match inner.rest.take_sign(":") {
                true => Some(inner.expr()?),
                false => None,
            };
            fields.push(Field { name, value });
            (inner.rest.take_sign(",") || inner.rest.is_empty()).then_some(())?;
        }
        let literal = Struct { path, fields, rest };
        Some(Node::Struct(Box::new(literal)).into())
    }

    fn closure(&mut self) -> Option<Expr<'a>> {
        let is_move = self.rest.take_word("move");
        self.rest.take_sign("|").then_some(())?;
        let inputs = self.rest.take_until(|rest| rest.is_sign("|"))?;
        self.rest.take(1);
        if self.rest.is_sign("->") {
            return None;
        }
        let closure = Closure {
            is_move,
            inputs: inputs.parts(),
            body: self.expr()?,
        };
        Some(Node::Closure(Box::new(closure)).into())
    }
}
