//! A page for each header field, and one that says which drafts have which.

use wsdraft_spec::sort;

use crate::{
    facts::{
        atlas::mentions,
        fields::{self, Use},
        headers::{Column, LEGEND, Table},
    },
    site::{
        html::{Html, code, element, facts, h2, p, plain, span, table},
        page::{Page, Site, cited},
        widgets::{lead, mentioned_by, strip},
    },
    words,
};

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let mut names: Vec<&str> = Vec::new();
    for draft in &site.atlas.history {
        let fields = draft
            .request_headers
            .keys()
            .chain(draft.response_headers.keys());
        for name in fields {
            if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
                names.push(name);
            }
        }
    }
    sort::by_key(&mut names, |name| name.to_ascii_lowercase());
    let mut pages = vec![index(site, &names)];
    pages.extend(names.iter().map(|name| page(site, name)));
    pages
}

fn index(site: &Site<'_>, names: &[&str]) -> Page {
    let available = Table::of(site.atlas.database);
    let mut body = lead("Which header fields the requests and responses of each draft have.");
    let rows = available.fields.iter().map(|field| {
        let (request, response) = available.spans(field);
        vec![
            site.code("header", field.name),
            request.into(),
            response.into(),
        ]
    });
    body.push(table(
        "Header fields by draft",
        &["field", "request", "response"],
        rows,
    ));
    let columns = available.columns();
    let titles: Vec<String> = columns.iter().map(Column::title).collect();
    let head: Vec<&str> = std::iter::once("field")
        .chain(titles.iter().map(String::as_str))
        .collect();
    let rows = available.fields.iter().map(|field| {
        let cells = columns.iter().map(|column| cell(field.in_column(column)));
        std::iter::once(site.code("header", field.name))
            .chain(cells)
            .collect()
    });
    body.push(h2("across", "Drafts across"));
    body.push(p(Html::from(
        "Drafts in a row that have the same fields stand together. ",
    )
    .and(Html::prose(LEGEND))));
    body.push(element(
        "div",
        &[("class", "matrix")],
        table("Availability of header fields", &head, rows),
    ));
    let others = names
        .iter()
        .filter(|name| available.fields.iter().all(|field| field.name != **name));
    body.push(h2("http", "Fields of HTTP itself"));
    body.push(p(
        "They are there in every draft, whether a rule refers to them or not.",
    ));
    body.push(p(site.codes("header", others.copied())));
    Page {
        address: "headers/index.html".into(),
        title: "Header fields".into(),
        description: "Which header fields the opening handshake of each draft of WebSocket has."
            .into(),
        heading: "Header fields".into(),
        body,
    }
}

/// Where a draft has a field, with a colour.
fn cell(place: &'static str) -> Html {
    let class = if place.len() > 1 {
        "place there"
    } else {
        "place"
    };
    span(class, place)
}

fn page(site: &Site<'_>, name: &str) -> Page {
    let newest = fields::newest(name, &site.atlas);
    let purpose = newest
        .map(|field| words::purpose(field.purpose))
        .unwrap_or_default();
    let mut body = lead(format!("It is for {purpose}."));
    body.push(facts([
        (
            "value",
            newest
                .map(|field| Html::prose(&words::grammar(&field.value)))
                .unwrap_or_default(),
        ),
        (
            "source",
            newest
                .map(|field| cited(&field.evidence))
                .unwrap_or_default(),
        ),
    ]));
    let requests = fields::uses(name, &site.atlas, |draft| &draft.request_headers);
    let responses = fields::uses(name, &site.atlas, |draft| &draft.response_headers);
    body.push(h2("drafts", "In every draft"));
    body.push(strip(site, "Drafts that have the field", |draft| {
        draft.request_headers.get(name).is_some() || draft.response_headers.get(name).is_some()
    }));
    body.push(used(site, "In requests", &requests));
    body.push(used(site, "In responses", &responses));
    let rules = site.atlas.rules(|_, rule| mentions(rule, name));
    if !rules.is_empty() {
        body.push(h2("rules", "Rules about it").and(p(site.codes("rule", rules))));
    }
    body.push(mentioned_by(site, "header", name));
    body.push(h2("commands", "On the command line"));
    body.push(plain("pre", code(format!("wsdraft explain header {name}"))));
    Page {
        address: site.addresses.own("header", name),
        title: name.into(),
        description: format!(
            "The header field {name} of WebSocket's opening handshake, in every draft: {purpose}."
        ),
        heading: name.into(),
        body,
    }
}

fn used(site: &Site<'_>, title: &str, uses: &[Use<'_>]) -> Html {
    let rows = uses.iter().map(|one| {
        vec![
            site.drafts(one.since, one.until),
            one.purpose.into(),
            one.value.as_str().into(),
            one.sent.as_str().into(),
        ]
    });
    let table = table(title, &["drafts", "for", "value", "sent"], rows);
    if table.is_empty() {
        return table;
    }
    plain("h3", title).and(table)
}
