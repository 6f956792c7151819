//! Parts that several pages have: topics, marks, strips of drafts.

use wsdraft_spec::{
    ResolvedDraft,
    topic::{Subject, Topic},
    vocabulary::{Level, Scope},
};

use super::{
    html::{Html, a, code, element, h2, listed, p, plain, span},
    page::{Site, cited},
};

/// The level of a rule, with a colour of its own.
pub(super) fn level(level: Level) -> Html {
    let class = match level {
        Level::Must => "mark must",
        Level::Should => "mark should",
        Level::May => "mark may",
    };
    span(class, level.as_str())
}

/// All scopes, in the order of a connection.
pub(super) const SCOPES: [Scope; 7] = [
    Scope::Request,
    Scope::Response,
    Scope::Frame,
    Scope::Message,
    Scope::Close,
    Scope::Conversation,
    Scope::Policy,
];

/// A paragraph that says the most.
pub(super) fn lead(content: impl Into<Html>) -> Html {
    element("p", &[("class", "lead")], content)
}

/// A text with where it is from.
pub(super) fn sourced(text: impl Into<Html>, evidence: Html) -> Html {
    text.into().and(" ").and(span("sources", evidence))
}

/// The usual causes, and what to run next.
pub(super) fn causes_and_steps(topic: &Topic, how: &str) -> Html {
    let mut out = Html::default();
    let causes = topic.causes.iter();
    let causes: Vec<Html> = causes
        .map(|cause| sourced(Html::prose(&cause.text), cited(&cause.evidence)))
        .collect();
    let title = match causes.len() {
        0 => "",
        1 => "The usual cause",
        _ => "The usual causes, the most likely first",
    };
    if !title.is_empty() {
        out.push(h2("causes", title));
        out.push(listed("ol", "causes", causes));
    }
    let steps = topic.steps.iter().map(|step| {
        let run = plain("pre", code(&step.run));
        run.and(p(Html::from("tells ")
            .and(Html::prose(&step.tells))
            .and(".")))
    });
    let steps = listed("ol", "steps", steps);
    if !steps.is_empty() {
        out.push(h2("find", how));
        out.push(steps);
    }
    out
}

/// What else to look up.
pub(super) fn see_also(site: &Site<'_>, topic: &Topic) -> Html {
    if topic.see.is_empty() {
        return Html::default();
    }
    h2("see", "See also").and(p(site.see(&topic.see)))
}

/// The topics that lead to this thing: what other software prints, and the rest.
pub(super) fn mentioned_by(site: &Site<'_>, kind: &str, name: &str) -> Html {
    let own = site.addresses.find(kind, name).unwrap_or_default();
    let leads = site.addresses.leading_to(own).iter();
    let (mut printed, mut others) = (Vec::new(), Vec::new());
    for (subject, key) in leads {
        let mut topics = site.atlas.topics(*subject);
        let Some((_, topic)) = topics.find(|(known, _)| known == key) else {
            continue;
        };
        let mut row = site.link_as(subject.as_str(), key, called(key, topic));
        if *subject != Subject::Message {
            others.push(row);
            continue;
        }
        // Of a message it is the software that prints it.
        if let Some(reporter) = &topic.reporter {
            row.push(span("quiet", format!(" – {reporter}")));
        }
        printed.push(row);
    }
    let mut out = Html::default();
    for (id, title, rows) in [
        ("printed", "Error messages about it", printed),
        ("related", "Related pages", others),
    ] {
        if !rows.is_empty() {
            out.push(h2(id, title).and(super::html::list(rows)));
        }
    }
    out
}

/// A topic's key and its title.
pub(super) fn called(key: &str, topic: &Topic) -> String {
    let title = topic.title.as_ref();
    title.map_or_else(|| key.to_owned(), |title| format!("{key} {title}"))
}

/// A strip of all drafts that are known as a whole: those of which this holds are filled.
pub(super) fn strip(site: &Site<'_>, label: &str, has: impl Fn(&ResolvedDraft) -> bool) -> Html {
    let drafts = site
        .atlas
        .history
        .iter()
        .filter(|draft| draft.is_complete());
    let drafts = drafts.map(|draft| {
        let has = has(draft);
        let class = if has { "has" } else { "lacks" };
        let word = if has {
            ": has it"
        } else {
            ": does not have it"
        };
        let text = Html::from(draft.short.as_str()).and(span("unseen", word));
        match site.addresses.find("draft", &draft.short) {
            Some(address) => plain(
                "li",
                element(
                    "a",
                    &[("class", class), ("href", &format!("../{address}"))],
                    text,
                ),
            ),
            None => plain("li", element("span", &[("class", class)], text)),
        }
    });
    let drafts: Html = drafts.collect();
    let label = element("p", &[("class", "unseen")], format!("{label}:"));
    label.and(element("ul", &[("class", "strip")], drafts))
}

/// Links to the pages before and after this one.
pub(super) fn neighbours(before: Option<(String, Html)>, after: Option<(String, Html)>) -> Html {
    let link = |at: Option<(String, Html)>, words: &'static str| {
        at.map_or_else(Html::default, |(to, text)| {
            a(&to, span("quiet", words).and(text))
        })
    };
    let links = link(before, "before: ").and(link(after, "after: "));
    if links.is_empty() {
        return links;
    }
    element(
        "nav",
        &[("class", "neighbours"), ("aria-label", "Neighbours")],
        links,
    )
}
