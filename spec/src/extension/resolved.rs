//! An extension with everything that it inherits, and the inheritance itself.

use serde::Serialize;

use super::*;
use crate::{
    resolve::{Pass, Problem},
    resolved::Item,
};

/// An extension with everything that it inherits, each item with its origin.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(deny_unknown_fields)
)]
pub struct ResolvedExtension {
    /// Name of the dialect.
    pub short: String,
    /// Description.
    pub summary: String,
    /// Evidence for its identity.
    pub evidence: Vec<Evidence>,
    /// Names of the dialects that it builds on, from the root to itself.
    pub lineage: Vec<String>,
    /// How much of the extension the database contains.
    pub coverage: Coverage,
    /// Drafts and RFCs that define it, oldest first.
    pub documents: Vec<Document>,
    /// Protocol drafts whose text defines it.
    pub drafts: Vec<String>,
    /// Changes from its parent.
    pub changes: Vec<Change>,
    /// Contradictions between sources.
    pub conflicts: Vec<Conflict>,
    /// The names used for it in offers and answers.
    pub tokens: Option<Item<Tokens>>,
    /// The transformation of sent data.
    pub transform: Option<Item<Transformation>>,
    /// The reserved bits and opcodes that it claims.
    pub claims: Option<Item<Claims>>,
    /// The parameter that contains all others.
    pub method: Option<Item<Method>>,
    /// How a connection is opened over another version of HTTP.
    pub bootstrap: Option<Item<Bootstrap>>,
    /// How it carries several channels over one connection.
    pub multiplexing: Option<ResolvedMultiplexing>,
    /// Parameters by name.
    pub parameters: Table<String, Item<Parameter>>,
    /// Rules by id, in the order in which they are checked.
    pub rules: Table<String, Item<ExtensionRule>>,
}

impl ResolvedExtension {
    /// The names used in offers, preferred name first.
    #[must_use]
    pub fn tokens(&self) -> &[String] {
        self.tokens
            .as_ref()
            .map_or(&[], |tokens| tokens.value.names.as_slice())
    }

    /// Whether it can be negotiated: it is complete and has a name.
    #[must_use]
    pub fn is_negotiable(&self) -> bool {
        self.coverage == Coverage::Complete && self.tokens.is_some()
    }
}

/// Applies `extension` to its resolved parent.
pub(super) fn resolve(
    extension: &Extension,
    parent: Option<&ResolvedExtension>,
) -> (ResolvedExtension, Vec<Problem>) {
    let inherited = parent.cloned();
    let mut resolved = ResolvedExtension {
        short: extension.short.clone(),
        summary: extension.summary.clone(),
        evidence: extension.evidence.clone(),
        lineage: inherited
            .as_ref()
            .map_or_else(Vec::new, |parent| parent.lineage.clone()),
        coverage: extension.coverage,
        documents: extension.documents.clone(),
        drafts: extension.drafts.clone(),
        changes: extension.changes.clone(),
        conflicts: extension.conflicts.clone(),
        tokens: inherited.as_ref().and_then(|parent| parent.tokens.clone()),
        transform: inherited
            .as_ref()
            .and_then(|parent| parent.transform.clone()),
        claims: inherited.as_ref().and_then(|parent| parent.claims.clone()),
        method: inherited.as_ref().and_then(|parent| parent.method.clone()),
        bootstrap: parent.and_then(|parent| parent.bootstrap.clone()),
        multiplexing: parent.and_then(|parent| parent.multiplexing.clone()),
        parameters: inherited
            .as_ref()
            .map_or_else(Table::default, |parent| parent.parameters.clone()),
        rules: inherited.map_or_else(Table::default, |parent| parent.rules),
    };
    resolved.lineage.push(extension.short.clone());
    let mut pass = Pass::new(&extension.short, extension.extends.as_deref());
    pass.single("tokens", &mut resolved.tokens, extension.tokens.as_ref());
    pass.single(
        "transform",
        &mut resolved.transform,
        extension.transform.as_ref(),
    );
    pass.single("claims", &mut resolved.claims, extension.claims.as_ref());
    pass.single("method", &mut resolved.method, extension.method.as_ref());
    pass.single(
        "bootstrap",
        &mut resolved.bootstrap,
        extension.bootstrap.as_ref(),
    );
    pass.delta(
        "parameters",
        &mut resolved.parameters,
        &extension.parameters,
    );
    pass.delta("rules", &mut resolved.rules, &extension.rules);
    if !extension.multiplexing.is_empty() {
        pass.within("multiplexing");
        let multiplexing = resolved.multiplexing.get_or_insert_default();
        multiplexing.apply(&mut pass, &extension.multiplexing);
    }
    (resolved, pass.problems)
}
