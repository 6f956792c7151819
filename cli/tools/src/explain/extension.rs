//! Extensions and their parameters.

use serde::Serialize;
use wsdraft_exports::facts::speech::Speech;
use wsdraft_spec::{Registry, ResolvedExtension, extension::Parameter};

use super::{
    atlas::Atlas,
    reading::{Reading, cited},
    sheet::Sheet,
};
use crate::{failure::Failure, words};

#[derive(Serialize)]
struct Explanation<'a> {
    kind: &'static str,
    name: &'a str,
    summary: &'a str,
    /// What it is offered as.
    tokens: &'a [String],
    /// Whether it can be spoken, or is only known as data.
    negotiable: bool,
    documents: Vec<&'a str>,
    /// Other dialects with the same token.
    dialects: Vec<&'a str>,
    parameters: Vec<&'a str>,
    rules: Vec<&'a str>,
    registered: Option<&'a str>,
    evidence: Vec<String>,
}

/// The extension of this name, token or document.
pub(super) fn find(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let all: Vec<&ResolvedExtension> = atlas.specs.database().extensions().iter().collect();
    let is = |name: &str| name.eq_ignore_ascii_case(word);
    let named = all.iter().find(|one| is(&one.short)).or_else(|| {
        let mut documents = all.iter();
        documents.find(|one| {
            let mut documents = one.documents.iter();
            documents.any(|document| is(&document.short) || is(&document.name))
        })
    });
    let offered = all
        .iter()
        .rfind(|one| one.tokens().iter().any(|token| is(token)));
    let Some(found) = named.or(offered) else {
        return Ok(Vec::new());
    };
    Ok(vec![explain(found, &all)?])
}

fn explain(found: &ResolvedExtension, all: &[&ResolvedExtension]) -> Result<Reading, Failure> {
    let tokens = found.tokens();
    let others = all.iter().filter(|one| {
        one.short != found.short && one.tokens().iter().any(|token| tokens.contains(token))
    });
    let registry = Registry::find("extensions");
    let mut registered = tokens.iter().filter_map(|token| registry?.get(token));
    let value = Explanation {
        kind: "extension",
        name: &found.short,
        summary: &found.summary,
        tokens,
        negotiable: found.is_negotiable(),
        documents: found
            .documents
            .iter()
            .map(|one| one.short.as_str())
            .collect(),
        dialects: others.map(|one| one.short.as_str()).collect(),
        parameters: found.parameters.keys().map(String::as_str).collect(),
        rules: found.rules.keys().map(String::as_str).collect(),
        registered: registered.next().map(|entry| entry.name.as_str()),
        evidence: cited(&found.evidence),
    };
    let mut sheet = Sheet::new(&format!("{} (extension)", value.name));
    sheet.paragraph(value.summary);
    sheet.rows(&[
        ("offered as", value.tokens.join(", ")),
        ("can be spoken", Speech::of(found).text().into()),
        ("defined in", value.documents.join(", ")),
        ("other dialects", value.dialects.join(", ")),
        (
            "registered",
            value.registered.unwrap_or_default().to_owned(),
        ),
    ]);
    let parameters = found.parameters.iter();
    let rows: Vec<Vec<String>> = parameters
        .map(|(name, item)| vec![name.clone(), item.value.summary.clone()])
        .collect();
    if !rows.is_empty() {
        sheet.heading("parameters:");
        sheet.table(&rows);
    }
    sheet.rows(&[
        ("rules", value.rules.join(", ")),
        ("everything", format!("wsdraft show {}", value.name)),
        ("evidence", value.evidence.join("\n")),
    ]);
    Reading::new(&value, sheet)
}

#[derive(Serialize)]
struct ParameterExplanation<'a> {
    kind: &'static str,
    name: &'a str,
    summary: &'a str,
    /// The extension whose wording this is.
    extension: &'a str,
    /// All extensions that have it.
    extensions: Vec<&'a str>,
    /// Its value in an offer and in an answer; `null` if it cannot be there.
    offer: Option<String>,
    answer: Option<String>,
    sets: String,
    needs_offer: bool,
    owed: bool,
    at_most_offered: bool,
    evidence: Vec<String>,
}

/// The parameter of this name, as the last extension that has it defines it.
pub(super) fn parameters(word: &str, atlas: &Atlas<'_>) -> Result<Vec<Reading>, Failure> {
    let all = atlas.specs.database().extensions().iter();
    let all = all.filter(|one| {
        atlas
            .dialect
            .is_none_or(|dialect| dialect.short == one.short)
    });
    let with: Vec<(&ResolvedExtension, &str, &Parameter)> = all
        .filter_map(|one| {
            let mut parameters = one.parameters.iter();
            let (name, item) = parameters.find(|(name, _)| name.eq_ignore_ascii_case(word))?;
            Some((one, name.as_str(), &item.value))
        })
        .collect();
    // The one that can be spoken, where there is one.
    let spoken = with.iter().rfind(|(one, ..)| one.is_negotiable());
    let Some((extension, name, parameter)) = spoken.or_else(|| with.last()) else {
        return Ok(Vec::new());
    };
    let there = |value| Some(words::value(Some(value)));
    let value = ParameterExplanation {
        kind: "parameter",
        name,
        summary: &parameter.summary,
        extension: &extension.short,
        extensions: with.iter().map(|(one, ..)| one.short.as_str()).collect(),
        offer: parameter.offer.and_then(there),
        answer: parameter.answer.and_then(there),
        sets: words::effect(parameter.effect),
        needs_offer: parameter.needs_offer,
        owed: parameter.owed,
        at_most_offered: parameter.at_most_offered,
        evidence: cited(&parameter.evidence),
    };
    let mut sheet = Sheet::new(&format!("{name} (parameter of {})", extension.short));
    sheet.paragraph(value.summary);
    let never = || "never there".to_owned();
    let notes = [
        (value.needs_offer, "; only if it was offered"),
        (value.owed, "; owed if it was offered"),
        (value.at_most_offered, "; at most what was offered"),
    ];
    let mut answer = value.answer.clone().unwrap_or_else(never);
    notes
        .iter()
        .filter(|(holds, _)| *holds)
        .for_each(|(_, note)| answer.push_str(note));
    sheet.rows(&[
        ("sets", value.sets.clone()),
        ("in an offer", value.offer.clone().unwrap_or_else(never)),
        ("in an answer", answer),
        ("extensions", value.extensions.join(", ")),
        ("evidence", value.evidence.join("\n")),
    ]);
    Ok(vec![Reading::new(&value, sheet)?])
}
