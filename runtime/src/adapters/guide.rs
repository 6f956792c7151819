//! Guides: how to move a program to this crate, how to solve common tasks, and which futures may be
//! dropped.

pub mod cancel_safety;
pub mod coming_from;
pub mod cookbook;
