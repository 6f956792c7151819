//! The closed vocabulary for drafts.
//!
//! Each word has one arm in an emitter of the generator and one arm in the interpreter. A draft
//! that needs something new extends this vocabulary; the generator never refers to a draft.

pub use wsdraft_vocabulary::{
    ChangeKind, CloseBody, CloseReply, CodeUse, Conversation, Cover, Coverage, Date, Delimiter,
    Evidence, Expr, Extended, Form, GivenInRequest, GivenInResponse, Grammar, Kind, LayoutField,
    Level, LocalCodes, Outcome, Predicate, Purpose, RandomValue, RangeUse, Role, Scope, Separator,
    SignTest, Source, TypeRange, Visibility,
};
