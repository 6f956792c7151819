//! A page for each rule of drafts and of extensions, and one that lists them.

use wsdraft_spec::{
    Item, ResolvedDraft, ResolvedExtension,
    extension::{Demand, ExtensionRule, ResolvedMultiplexing, multiplex::Feature},
    model::Rule,
    vocabulary::{Level, Outcome, Visibility},
};

use crate::{
    facts::channels,
    site::{
        addresses,
        html::{Html, code, facts, h2, listed, p, plain, table},
        inputs::{self, Spoken},
        page::{Page, Site, cited},
        widgets::{SCOPES, lead, level, mentioned_by, strip},
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
            let (_, item) = newest(site, id)?;
            (item.value.scope == of_scope).then_some((*id, item))
        });
        let rows = ids.map(|(id, item)| {
            vec![
                site.code("rule", id),
                level(item.value.level),
                item.value.summary.as_str().into(),
                words::consequence(item.value.otherwise).into(),
                drafts_of(site, id),
            ]
        });
        let title = format!("Rules about {}", words::scope(of_scope));
        let table = table(&title, &["rule", "level", "says", "broken", "drafts"], rows);
        if !table.is_empty() {
            body.push(h2(&addresses::slug(words::scope(of_scope)), title).and(table));
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

/// The drafts that have a rule.
fn drafts_of(site: &Site<'_>, id: &str) -> Html {
    let spans = site.atlas.spans(|draft| draft.rules.get(id).map(|_| ()));
    let spans = spans.iter().map(|span| site.drafts(span.since, span.until));
    Html::join(spans, ", ")
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
        ("about", words::scope(rule.scope).into()),
        (
            "broken",
            linked(site, rule.otherwise, &words::outcome(rule.otherwise)),
        ),
        ("shown by", words::visibility(rule.level, visibility).into()),
        ("drafts", drafts_of(site, id)),
        ("source", cited(&rule.evidence)),
    ]));
    body.push(h2("drafts", "In every draft"));
    body.push(strip(site, "Drafts that have the rule", |draft| {
        draft.rules.get(id).is_some()
    }));
    body.push(wordings(site, id));
    body.push(inputs::section(site, spoken, draft, id));
    body.push(mentioned_by(site, "rule", id));
    let holders = holders(site, id);
    let mut stated = holders.iter().filter_map(|draft| draft.rules.get(id));
    let is_found = stated.any(|item| is_found(item.value.level, item.value.require.visibility()));
    body.push(commands(id, is_found));
    page(site, id, &rule.summary, body)
}

