//! `wsdraft export vectors`: for every rule of every draft, bytes that break only it, and bytes that just keep it.

use clap::Args;
use serde::Serialize;
use wsdraft::{
    Draft, Role,
    info::{Outcome, RuleInfo, Scope},
    inspect::Observed,
};
use wsdraft_interpreter::vectors::{Case, Input, NoVector, SESSION, Vectors, observed, violations};
use wsdraft_spec::ResolvedDraft;

use super::{again::Again, document::write, schemas};
use crate::{
    failure::Failure, flags::Destination, input::hex, outcome::Outcome as Ended, output::Output,
    specs::Specs,
};

mod channels;
mod notation;

/// Export test vectors as JSON: for every rule of drafts and of multiplexing, bytes that violate only
/// this rule, and bytes that barely follow it.
///
/// With `--out x.json`, the command also writes the JSON Schema to `x.schema.json`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Drafts and extensions that multiplex; by default all that `wsdraft` implements.
    drafts: Vec<String>,
    /// Print the JSON Schema instead of the document.
    #[arg(long)]
    schema: bool,
    #[command(flatten)]
    destination: Destination,
}

/// Exports vectors.
pub(super) fn run(arguments: &Arguments, specs: &Specs, output: Output) -> Result<Ended, Failure> {
    let chosen = chosen(specs, &arguments.drafts)?;
    let again = Again {
        specs,
        what: "vectors",
        names: &arguments.drafts,
    };
    write(
        || Document::new(specs, chosen, &arguments.drafts),
        schemas::vectors,
        &again,
        arguments.schema,
        &arguments.destination,
        output,
    )
}

/// Test vectors: for every rule of every draft that can be spoken, what breaks only it, what
/// just keeps it, and what must come of both.
///
/// A text of bytes is hex; a group of digits that ends in `*` and a number stands for so many
/// repetitions of it. `"8101 61*3"` is five bytes.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "wsdraft vectors", deny_unknown_fields))]
struct Document<'a> {
    /// What the document is, and the version of its form.
    format: Format,
    /// The drafts, the oldest first.
    drafts: Vec<OfDraft<'a>>,
    /// The extensions that multiplex.
    extensions: Vec<channels::OfExtension<'a>>,
}

/// The form of a document.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
enum Format {
    /// Vectors, in their first form.
    #[serde(rename = "wsdraft-vectors/1")]
    Vectors,
}

/// Vectors of a draft.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct OfDraft<'a> {
    /// Short name of the draft.
    draft: &'a str,
    /// The number that names it on the wire.
    wire_version: Option<u16>,
    /// The key, in hex, that the connection's handshake derived; where the draft has one.
    masking_key: Option<String>,
    /// Names of the reserved bits of a frame, the first one first.
    reserved_bits: Vec<&'a str>,
    /// The rules, in the order in which they are checked.
    rules: Vec<OfRule<'a>>,
}

/// Vectors of a rule.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct OfRule<'a> {
    /// Id of the rule.
    rule: &'a str,
    /// `MUST`, `SHOULD` or `MAY`.
    level: &'static str,
    /// What it is about: `request`, `response`, `frame`, `message`, `close`, `conversation` or `policy`.
    scope: &'static str,
    /// What it says.
    summary: &'a str,
    /// Where it is written.
    citation: &'a str,
    /// Why there are no vectors, where there are none.
    untested: Option<String>,
    /// The vectors.
    vectors: Vec<Vector>,
}

/// A vector.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct Vector {
    /// Names the vector in the document.
    id: String,
    /// Who sends: `client` or `server`.
    by: &'static str,
    /// Breaks the rule and no other.
    broken: Sent,
    /// What must come of it.
    expect: Expected,
    /// Breaks no rule.
    kept: Sent,
}

/// What is sent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct Sent {
    /// The request that is answered; where a response is sent.
    request: Option<String>,
    /// The bytes: a request or a response with its head and what follows it, or frames.
    bytes: String,
    /// Names of reserved bits that an agreed extension uses.
    claimed: Vec<String>,
}

