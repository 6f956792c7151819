//! The inputs that break a rule, each with one that only just keeps it.

use std::collections::BTreeMap;

use wsdraft::{Draft, Role};
use wsdraft_interpreter::{
    Interpreted,
    vectors::{Case, Input, Vectors, violations},
};
use wsdraft_spec::ResolvedDraft;

use super::{
    bytes::Frames,
    heads,
    html::{Html, div, element, h2, p, plain, span},
    page::Site,
};
use crate::facts::atlas::Atlas;

/// The drafts that can be interpreted, by short name.
#[derive(Debug)]
pub(super) struct Spoken(BTreeMap<String, Interpreted>);

/// So many inputs are shown at first; the others on request.
const FIRST: usize = 2;

impl Spoken {
    /// Prepares the drafts. Those that are known in part, or call functions, are left out.
    pub(super) fn new(atlas: &Atlas<'_>) -> Self {
        let drafts = atlas.history.iter().filter_map(|draft| {
            let spoken = Interpreted::new((*draft).clone()).ok()?;
            Some((draft.short.clone(), spoken))
        });
        Self(drafts.collect())
    }

    /// The draft of this name.
    pub(super) fn get(&self, short: &str) -> Option<&Interpreted> {
        self.0.get(short)
    }
}

/// The section with the inputs of a rule in a draft; empty if the draft cannot be interpreted.
pub(super) fn section(site: &Site<'_>, spoken: &Spoken, spec: &ResolvedDraft, id: &str) -> Html {
    let Some(draft) = spoken.get(&spec.short) else {
        return Html::default();
    };
    let heading = h2("inputs", "Inputs that break it, and inputs that keep it");
    let cases = match Vectors::new(spec, draft).of(id) {
        Ok(cases) => cases,
        Err(why) => {
            let why = why.to_string();
            return heading.and(p(format!("There are none: {why}.")));
        }
    };
    let intro = Html::from("Each of these breaks only this rule, in ")
        .and(site.link("draft", &spec.short))
        .and(". What keeps the rule differs as little as possible.");
    let mut out = heading.and(p(intro));
    for by in [Role::Client, Role::Server] {
        let of_role: Vec<&Case> = cases.iter().filter(|case| case.by == by).collect();
        let shown = |case: &&Case| describe(spec, draft, case);
        out.push(of_role.iter().take(FIRST).map(shown).collect::<Html>());
        let further: Html = of_role.iter().skip(FIRST).map(shown).collect();
        if !further.is_empty() {
            let count = of_role.len() - FIRST;
            let summary = format!("{count} more that a {} could send", by.as_str());
            out.push(plain("details", plain("summary", summary).and(further)));
        }
    }
    out
}

fn describe(spec: &ResolvedDraft, draft: &Interpreted, case: &Case) -> Html {
    let who = case.by.as_str();
    match (&case.broken, &case.kept) {
        (Input::Request(broken), Input::Request(kept)) => {
            let label = format!("Request of a {who}");
            figure(&label, heads::compared(&label, broken, kept))
        }
        (Input::Response(asked, broken), Input::Response(_, kept)) => {
            let label = format!("Response of a {who}");
            let request = asked.request(draft);
            let request = plain("summary", "The request that it answers")
                .and(heads::alone("Request", &request));
            let answer = heads::compared(&label, broken, kept);
            figure(&label, answer.and(plain("details", request)))
        }
        (Input::Frames { .. }, Input::Frames { .. }) => {
            let place = violations(draft, case.by, &case.broken).ok();
            let place = place.and_then(|found| Some(found.first()?.offset));
            let broken = frames(spec, draft, case.by, &case.broken, place);
            let kept = frames(spec, draft, case.by, &case.kept, None);
            let pair = verdict("broken", "✗", "Breaks it").and(broken);
            figure(
                &format!("Frames of a {who}"),
                pair.and(verdict("kept", "✓", "Keeps it")).and(kept),
            )
        }
        (Input::Request(_) | Input::Response(..) | Input::Frames { .. }, _) => Html::default(),
    }
}

fn frames(
    spec: &ResolvedDraft,
    draft: &dyn Draft,
    by: Role,
    input: &Input,
    breaks: Option<u64>,
) -> Html {
    match input {
        Input::Frames { bytes, .. } => Frames {
            spec,
            draft,
            by,
            bytes,
            breaks,
        }
        .describe(),
        Input::Request(_) | Input::Response(..) => Html::default(),
    }
}

fn figure(label: &str, content: Html) -> Html {
    let caption = plain("figcaption", label);
    element(
        "figure",
        &[("class", "input")],
        caption.and(div("inner", content)),
    )
}

fn verdict(class: &str, sign: &'static str, words: &'static str) -> Html {
    let sign = element("span", &[("aria-hidden", "true")], sign);
    element(
        "p",
        &[("class", &format!("verdict {class}"))],
        sign.and(" ").and(span("", words)),
    )
}
