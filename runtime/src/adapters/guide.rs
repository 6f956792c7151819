//! Guides: how to move a program to this crate, and how to solve common tasks.

pub mod coming_from;
pub mod cookbook;
