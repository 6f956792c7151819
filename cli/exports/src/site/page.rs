//! What every page has: the head, the navigation, the search, the way to it, and the foot.

use wsdraft_spec::vocabulary::Evidence;

use super::{
    MADE_BY,
    addresses::{Addresses, INDEX, TIMELINE, folder},
    html::{Html, a, code, element, list, plain, span, void},
    playground::PAGE as PLAYGROUND,
};
use crate::{Document, facts::atlas::Atlas};

/// What pages are written from.
#[derive(Debug)]
pub(super) struct Site<'a> {
    pub(super) atlas: Atlas<'a>,
    pub(super) addresses: &'a Addresses,
    /// Whether it has a playground.
    pub(super) has_playground: bool,
}

/// The parts of the site: the folder or page, and its name.
pub(super) const PARTS: [(&str, &str); 8] = [
    ("rules/index.html", "Rules"),
    ("close-codes/index.html", "Close codes"),
    ("messages/index.html", "Error messages"),
    ("headers/index.html", "Header fields"),
    ("opcodes/index.html", "Opcodes"),
    ("extensions/index.html", "Extensions"),
    ("drafts/index.html", "Drafts"),
    ("diff/index.html", "Differences"),
];

/// The alphabetical index.
pub(super) const EVERYTHING: &str = "all.html";

/// A page.
#[derive(Debug)]
pub(super) struct Page {
    /// Its address below the root.
    pub(super) address: String,
    pub(super) title: String,
    /// A sentence about it, for those who find it in a list.
    pub(super) description: String,
    /// The heading.
    pub(super) heading: Html,
    pub(super) body: Html,
}

impl Site<'_> {
    /// A link from a page in a folder to the thing of this kind and name; its name alone where it has no page.
    pub(super) fn link(&self, kind: &str, name: &str) -> Html {
        self.link_as(kind, name, name)
    }

    /// The same, with another text.
    pub(super) fn link_as(&self, kind: &str, name: &str, text: impl Into<Html>) -> Html {
        match self.addresses.find(kind, name) {
            Some(address) => a(&format!("../{address}"), text),
            None => text.into(),
        }
    }

    /// A link to a thing whose name is code.
    pub(super) fn code(&self, kind: &str, name: &str) -> Html {
        self.link_as(kind, name, code(name))
    }

    /// Links to things of one kind.
    pub(super) fn codes<'n>(&self, kind: &str, names: impl IntoIterator<Item = &'n str>) -> Html {
        Html::join(names.into_iter().map(|name| self.code(kind, name)), ", ")
    }

    /// Links to whatever has these names.
    pub(super) fn see(&self, names: &[String]) -> Html {
        let links = names.iter().map(|name| match self.addresses.any(name) {
            Some((kind, _)) => {
                let word = name
                    .strip_prefix(kind)
                    .map_or(name.as_str(), str::trim_start);
                self.code(kind, word)
            }
            None => code(name),
        });
        Html::join(links, ", ")
    }

    /// Drafts from one to another, as links.
    pub(super) fn drafts(&self, since: &str, until: Option<&str>) -> Html {
        let range = match until {
            None => Html::from("since ").and(self.link("draft", since)),
            Some(until) if until == since => self.link("draft", since),
            Some(until) => {
                let since = self.link("draft", since).and(" to ");
                since.and(self.link("draft", until))
            }
        };
        span("range", range)
    }
}

/// Where a fact is from.
pub(super) fn cited(evidence: &[Evidence]) -> Html {
    let pieces = evidence.iter().map(|evidence| {
        let text = evidence.to_string();
        let class = if evidence.is_unverified() {
            "source unsure"
        } else {
            "source"
        };
        match reference(evidence) {
            Some(address) => element("a", &[("class", class), ("href", &address)], text),
            None => span(class, text),
        }
    });
    Html::join(pieces, " · ")
}

/// The address of a section of an RFC.
fn reference(evidence: &Evidence) -> Option<String> {
    match evidence {
        Evidence::Rfc(number, section) => {
            let is_plain = |text: &str| text.split('.').all(|part| part.parse::<u16>().is_ok());
            let of_section = match is_plain(section) {
                true => format!("#section-{section}"),
                false => String::new(),
            };
            Some(format!(
                "https://www.rfc-editor.org/rfc/rfc{number}{of_section}"
            ))
        }
        Evidence::Erratum(_, erratum) => {
            Some(format!("https://www.rfc-editor.org/errata/eid{erratum}"))
        }
        Evidence::Note(_)
        | Evidence::Perl(_)
        | Evidence::FrontPage(_)
        | Evidence::Implementation(_)
        | Evidence::Registry(_)
        | Evidence::Computed(_)
        | Evidence::Inferred(_)
        | Evidence::Own(_)
        | Evidence::Recalled => None,
    }
}

impl Page {
    /// The whole document. `has_playground` is whether the site has one.
    pub(super) fn finish(self, has_playground: bool) -> Document {
        let root = "../".repeat(self.address.matches('/').count());
        let mut text = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n");
        text.push_str(&self.head(&root).into_text());
        text.push_str("\n<body>\n");
        text.push_str(&banner(&root, &self.address, has_playground).into_text());
        let main = self
            .trail(&root)
            .and(plain("h1", self.heading))
            .and(self.body);
        text.push_str(&element("main", &[("id", "content")], main).into_text());
        text.push('\n');
        text.push_str(&foot(&root).into_text());
        text.push_str("\n</body>\n</html>\n");
        Document {
            path: self.address,
            text,
        }
    }

