//! The closed vocabulary in which a draft is written.
//!
//! One form here has one emitter arm in the generator and one evaluator arm in the
//! interpreter. A draft that needs something else makes this vocabulary grow; it never makes
//! the generator know the draft.

pub use wsdraft_vocabulary::{
    ChangeKind, CloseBody, CloseReply, CodeUse, Conversation, Cover, Coverage, Date, Delimiter,
    Evidence, Expr, Extended, Form, Grammar, Kind, LayoutField, Level, Outcome, Predicate, Purpose,
    RangeUse, Role, Scope, Separator, SignTest, Source, TypeRange, Visibility,
};