/// What must come of an input that breaks a rule.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(deny_unknown_fields))]
struct Expected {
    /// Id of the broken rule.
    rule: String,
    /// Who broke it.
    by: &'static str,
    /// Bytes from the start of the input up to the byte that breaks the rule, or to where what
    /// is missing was to be; null where the draft mends the input instead of refusing it.
    offset: Option<u64>,
    /// `fail` the connection, `refuse` the request, `abort` the handshake, `discard` the frame
    /// and go on, `replace` what is faulty by U+FFFD, or do `nothing` but note it. A rule that is a SHOULD leads to it only where the receiver is strict.
    outcome: &'static str,
    /// The close code that the connection is failed with.
    close_code: Option<u16>,
    /// The HTTP status that the request is refused with.
    http_status: Option<u16>,
    /// The text that is received; where faulty bytes are replaced.
    text: Option<String>,
}

/// The drafts with these names; all that can be spoken where none is named.
fn chosen(specs: &Specs, names: &[String]) -> Result<Vec<&'static dyn Draft>, Failure> {
    if names.is_empty() {
        return specs.all_spoken();
    }
    let extensions = specs.database().extensions();
    let drafts = names.iter().filter(|name| extensions.get(name).is_none());
    drafts.map(|name| specs.spoken(name)).collect()
}

impl<'a> Document<'a> {
    /// The vectors of these drafts, and of the extensions with these names.
    fn new(
        specs: &'a Specs,
        drafts: Vec<&'static dyn Draft>,
        names: &[String],
    ) -> Result<Self, Failure> {
        let of_draft = |draft: &'static dyn Draft| {
            let spec = specs.resolved(draft.info().short)?;
            OfDraft::new(draft, spec)
        };
        Ok(Self {
            format: Format::Vectors,
            drafts: drafts
                .into_iter()
                .map(of_draft)
                .collect::<Result<_, Failure>>()?,
            extensions: channels::chosen(specs, names)?,
        })
    }
}

impl<'a> OfDraft<'a> {
    fn new(draft: &'static dyn Draft, spec: &'a ResolvedDraft) -> Result<Self, Failure> {
        let info = draft.info();
        let key = SESSION.masking_key.filter(|_| spec.session_key.is_some());
        let rules = info.rules.iter().map(|rule| OfRule::new(draft, spec, rule));
        Ok(Self {
            draft: info.short,
            wire_version: info.wire_version,
            masking_key: key.map(|key| hex(&key)),
            reserved_bits: info.reserved_bits.to_vec(),
            rules: rules.collect::<Result<_, _>>()?,
        })
    }
}

impl OfRule<'_> {
    fn new(
        draft: &'static dyn Draft,
        spec: &ResolvedDraft,
        rule: &'static RuleInfo,
    ) -> Result<Self, Failure> {
        let (cases, untested) = match Vectors::new(spec, draft).of(rule.id) {
            Ok(cases) => (cases, None),
            Err(why @ (NoVector::Permits | NoVector::Conversation | NoVector::Hidden(_))) => {
                (Vec::new(), Some(why.to_string()))
            }
            Err(why) => return Err(faulty(draft, rule, &why.to_string())),
        };
        let vectors = cases.iter().enumerate().map(|(at, case)| {
            let name = format!("{}/{}/{}", draft.info().short, rule.id, at + 1);
            Vector::new(draft, rule, case, name)
        });
        Ok(Self {
            rule: rule.id,
            level: rule.level.as_str(),
            scope: scope(rule.scope),
            summary: rule.summary,
            citation: rule.citation,
            untested,
            vectors: vectors.collect::<Result<_, _>>()?,
        })
    }
}

