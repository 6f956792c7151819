//! The page of a draft.

use wsdraft_exports::facts::sentences;
use wsdraft_spec::{
    Item, ResolvedDraft, Table,
    model::{Draft, Header, Rule},
    vocabulary::Scope,
};

use super::{
    delta, framing,
    history::{changes, conflicts},
    page::{Page, cited, code, link, or_dash},
};
use crate::words;

/// Everything that the database holds of a draft.
pub(crate) fn page(draft: &ResolvedDraft, page: Page) -> String {
    written(draft, page).finish()
}

/// What a draft changes: what it states, as in [`page`], and what it removes.
pub(crate) fn changes_alone(draft: &ResolvedDraft, written: &Draft, page: Page) -> String {
    let mut page = self::written(&delta::stated(draft), page);
    delta::removed(written, &mut page);
    page.finish()
}

fn written(draft: &ResolvedDraft, mut page: Page) -> Page {
    page.heading(1, &draft.name);
    identity(draft, &mut page);
    changes(&draft.changes, &mut page);
    handshake(draft, &mut page);
    framing::describe(draft, &mut page);
    rules(draft, &mut page);
    conflicts(&draft.conflicts, &mut page);
    page
}

fn identity(draft: &ResolvedDraft, page: &mut Page) {
    let (_, ancestors) = draft.lineage.split_last().unzip();
    let parent = ancestors.and_then(<[String]>::last);
    let rows = [
        ("short name", code(&draft.short)),
        (
            "also called",
            or_dash((!draft.aliases.is_empty()).then(|| draft.aliases.join(", "))),
        ),
        ("series", draft.series.clone()),
        ("revision", or_dash(draft.revision)),
        ("place in the history", or_dash(draft.serial)),
        ("issued", or_dash(draft.issued)),
        ("expires", or_dash(draft.expires)),
        ("status", draft.status.clone()),
        ("version on the wire", or_dash(draft.wire_version)),
        ("builds on", or_dash(parent.map(|parent| link(parent)))),
        ("source", cited(&draft.evidence)),
    ];
    page.table(["", ""], rows.map(|(name, value)| [name.into(), value]));
    if !draft.is_complete() {
        page.paragraph(
            "The database contains only the identity of this draft and single facts, so it cannot be used.",
        );
    }
    if draft.undetectable {
        page.paragraph("Its requests carry nothing that tells it from an older draft.");
    }
}

fn handshake(draft: &ResolvedDraft, page: &mut Page) {
    let has_request = draft.request_line.is_some()
        || !draft.request_headers.is_empty()
        || draft.request_body.is_some()
        || draft.bootstraps.is_some()
        || !draft.signs.is_empty();
    let has_response = draft.status_line.is_some()
        || !draft.response_headers.is_empty()
        || draft.response_body.is_some()
        || draft.session_key.is_some();
    if has_request || has_response {
        page.heading(2, "Opening handshake");
    }
    if has_request {
        page.heading(3, "Request");
        request(draft, page);
    }
    if has_response {
        page.heading(3, "Response");
        response(draft, page);
    }
}

fn request(draft: &ResolvedDraft, page: &mut Page) {
    if let Some(line) = &draft.request_line {
        let text = sentences::request_line(&line.value);
        page.sourced(&text, line, &line.value.evidence);
    }
    fields(&draft.request_headers, page);
    if let Some(body) = &draft.request_body {
        let text = format!("{} random bytes follow the head", body.value.length);
        page.sourced(&text, body, &body.value.evidence);
    }
    if let Some(others) = &draft.bootstraps {
        let names = others.value.extensions.iter().map(|name| link(name));
        let names: Vec<String> = names.collect();
        let text = format!(
            "Other versions of HTTP open a connection differently: {}",
            names.join(", ")
        );
        page.sourced(&text, others, &others.value.evidence);
    }
    signs(draft, page);
}

fn response(draft: &ResolvedDraft, page: &mut Page) {
    if let Some(line) = &draft.status_line {
        let text = sentences::status_line(&line.value);
        page.sourced(&text, line, &line.value.evidence);
    }
    fields(&draft.response_headers, page);
    if let Some(body) = &draft.response_body {
        let value = words::expression(&body.value.value);
        let text = format!("After the head follows {value}");
        page.sourced(&text, body, &body.value.evidence);
    }
    if let Some(key) = &draft.session_key {
        let value = words::expression(&key.value.value);
        let text = format!("The connection's key is {value}");
        page.sourced(&text, key, &key.value.evidence);
    }
}

fn fields(headers: &Table<String, Item<Header>>, page: &mut Page) {
    let rows = headers.iter().map(|(name, item)| {
        [
            code(name),
            words::purpose(item.value.purpose).into(),
            words::grammar(&item.value.value),
            words::source(&item.value.send),
            item.since.clone(),
            cited(&item.value.evidence),
        ]
    });
    page.table(["field", "for", "value", "sent", "since", "source"], rows);
}

fn signs(draft: &ResolvedDraft, page: &mut Page) {
    if draft.signs.is_empty() {
        return;
    }
    page.paragraph(
        "A request of this draft is known by all of these; a sign that no rule asks for only makes the draft more likely than others:",
    );
    let rows = draft.signs.iter().map(|(_, item)| {
        let test = sentences::sign(&item.value.test);
        let test = if draft.is_hint(&item.value) {
            format!("{test} (no rule asks for it)")
        } else {
            test
        };
        [code(&item.value.header), test, cited(&item.value.evidence)]
    });
    page.table(["field", "sign", "source"], rows);
}

fn rules(draft: &ResolvedDraft, page: &mut Page) {
    if draft.rules.is_empty() {
        return;
    }
    page.heading(2, "Rules");
    let scopes = [
        (Scope::Request, "Of requests"),
        (Scope::Response, "Of responses"),
        (Scope::Frame, "Of frames"),
        (Scope::Message, "Of messages"),
        (Scope::Close, "Of close frames"),
        (Scope::Conversation, "Of conversations"),
        (Scope::Policy, "Of behaviour that the wire does not show"),
    ];
    for (scope, title) in scopes {
        let mut rules = draft.rules.iter();
        if rules.any(|(_, item)| item.value.scope == scope) {
            page.heading(3, title);
        }
        let rules = draft.rules.iter();
        let rules = rules.filter(|(_, item)| item.value.scope == scope);
        if page.is_plain() {
            let head = ["rule", "level", "broken", "since", "says"];
            page.table(head, rules.map(|(id, item)| short_rule(id, item)));
            continue;
        }
        let head = [
            "rule", "level", "kept by", "says", "broken", "since", "source",
        ];
        page.table(head, rules.map(|(id, item)| rule(id, item)));
    }
}

fn rule(id: &str, item: &Item<Rule>) -> [String; 7] {
    let rule = &item.value;
    [
        code(id),
        rule.level.as_str().into(),
        words::keeper(rule).into(),
        rule.summary.clone(),
        words::broken(rule.require.visibility(), words::outcome(rule.otherwise)),
        item.since.clone(),
        cited(&rule.evidence),
    ]
}

/// A rule without what only `explain` says.
fn short_rule(id: &str, item: &Item<Rule>) -> [String; 5] {
    let rule = &item.value;
    [
        id.into(),
        rule.level.as_str().into(),
        words::consequence(rule.otherwise),
        item.since.clone(),
        rule.summary.clone(),
    ]
}