    fn head(&self, root: &str) -> Html {
        let title = match self.address.as_str() {
            "index.html" => self.title.clone(),
            _ => format!("{} – WebSocket drafts", self.title),
        };
        let style = format!("{root}style.css");
        let script = format!("{root}search.js");
        let content = void("meta", &[("charset", "utf-8")])
            .and(void(
                "meta",
                &[
                    ("name", "viewport"),
                    ("content", "width=device-width, initial-scale=1"),
                ],
            ))
            .and(plain("title", title))
            .and(void(
                "meta",
                &[("name", "description"), ("content", &self.description)],
            ))
            .and(void(
                "meta",
                &[("name", "color-scheme"), ("content", "light dark")],
            ))
            .and(void("link", &[("rel", "icon"), ("href", "data:,")]))
            .and(void("link", &[("rel", "stylesheet"), ("href", &style)]))
            .and(element("script", &[("src", &script), ("defer", "")], ""));
        if self.address == PLAYGROUND {
            return plain("head", content.and(of_playground()));
        }
        plain("head", content)
    }

    /// The way from the start to this page.
    fn trail(&self, root: &str) -> Html {
        let Some((folder, file)) = self.address.split_once('/') else {
            return Html::default();
        };
        let mut steps = vec![a(&format!("{root}index.html"), "Start")];
        let name = part(folder);
        if file == "index.html" {
            steps.push(element("span", &[("aria-current", "page")], name));
        } else {
            steps.push(a("index.html", name));
            steps.push(element(
                "span",
                &[("aria-current", "page")],
                self.title.as_str(),
            ));
        }
        let steps = steps.into_iter().map(|step| plain("li", step));
        let steps = plain("ol", steps.collect::<Html>());
        element(
            "nav",
            &[("class", "trail"), ("aria-label", "Breadcrumb")],
            steps,
        )
    }
}

/// What the page of the playground loads besides.
fn of_playground() -> Html {
    let style = [("rel", "stylesheet"), ("href", "playground.css")];
    let scripts = [
        INDEX,
        "playground-worker.js",
        "playground-module.js",
        "playground.js",
    ];
    let scripts = scripts.map(|script| element("script", &[("src", script), ("defer", "")], ""));
    void("link", &style).and(scripts.into_iter().collect::<Html>())
}

/// The name of a folder.
pub(super) fn part(of: &str) -> &'static str {
    let others = [
        ("statuses", "Status codes"),
        ("limits", "Limits"),
        ("failures", "Failed handshakes"),
        ("endings", "Ends of connections"),
        ("terms", "Terms"),
        ("registries", "Registries"),
        ("drafts", "Drafts"),
        ("blocks", "Control blocks"),
        ("drop-codes", "Drop codes"),
    ];
    let parts = PARTS
        .iter()
        .filter_map(|(address, name)| Some((address.split_once('/')?.0, *name)));
    parts
        .chain(others)
        .find(|(folder, _)| *folder == of)
        .map_or("Pages", |(_, name)| name)
}

fn banner(root: &str, address: &str, has_playground: bool) -> Html {
    let to = |address: &str| format!("{root}{address}");
    let home = element("a", &[("class", "home"), ("href", &to("index.html"))], {
        span("mark", "ws").and("draft")
    });
    let label = element("label", &[("for", "search"), ("class", "unseen")], "Search");
    let field = void(
        "input",
        &[
            ("id", "search"),
            ("name", "q"),
            ("type", "search"),
            ("placeholder", "Search rules, codes, errors"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
        ],
    );
    let button = element("button", &[("type", "submit")], "Search");
    let results = element(
        "div",
        &[("id", "results"), ("hidden", ""), ("data-root", root)],
        "",
    );
    let search = element(
        "form",
        &[
            ("class", "search"),
            ("role", "search"),
            ("action", &to(EVERYTHING)),
        ],
        label.and(field).and(button).and(results),
    );
    let here = address.split_once('/').map_or("", |(folder, _)| folder);
    let playground = has_playground.then_some((PLAYGROUND, "Playground"));
    let parts = playground.into_iter().chain(PARTS).map(|(part, name)| {
        let is_here = match part.split_once('/') {
            Some((folder, _)) => folder == here,
            None => part == address,
        };
        let href = to(part);
        let attributes = [("href", href.as_str()), ("aria-current", "true")];
        let attributes = if is_here {
            &attributes[..]
        } else {
            &attributes[..1]
        };
        element("a", attributes, name)
    });
    let nav = element("nav", &[("aria-label", "Parts")], list(parts));
    let skip = element(
        "a",
        &[("class", "skip"), ("href", "#content")],
        "To the content",
    );
    skip.and(plain(
        "header",
        element("div", &[("class", "bar")], home.and(search)).and(nav),
    ))
}

fn foot(root: &str) -> Html {
    let to = |address: &str| format!("{root}{address}");
    let more = ["status", "limit", "failure", "ending", "term"].map(|kind| {
        let folder = folder(kind);
        a(&to(&format!("{folder}/index.html")), part(&folder))
    });
    let links = list(more.into_iter().chain([
        a(&to("registries/index.html"), "Registries"),
        a(&to(TIMELINE), "Timeline"),
        a(&to(EVERYTHING), "Everything from A to Z"),
    ]));
    let words = plain(
        "p",
        format!(
            "{MADE_BY} Nothing is loaded from elsewhere. You may use these pages under MIT or Apache-2.0, at your option, or under CC0 1.0."
        ),
    );
    plain("footer", links.and(words))
}
