//! A page for each pair of drafts that are known as a whole, and one that leads to them.

use wsdraft_spec::ResolvedDraft;

use crate::{
    facts::{
        diff::{Change, Compared, Difference, IDENTITY, Told},
        differences::{self, Changed},
    },
    hash::hash,
    site::{
        addresses::slug,
        html::{Html, a, div, element, h2, list, p, plain, span, table},
        page::{Page, Site},
        widgets::{lead, neighbours},
    },
};

/// The drafts that are compared, the oldest first.
fn compared<'a>(site: &Site<'a>) -> Vec<&'a ResolvedDraft> {
    let history = site.atlas.history.iter().copied();
    history.filter(|draft| draft.is_complete()).collect()
}

/// The file of a pair.
fn file(from: &ResolvedDraft, to: &ResolvedDraft) -> String {
    let (from, to) = (&from.short, &to.short);
    let pair = format!("{}-to-{}", slug(from), slug(to));
    // Without the hash, `a` and `b-to-c` have the page of `a-to-b` and `c`.
    match pair.matches("-to-").count() {
        1 => format!("{pair}.html"),
        _ => format!("{pair}-{:08x}.html", hash(&format!("{from} {to}"))),
    }
}

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> serde_json::Result<Vec<Page>> {
    let drafts = compared(site);
    let values = drafts.iter().map(|draft| Compared::new(draft));
    let values: Vec<Compared> = values.collect::<Result<_, _>>()?;
    let mut pages = Vec::new();
    let mut steps = Vec::new();
    for (at, (from, old)) in drafts.iter().zip(&values).enumerate() {
        for (to, (newer, new)) in drafts.iter().zip(&values).enumerate().skip(at + 1) {
            let differences = old.differences(new);
            if to == at + 1 {
                steps.push((*from, *newer, count(&differences)));
            }
            let further = [to.checked_sub(1).filter(|one| *one > at), Some(to + 1)];
            let [before, after] = further.map(|at| at.and_then(|at| drafts.get(at)).copied());
            pages.push(page(site, (from, newer), &differences, before, after));
        }
    }
    pages.push(index(site, &drafts, &steps));
    Ok(pages)
}

/// How many differences are not of the identity.
fn count(differences: &[Difference]) -> usize {
    let others = differences.iter().filter(|one| one.part != IDENTITY);
    others.count()
}

/// On the page of a draft: what changed before it and after it.
pub(super) fn links(site: &Site<'_>, draft: &ResolvedDraft) -> Html {
    let drafts = compared(site);
    let Some(at) = drafts.iter().position(|one| one.short == draft.short) else {
        return Html::default();
    };
    let link = |from: &ResolvedDraft, to: &ResolvedDraft| {
        a(
            &format!("../diff/{}", file(from, to)),
            format!("from {} to {}", from.short, to.short),
        )
    };
    let before = at.checked_sub(1).map(|before| link(drafts[before], draft));
    let after = drafts.get(at + 1).map(|after| link(draft, after));
    let last = drafts.last().filter(|last| last.short != draft.short);
    let last = last
        .filter(|_| at + 2 < drafts.len())
        .map(|last| link(draft, last));
    let any = a(
        "../diff/index.html",
        "between any two drafts that are known as a whole",
    );
    let links = [before, after, last, Some(any)].into_iter().flatten();
    h2("differences", "Differences").and(list(links))
}

fn index(
    site: &Site<'_>,
    drafts: &[&ResolvedDraft],
    steps: &[(&ResolvedDraft, &ResolvedDraft, usize)],
) -> Page {
    let mut body =
        lead("What changed between two drafts, for each pair of drafts that are known as a whole.");
    body.push(h2("steps", "Step by step"));
    let rows = steps.iter().map(|(from, to, count)| {
        let link = a(&file(from, to), format!("{} to {}", from.short, to.short));
        let changes = to.changes.iter().map(|change| change.text.as_str().into());
        vec![link, count.to_string().into(), list(changes)]
    });
    body.push(table(
        "What each draft changed",
        &["from and to", "differences", "in words"],
        rows,
    ));
    body.push(h2("pairs", "Any two"));
    body.push(p("The earlier draft is in the first column."));
    let rows = drafts
        .iter()
        .enumerate()
        .filter(|(at, _)| at + 1 < drafts.len())
        .map(|(at, from)| {
            let links = drafts[at + 1..].iter().map(|to| {
                let label = format!("{} to {}", from.short, to.short);
                let href = file(from, to);
                let attributes = [("href", href.as_str()), ("aria-label", label.as_str())];
                element("a", &attributes, to.short.as_str())
            });
            let links = links.map(|link| plain("li", link)).collect::<Html>();
            vec![
                site.link("draft", &from.short),
                element("ul", &[("class", "chips")], links),
            ]
        });
    body.push(table("Pairs of drafts", &["from", "to"], rows));
    Page {
        address: "diff/index.html".into(),
        title: "Differences".into(),
        description: "What changed between two drafts of the WebSocket protocol, for each pair of drafts that are known as a whole.".into(),
        heading: "Differences between drafts".into(),
        body,
    }
}

