//! The page to start from.

use wsdraft_spec::{Topics, topic::Subject, vocabulary::CodeUse};

use crate::site::{
    addresses,
    html::{Html, a, code, element, h2, p, plain, span},
    page::{EVERYTHING, PARTS, Page, Site},
    widgets::lead,
};

/// The page.
pub(super) fn page(site: &Site<'_>) -> Page {
    let mut body = lead(
        "Every draft, rule, close code, header field and opcode of the WebSocket protocol, with its source; and what to do about what browsers and libraries print.",
    );
    body.push(asked(site));
    let cards = PARTS.iter().map(|(address, name)| {
        let about = element("span", &[("class", "about")], about(site, address));
        plain("li", a(address, plain("strong", *name).and(about)))
    });
    body.push(h2("parts", "What is here"));
    body.push(element(
        "ul",
        &[("class", "cards")],
        cards.collect::<Html>(),
    ));
    body.push(h2("use", "How to use it"));
    body.push(p(Html::from("Each rule has an id that never changes its meaning, and a page of its own: the ids in the findings of ")
        .and(code("wsdraft lint"))
        .and(", ")
        .and(code("proxy"))
        .and(" and ")
        .and(code("test"))
        .and(" lead here.")));
    body.push(p(Html::from(
        "Each fact says where it is from. What is marked ",
    )
    .and(span("source unsure", "like this"))
    .and(" was inferred or recalled, and not read in a source.")));
    body.push(p(a(EVERYTHING, "Everything from A to Z").and(
        " needs no script; the search box does not either: without one it leads there.",
    )));
    Page {
        address: "index.html".into(),
        title: "The WebSocket protocol, every draft".into(),
        description: "A reference of the WebSocket protocol: rules, close codes, error messages and every draft, with sources.".into(),
        heading: "The WebSocket protocol, every draft".into(),
        body,
    }
}

/// How much a part has.
fn about(site: &Site<'_>, address: &str) -> String {
    let database = site.atlas.database;
    let history = &site.atlas.history;
    let count = |kind: &str| {
        let folder = addresses::folder(kind);
        address.starts_with(&format!("{folder}/"))
    };
    let of_current = site.atlas.current().map_or(0, |draft| draft.rules.len());
    if count("rule") {
        format!("{of_current} in the newest draft: wording, history, inputs that break them")
    } else if count("close-code") {
        "what they mean, who sends them, and why you see them".into()
    } else if count("message") {
        format!(
            "{} texts of browsers, libraries and systems",
            Topics::of(Subject::Message).count()
        )
    } else if count("header") {
        "which draft has which, and what is in them".into()
    } else if count("opcode") {
        "kinds of frames, and their values in each draft".into()
    } else if count("extension") {
        format!(
            "{} dialects: compression, multiplexing, HTTP/2 and HTTP/3",
            database.extensions().iter().count()
        )
    } else if count("draft") {
        let whole = history.iter().filter(|draft| draft.is_complete()).count();
        format!("{} drafts, {whole} of them as a whole", history.len())
    } else {
        "between any two drafts".into()
    }
}

/// What people come for: the code that an endpoint reports for a connection that ended without a close frame, and other
/// codes that have causes.
fn asked(site: &Site<'_>) -> Html {
    let Some(current) = site.atlas.current() else {
        return Html::default();
    };
    let asked = |usage: Option<CodeUse>| match usage {
        Some(CodeUse::Abnormal) => Some(0),
        Some(CodeUse::NoStatus) => Some(1),
        Some(CodeUse::GoingAway) => Some(2),
        Some(CodeUse::TooBig) => Some(3),
        Some(CodeUse::Policy) => Some(4),
        Some(CodeUse::Internal) => Some(5),
        Some(
            CodeUse::Normal | CodeUse::Overloaded | CodeUse::Unsupported | CodeUse::BadGateway,
        )
        | None => None,
    };
    let mut codes: Vec<_> = current.close_codes.iter().collect();
    codes.retain(|(_, item)| asked(item.value.local).is_some());
    codes.sort_by_key(|(_, item)| asked(item.value.local));
    let items = codes.into_iter().filter_map(|(number, item)| {
        let number = number.to_string();
        let address = site.addresses.find("close-code", &number)?;
        let text = plain("strong", number)
            .and(" ")
            .and(item.value.name.as_str());
        Some(plain("li", a(address, text)))
    });
    let items: Html = items.collect();
    h2("asked", "Why did my connection close?").and(element("ul", &[("class", "chips big")], items))
}
