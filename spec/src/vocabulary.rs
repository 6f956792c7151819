//! The closed vocabulary in which a draft is written.
//!
//! One form here has one emitter arm in the generator and one evaluator arm in the
//! interpreter. A draft that needs something else makes this vocabulary grow; it never makes
//! the generator know the draft.

mod closing;
mod evidence;
mod frame;
mod header;
mod rule;

use serde::{Deserialize, Serialize};

pub use self::{
    closing::{CloseBody, CloseReply, CodeUse, RangeUse},
    evidence::{ChangeKind, Coverage, Date, Evidence},
    frame::{Cover, Delimiter, Extended, Form, Kind, LayoutField, TypeRange},
    header::{Expr, Grammar, Purpose, Separator, SignTest, Source},
    rule::{Conversation, Level, Outcome, Predicate, Scope, Visibility},
};

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Role {
    /// The end that sends the opening request.
    Client,
    /// The end that answers it.
    Server,
}
