//! A page for each pair of drafts that are known as a whole, and one that leads to them.

use serde_json::Value;
use wsdraft_spec::ResolvedDraft;

use crate::{
    facts::diff::{Change, Compared, Difference, IDENTITY},
    site::{
        addresses::slug,
        html::{Html, a, code, element, h2, list, p, plain, span, table},
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
    format!("{}-to-{}.html", slug(&from.short), slug(&to.short))
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
    let any = a("../diff/index.html", "between any two drafts");
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
        description: "What changed between any two drafts of the WebSocket protocol.".into(),
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
    let mut parts: Vec<&str> = Vec::new();
    for difference in differences {
        if !parts.contains(&difference.part.as_str()) {
            parts.push(&difference.part);
        }
    }
    // Who a draft is matters least.
    parts.sort_by_key(|part| *part == IDENTITY);
    for part in parts {
        let name = part.replace('_', " ");
        body.push(h2(&slug(part), capital(&name)));
        let some = differences
            .iter()
            .filter(|difference| difference.part == part);
        let rows = some.map(|difference| row(site, difference));
        body.push(table(
            &format!("Differences: {name}"),
            &["item", "how", "difference"],
            rows,
        ));
    }
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

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn row(site: &Site<'_>, difference: &Difference) -> Vec<Html> {
    let kind = match difference.part.as_str() {
        "rules" => "rule",
        "opcodes" => "opcode",
        "close_codes" => "close-code",
        "request_headers" | "response_headers" => "header",
        _ => "",
    };
    let (class, word) = match difference.change {
        Change::Added => ("mark added", "added"),
        Change::Removed => ("mark removed", "removed"),
        Change::Changed => ("mark changed", "changed"),
    };
    let name = match difference.part == difference.item {
        true => Html::from(difference.item.replace('_', " ")),
        false => site.code(kind, &difference.item),
    };
    vec![name, span(class, word), told(difference)]
}

/// What is different.
fn told(difference: &Difference) -> Html {
    let fields: Vec<(&str, &Value, &Value)> = difference.fields().collect();
    if !fields.is_empty() {
        return list(fields.into_iter().map(|(field, from, to)| {
            Html::from(format!("{}: ", field.replace('_', " "))).and(both(from, to))
        }));
    }
    let only = match difference.change {
        Change::Added => &difference.to,
        Change::Removed => &difference.from,
        Change::Changed => return both(&difference.from, &difference.to),
    };
    // A rule or a code says it in a sentence.
    let sentence = ["summary", "meaning"]
        .iter()
        .find_map(|field| only.get(*field)?.as_str());
    sentence.map_or_else(|| value(only), Html::from)
}

fn both(from: &Value, to: &Value) -> Html {
    plain("del", value(from))
        .and(" → ")
        .and(plain("ins", value(to)))
}

/// A value: a text as it is, everything else as data.
fn value(value: &Value) -> Html {
    match value {
        Value::Null => "nothing".into(),
        Value::String(text) => text.as_str().into(),
        Value::Bool(_) | Value::Number(_) => value.to_string().into(),
        Value::Array(_) | Value::Object(_) => code(notation(value)),
    }
}

/// Data with as few signs as it can be read with: `Keyword(x)`, `purpose: Key, send: Random`.
fn notation(value: &Value) -> String {
    let joined = |pieces: Vec<String>| pieces.join(", ");
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => format!("[{}]", joined(items.iter().map(notation).collect())),
        Value::Object(fields) => match fields.iter().next() {
            // A word of the vocabulary with what it holds.
            Some((word, inner)) if fields.len() == 1 && word.starts_with(char::is_uppercase) => {
                format!("{word}({})", notation(inner))
            }
            Some(_) | None => joined(
                fields
                    .iter()
                    .map(|(name, inner)| format!("{name}: {}", notation(inner)))
                    .collect(),
            ),
        },
    }
}
