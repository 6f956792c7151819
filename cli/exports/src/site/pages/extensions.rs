//! A page for each dialect of an extension, and one that lists them.

use wsdraft_spec::{
    Item, ResolvedExtension,
    extension::Bootstrap,
    model::{Change, Conflict},
};

use super::channels;
use crate::{
    facts::{sentences, speech::Speech},
    site::{
        html::{Html, code, facts, h2, list, p, plain, table},
        page::{Page, Site, cited},
        widgets::{lead, level, mentioned_by, sourced},
    },
    words,
};

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let extensions = site.atlas.database.extensions();
    let mut pages = vec![index(site)];
    pages.extend(extensions.iter().map(|one| page(site, one)));
    pages
}

fn index(site: &Site<'_>) -> Page {
    let rows = site.atlas.database.extensions().iter().map(|one| {
        let documents = one.documents.iter().map(|document| document.short.as_str());
        vec![
            site.link("extension", &one.short),
            Html::join(one.tokens().iter().map(code), ", "),
            one.summary.as_str().into(),
            documents.collect::<Vec<_>>().join(", ").into(),
        ]
    });
    let table = table(
        "Extensions",
        &["dialect", "offered as", "does", "defined in"],
        rows,
    );
    Page {
        address: "extensions/index.html".into(),
        title: "Extensions".into(),
        description: "Extensions of WebSocket in every dialect: compression, multiplexing, and other versions of HTTP.".into(),
        heading: "Extensions".into(),
        body: lead("Each dialect is what one or several revisions of an extension's draft put on the wire.")
            .and(table)
            .and(channels::links(site)),
    }
}

fn page(site: &Site<'_>, one: &ResolvedExtension) -> Page {
    let mut body = lead(sourced(one.summary.as_str(), cited(&one.evidence)));
    body.push(facts([
        (
            "offered as",
            Html::join(one.tokens().iter().map(code), ", "),
        ),
        ("wsdraft speaks it", Speech::of(one).text().into()),
        (
            "in the text of",
            Html::join(
                one.drafts.iter().map(|draft| site.link("draft", draft)),
                ", ",
            ),
        ),
        ("builds on", parents(site, one)),
    ]));
    body.push(documents(one));
    body.push(changes(site, &one.changes));
    body.push(negotiation(one));
    if let Some(stated) = &one.multiplexing {
        body.push(channels::section(site, stated));
    }
    if let Some(bootstrap) = &one.bootstrap {
        body.push(opening(site, bootstrap));
    }
    body.push(rules(site, one));
    body.push(conflicts(&one.conflicts));
    body.push(mentioned_by(site, "extension", &one.short));
    Page {
        address: site.addresses.own("extension", &one.short),
        title: one.short.clone(),
        description: one.summary.clone(),
        heading: one.short.as_str().into(),
        body,
    }
}

fn parents(site: &Site<'_>, one: &ResolvedExtension) -> Html {
    let (_, parents) = one.lineage.split_last().unzip();
    let parents = parents.unwrap_or_default().iter();
    Html::join(
        parents.rev().map(|parent| site.link("extension", parent)),
        ", ",
    )
}

fn documents(one: &ResolvedExtension) -> Html {
    let date = |date: Option<wsdraft_spec::vocabulary::Date>| {
        date.map_or_else(|| "–".into(), |date| Html::from(date.to_string()))
    };
    let rows = one.documents.iter().map(|document| {
        vec![
            document.name.as_str().into(),
            date(document.issued),
            date(document.expires),
            document.status.as_str().into(),
            cited(&document.evidence),
        ]
    });
    let table = table(
        "Documents",
        &["defined in", "issued", "expires", "status", "source"],
        rows,
    );
    if table.is_empty() {
        return table;
    }
    h2("documents", "Documents").and(table)
}

/// What a draft or an extension changed.
pub(super) fn changes(site: &Site<'_>, changes: &[Change]) -> Html {
    let rows = changes.iter().map(|change| {
        let items = change.items.iter().map(|item| linked(site, item));
        vec![
            change.text.as_str().into(),
            sentences::change(change.kind).into(),
            Html::join(items, ", "),
            cited(&change.evidence),
        ]
    });
    let table = table("Changes", &["change", "kind", "as data", "source"], rows);
    if table.is_empty() {
        return table;
    }
    h2("changes", "What it changed").and(table)
}