/// What breaking a rule leads to, with links.
fn linked(site: &Site<'_>, outcome: Outcome, text: &str) -> Html {
    let codes = [
        ("close-code", outcome.close_code()),
        ("status", outcome.http_status()),
        ("drop-code", outcome.drop_code()),
    ];
    let mut codes = codes
        .into_iter()
        .filter_map(|(kind, number)| Some((kind, number?)));
    let Some((kind, number)) = codes.next() else {
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
    let before = std::iter::once(None).chain(spans.iter().map(Some));
    let rows = spans.iter().zip(before).map(|(span, before)| {
        let rule = span.value;
        vec![
            site.drafts(span.since, span.until),
            level(rule.level),
            rule.summary.as_str().into(),
            linked(site, rule.otherwise, &words::outcome(rule.otherwise)),
            before
                .map_or_else(
                    || "first stated".into(),
                    |before| changed(before.value, rule),
                )
                .into(),
            cited(&rule.evidence),
        ]
    });
    table(
        "Wording by draft",
        &["drafts", "level", "says", "broken", "changed", "source"],
        rows,
    )
}

/// What is not as it was, by its name: what it is stands beside it.
fn changed(before: &Rule, now: &Rule) -> String {
    let changes = [
        (before.level != now.level, "level"),
        (before.summary != now.summary, "wording"),
        (
            before.by != now.by || before.scope != now.scope,
            "who keeps it",
        ),
        (before.when != now.when, "condition"),
        (before.require != now.require, "requirement"),
        (before.otherwise != now.otherwise, "what comes of it"),
        (before.evidence != now.evidence, "source"),
    ];
    let changes = changes.into_iter().filter(|(is, _)| *is);
    let changes: Vec<&str> = changes.map(|(_, what)| what).collect();
    match changes.is_empty() {
        true => "stated again".into(),
        false => changes.join(", "),
    }
}

/// Whether something on the wire shows that a rule is broken.
fn is_found(level: Level, visibility: Visibility<'_>) -> bool {
    let is_hidden = match visibility {
        Visibility::Input | Visibility::Conversation(_) => false,
        Visibility::Hidden(_) => true,
    };
    level != Level::May && !is_hidden
}

/// Whether enough is known of an extension that multiplexes to carry channels.
fn is_carried(stated: &ResolvedMultiplexing) -> bool {
    let needed = [
        Feature::Running,
        Feature::FlowControl,
        Feature::ControlCarriage,
    ];
    let mut unknown = stated.unknown.values();
    unknown.all(|item| !needed.contains(&item.value.feature))
}

/// What to run to read about it, and to find it if `lint` does.
fn commands(id: &str, is_found: bool) -> Html {
    let step = |run: String, tells: &str| plain("pre", code(run)).and(p(tells));
    let mut steps = vec![step(
        format!("wsdraft explain {id}"),
        "says the same in a terminal.",
    )];
    if is_found {
        steps.push(step(
            format!("wsdraft lint FILE --only {id}"),
            "finds it in a capture, in an archive that a browser saved, or in a copy of the bytes.",
        ));
    }
    h2("commands", "On the command line").and(listed("ul", "steps", steps))
}

/// What breaking a rule of an extension leads to, with links.
fn failure(site: &Site<'_>, rule: &ExtensionRule) -> Html {
    let failure = rule.otherwise;
    linked(site, failure.outcome(), &words::failure(failure))
}

fn newest_extension<'a>(holders: &[&'a ResolvedExtension]) -> Option<&'a ResolvedExtension> {
    let holders = holders.iter().copied();
    holders.max_by_key(|one| channels::issued(one))
}

fn of_extension(site: &Site<'_>, id: &str, holders: &[&ResolvedExtension]) -> Page {
    let found = newest_extension(holders).and_then(|newest| newest.rules.get(id));
    let Some(item) = found else {
        return page(site, id, "", Html::default());
    };
    let rule: &ExtensionRule = &item.value;
    let mut body = lead(level(rule.level).and(" ").and(rule.summary.as_str()));
    body.push(facts([
        ("kept by", words::by(rule.by).into()),
        ("broken", failure(site, rule)),
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
            failure(site, rule),
            cited(&rule.evidence),
        ])
    });
    body.push(table(
        "Wording by extension",
        &["extension", "level", "says", "broken", "source"],
        rows,
    ));
    body.push(mentioned_by(site, "rule", id));
    // Channels that nobody can carry are not looked at, and neither are extensions that nobody can negotiate.
    let is_found = holders.iter().any(|holder| {
        let rule = holder.rules.get(id).map(|item| &item.value);
        holder.is_negotiable()
            && rule.is_some_and(|rule| {
                let stated = holder.multiplexing.as_ref();
                let is_carried = stated.is_some_and(is_carried);
                (is_carried || !matches!(rule.require, Demand::Channels(_)))
                    && is_found(rule.level, rule.require.visibility())
            })
    });
    body.push(commands(id, is_found));
    page(site, id, &rule.summary, body)
}

fn page(site: &Site<'_>, id: &str, summary: &str, body: Html) -> Page {
    Page {
        address: site.addresses.own("rule", id),
        title: id.into(),
        description: summary.into(),
        heading: Html::from(id),
        body,
    }
}