fn page(
    site: &Site<'_>,
    (from, to): (&ResolvedDraft, &ResolvedDraft),
    differences: &[Difference],
    before: Option<&ResolvedDraft>,
    after: Option<&ResolvedDraft>,
) -> Page {
    let title = format!("{} to {}", from.short, to.short);
    let of_protocol = count(differences);
    let summary = match of_protocol {
        0 => "Nothing but the identity is different: both are the same on the wire.".into(),
        1 => "One difference besides the identity.".to_owned(),
        count => format!("{count} differences besides the identity."),
    };
    let intro = Html::from("From ")
        .and(site.link("draft", &from.short))
        .and(" to ")
        .and(site.link("draft", &to.short));
    let mut body = lead(intro.and(". ").and(summary));
    body.push(in_words(site, (from, to), before.is_none()));
    body.push(tables(site, differences));
    let link = |to: &ResolvedDraft| {
        (
            file(from, to),
            Html::from(format!("{} to {}", from.short, to.short)),
        )
    };
    body.push(neighbours(before.map(link), after.map(link)));
    Page {
        address: format!("diff/{}", file(from, to)),
        description: format!(
            "What changed between {} and {} of the WebSocket protocol.",
            from.short, to.short
        ),
        heading: title.as_str().into(),
        title,
        body,
    }
}

/// What the later draft says of its changes, where it is the next one; where it is not, a link to the steps.
fn in_words(site: &Site<'_>, (from, to): (&ResolvedDraft, &ResolvedDraft), is_next: bool) -> Html {
    if !is_next {
        let steps = a("index.html#steps", "step by step");
        return p(Html::from("In words, with all that is between them: ")
            .and(steps)
            .and("."));
    }
    let changes = to.changes.iter();
    let changes = list(changes.map(|change| change.text.as_str().into()));
    let parent = to.lineage.iter().rev().nth(1);
    match parent {
        Some(parent) if !changes.is_empty() && *parent != from.short => {
            let than = Html::from("In words, from ").and(site.link("draft", parent));
            p(than.and(" on:")).and(changes)
        }
        Some(_) | None => changes,
    }
}

/// A table for each part that has items, one for all parts that are one item each, and at the end who the drafts are.
fn tables(site: &Site<'_>, differences: &[Difference]) -> Html {
    let is_single = |one: &Difference| one.part == one.item;
    let mut parts: Vec<&str> = Vec::new();
    for difference in differences.iter().filter(|one| !is_single(one)) {
        if !parts.contains(&difference.part.as_str()) && difference.part != IDENTITY {
            parts.push(&difference.part);
        }
    }
    let of = |part: &str| -> Vec<&Difference> {
        let some = differences.iter().filter(|one| one.part == part);
        some.filter(|one| !is_single(one)).collect()
    };
    let singles = differences.iter().filter(|one| is_single(one)).collect();
    let mut out = section(site, "format", "Handshake, frames and closing", singles);
    for part in parts {
        out.push(section(
            site,
            &slug(part),
            &differences::part(part),
            of(part),
        ));
    }
    div(
        "names",
        out.and(section(site, IDENTITY, "Identity", of(IDENTITY))),
    )
}

fn section(site: &Site<'_>, id: &str, title: &str, some: Vec<&Difference>) -> Html {
    let table = table(
        &format!("Differences: {title}"),
        &["item", "how", "difference"],
        rows(site, some),
    );
    match table.is_empty() {
        true => table,
        false => h2(id, title).and(table),
    }
}

/// A row for each difference; items of which the same changed stand together.
fn rows(site: &Site<'_>, some: Vec<&Difference>) -> Vec<Vec<Html>> {
    let mut rows: Vec<(Vec<Html>, Change, Html)> = Vec::new();
    for one in some {
        let (name, said) = (name(site, one), said(one));
        let mut known = rows.iter_mut();
        let same = known.find(|(_, change, known)| (*change, known) == (one.change, &said));
        match same {
            Some((names, ..)) => names.push(name),
            None => rows.push((vec![name], one.change, said)),
        }
    }
    let rows = rows.into_iter().map(|(names, change, said)| {
        let (class, word) = match change {
            Change::Added => ("mark added", "added"),
            Change::Removed => ("mark removed", "removed"),
            Change::Changed => ("mark changed", "changed"),
        };
        vec![Html::join(names, ", "), span(class, word), said]
    });
    rows.collect()
}

fn name(site: &Site<'_>, difference: &Difference) -> Html {
    let kind = match difference.part.as_str() {
        "rules" => "rule",
        "opcodes" => "opcode",
        "close_codes" => "close-code",
        "request_headers" | "response_headers" => "header",
        _ => return Html::from(difference.item.replace('_', " ")),
    };
    site.link(kind, &difference.item)
}

/// What is different.
fn said(difference: &Difference) -> Html {
    match difference.told() {
        Told::Item(text) => Html::prose(&text),
        Told::Change(from, to) => both(&from, &to),
        Told::Fields(fields) => {
            let mut fields: Vec<Html> = fields.into_iter().map(field).collect();
            match fields.len() {
                1 => fields.remove(0),
                _ => list(fields),
            }
        }
    }
}

fn field(changed: Changed) -> Html {
    match changed.words {
        Some((from, to)) => Html::from(format!("{}: ", changed.field)).and(both(&from, &to)),
        None => format!("another {}", changed.field).into(),
    }
}

fn both(from: &str, to: &str) -> Html {
    plain("del", Html::prose(from))
        .and(" → ")
        .and(plain("ins", Html::prose(to)))
}
