//! What the command and the exports both read out of the database: where names stand in the history, and what
//! changed.

pub mod atlas;
pub mod channels;
pub mod codes;
pub mod diff;
pub mod differences;
pub mod fields;
pub mod headers;
pub mod index;
pub mod limits;
pub mod opcodes;
pub mod rules;
pub mod sentences;
pub mod speech;
