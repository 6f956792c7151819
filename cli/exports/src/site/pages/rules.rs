//! A page for each rule of drafts and of extensions, and one that lists them.

use wsdraft_spec::{
    Item, ResolvedDraft, ResolvedExtension,
    extension::ExtensionRule,
    model::Rule,
    vocabulary::{Role, Scope},
};

use crate::{
    facts::{atlas::Span, rules::history},
    site::{
        addresses,
        html::{Html, code, facts, h2, listed, p, plain, table},
        inputs::{self, Spoken},
        page::{Page, Site, cited},
        widgets::{SCOPES, lead, level, mentioned_by, scope, strip},
    },
    words,
};

/// All of them.
pub(super) fn pages(site: &Site<'_>, spoken: &Spoken) -> Vec<Page> {
    let of_drafts = of_drafts(site);
    let of_extensions = of_extensions(site);
    let mut pages = vec![index(site, &of_drafts, &of_extensions)];
    pages.extend(of_drafts.iter().map(|id| of_draft(site, spoken, id)));
    let further = of_extensions
        .iter()
        .filter(|(id, _)| !of_drafts.contains(id));
    pages.extend(further.map(|(id, holders)| of_extension(site, id, holders)));
    pages
}

/// Ids of the rules of drafts: those of the newest draft first.
fn of_drafts<'a>(site: &Site<'a>) -> Vec<&'a str> {
    let mut ids = Vec::new();
    for draft in site.atlas.history.iter().rev() {
        for id in draft.rules.keys() {
            if !ids.contains(&id.as_str()) {
                ids.push(id);
            }
        }
    }
    ids
}

/// Ids of the rules of extensions, with the extensions that have them.
fn of_extensions<'a>(site: &Site<'a>) -> Vec<(&'a str, Vec<&'a ResolvedExtension>)> {
    let mut ids: Vec<(&str, Vec<&ResolvedExtension>)> = Vec::new();
    for extension in site.atlas.database.extensions().iter() {
        for id in extension.rules.keys() {
            match ids.iter_mut().find(|(known, _)| known == id) {
                Some((_, holders)) => holders.push(extension),
                None => ids.push((id, vec![extension])),
            }
        }
    }
    ids
}

/// The drafts that have a rule.
fn holders<'a>(site: &Site<'a>, id: &str) -> Vec<&'a ResolvedDraft> {
    let drafts = site.atlas.history.iter().copied();
    drafts
        .filter(|draft| draft.rules.get(id).is_some())
        .collect()
}

fn newest<'a>(site: &Site<'a>, id: &str) -> Option<(&'a ResolvedDraft, &'a Item<Rule>)> {
    let last = holders(site, id).pop()?;
    Some((last, last.rules.get(id)?))
}

fn index(
    site: &Site<'_>,
    of_drafts: &[&str],
    of_extensions: &[(&str, Vec<&ResolvedExtension>)],
) -> Page {
    let mut body = lead(
        "Every rule of every draft, as its newest draft has it. An id never changes its meaning from draft to draft, and neither does its address.",
    );
    for of_scope in SCOPES {
        let ids = of_drafts.iter().filter_map(|id| {
            let (draft, item) = newest(site, id)?;
            (item.value.scope == of_scope).then_some((*id, draft, item))
        });
        let rows = ids.map(|(id, draft, item)| {
            vec![
                site.code("rule", id),
                level(item.value.level),
                item.value.summary.as_str().into(),
                words::consequence(item.value.otherwise).into(),
                drafts_of(site, id, draft, item),
            ]
        });
        let title = format!("Rules about {}", scope(of_scope));
        let table = table(&title, &["rule", "level", "says", "broken", "drafts"], rows);
        if !table.is_empty() {
            body.push(h2(&addresses::slug(scope(of_scope)), title).and(table));
        }
    }
    let rows = of_extensions.iter().filter_map(|(id, holders)| {
        let item = newest_extension(holders)?.rules.get(*id)?;
        Some(vec![
            site.code("rule", id),
            level(item.value.level),
            item.value.summary.as_str().into(),
            words::consequence(item.value.otherwise.outcome()).into(),
            site.codes("extension", holders.iter().map(|one| one.short.as_str())),
        ])
    });
    let title = "Rules of extensions";
    body.push(h2("extensions", title));
    body.push(table(
        title,
        &["rule", "level", "says", "broken", "extensions"],
        rows,
    ));
    Page {
        address: "rules/index.html".into(),
        title: "Rules".into(),
        description:
            "Every rule of every draft of the WebSocket protocol, with level, wording and citation."
                .into(),
        heading: "Rules".into(),
        body,
    }
}

/// Since when a rule is there, and until when.
fn drafts_of(site: &Site<'_>, id: &str, last: &ResolvedDraft, item: &Item<Rule>) -> Html {
    let is_last = site
        .atlas
        .history
        .last()
        .is_some_and(|newest| newest.rules.get(id).is_some());
    let until = (!is_last).then_some(last.short.as_str());
    site.drafts(&item.since, until)
}

