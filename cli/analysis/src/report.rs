//! Events as JSON and as SARIF.

mod json;
mod sarif;
mod violation;

pub use self::{sarif::Sarif, violation::ViolationReport};
