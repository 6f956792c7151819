//! A page for each close code, and one that lists them.

use wsdraft_spec::{
    Registration, Registry,
    model::CloseCode,
    sort,
    topic::{Subject, Topic},
    vocabulary::{Outcome, RangeUse},
};

use crate::{
    facts::codes,
    site::{
        html::{Html, code, facts, h2, p, table},
        page::{Page, Site, cited},
        widgets::{causes_and_steps, lead, mentioned_by, see_also, sourced, strip},
    },
    words,
};

/// What is known of a code.
struct Known<'a> {
    code: u16,
    /// As the newest draft has it that has it at all.
    fact: Option<&'a CloseCode>,
    registered: Option<&'static Registration>,
    topic: Option<&'a Topic>,
}

/// All of them.
pub(super) fn pages(site: &Site<'_>) -> Vec<Page> {
    let drafts = site.atlas.history.iter();
    let mut numbers = sort::set(drafts.flat_map(|draft| draft.close_codes.keys().copied()));
    let registry = Registry::find(codes::REGISTRY);
    let entries = registry
        .into_iter()
        .flat_map(|registry| registry.entries.keys());
    numbers.extend(entries.filter_map(|key| key.parse::<u16>().ok()));
    let topics = site.atlas.topics(Subject::CloseCode);
    numbers.extend(topics.filter_map(|(key, _)| key.parse::<u16>().ok()));
    let known: Vec<Known<'_>> = numbers.into_iter().map(|code| known(site, code)).collect();
    let mut pages = vec![index(site, &known)];
    pages.extend(known.iter().map(|known| page(site, known)));
    pages
}

fn known<'a>(site: &Site<'a>, code: u16) -> Known<'a> {
    let mut drafts = site.atlas.history.iter().rev();
    let item = drafts.find_map(|draft| draft.close_codes.get(&code));
    let key = code.to_string();
    Known {
        code,
        fact: item.map(|item| &item.value),
        registered: Registry::find(codes::REGISTRY).and_then(|registry| registry.get(&key)),
        topic: site
            .atlas
            .topic(Subject::CloseCode, &key)
            .map(|(_, topic)| topic),
    }
}

impl Known<'_> {
    fn name(&self) -> &str {
        let registered = self.registered.map(|entry| entry.name.as_str());
        self.fact
            .map(|fact| fact.name.as_str())
            .or(registered)
            .unwrap_or_default()
    }

    /// Whether a close frame may contain it.
    fn on_wire(&self) -> bool {
        self.fact.is_none_or(|fact| fact.on_wire)
    }

    fn wire(&self) -> String {
        let reported = self.topic.is_some_and(|topic| topic.reporter.is_some());
        codes::wire(self.on_wire(), self.fact.and_then(|fact| fact.by), reported)
    }
}

fn index(site: &Site<'_>, known: &[Known<'_>]) -> Page {
    let mut body = lead(
        "What a close code means, who may send it, and who only reports it. A script meets it as the code of a CloseEvent.",
    );
    let rows = known.iter().map(|known| {
        let code = known.code.to_string();
        let meaning = known.fact.map(|fact| fact.meaning.as_str());
        let says = meaning
            .or_else(|| known.topic.map(|topic| topic.text.as_str()))
            .unwrap_or_default();
        vec![
            site.code("close-code", &code),
            known.name().into(),
            says.into(),
            known.wire().into(),
        ]
    });
    body.push(table(
        "Close codes",
        &["code", "name", "means", "on the wire"],
        rows,
    ));
    body.push(h2("ranges", "Ranges"));
    if let Some(ranges) = site
        .atlas
        .current()
        .and_then(|draft| draft.close_ranges.as_ref())
    {
        let rows = ranges.value.ranges.iter().map(|range| {
            vec![
                code(format!("{} to {}", range.from, range.to)),
                words::range(range.usage).into(),
            ]
        });
        body.push(table("Ranges of close codes", &["codes", "are"], rows));
        body.push(p(sourced("", cited(&ranges.value.evidence))));
    }
    body.push(by_draft(site, known));
    Page {
        address: "close-codes/index.html".into(),
        title: "Close codes".into(),
        description:
            "Close codes of WebSocket: what each means, who sends it, who only reports it, and why."
                .into(),
        heading: "Close codes".into(),
        body,
    }
}

