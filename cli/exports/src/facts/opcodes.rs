//! Opcodes and the rules about them.

use wsdraft_spec::{
    model::Rule,
    vocabulary::{Kind, Predicate},
};

use super::atlas::{Atlas, mentions};

/// Ids of the rules of the current draft about the opcode of this name and kind.
#[must_use]
pub fn rules<'a>(atlas: &Atlas<'a>, name: &str, kind: Kind) -> Vec<&'a str> {
    let of_kind = |rule: &Rule| match kind {
        Kind::Ping | Kind::Pong => rule.require == Predicate::PingAnswered,
        Kind::Close => rule.require == Predicate::CloseAnswered,
        Kind::Text => rule.require == Predicate::Utf8,
        Kind::Continuation
        | Kind::Binary
        | Kind::Extension
        | Kind::ExtensionControl
        | Kind::Reserved => false,
    };
    atlas.rules(|id, rule| {
        of_kind(rule) || mentions(rule, name) || id.split('-').any(|part| part == name)
    })
}
