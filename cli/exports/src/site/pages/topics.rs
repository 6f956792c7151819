//! A page for each topic that is not a close code: statuses, limits, failures, endings, messages, terms.

use wsdraft_spec::{
    topic::{Subject, Topic},
    vocabulary::Outcome,
};

use crate::{
    facts::limits,
    site::{
        addresses,
        html::{Html, code, facts, h2, p, plain, table},
        page::{Page, Site, cited, part},
        widgets::{called, causes_and_steps, lead, mentioned_by, see_also, sourced},
    },
};

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let mut pages = Vec::new();
    for &subject in Subject::ALL {
        let Some(about) = about(subject) else {
            continue;
        };
        pages.push(index(site, subject, about));
        pages.extend(
            site.atlas
                .topics(subject)
                .map(|(key, topic)| page(site, subject, key, topic)),
        );
    }
    pages
}

/// What the topics of a subject are; close codes have pages of their own.
const fn about(subject: Subject) -> Option<&'static str> {
    match subject {
        Subject::CloseCode => None,
        Subject::Status => Some(
            "HTTP status codes as the answer to an opening handshake: what they mean then, and why a server sends them.",
        ),
        Subject::Limit => Some(
            "The limits that wsdraft sets to a connection: what they bound, and their defaults.",
        ),
        Subject::Failure => Some(
            "Names for the failure of an opening handshake, in errors, logs and metrics of wsdraft.",
        ),
        Subject::Ending => {
            Some("Names for the end of a connection, in logs and metrics of wsdraft.")
        }
        Subject::Message => Some(
            "What browsers, libraries and operating systems print when a WebSocket fails: who prints it, the usual causes, and the rules behind it.",
        ),
        Subject::Term => Some("Words of the protocol, and of those who use it."),
    }
}

fn index(site: &Site<'_>, subject: Subject, about: &str) -> Page {
    let kind = subject.as_str();
    let folder = addresses::folder(kind);
    let title = part(&folder);
    let rows = site.atlas.topics(subject).map(|(key, topic)| {
        let name = site.link_as(kind, key, called(key, topic));
        let by = topic.reporter.as_deref().unwrap_or_default();
        let default = limit(subject, key).unwrap_or_default();
        let last = if default.is_empty() {
            by.to_owned()
        } else {
            default
        };
        vec![name, topic.text.as_str().into(), last.into()]
    });
    let head = match subject {
        Subject::Message => ["printed", "says", "by"],
        Subject::Limit => ["limit", "says", "default"],
        Subject::CloseCode
        | Subject::Status
        | Subject::Failure
        | Subject::Ending
        | Subject::Term => ["name", "says", "reported by"],
    };
    let has_last = site
        .atlas
        .topics(subject)
        .any(|(_, topic)| topic.reporter.is_some())
        || subject == Subject::Limit;
    let columns = if has_last { 3 } else { 2 };
    let rows = rows.map(|row: Vec<Html>| row.into_iter().take(columns).collect());
    Page {
        address: format!("{folder}/index.html"),
        title: title.into(),
        description: about.into(),
        heading: title.into(),
        body: lead(about).and(table(title, &head[..columns], rows)),
    }
}

/// The default of a limit, in words.
fn limit(subject: Subject, key: &str) -> Option<String> {
    let limit = limits::named(key).filter(|_| subject == Subject::Limit)?;
    Some(limits::default_in_words(limit))
}

fn page(site: &Site<'_>, subject: Subject, key: &str, topic: &Topic) -> Page {
    let kind = subject.as_str();
    let mut body = lead(sourced(Html::prose(&topic.text), cited(&topic.evidence)));
    let names = topic.names.iter().map(code);
    body.push(facts([
        (
            "reported by",
            topic.reporter.as_deref().unwrap_or_default().into(),
        ),
        ("also called", Html::join(names, ", ")),
        ("default", limit(subject, key).unwrap_or_default().into()),
    ]));
    body.push(causes_and_steps(topic, "How to find yours"));
    if let (Subject::Status, Ok(status)) = (subject, key.parse::<u16>()) {
        let rules = site.atlas.rules_leading_to(Outcome::http_status, status);
        if !rules.is_empty() {
            body.push(h2("rules", "Rules whose violation leads to it"));
            body.push(p(site.codes("rule", rules)));
        }
    }
    body.push(see_also(site, topic));
    body.push(mentioned_by(site, kind, key));
    let called = called(key, topic);
    let heading = match subject {
        Subject::Message => code(key),
        Subject::CloseCode
        | Subject::Status
        | Subject::Limit
        | Subject::Failure
        | Subject::Ending
        | Subject::Term => called.as_str().into(),
    };
    // A rule may have the name of a failure or an ending.
    let title = match subject {
        Subject::Failure => format!("{called} (failed handshake)"),
        Subject::Ending => format!("{called} (end of a connection)"),
        Subject::Message
        | Subject::CloseCode
        | Subject::Status
        | Subject::Limit
        | Subject::Term => called,
    };
    Page {
        address: site.addresses.own(kind, key),
        title,
        description: topic.text.clone(),
        heading: heading.and(plain("small", format!(" {}", what(subject)))),
        body,
    }
}

/// What a topic is, behind its name.
const fn what(subject: Subject) -> &'static str {
    match subject {
        Subject::CloseCode => "close code",
        Subject::Status => "HTTP status code",
        Subject::Limit => "limit of wsdraft",
        Subject::Failure => "why an opening handshake failed",
        Subject::Ending => "how a connection ended",
        Subject::Message => "printed by other software",
        Subject::Term => "term",
    }
}
