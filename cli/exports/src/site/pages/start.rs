//! The page to start from.

use wsdraft_spec::{ResolvedDraft, sort, topic::Subject, vocabulary::CodeUse};

use crate::{
    site::{
        addresses,
        html::{Html, a, code, element, h2, p, plain, span},
        page::{EVERYTHING, PARTS, Page, Site},
        playground::PAGE as PLAYGROUND,
        widgets::lead,
    },
    words,
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
    if site.has_playground {
        let tools = p(Html::from("The ")
            .and(a(PLAYGROUND, "playground"))
            .and(" decodes frames, checks opening handshakes and lints recorded connections, in this browser."));
        body.push(h2("playground", "What did it send?").and(tools));
    }
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
        " is a list that needs no scripts. Where scripts do not run, the search box leads to it.",
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
    let whole = history.iter().filter(|draft| draft.is_complete()).count();
    let of_current = site.atlas.current().map_or(0, |draft| draft.rules.len());
    if count("rule") {
        format!("{of_current} in the newest draft: wording, history, inputs that break them")
    } else if count("close-code") {
        "what they mean, who sends them, and why you see them".into()
    } else if count("message") {
        format!(
            "{} texts of browsers, libraries and systems",
            site.atlas.topics(Subject::Message).count()
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
        format!(
            "{}; {whole} of them are known as a whole",
            documents(history)
        )
    } else {
        format!("between any two of the {whole} drafts that are known as a whole")
    }
}

/// So many Internet-Drafts, and what is none.
fn documents(history: &[&ResolvedDraft]) -> String {
    let is_draft = |draft: &&&ResolvedDraft| draft.name.starts_with("draft-");
    let count = history.iter().filter(is_draft).count();
    let drafts = words::count(count.try_into().unwrap_or(u64::MAX), "Internet-Draft");
    let others = history.iter().filter(|draft| !is_draft(draft));
    let others: Vec<&str> = others.map(|draft| draft.short.as_str()).collect();
    match others.as_slice() {
        [] => drafts,
        few if few.len() < 4 => format!("{drafts} and {}", few.join(", ")),
        many => format!("{drafts} and {} others", many.len()),
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
    sort::by_key(&mut codes, |(_, item)| asked(item.value.local));
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