impl Vector {
    fn new(
        draft: &'static dyn Draft,
        rule: &'static RuleInfo,
        case: &Case,
        id: String,
    ) -> Result<Self, Failure> {
        Ok(Self {
            id,
            by: case.by.as_str(),
            broken: Sent::new(draft, &case.broken),
            expect: Expected::new(draft, rule, case)?,
            kept: Sent::new(draft, &case.kept),
        })
    }
}

impl Sent {
    fn new(draft: &'static dyn Draft, input: &Input) -> Self {
        let none = Vec::new();
        let (request, bytes, claimed) = match input {
            Input::Request(bytes) => (None, bytes.all(), none),
            Input::Response(offered, bytes) => {
                let request = offered.request(draft).all();
                (Some(notation::written(&request)), bytes.all(), none)
            }
            Input::Frames { bytes, claimed } => {
                let bits = draft.info().reserved_bits.iter().enumerate();
                let claimed = bits.filter(|(at, _)| claimed >> at & 1 == 1);
                let names = claimed.map(|(_, name)| (*name).to_owned()).collect();
                (None, bytes.clone(), names)
            }
        };
        Self {
            request,
            bytes: notation::written(&bytes),
            claimed,
        }
    }
}

impl Expected {
    /// What the rule says; the place is the one that the draft itself finds.
    fn new(
        draft: &'static dyn Draft,
        rule: &'static RuleInfo,
        case: &Case,
    ) -> Result<Self, Failure> {
        let seen = |input| {
            let seen = violations(draft, case.by, input);
            seen.map_err(|error| faulty(draft, rule, &error.to_string()))
        };
        let (broken, kept) = (seen(&case.broken)?, seen(&case.kept)?);
        let replaces = rule.outcome == Outcome::Replace;
        let offset = match (broken.as_slice(), kept.as_slice()) {
            ([violation], []) if violation.rule.id == rule.id => Some(violation.offset),
            ([], []) if replaces => None,
            _ => {
                let ids = broken
                    .iter()
                    .chain(&kept)
                    .map(|violation| violation.rule.id);
                let ids: Vec<&str> = ids.collect();
                let why = format!("what breaks or keeps it breaks {}", ids.join(", "));
                return Err(faulty(draft, rule, &why));
            }
        };
        Ok(Self {
            rule: rule.id.into(),
            by: case.by.as_str(),
            offset,
            outcome: outcome(rule.outcome),
            close_code: rule.close_code(),
            http_status: rule.http_status(),
            text: replaces
                .then(|| text(draft, case.by, &case.broken))
                .flatten(),
        })
    }
}

/// The text of the message in frames.
fn text(draft: &'static dyn Draft, by: Role, input: &Input) -> Option<String> {
    let Input::Frames { bytes, claimed } = input else {
        return None;
    };
    observed(draft, by, bytes, *claimed).find_map(|seen| match seen {
        Observed::Text(text) => Some(text),
        _ => None,
    })
}

fn faulty(draft: &dyn Draft, rule: &RuleInfo, why: &str) -> Failure {
    let (draft, rule) = (draft.info().short, rule.id);
    Failure::input(format!("{draft}: no vector breaks {rule} alone: {why}"))
}

const fn scope(scope: Scope) -> &'static str {
    match scope {
        Scope::Request => "request",
        Scope::Response => "response",
        Scope::Frame => "frame",
        Scope::Message => "message",
        Scope::Close => "close",
        Scope::Conversation => "conversation",
        Scope::Policy => "policy",
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail(_) | Outcome::FailWithoutCode => "fail",
        Outcome::Reject(_) | Outcome::RejectWithVersions(_) => "refuse",
        Outcome::Abort => "abort",
        Outcome::Replace => "replace",
        Outcome::Discard => "discard",
        Outcome::Drop(_) | Outcome::DropWithoutCode => "drop",
        Outcome::FailPhysical(_) => "fail-physical",
        Outcome::Nothing => "nothing",
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{document::check_schema, schemas},
        Document,
    };

    #[test]
    fn the_schema_is_that_of_the_types() {
        check_schema::<Document<'_>>("vectors.json", schemas::vectors());
    }
}
