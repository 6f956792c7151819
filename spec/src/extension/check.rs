//! Checks that the statements of an extension are consistent.

use super::{
    Demand, Document, Effect, Extension, ExtensionRule, Failure, Frames, Parameter, Part,
    ResolvedExtension, Sender, Transform, Value,
};
use crate::{
    check::is_kebab,
    diagnostic::did_you_mean,
    locate::Path,
    model::{Amend, Delta, Single},
    resolve::Problem,
    resolved::ResolvedDraft,
    vocabulary::Coverage,
};

mod claims;
mod multiplexing;
mod rules;

/// Checks an extension's file alone.
pub(super) fn written(extension: &Extension, drafts: &[&ResolvedDraft]) -> Vec<Problem> {
    let root = Path::root();
    let mut problems: Vec<Problem> = Vec::new();
    let mut at = |path: Path, message: String| problems.push((path, message));
    if !is_kebab(&extension.short) {
        at(
            root.field("short"),
            "write lower case letters, digits and hyphens, starting with a letter".into(),
        );
    }
    if extension.evidence.is_empty() {
        at(root.field("evidence"), "an identity needs evidence".into());
    }
    for (index, document) in extension.documents.iter().enumerate() {
        let path = root.field("documents").index(index);
        if let Some((field, problem)) = document_problem(document) {
            at(path.field(field), problem);
        }
    }
    for (index, draft) in extension.drafts.iter().enumerate() {
        if !drafts.iter().any(|known| known.short == *draft) {
            let hint = did_you_mean(draft, drafts.iter().map(|known| known.short.as_str()));
            at(
                root.field("drafts").index(index),
                format!("no draft {draft:?}{hint}"),
            );
        }
    }
    for (index, change) in extension.changes.iter().enumerate() {
        if change.evidence.is_empty() {
            at(
                root.field("changes").index(index).field("evidence"),
                "a change needs evidence".into(),
            );
        }
    }
    let singles = [
        ("tokens", unproven(extension.tokens.as_ref())),
        ("transform", unproven(extension.transform.as_ref())),
        ("claims", unproven(extension.claims.as_ref())),
        ("method", unproven(extension.method.as_ref())),
        ("bootstrap", unproven(extension.bootstrap.as_ref())),
    ];
    for (section, unproven) in singles {
        if unproven {
            at(
                root.field(section).field("evidence"),
                "a fact needs evidence".into(),
            );
        }
    }
    for path in unproven_items(&root, "parameters", &extension.parameters)
        .into_iter()
        .chain(unproven_items(&root, "rules", &extension.rules))
        .chain(multiplexing::unproven(&extension.multiplexing))
    {
        at(path, "a fact needs evidence".into());
    }
    problems
}

fn document_problem(document: &Document) -> Option<(&'static str, String)> {
    if !is_kebab(&document.short) {
        return Some((
            "short",
            format!("{:?} is not a valid short name", document.short),
        ));
    }
    if document.evidence.is_empty() {
        return Some(("evidence", "a document needs evidence".into()));
    }
    match (document.issued, document.expires) {
        (Some(issued), Some(expires)) if expires < issued => Some((
            "expires",
            format!("a draft issued on {issued} cannot expire on {expires}"),
        )),
        _ => None,
    }
}

fn unproven<T: Amend>(single: Option<&Single<T>>) -> bool {
    let evidence = single.and_then(Single::evidence);
    evidence.is_some_and(<[_]>::is_empty)
}

fn unproven_items<K: PartialEq + ToString, V: Amend>(
    root: &Path,
    section: &str,
    delta: &Delta<K, V>,
) -> Vec<Path> {
    let items = delta.unproven().map(|(verb, key)| {
        let path = root.field(section).field(verb);
        path.key(&key.to_string()).field("evidence")
    });
    items.collect()
}

/// Checks an extension with everything that it inherits.
pub(super) fn resolved(
    written: &Extension,
    extension: &ResolvedExtension,
    drafts: &[&ResolvedDraft],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(tokens) = &extension.tokens {
        let faulty = tokens.value.names.iter().position(|name| !is_token(name));
        let path = single(written, "tokens", &tokens.stated_in, "names");
        match faulty {
            Some(at) => problems.push((
                path.index(at),
                format!("{:?} is not an HTTP token", tokens.value.names[at]),
            )),
            None if tokens.value.names.is_empty() => {
                problems.push((path, "an extension needs a name to offer".into()));
            }
            None => {}
        }
    }
    transform(written, extension, &mut problems);
    claims::opcodes(written, extension, drafts, &mut problems);
    multiplexing::check(written, extension, &mut problems);
    for (name, parameter) in extension.parameters.iter() {
        if let Some((field, problem)) = parameter_problem(name, &parameter.value) {
            let path = item(
                written,
                "parameters",
                &written.parameters,
                name,
                &parameter.stated_in,
                field,
            );
            problems.push((path, problem));
        }
    }
    let entries: Vec<_> = extension.rules.iter().collect();
    for (at, (id, rule)) in entries.iter().enumerate() {
        let taken = entries[..at]
            .iter()
            .find(|(_, earlier)| earlier.value.variant == rule.value.variant);
        let problem = match taken {
            Some((other, _)) => Some((
                "variant",
                format!("{other:?} already has the variant {:?}", rule.value.variant),
            )),
            None => rules::problem(id, &rule.value, extension),
        };
        if let Some((field, problem)) = problem {
            let path = item(written, "rules", &written.rules, id, &rule.stated_in, field);
            problems.push((path, problem));
        }
    }
    problems
}

