//! The page of topics: what people meet, why, and what to do next.

use wsdraft_spec::topic::{Subject, Topic};

use crate::{
    failure::Failure,
    pages::page::{Page, cited, code},
    specs::Specs,
};

/// Name of the page's file, without the ending.
pub(super) const NAME: &str = "topics";

/// The page: each kind of topic with its topics.
pub(super) fn page(specs: &Specs) -> Result<String, Failure> {
    let mut page = Page::markdown();
    page.heading(1, "What people meet, and what is behind it");
    page.paragraph("Causes are listed with the most likely one first; the order is a judgement.");
    for topics in specs.topics()? {
        page.heading(2, title(topics.subject));
        for (key, topic) in topics.entries.iter() {
            describe(key, topic, &mut page);
        }
    }
    Ok(page.finish())
}

const fn title(subject: Subject) -> &'static str {
    match subject {
        Subject::CloseCode => "Close codes",
        Subject::Status => "HTTP status codes",
        Subject::Limit => "Limits of wsdraft",
        Subject::Failure => "Failures of opening handshakes",
        Subject::Ending => "Ends of connections",
        Subject::Message => "What other software prints",
        Subject::Term => "Terms",
    }
}

fn describe(key: &str, topic: &Topic, page: &mut Page) {
    let title = topic.title.as_ref();
    page.heading(
        3,
        &title.map_or_else(|| key.to_owned(), |title| format!("{key} {title}")),
    );
    page.paragraph(&format!("{} ({})", topic.text, cited(&topic.evidence)));
    if let Some(reporter) = &topic.reporter {
        page.paragraph(&format!("Reported by: {reporter}"));
    }
    let causes = topic.causes.iter();
    let causes: Vec<String> = causes
        .map(|cause| format!("{} ({})", cause.text, cited(&cause.evidence)))
        .collect();
    if !causes.is_empty() {
        page.list(causes);
    }
    let steps = topic.steps.iter();
    page.table(
        ["run", "tells"],
        steps.map(|step| [code(&step.run), step.tells.clone()]),
    );
    if !topic.see.is_empty() {
        let see: Vec<String> = topic.see.iter().map(|name| code(name)).collect();
        page.paragraph(&format!("See {}.", see.join(", ")));
    }
}
