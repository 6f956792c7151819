//! Vectors of extensions that multiplex.

use serde::Serialize;
use wsdraft_interpreter::{
    multiplex::Carried,
    vectors::{ChannelCase, ChannelVectors, NoVector, Vectors},
};
use wsdraft_spec::{
    ResolvedExtension,
    extension::{ExtensionRule, Part},
    vocabulary::Evidence,
};

use super::notation;
use crate::{failure::Failure, specs::Specs};

/// Vectors of an extension that multiplexes. The client's offer has no parameters.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
pub(super) struct OfExtension<'a> {
    /// Name of the extension's dialect.
    extension: &'a str,
    /// The draft whose handshakes and opcodes the channels have.
    draft: &'a str,
    /// The close code of a physical connection that fails, where one is known.
    physical_close: Option<u16>,
    /// The rules about channels and blocks, in the order in which they are checked.
    rules: Vec<OfRule<'a>>,
}

/// Vectors of a rule about channels and blocks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "OfChannelRule", deny_unknown_fields))]
struct OfRule<'a> {
    /// Id of the rule.
    rule: &'a str,
    /// `MUST`, `SHOULD` or `MAY`.
    level: &'static str,
    /// What it is about: `envelope`, `block` or `channel`.
    scope: &'static str,
    /// What it says.
    summary: &'a str,
    /// Where it is written.
    citation: String,
    /// Why there are no vectors, where there are none.
    untested: Option<String>,
    /// The vectors.
    vectors: Vec<Vector>,
}

/// A vector of a rule about channels and blocks.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ChannelVector", deny_unknown_fields))]
struct Vector {
    /// Names the vector in the document.
    id: String,
    /// Who breaks the rule: `client` or `server`.
    by: &'static str,
    /// Messages of the physical connection; the last one breaks the rule and no other.
    broken: Vec<Message>,
    /// What must come of it.
    expect: Expected,
    /// Messages that break no rule.
    kept: Vec<Message>,
}

/// A message of the physical connection, with all of its fragments.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct Message {
    /// Who sends it: `client` or `server`.
    by: &'static str,
    /// `text`, `binary` or `ping`.
    kind: &'static str,
    /// Its payload, without a mask.
    payload: String,
}

/// What must come of messages that break a rule.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "ChannelExpected", deny_unknown_fields))]
struct Expected {
    /// Id of the broken rule.
    rule: String,
    /// `fail-physical` or `fail` the physical connection, `drop` the channel, `refuse` the channel,
    /// or do `nothing` but note it.
    outcome: &'static str,
    /// The channel that the rule is about, where the messages tell.
    channel: Option<u32>,
    /// The code with which the channel or the control channel is dropped.
    drop_code: Option<u16>,
    /// The HTTP status with which the channel is refused.
    http_status: Option<u16>,
}

/// The extensions of these names that multiplex; all complete ones where nothing is named.
pub(super) fn chosen<'a>(
    specs: &'a Specs,
    names: &[String],
) -> Result<Vec<OfExtension<'a>>, Failure> {
    let known = specs.database().extensions();
    if names.is_empty() {
        let complete = known.iter().filter(|one| one.is_negotiable());
        let complete = complete.filter(|one| one.multiplexing.is_some());
        return complete.map(|one| OfExtension::new(specs, one)).collect();
    }
    let named = names.iter().filter_map(|name| known.get(name));
    named.map(|one| OfExtension::new(specs, one)).collect()
}

impl<'a> OfExtension<'a> {
    fn new(specs: &'a Specs, extension: &'a ResolvedExtension) -> Result<Self, Failure> {
        let draft = specs.resolved_or_newest(None)?;
        let of_draft = Vectors::new(draft, specs.spoken(&draft.short)?);
        let vectors = ChannelVectors::new(extension, &of_draft).ok_or_else(|| {
            let text = "does not multiplex; only the rules of such an extension have vectors";
            Failure::input(format!("{} {text}", extension.short))
        })?;
        let stated = extension.multiplexing.as_ref();
        let drops = stated.and_then(|stated| stated.drops.as_ref());
        let rules = vectors.rules();
        Ok(Self {
            extension: &extension.short,
            draft: &draft.short,
            physical_close: drops.and_then(|drops| drops.value.physical_close),
            rules: rules
                .map(|(id, rule)| OfRule::new(&extension.short, &vectors, id, rule))
                .collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> OfRule<'a> {
    fn new(
        short: &str,
        vectors: &ChannelVectors<'_>,
        id: &'a str,
        rule: &'a ExtensionRule,
    ) -> Result<Self, Failure> {
        let (cases, untested) = match vectors.of(id) {
            Ok(cases) => (cases, None),
            Err(why @ (NoVector::Permits | NoVector::Hidden(_))) => {
                (Vec::new(), Some(why.to_string()))
            }
            Err(why) => return Err(faulty(short, id, &why.to_string())),
        };
        let cases = cases.iter().enumerate();
        let cases = cases.map(|(at, case)| {
            let name = format!("{short}/{id}/{}", at + 1);
            Vector::new(vectors, rule, case, name, id).ok_or_else(|| {
                faulty(
                    short,
                    id,
                    "the messages do not break it alone, or break a rule",
                )
            })
        });
        Ok(Self {
            rule: id,
            level: rule.level.as_str(),
            scope: scope(rule.scope),
            summary: &rule.summary,
            citation: Evidence::citation(&rule.evidence),
            untested,
            vectors: cases.collect::<Result<_, _>>()?,
        })
    }
}

impl Vector {
    fn new(
        vectors: &ChannelVectors<'_>,
        rule: &ExtensionRule,
        case: &ChannelCase,
        name: String,
        id: &str,
    ) -> Option<Self> {
        let faults = vectors.faults(&case.broken);
        let ([fault], true) = (faults.as_slice(), vectors.faults(&case.kept).is_empty()) else {
            return None;
        };
        let outcome = rule.otherwise.outcome();
        Some(Self {
            id: name,
            by: case.by.as_str(),
            broken: case.broken.iter().map(Message::new).collect(),
            expect: Expected {
                rule: id.to_owned(),
                outcome: super::outcome(outcome),
                channel: fault.channel,
                drop_code: outcome.drop_code(),
                http_status: outcome.http_status(),
            },
            kept: case.kept.iter().map(Message::new).collect(),
        })
    }
}

impl Message {
    fn new(message: &Carried) -> Self {
        Self {
            by: message.by.as_str(),
            kind: message.kind.as_str(),
            payload: notation::written(&message.payload),
        }
    }
}

const fn scope(scope: Part) -> &'static str {
    match scope {
        Part::Envelope => "envelope",
        Part::Block => "block",
        Part::Channel => "channel",
        Part::Offer => "offer",
        Part::Answer => "answer",
        Part::List => "list",
        Part::Payload => "payload",
        Part::Request => "request",
    }
}

fn faulty(extension: &str, rule: &str, why: &str) -> Failure {
    Failure::input(format!("{extension}: no vector breaks {rule} alone: {why}"))
}
