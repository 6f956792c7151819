//! The inputs that break a rule, each with one that only just keeps it.

use std::collections::BTreeMap;

use wsdraft::{Draft, Role};
use wsdraft_interpreter::{
    Interpreted,
    vectors::{Case, Input, Vectors, violations},
};
use wsdraft_spec::ResolvedDraft;

use super::{
    bytes::{self, Frames},
    heads,
    html::{Html, code, div, element, h2, p, plain, span},
    page::Site,
};
use crate::facts::atlas::Atlas;

/// The drafts that can be interpreted, by short name.
#[derive(Debug)]
pub(super) struct Spoken(BTreeMap<String, Interpreted>);

/// No more bytes fit into a command that a person copies.
const SHORT: usize = 40;
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
        let of_role = cases.iter().filter(|case| case.by == by);
        let mut shown = (1..)
            .zip(of_role)
            .map(|(number, case)| describe(spec, draft, case, number));
        out.push(shown.by_ref().take(FIRST).collect::<Html>());
        let further: Vec<Html> = shown.collect();
        if !further.is_empty() {
            let summary = format!("{} more that a {} could send", further.len(), by.as_str());
            let further: Html = further.into_iter().collect();
            out.push(plain("details", plain("summary", summary).and(further)));
        }
    }
    out
}

/// An input, and its number among those of its sender.
fn describe(spec: &ResolvedDraft, draft: &Interpreted, case: &Case, number: u32) -> Html {
    let who = case.by.as_str();
    match (&case.broken, &case.kept) {
        (Input::Request(broken), Input::Request(kept)) => {
            let label = format!("Request {number} of a {who}");
            figure(&label, heads::compared(&label, broken, kept))
        }
        (Input::Response(asked, broken), Input::Response(_, kept)) => {
            let label = format!("Response {number} of a {who}");
            let request = heads::alone(
                &format!("Request before response {number}"),
                &asked.request(draft),
            );
            let request = plain("summary", "The request that it answers").and(request);
            let answer = heads::compared(&label, broken, kept);
            figure(&label, answer.and(plain("details", request)))
        }
        (Input::Frames { .. }, Input::Frames { .. }) => {
            let place = violations(draft, case.by, &case.broken).ok();
            let place = place.and_then(|found| Some(found.first()?.offset));
            let broken = frames(spec, draft, case.by, &case.broken, place);
            let kept = frames(spec, draft, case.by, &case.kept, None);
            let broken = verdict("broken", "✗", "Breaks it")
                .and(broken)
                .and(hex_to_try(spec, case));
            let kept = verdict("kept", "✓", "Keeps it").and(kept);
            figure(&format!("Frames {number} of a {who}"), broken.and(kept))
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

/// The command that judges a short input; empty for those that need more than their bytes.
fn hex_to_try(spec: &ResolvedDraft, case: &Case) -> Html {
    match &case.broken {
        Input::Frames { bytes, claimed: 0 }
            if bytes.len() <= SHORT && spec.session_key.is_none() =>
        {
            let (draft, by) = (&spec.short, case.by.as_str());
            let hex = bytes::hex(bytes).replace(' ', "");
            let run = format!("wsdraft inspect --draft {draft} --from {by} --hex {hex}");
            element("p", &[("class", "try")], code(run))
        }
        Input::Frames { .. } | Input::Request(_) | Input::Response(..) => Html::default(),
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
