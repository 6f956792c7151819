//! The tree.

use std::cell::{OnceCell, RefCell};

use super::Tokens;

/// An item.
#[derive(Debug)]
pub(crate) struct Item<'a> {
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) body: Body<'a>,
}

/// An item without its attributes. A head has all tokens before what is named after it.
#[derive(Debug)]
pub(crate) enum Body<'a> {
    Use(Import<'a>),
    Module(Tokens<'a>, Vec<Item<'a>>),
    /// A struct with named fields.
    Struct(Tokens<'a>, Vec<Member<'a>>),
    /// An enum of variants without fields.
    Enum(Tokens<'a>, Vec<Member<'a>>),
    Impl(Tokens<'a>, Vec<Item<'a>>),
    Function {
        head: Tokens<'a>,
        inputs: Vec<Tokens<'a>>,
        /// With the arrow; empty if there is none.
        output: Tokens<'a>,
        block: Block<'a>,
    },
    /// A `const` or a `static`.
    Constant(Tokens<'a>, Expr<'a>),
    /// A comment.
    Comment(String),
    /// An item of which each token stays on one line.
    Line(Tokens<'a>),
}

/// An attribute.
#[derive(Debug)]
pub(crate) enum Attribute<'a> {
    /// A doc comment, without the slashes.
    Doc(String),
    /// Another comment.
    Comment(String),
    Other(Tokens<'a>),
}

/// A field or a variant.
#[derive(Debug)]
pub(crate) struct Member<'a> {
    pub(crate) attributes: Vec<Attribute<'a>>,
    pub(crate) text: Tokens<'a>,
}

/// A `use` declaration.
#[derive(Debug)]
pub(crate) struct Import<'a> {
    pub(crate) visibility: Tokens<'a>,
    /// Whether it starts with `::`.
    pub(crate) is_absolute: bool,
    pub(crate) tree: UseTree<'a>,
}

/// What a declaration imports.
#[derive(Debug)]
pub(crate) enum UseTree<'a> {
    Path(&'a str, Box<Self>),
    Group(Vec<Self>),
    Name(&'a str),
    Rename(&'a str, &'a str),
    Glob,
}

/// A block.
#[derive(Debug)]
pub(crate) struct Block<'a>(pub(crate) Vec<Statement<'a>>);

/// A statement.
#[derive(Debug)]
pub(crate) enum Statement<'a> {
    Local(Local<'a>),
    Comment(String),
    /// An expression, and whether a semicolon ends it.
    Expr(Expr<'a>, bool),
}

/// A `let`.
#[derive(Debug)]
pub(crate) struct Local<'a> {
    pub(crate) pattern: Tokens<'a>,
    pub(crate) value: Option<Expr<'a>>,
    pub(crate) otherwise: Option<Block<'a>>,
}

/// An expression, and what its printer knows of it.
#[derive(Debug)]
pub(crate) struct Expr<'a> {
    pub(crate) node: Node<'a>,
    /// Columns on one line, once they are counted; `None` if it has no such line.
    pub(crate) columns: OnceCell<Option<u32>>,
    /// Its texts on several lines, once there is one.
    pub(crate) layouts: OnceCell<Box<RefCell<Vec<Layout>>>>,
}

impl<'a> From<Node<'a>> for Expr<'a> {
    fn from(node: Node<'a>) -> Self {
        Self {
            node,
            columns: OnceCell::new(),
            layouts: OnceCell::new(),
        }
    }
}

/// A text on several lines at a place: indentation, column, and columns that follow.
type Layout = ([usize; 3], String);

/// What an expression is.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// A path or a literal.
    Word(&'a str),
    /// Tokens that are not understood, or that nothing breaks.
    Tokens(Tokens<'a>),
    /// An operator before its operand.
    Unary(&'a str, Box<Expr<'a>>),
    /// `&` or `&mut `.
    Reference(&'static str, Box<Expr<'a>>),
    Paren(Box<Expr<'a>>),
    Cast(Box<Expr<'a>>, &'a str),
    Range(Option<Box<Expr<'a>>>, &'static str, Option<Box<Expr<'a>>>),
    Binary(Box<Expr<'a>>, &'static str, Box<Expr<'a>>),
    Assign(Box<Expr<'a>>, &'static str, Box<Expr<'a>>),
    Index(Box<Expr<'a>>, Box<Expr<'a>>),
    Repeat(Box<Expr<'a>>, Box<Expr<'a>>),
    Array(Vec<Expr<'a>>),
    Tuple(Vec<Expr<'a>>),
    Struct(Box<Struct<'a>>),
    Call(Box<Expr<'a>>, Vec<Expr<'a>>),
    /// The path of a macro, and its arguments.
    Macro(&'a str, Vec<Expr<'a>>),
    Method(Box<Method<'a>>),
    Field(Box<Expr<'a>>, &'a str),
    Try(Box<Expr<'a>>),
    Closure(Box<Closure<'a>>),
    If(Box<If<'a>>),
    /// A pattern and the value that it is compared with.
    Let(Tokens<'a>, Box<Expr<'a>>),
    Return(Option<Box<Expr<'a>>>),
    Block(Block<'a>),
    Match(Match<'a>),
}

/// A struct literal.
#[derive(Debug)]
pub(crate) struct Struct<'a> {
    pub(crate) path: &'a str,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) rest: Option<Expr<'a>>,
}

/// A field of a struct literal; one without a value is named like its variable.
#[derive(Debug)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) value: Option<Expr<'a>>,
}

/// A call of a method.
#[derive(Debug)]
pub(crate) struct Method<'a> {
    pub(crate) receiver: Expr<'a>,
    pub(crate) name: &'a str,
    /// Generic arguments, with the colons before them.
    pub(crate) turbofish: Tokens<'a>,
    pub(crate) arguments: Vec<Expr<'a>>,
}

/// A closure.
#[derive(Debug)]
pub(crate) struct Closure<'a> {
    pub(crate) is_move: bool,
    pub(crate) inputs: Vec<Tokens<'a>>,
    pub(crate) body: Expr<'a>,
}

/// An `if`; what follows `else` is a block or another `if`.
#[derive(Debug)]
pub(crate) struct If<'a> {
    pub(crate) condition: Expr<'a>,
    pub(crate) then: Block<'a>,
    pub(crate) otherwise: Option<Expr<'a>>,
}

/// A `match`.
#[derive(Debug)]
pub(crate) struct Match<'a> {
    pub(crate) value: Box<Expr<'a>>,
    pub(crate) arms: Vec<Arm<'a>>,
}

/// An arm of a `match`.
#[derive(Debug)]
pub(crate) struct Arm<'a> {
    /// The alternatives of the pattern.
    pub(crate) pattern: Tokens<'a>,
    pub(crate) guard: Option<Expr<'a>>,
    pub(crate) body: Expr<'a>,
}
