//! A page for each draft, and one that lists them.

use wsdraft_spec::{Item, ResolvedDraft, model::Rule};

use super::{
    diffs,
    extensions::{changes, conflicts},
    frames, handshake,
};
use crate::{
    site::{
        html::{Html, a, facts, h2, p, plain, table},
        inputs::Spoken,
        page::{Page, Site, cited},
        widgets::{SCOPES, lead, level, neighbours},
    },
    words,
};

/// All of them.
pub(super) fn pages(site: &Site<'_>, spoken: &Spoken) -> Vec<Page> {
    let mut pages = vec![index(site)];
    let history = &site.atlas.history;
    pages.extend(history.iter().enumerate().map(|(at, draft)| {
        let before = at.checked_sub(1).and_then(|at| history.get(at)).copied();
        let after = history.get(at + 1).copied();
        page(site, spoken, draft, before, after)
    }));
    pages
}

fn index(site: &Site<'_>) -> Page {
    let text = |text: Option<String>| text.map_or_else(|| "–".into(), Html::from);
    let row = |draft: &&ResolvedDraft| {
        vec![
            site.link("draft", &draft.short),
            draft.name.as_str().into(),
            text(draft.wire_version.map(|version| version.to_string())),
            text(draft.issued.map(|date| date.to_string())),
            draft.status.as_str().into(),
        ]
    };
    let head = ["draft", "name", "version on the wire", "issued", "status"];
    let newest_first = || site.atlas.history.iter().rev();
    let whole = newest_first().filter(|draft| draft.is_complete()).map(row);
    let part = newest_first().filter(|draft| !draft.is_complete()).map(row);
    let mut body = lead(
        Html::from("Every draft of the protocol, and the RFC. The ")
            .and(a("timeline.html", "timeline"))
            .and(" shows them over the years, and ")
            .and(a("../diff/index.html", "a page for each pair"))
            .and(" what changed."),
    );
    body.push(h2("whole", "Known as a whole").and(table(
        "Drafts that are known as a whole",
        &head,
        whole,
    )));
    body.push(h2("part", "Known in part"));
    body.push(p("Only the identity of these drafts and single facts are known, so no endpoint can speak them."));
    body.push(table("Drafts that are known in part", &head, part));
    Page {
        address: "drafts/index.html".into(),
        title: "Drafts".into(),
        description:
            "Every draft of the WebSocket protocol with dates, status and version on the wire."
                .into(),
        heading: "Drafts".into(),
        body,
    }
}

fn page(
    site: &Site<'_>,
    spoken: &Spoken,
    draft: &ResolvedDraft,
    before: Option<&ResolvedDraft>,
    after: Option<&ResolvedDraft>,
) -> Page {
    let mut body = identity(site, draft);
    if !draft.is_complete() {
        body.push(p("Only the identity of this draft and single facts are known, so no endpoint can speak it."));
    }
    if draft.undetectable {
        body.push(p(
            "Its requests carry nothing that tells it from an older draft.",
        ));
    }
    body.push(changes(site, &draft.changes));
    body.push(diffs::links(site, draft));
    body.push(handshake::section(site, spoken, draft));
    body.push(frames::section(site, draft));
    body.push(frames::closing(site, draft));
    body.push(rules(site, draft));
    body.push(conflicts(&draft.conflicts));
    let link = |draft: &ResolvedDraft| {
        (
            format!("../{}", site.addresses.own("draft", &draft.short)),
            Html::from(draft.short.as_str()),
        )
    };
    body.push(neighbours(before.map(link), after.map(link)));
    Page {
        address: site.addresses.own("draft", &draft.short),
        title: draft.short.clone(),
        description: format!(
            "{}: opening handshake, frames, opcodes, close codes and rules, with their sources.",
            draft.name
        ),
        heading: draft.short.as_str().into(),
        body,
    }
}

fn identity(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let (_, ancestors) = draft.lineage.split_last().unzip();
    let parent = ancestors.and_then(<[String]>::last);
    let text = |text: Option<String>| Html::from(text.unwrap_or_default());
    lead(draft.name.as_str()).and(facts([
        ("also called", draft.aliases.join(", ").into()),
        ("issued", text(draft.issued.map(|date| date.to_string()))),
        ("expires", text(draft.expires.map(|date| date.to_string()))),
        ("status", draft.status.as_str().into()),
        (
            "version on the wire",
            text(draft.wire_version.map(|version| version.to_string())),
        ),
        (
            "builds on",
            parent
                .map(|parent| site.link("draft", parent))
                .unwrap_or_default(),
        ),
        ("source", cited(&draft.evidence)),
    ]))
}

fn rules(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let mut out = Html::default();
    for of_scope in SCOPES {
        let some = draft
            .rules
            .iter()
            .filter(|(_, item)| item.value.scope == of_scope);
        let title = format!("Rules about {}", words::scope(of_scope));
        let head = [
            "rule", "level", "kept by", "says", "broken", "since", "source",
        ];
        let table = table(&title, &head, some.map(|(id, item)| rule(site, id, item)));
        if !table.is_empty() {
            out.push(plain("h3", title).and(table));
        }
    }
    match out.is_empty() {
        true => out,
        false => h2("rules", "Rules").and(out),
    }
}

fn rule(site: &Site<'_>, id: &str, item: &Item<Rule>) -> Vec<Html> {
    let rule = &item.value;
    vec![
        site.code("rule", id),
        level(rule.level),
        words::keeper(rule).into(),
        rule.summary.as_str().into(),
        words::consequence(rule.otherwise).into(),
        site.link("draft", &item.since),
        cited(&rule.evidence),
    ]
}
