//! A page for each opcode, and one that lists them.

use crate::{
    facts::{atlas::Span, opcodes},
    site::{
        addresses,
        html::{Html, code, facts, h2, p, plain, table},
        page::{Page, Site, cited},
        widgets::{lead, mentioned_by, strip},
    },
    words,
};

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let mut names: Vec<&str> = Vec::new();
    for draft in site.atlas.history.iter().rev() {
        for name in draft.opcodes.keys() {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
    }
    let mut pages = vec![index(site, &names)];
    pages.extend(names.iter().filter_map(|name| page(site, name)));
    pages
}

fn spans<'a>(site: &Site<'a>, name: &str) -> Vec<Span<'a, u8>> {
    site.atlas
        .spans(|draft| Some(draft.opcodes.get(name)?.value.value))
}

/// A value and the drafts that have it.
fn values(site: &Site<'_>, spans: &[Span<'_, u8>]) -> Html {
    let values = spans.iter().map(|span| {
        code(format!("0x{:X}", span.value))
            .and(" ")
            .and(site.drafts(span.since, span.until))
    });
    Html::join(values, ", ")
}

fn index(site: &Site<'_>, names: &[&str]) -> Page {
    let rows = names.iter().filter_map(|name| {
        let spans = spans(site, name);
        let item = spans.last()?.last.opcodes.get(*name)?;
        let kind = if item.value.kind.is_control() {
            "control frame"
        } else {
            "data frame"
        };
        Some(vec![
            site.code("opcode", name),
            words::kind(item.value.kind).into(),
            kind.into(),
            values(site, &spans),
        ])
    });
    let table = table(
        "Opcodes",
        &["name", "a frame with it", "kind", "values"],
        rows,
    );
    Page {
        address: "opcodes/index.html".into(),
        title: "Opcodes".into(),
        description: "Opcodes of WebSocket frames and their values in every draft.".into(),
        heading: "Opcodes".into(),
        body: lead("What kind of frame it is. The same name has had different values.").and(table),
    }
}

fn page(site: &Site<'_>, name: &str) -> Option<Page> {
    let spans = spans(site, name);
    let last = spans.last()?;
    let item = last.last.opcodes.get(name)?;
    let opcode = &item.value;
    let does = words::kind(opcode.kind);
    let mut body = lead(format!("A frame with this opcode {does}."));
    let kind = if opcode.kind.is_control() {
        "control frame"
    } else {
        "data frame"
    };
    let empty = if opcode.only_empty {
        ", without payload only"
    } else {
        ""
    };
    body.push(facts([
        ("value", code(format!("0x{:X}", opcode.value))),
        ("kind", format!("{kind}{empty}").into()),
        ("since", site.link("draft", &item.since)),
        ("source", cited(&opcode.evidence)),
    ]));
    body.push(h2("drafts", "In every draft"));
    body.push(strip(site, "Drafts that have the opcode", |draft| {
        draft.opcodes.get(name).is_some()
    }));
    let rows = spans.iter().filter_map(|span| {
        let item = span.last.opcodes.get(name)?;
        let evidence = cited(&item.value.evidence);
        Some(vec![
            site.drafts(span.since, span.until),
            code(format!("0x{:X}", span.value)),
            evidence,
        ])
    });
    body.push(table(
        "Values by draft",
        &["drafts", "value", "source"],
        rows,
    ));
    let rules = opcodes::rules(&site.atlas, name, opcode.kind);
    if !rules.is_empty() {
        body.push(h2("rules", "Rules about it").and(p(site.codes("rule", rules))));
    }
    body.push(mentioned_by(site, "opcode", name));
    body.push(h2("commands", "On the command line"));
    body.push(plain("pre", code(format!("wsdraft explain opcode {name}"))));
    Some(Page {
        address: addresses::page("opcode", name),
        title: format!("{name} (opcode)"),
        description: format!(
            "The opcode {name}: a frame with it {does}; its value in every draft, and the rules about it."
        ),
        heading: code(name).and(" ").and(plain("small", "opcode")),
        body,
    })
}