fn transform(written: &Extension, extension: &ResolvedExtension, problems: &mut Vec<Problem>) {
    let complete = extension.coverage == Coverage::Complete;
    if complete && extension.tokens.is_none() && extension.bootstrap.is_none() {
        problems.push((
            Path::root().field("short"),
            "an extension without tokens cannot be negotiated; state tokens, or write `coverage: Partial`"
                .into(),
        ));
    }
    let Some(transform) = &extension.transform else {
        if complete && extension.tokens.is_some() {
            problems.push((
                Path::root().field("short"),
                "an extension needs a transform; write `apply: Nothing` if it has none".into(),
            ));
        }
        return;
    };
    let claims = extension.claims.as_ref().map(|claims| &claims.value);
    let bits = claims.map_or(0, |claims| claims.bits.len());
    let on = claims.map_or(Frames::First, |claims| claims.on);
    let problem = match transform.value.apply {
        Transform::DeflateMessages if bits != 1 || on != Frames::First => {
            Some("DeflateMessages needs one claimed bit, on the first frame of a message")
        }
        Transform::DeflateFrames if bits != 1 || on != Frames::Data => {
            Some("DeflateFrames needs one claimed bit, on every data frame")
        }
        Transform::DeflateEveryFrame | Transform::DeflateStream if bits != 0 => {
            Some("this transform does not use a claimed bit")
        }
        Transform::Nothing | Transform::Multiplex => None,
        Transform::DeflateMessages
        | Transform::DeflateFrames
        | Transform::DeflateEveryFrame
        | Transform::DeflateStream => {
            if complete && !has_rule(extension, &Demand::Deflate) {
                Some("invalid DEFLATE data must violate a rule; state a rule that requires Deflate")
            } else if complete && !has_rule(extension, &Demand::CompressedOnce) {
                Some("data must not be compressed twice; state a rule that requires CompressedOnce")
            } else {
                None
            }
        }
    };
    if let Some(problem) = problem {
        let path = single(written, "transform", &transform.stated_in, "apply");
        problems.push((path, problem.into()));
    }
}

fn has_rule(extension: &ResolvedExtension, demand: &Demand) -> bool {
    let mut rules = extension.rules.values();
    rules.any(|rule| rule.value.require == *demand)
}

fn parameter_problem(name: &str, parameter: &Parameter) -> Option<(&'static str, String)> {
    if !is_token(name) {
        return Some(("summary", format!("{name:?} is not an HTTP token")));
    }
    let (offer, answer) = (parameter.offer, parameter.answer);
    if offer.is_none() && answer.is_none() {
        let text = "it appears neither in an offer nor in an answer";
        return Some(("effect", text.into()));
    }
    let forms = [("offer", offer), ("answer", answer)];
    let mut stated = forms
        .into_iter()
        .filter_map(|(field, value)| Some((field, value?)));
    let range = |(field, value)| Some((field, range_problem(value, parameter.effect)?));
    if let Some(problem) = stated.clone().find_map(range) {
        return Some(problem);
    }
    if let Some((field, _)) = stated.find(|(_, value)| !sets(*value, parameter.effect)) {
        let text = format!("such a value cannot set {:?}", parameter.effect);
        return Some((field, text));
    }
    let is_number = |value| matches!(value, Some(Value::Number(..) | Value::FlagOrNumber(..)));
    if parameter.at_most_offered && !(is_number(offer) && is_number(answer)) {
        let text = "the offer and the answer are not numbers";
        return Some(("at_most_offered", text.into()));
    }
    if (parameter.needs_offer || parameter.owed) && (offer.is_none() || answer.is_none()) {
        let field = if parameter.owed {
            "owed"
        } else {
            "needs_offer"
        };
        let text = "the effect needs a parameter that offers and answers can contain";
        return Some((field, text.into()));
    }
    None
}

/// A problem with the numbers that a parameter permits.
fn range_problem(value: Value, effect: Effect) -> Option<String> {
    let (from, to) = match value {
        Value::Number(from, to) | Value::FlagOrNumber(from, to) => (from, to),
        Value::Flag | Value::Token => return None,
    };
    if from > to {
        return Some(format!("there is no number from {from} to {to}"));
    }
    let is_window = matches!(effect, Effect::WindowBits(_));
    (is_window && (from < 8 || to > 15)).then(|| "a window must have 8 to 15 bits".into())
}

/// Whether a value of this form can have this effect.
fn sets(value: Value, effect: Effect) -> bool {
    match effect {
        Effect::Application => true,
        Effect::NoContextTakeover(_) => value == Value::Flag,
        Effect::WindowBits(Sender::Of(_)) => value != Value::Token,
        Effect::WindowBits(Sender::Receiver) | Effect::Quota => {
            matches!(value, Value::Number(..))
        }
    }
}

/// The path of a section that holds one item, or of the statement that inherits it.
fn single(written: &Extension, section: &str, stated_in: &str, field: &str) -> Path {
    if stated_in == written.short {
        Path::root().field(section).field(field)
    } else {
        Path::root().field("extends")
    }
}

/// The path of an item of a keyed section, or of the statement that inherits it.
fn item<V: Amend>(
    written: &Extension,
    section: &str,
    delta: &Delta<String, V>,
    key: &String,
    stated_in: &str,
    field: &str,
) -> Path {
    if stated_in != written.short {
        return Path::root().field("extends");
    }
    Path::root()
        .field(section)
        .field(delta.verb(key))
        .key(key)
        .field(field)
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
