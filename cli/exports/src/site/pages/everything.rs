//! Everything that has a page, from A to Z.

use std::collections::BTreeMap;

use wsdraft_spec::sort;

use crate::{
    facts::index::Entry,
    site::{
        html::{Html, a, element, h2, p, plain, span},
        page::{EVERYTHING, Page, Site},
        search,
        widgets::lead,
    },
};

/// The page.
pub(super) fn page(site: &Site<'_>) -> Page {
    let entries = search::entries(site);
    let mut by_letter: BTreeMap<String, Vec<(&Entry<'_>, &str)>> = BTreeMap::new();
    for entry in &entries {
        let Some(address) = site.addresses.find(entry.kind, &entry.name) else {
            continue;
        };
        let first = entry.name.chars().find(|one| one.is_alphanumeric());
        let letter = match first {
            Some(letter) if letter.is_alphabetic() => letter.to_ascii_uppercase().to_string(),
            Some(_) | None => "0–9".into(),
        };
        by_letter.entry(letter).or_default().push((entry, address));
    }
    let id = |letter: &str| {
        format!(
            "letter-{}",
            if letter.len() > 1 { "digits" } else { letter }
        )
    };
    let letters = by_letter
        .keys()
        .map(|letter| plain("li", a(&format!("#{}", id(letter)), letter)));
    let letters = element("ul", &[("class", "chips")], letters.collect::<Html>());
    let mut body = lead("Everything that has a page here, by name.");
    body.push(element("p", &[("id", "asked"), ("hidden", "")], ""));
    body.push(element(
        "nav",
        &[("class", "letters"), ("aria-label", "Letters")],
        letters,
    ));
    for (letter, some) in by_letter {
        let heading = h2(&id(&letter), letter.as_str());
        body.push(plain("section", heading.and(listed(some))));
    }
    if entries.is_empty() {
        body.push(p("There is nothing."));
    }
    Page {
        address: EVERYTHING.into(),
        title: "Everything from A to Z".into(),
        description: "Rules, close codes, error messages, header fields, drafts and terms of WebSocket by name.".into(),
        heading: "Everything from A to Z".into(),
        body,
    }
}

/// Entries and their addresses: numbers first, and then names in the order of their letters.
fn listed(mut entries: Vec<(&Entry<'_>, &str)>) -> Html {
    sort::by_key(&mut entries, |(entry, _)| {
        let number = entry.name.parse::<u32>().ok();
        let name = entry.name.to_ascii_lowercase();
        (number.is_none(), number, name, entry.kind)
    });
    let items = entries.into_iter().map(|(entry, address)| {
        let kind = span("kind", entry.kind.replace('-', " "));
        let name = a(address, entry.name.as_str());
        let says = span("quiet", entry.summary);
        plain("li", Html::join([name, kind, says], " "))
    });
    element("ul", &[("class", "entries")], items.collect::<Html>())
}
