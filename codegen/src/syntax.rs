//! The syntax of generated code: a tree that borrows the text of its tokens.
//!
//! Only what emitters write is known. Types, patterns and attributes are tokens in a row: nothing
//! changes their layout.

mod expr;
mod item;
mod parser;
mod statement;
mod tokens;
mod tree;

pub(crate) use self::{
    item::items,
    tokens::{Kind, Source, Tokens},
    tree::{
        Arm, Attribute, Block, Body, Closure, Expr, Field, If, Import, Item, Local, Match, Member,
        Method, Node, Statement, Struct, UseTree,
    },
};
