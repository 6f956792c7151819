//! The opening handshake of a draft: its fields, its signs, and a whole one.

use wsdraft::{Draft as _, handshake::HeadLimits, handshake::parse};
use wsdraft_interpreter::{
    Interpreted,
    vectors::{Bytes, Offered},
};
use wsdraft_spec::{Item, ResolvedDraft, Table, model::Header};

use crate::{
    facts::sentences,
    site::{
        heads,
        html::{Html, h2, p, plain, table},
        inputs::Spoken,
        page::{Site, cited},
        widgets::sourced,
    },
    words,
};

/// The section; empty if nothing is known.
pub(super) fn section(site: &Site<'_>, spoken: &Spoken, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    if let Some(whole) = spoken.get(&draft.short).and_then(whole) {
        out.push(p("A whole one, with the least that the draft asks for:"));
        out.push(whole);
    }
    let request = request(site, draft);
    if !request.is_empty() {
        out.push(plain("h3", "Request").and(request));
    }
    let response = response(site, draft);
    if !response.is_empty() {
        out.push(plain("h3", "Response").and(response));
    }
    match out.is_empty() {
        true => out,
        false => h2("handshake", "Opening handshake").and(out),
    }
}

/// A request, and the response to it.
fn whole(draft: &Interpreted) -> Option<Html> {
    let request = Offered::default().request(draft);
    let response = parse::with_request(
        &request.head,
        &request.body,
        false,
        &HeadLimits::default(),
        |asked| {
            let mut out = Vec::new();
            let answer = wsdraft::handshake::Answer::default();
            draft.write_response(asked, &answer, &mut out);
            let end = out.len();
            draft.write_response_body(asked, &mut out);
            let body = out.split_off(end);
            Bytes { head: out, body }
        },
    );
    let response = response.ok()?;
    Some(heads::alone("A request", &request).and(heads::alone("The response to it", &response)))
}

fn request(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    if let Some(line) = &draft.request_line {
        let text = Html::prose(&sentences::request_line(&line.value)).and(".");
        out.push(p(sourced(text, cited(&line.value.evidence))));
    }
    out.push(fields(
        site,
        "Fields of the request",
        &draft.request_headers,
    ));
    if let Some(body) = &draft.request_body {
        let text = format!("{} random bytes follow the head.", body.value.length);
        out.push(p(sourced(text, cited(&body.value.evidence))));
    }
    if let Some(others) = &draft.bootstraps {
        let names = others
            .value
            .extensions
            .iter()
            .map(|name| site.link("extension", name));
        let text = Html::from("Other versions of HTTP open a connection differently: ")
            .and(Html::join(names, ", "))
            .and(".");
        out.push(p(sourced(text, cited(&others.value.evidence))));
    }
    out.and(signs(site, draft))
}

fn response(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    if let Some(line) = &draft.status_line {
        let text = Html::prose(&sentences::status_line(&line.value)).and(".");
        out.push(p(sourced(text, cited(&line.value.evidence))));
    }
    out.push(fields(
        site,
        "Fields of the response",
        &draft.response_headers,
    ));
    let computed = [
        draft.response_body.as_ref().map(|body| {
            (
                "After the head follows",
                &body.value.value,
                &body.value.evidence,
            )
        }),
        draft.session_key.as_ref().map(|key| {
            (
                "The connection's key is",
                &key.value.value,
                &key.value.evidence,
            )
        }),
    ];
    for (what, value, evidence) in computed.into_iter().flatten() {
        let text = format!("{what} {}.", words::expression(value));
        out.push(p(sourced(Html::prose(&text), cited(evidence))));
    }
    out
}

fn fields(site: &Site<'_>, title: &str, headers: &Table<String, Item<Header>>) -> Html {
    let rows = headers.iter().map(|(name, item)| {
        vec![
            site.code("header", name),
            words::purpose(item.value.purpose).into(),
            Html::prose(&words::grammar(&item.value.value)),
            Html::prose(&words::source(&item.value.send)),
            site.link("draft", &item.since),
            cited(&item.value.evidence),
        ]
    });
    table(
        title,
        &["field", "for", "value", "sent", "since", "source"],
        rows,
    )
}

fn signs(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let rows = draft.signs.iter().map(|(_, item)| {
        let test = sentences::sign(&item.value.test);
        let hint = if draft.is_hint(&item.value) {
            " (no rule asks for it)"
        } else {
            ""
        };
        vec![
            site.code("header", &item.value.header),
            Html::prose(&format!("{test}{hint}")),
            cited(&item.value.evidence),
        ]
    });
    let table = table("Signs of a request", &["field", "sign", "source"], rows);
    if table.is_empty() {
        return table;
    }
    let about = "A request of this draft is known by all of these; a sign that no rule asks for only makes the draft more likely than others:";
    p(about).and(table)
}
