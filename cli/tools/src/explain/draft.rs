//! Drafts, version numbers, and subprotocols.

use serde::Serialize;
use wsdraft_spec::{Registry, ResolvedDraft};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::{failure::Failure, identity::Identity};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    draft: &'a str,
    #[serde(flatten)]
    identity: Identity<'a>,
    builds_on: Option<&'a str>,
    /// Whether everything of it is known, so that it can be spoken.
    complete: bool,
    changes: Vec<&'a str>,
    rules: usize,
    evidence: Vec<String>,
}

/// The draft of this name. Version numbers are a kind of their own.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    if word.parse::<u16>().is_ok() {
        return Ok(Vec::new());
    }
    let versions = atlas.specs.versions();
    let Some(version) = versions.find(word) else {
        return Ok(Vec::new());
    };
    let Some(draft) = atlas.specs.database().resolved(version.short()) else {
        return Ok(Vec::new());
    };
    let identity = Identity::new(version);
    let parent = draft.lineage.iter().rev().nth(1).map(String::as_str);
    let changes: Vec<&str> = draft.changes.iter().map(|one| one.text.as_str()).collect();
    let mut sheet = Sheet::new(&format!("{} (draft): {}", draft.short, draft.name));
    if !draft.is_complete() {
        sheet.paragraph(
            "Only the identity and single facts of this draft are known, so it cannot be spoken.",
        );
    }
    let text = |value: Option<String>| value.unwrap_or_default();
    sheet.rows(&[
        ("status", draft.status.clone()),
        ("issued", text(identity.issued.clone())),
        ("expires", text(identity.expires.clone())),
        (
            "version",
            text(draft.wire_version.map(|number| number.to_string())),
        ),
        ("builds on", parent.unwrap_or_default().to_owned()),
    ]);
    if !changes.is_empty() {
        sheet.heading("what it changed:");
        changes.iter().for_each(|change| sheet.item("-", change));
    }
    let value = Explanation {
        kind: "draft",
        draft: &draft.name,
        identity,
        builds_on: parent,
        complete: draft.is_complete(),
        changes,
        rules: draft.rules.len(),
        evidence: cited(&draft.evidence),
    };
    sheet.rows(&[
        ("everything", format!("wsdraft show {}", draft.short)),
        ("evidence", value.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&value, sheet)?])
}

#[derive(Serialize)]
struct Version<'a> {
    kind: &'static str,
    version: u16,
    /// The drafts with this number, the oldest first.
    drafts: Vec<&'a str>,
    /// The draft that a request with it is taken to be of.
    taken_for: Option<&'a str>,
    registered: Option<&'a str>,
    reference: Option<&'a str>,
    evidence: Vec<String>,
}

/// A version number on the wire.
pub(super) fn versions(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let Ok(version) = word.parse::<u16>() else {
        return Ok(Vec::new());
    };
    let with: Vec<&ResolvedDraft> = atlas
        .drafts()
        .into_iter()
        .filter(|draft| draft.wire_version == Some(version))
        .collect();
    let entry = Registry::find("versions").and_then(|registry| registry.get(word));
    let Some(newest) = with.last() else {
        return match entry.filter(|_| atlas.only.is_none()) {
            None => Ok(Vec::new()),
            Some(entry) => {
                let mut sheet = Sheet::new(&format!("{version} (version number on the wire)"));
                sheet.paragraph("No draft of the database has this number.");
                sheet.rows(&[("registered", entry.name.clone())]);
                let value = Version {
                    kind: "version",
                    version,
                    drafts: Vec::new(),
                    taken_for: None,
                    registered: Some(&entry.name),
                    reference: entry.reference.as_deref(),
                    evidence: cited(&entry.evidence),
                };
                Ok(vec![Reading::new(&value, sheet)?])
            }
        };
    };
    let value = Version {
        kind: "version",
        version,
        drafts: with.iter().map(|draft| draft.short.as_str()).collect(),
        taken_for: atlas.specs.taken_for(version),
        registered: entry.map(|entry| entry.name.as_str()),
        reference: entry.and_then(|entry| entry.reference.as_deref()),
        evidence: cited(&newest.evidence),
    };
    let mut sheet = Sheet::new(&format!("{version} (version number on the wire)"));
    let registered = entry.map(|entry| {
        let reference = entry.reference.as_ref();
        let reference = reference.map(|reference| format!(" ({reference})"));
        format!("{}{}", entry.name, reference.unwrap_or_default())
    });
    sheet.rows(&[
        ("drafts", value.drafts.join(", ")),
        ("taken for", value.taken_for.unwrap_or_default().to_owned()),
        ("registered", registered.unwrap_or_default()),
        ("evidence", value.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&value, sheet)?])
}

#[derive(Serialize)]
struct Subprotocol<'a> {
    kind: &'static str,
    name: &'a str,
    meaning: &'a str,
    reference: Option<&'a str>,
    evidence: Vec<String>,
}

/// A registered subprotocol.
pub(super) fn subprotocols(word: &str, _: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let registry = Registry::find("subprotocols").into_iter();
    let mut entries = registry.flat_map(|registry| registry.entries.iter());
    let Some((name, entry)) = entries.find(|(name, _)| name.eq_ignore_ascii_case(word)) else {
        return Ok(Vec::new());
    };
    let value = Subprotocol {
        kind: "subprotocol",
        name,
        meaning: &entry.name,
        reference: entry.reference.as_deref(),
        evidence: cited(&entry.evidence),
    };
    let mut sheet = Sheet::new(&format!("{name} (subprotocol)"));
    sheet.paragraph(&entry.name);
    sheet.rows(&[
        ("defined in", value.reference.unwrap_or_default().to_owned()),
        ("evidence", value.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&value, sheet)?])
}