/// Which drafts have which code.
fn by_draft(site: &Site<'_>, known: &[Known<'_>]) -> Html {
    let with = known.iter().filter(|known| known.fact.is_some());
    let rows = with.map(|known| {
        let spans = site
            .atlas
            .spans(|draft| Some(&draft.close_codes.get(&known.code)?.value.name));
        let drafts = spans.iter().map(|span| {
            site.drafts(span.since, span.until)
                .and(": ")
                .and(code(span.value))
        });
        vec![
            site.code("close-code", &known.code.to_string()),
            Html::join(drafts, ", "),
        ]
    });
    h2("drafts", "In every draft").and(table(
        "Close codes by draft",
        &["code", "drafts and name"],
        rows,
    ))
}

fn page(site: &Site<'_>, known: &Known<'_>) -> Page {
    let number = known.code.to_string();
    let mut body = Html::default();
    if let Some(fact) = known.fact {
        body.push(lead(format!("{}.", fact.meaning)));
    }
    if let Some(topic) = known.topic {
        let text = sourced(Html::prose(&topic.text), cited(&topic.evidence));
        body.push(if body.is_empty() { lead(text) } else { p(text) });
    }
    body.push(about(site, known));
    if let Some(topic) = known.topic {
        body.push(causes_and_steps(topic, "How to find yours"));
    }
    body.push(history(site, known.code));
    let rules = site.atlas.rules_leading_to(Outcome::close_code, known.code);
    if !rules.is_empty() {
        body.push(h2("rules", "Rules whose violation leads to it"));
        body.push(p(site.codes("rule", rules)));
    }
    if let Some(topic) = known.topic {
        body.push(see_also(site, topic));
    }
    body.push(mentioned_by(site, "close-code", &number));
    let description = known.topic.map(|topic| topic.text.as_str());
    let meaning = known.fact.map(|fact| fact.meaning.as_str());
    Page {
        address: site.addresses.own("close-code", &number),
        title: format!("{number} {}", known.name()).trim().into(),
        description: description
            .or(meaning)
            .unwrap_or_else(|| known.name())
            .into(),
        heading: Html::from(number.as_str()).and(" ").and(code(known.name())),
        body,
    }
}

fn about(site: &Site<'_>, known: &Known<'_>) -> Html {
    let range =
        codes::range(known.code, &site.atlas).filter(|range| range.usage != RangeUse::Unused);
    let range = range.map(|range| {
        Html::from(format!(
            "{} to {}: {}",
            range.from,
            range.to,
            words::range(range.usage)
        ))
    });
    let registered = known.registered.map(|entry| {
        let reference = entry
            .reference
            .as_ref()
            .map(|reference| format!(" ({reference})"));
        let text = format!(
            "with IANA as “{}”{}",
            entry.name,
            reference.unwrap_or_default()
        );
        sourced(text, cited(&entry.evidence))
    });
    let topic = known.topic.and_then(|topic| topic.reporter.as_deref());
    let key = known.code.to_string();
    let drop_code = site
        .addresses
        .page("drop-code", &key)
        .map(|_| site.link_as("drop-code", &key, "a drop code of multiplexing"));
    let local = codes::local(known.fact.and_then(|fact| fact.local));
    facts([
        ("on the wire", known.wire().into()),
        ("reported by", topic.unwrap_or_default().into()),
        ("wsdraft", local.unwrap_or_default().into()),
        ("registered", registered.unwrap_or_default()),
        ("range", range.unwrap_or_default()),
        ("the number is also that of", drop_code.unwrap_or_default()),
        (
            "source",
            known
                .fact
                .map(|fact| cited(&fact.evidence))
                .unwrap_or_default(),
        ),
    ])
}

fn history(site: &Site<'_>, number: u16) -> Html {
    let spans = site
        .atlas
        .spans(|draft| Some(codes::same(&draft.close_codes.get(&number)?.value)));
    if spans.is_empty() {
        return Html::default();
    }
    let rows = spans.iter().map(|span| {
        let (name, meaning, on_wire) = span.value;
        vec![
            site.drafts(span.since, span.until),
            code(name),
            meaning.into(),
            if on_wire { "yes" } else { "never" }.into(),
        ]
    });
    h2("drafts", "In every draft")
        .and(strip(site, "Drafts that have the code", |draft| {
            draft.close_codes.get(&number).is_some()
        }))
        .and(table(
            "The code by draft",
            &["drafts", "name", "means", "on the wire"],
            rows,
        ))
}