fn of_draft(site: &Site<'_>, spoken: &Spoken, id: &str) -> Page {
    let Some((draft, item)) = newest(site, id) else {
        return of_extension(site, id, &[]);
    };
    let rule = &item.value;
    let visibility = rule.require.visibility();
    let mut body = lead(level(rule.level).and(" ").and(rule.summary.as_str()));
    body.push(facts([
        ("kept by", words::keeper(rule).into()),
        ("about", scope(rule.scope).into()),
        ("broken", broken(site, rule)),
        ("shown by", words::visibility(rule.level, visibility).into()),
        ("drafts", drafts_of(site, id, draft, item)),
        ("source", cited(&rule.evidence)),
    ]));
    body.push(h2("drafts", "In every draft"));
    body.push(strip(site, "Drafts that have the rule", |draft| {
        draft.rules.get(id).is_some()
    }));
    body.push(wordings(site, id));
    body.push(inputs::section(site, spoken, draft, id));
    body.push(mentioned_by(site, "rule", id));
    body.push(commands(id, rule.scope));
    page(id, &rule.summary, body)
}

/// What breaking a rule leads to, with links.
fn broken(site: &Site<'_>, rule: &Rule) -> Html {
    let text = words::outcome(rule.otherwise);
    let code = rule.otherwise.close_code().map(|code| ("close-code", code));
    let status = rule
        .otherwise
        .http_status()
        .map(|status| ("status", status));
    let Some((kind, number)) = code.or(status) else {
        return text.into();
    };
    let number = number.to_string();
    match text.split_once(number.as_str()) {
        Some((before, after)) => Html::from(before).and(site.link(kind, &number)).and(after),
        None => text.into(),
    }
}

/// What each draft says, where those in a row say the same.
fn wordings(site: &Site<'_>, id: &str) -> Html {
    let spans = site.atlas.spans(|draft| Some(&draft.rules.get(id)?.value));
    let holders = holders(site, id);
    let stages = history(&holders, id);
    let rows = spans.iter().map(|span| {
        let stage = stages.iter().find(|stage| stage.draft == span.since);
        let changes = match stage {
            Some(stage) if stage.draft != holders[0].short => stage.changes.join("; "),
            Some(_) | None => "the first".into(),
        };
        row(site, span, changes)
    });
    table(
        "Wording by draft",
        &["drafts", "level", "says", "broken", "changed", "source"],
        rows,
    )
}

fn row(site: &Site<'_>, span: &Span<'_, &Rule>, changes: String) -> Vec<Html> {
    let rule = span.value;
    vec![
        site.drafts(span.since, span.until),
        level(rule.level),
        rule.summary.as_str().into(),
        broken(site, rule),
        changes.into(),
        cited(&rule.evidence),
    ]
}

/// What to run to find it.
fn commands(id: &str, scope: Scope) -> Html {
    let step = |run: String, tells: &str| plain("pre", code(run)).and(p(tells));
    let mut steps = vec![step(
        format!("wsdraft explain {id}"),
        "says the same in a terminal.",
    )];
    if scope != Scope::Policy {
        steps.push(step(
            format!("wsdraft lint FILE --only {id}"),
            "finds it in a capture, in an archive that a browser saved, or in a copy of the bytes.",
        ));
    }
    h2("commands", "On the command line").and(listed("ul", "steps", steps))
}

fn newest_extension<'a>(holders: &[&'a ResolvedExtension]) -> Option<&'a ResolvedExtension> {
    let holders = holders.iter().copied();
    holders.max_by_key(|one| {
        one.documents
            .iter()
            .filter_map(|document| document.issued)
            .max()
    })
}

fn of_extension(site: &Site<'_>, id: &str, holders: &[&ResolvedExtension]) -> Page {
    let found = newest_extension(holders).and_then(|newest| newest.rules.get(id));
    let Some(item) = found else {
        return page(id, "", Html::default());
    };
    let rule: &ExtensionRule = &item.value;
    let mut body = lead(level(rule.level).and(" ").and(rule.summary.as_str()));
    body.push(facts([
        ("kept by", rule.by.map_or("both ends", Role::as_str).into()),
        ("broken", words::failure(rule.otherwise).into()),
        (
            "shown by",
            words::visibility(rule.level, rule.require.visibility()).into(),
        ),
        ("since", site.link("extension", &item.since)),
        ("source", cited(&rule.evidence)),
    ]));
    body.push(h2("extensions", "In every extension that has it"));
    let rows = holders.iter().filter_map(|holder| {
        let rule = &holder.rules.get(id)?.value;
        Some(vec![
            site.link("extension", &holder.short),
            level(rule.level),
            rule.summary.as_str().into(),
            words::failure(rule.otherwise).into(),
            cited(&rule.evidence),
        ])
    });
    body.push(table(
        "Wording by extension",
        &["extension", "level", "says", "broken", "source"],
        rows,
    ));
    body.push(mentioned_by(site, "rule", id));
    body.push(commands(id, Scope::Frame));
    page(id, &rule.summary, body)
}

fn page(id: &str, summary: &str, body: Html) -> Page {
    Page {
        address: addresses::page("rule", id),
        title: id.into(),
        description: summary.into(),
        heading: Html::from(id),
        body,
    }
}