/// An item of the data such as `rules["x"]`, as a link to what it is.
fn linked(site: &Site<'_>, item: &str) -> Html {
    let found = item.split_once("[\"").and_then(|(part, rest)| {
        let name = rest.strip_suffix("\"]")?;
        let kind = match part {
            "rules" => "rule",
            "opcodes" => "opcode",
            "close_codes" => "close-code",
            "request_headers" | "response_headers" => "header",
            _ => return None,
        };
        Some(site.code(kind, name))
    });
    found.unwrap_or_else(|| code(item))
}

/// What sources disagree about, and what was decided.
pub(super) fn conflicts(conflicts: &[Conflict]) -> Html {
    if conflicts.is_empty() {
        return Html::default();
    }
    let mut out = h2("conflicts", "Where sources disagree");
    for conflict in conflicts {
        out.push(plain("h3", conflict.about.as_str()));
        let claims = conflict.claims.iter();
        out.push(list(claims.map(|claim| {
            cited(std::slice::from_ref(&claim.by))
                .and(": ")
                .and(claim.says.as_str())
        })));
        out.push(p(format!("Decided: {}", conflict.decision)));
    }
    out
}

fn negotiation(one: &ResolvedExtension) -> Html {
    let mut out = Html::default();
    if let Some(method) = &one.method {
        let (parameter, name) = (&method.value.parameter, &method.value.name);
        let text = format!(
            "The parameter `{parameter}` lists methods; this one is `{name}`, and has the parameters below."
        );
        out.push(p(sourced(
            Html::prose(&text),
            cited(&method.value.evidence),
        )));
    }
    if let Some(transform) = &one.transform {
        let text = format!("{}.", sentences::transform(transform.value.apply));
        out.push(p(sourced(text, cited(&transform.value.evidence))));
    }
    if let Some(claims) = &one.claims {
        let text = format!("{}.", sentences::claims(&claims.value));
        out.push(p(sourced(text, cited(&claims.value.evidence))));
    }
    if !out.is_empty() {
        out = h2("frames", "What it does to frames").and(out);
    }
    let rows = one.parameters.iter().map(|(name, item)| {
        let parameter = &item.value;
        vec![
            code(name),
            parameter.summary.as_str().into(),
            words::value(parameter.offer).into(),
            sentences::answer(parameter).into(),
            words::effect(parameter.effect).into(),
            cited(&parameter.evidence),
        ]
    });
    let head = [
        "parameter",
        "says",
        "in an offer",
        "in an answer",
        "sets",
        "source",
    ];
    let table = table("Parameters", &head, rows);
    let heading = h2("parameters", "Parameters");
    match table.is_empty() {
        true => out,
        false => out.and(heading).and(table),
    }
}

fn opening(site: &Site<'_>, bootstrap: &Item<Bootstrap>) -> Html {
    let value = &bootstrap.value;
    let fields =
        |names: &[String]| Html::join(names.iter().map(|name| site.code("header", name)), ", ");
    let (without, with) = &value.schemes;
    let schemes = code(without)
        .and(" without TLS, ")
        .and(code(with))
        .and(" with TLS");
    let unknown = value.unknown_protocol.map(|status| status.to_string());
    h2("opening", "Opening").and(facts([
        ("over HTTP", value.http.as_str().into()),
        (
            "setting of the server",
            format!("{} ({})", value.setting.1, value.setting.0).into(),
        ),
        ("method", code(&value.method)),
        (":protocol", code(&value.protocol)),
        (":scheme", schemes),
        ("fields that are there", fields(&value.required)),
        ("fields that may be there", fields(&value.optional)),
        ("fields that are not there", fields(&value.forbidden)),
        ("fields that mean nothing here", fields(&value.unprocessed)),
        (
            "accepted with",
            format!("status {} to {}", value.success.0, value.success.1).into(),
        ),
        (
            "an unknown protocol is answered with",
            unknown.unwrap_or_default().into(),
        ),
        ("closed by", value.end.as_str().into()),
        ("broken off by", value.abort.as_str().into()),
        ("source", cited(&value.evidence)),
    ]))
}

fn rules(site: &Site<'_>, one: &ResolvedExtension) -> Html {
    let rows = one.rules.iter().map(|(id, item)| {
        let rule = &item.value;
        vec![
            site.code("rule", id),
            level(rule.level),
            words::by(rule.by).into(),
            rule.summary.as_str().into(),
            words::broken(rule.require.visibility(), words::failure(rule.otherwise)).into(),
            cited(&rule.evidence),
        ]
    });
    let head = ["rule", "level", "kept by", "says", "broken", "source"];
    let table = table("Rules of the extension", &head, rows);
    if table.is_empty() {
        return table;
    }
    h2("rules", "Rules").and(table)
}
