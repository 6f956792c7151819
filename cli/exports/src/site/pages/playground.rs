//! The playground: the tools of the command, in the page.

use wsdraft::{Role, info::Scope};
use wsdraft_interpreter::vectors::{Input, Vectors};

use crate::site::{
    bytes,
    html::{Html, a, code, div, element, p, plain, void},
    inputs::Spoken,
    page::{Page, Site},
    playground::{PAGE, SAYS},
    widgets::lead,
};

/// So many examples are shown, and no longer ones.
const EXAMPLES: usize = 4;
const SHORT: usize = 40;

/// The tools, with what each takes.
const TOOLS: [(&str, &str); 6] = [
    ("all", "Everything that fits"),
    ("inspect", "inspect: decode and check frames"),
    ("lint", "lint: find what a recorded connection breaks"),
    ("detect", "detect: find the draft of a request"),
    ("handshake", "handshake: check a request and a response"),
    ("explain", "explain: say what a word stands for"),
];

/// What the page is for.
const LEAD: &str = "Paste frames in hex, an opening request, a code or an error message, or drop a recorded connection. The tools of the wsdraft command run in this page and print what they print in a terminal.";
const PRIVATE: &str =
    "Nothing is sent anywhere. The page works without a network, also from a file.";
/// What the input can be.
const TAKEN: &str = "Hex may have white space and colons between the digits; lines of a client may begin with >, lines of a server with <. What xxd and hexdump -C print is hex, too, and so is 0x81, 0x05. A file can be pcap, pcapng, HAR, hex, text of curl or mitmproxy, or raw bytes.";

/// The page.
pub(in crate::site) fn page(site: &Site<'_>, spoken: &Spoken) -> Page {
    let start = a("index.html", "go to the start");
    let scripts = Html::from("This page needs scripts. The others do not: ").and(start);
    let state = [("id", "state"), ("class", "quiet"), ("for", "input")];
    let body = lead(LEAD)
        .and(p(PRIVATE))
        .and(plain("noscript", p(scripts.and("."))))
        .and(form(site, spoken))
        .and(element("output", &state, ""))
        .and(element("div", &[("id", "output")], ""));
    Page {
        address: PAGE.into(),
        title: "Playground".into(),
        description: SAYS.into(),
        heading: "Playground".into(),
        body,
    }
}

fn form(site: &Site<'_>, spoken: &Spoken) -> Html {
    let input = element(
        "textarea",
        &[
            ("id", "input"),
            ("rows", "8"),
            ("spellcheck", "false"),
            ("autocomplete", "off"),
            ("autocapitalize", "off"),
            ("aria-describedby", "taken"),
        ],
        "",
    );
    let taken = element("p", &[("id", "taken"), ("class", "quiet")], TAKEN);
    let file = void("input", &[("id", "file"), ("type", "file")]);
    let tools = TOOLS.map(|(name, text)| element("option", &[("value", name)], text));
    let tools = element(
        "select",
        &[("id", "tool")],
        tools.into_iter().collect::<Html>(),
    );
    let first = div(
        "choices",
        field("tool", "Tool", tools).and(field("file", "File", file)),
    );
    let buttons = div(
        "choices",
        element("button", &[("type", "submit"), ("id", "run")], "Run")
            .and(element(
                "button",
                &[("type", "button"), ("id", "cancel"), ("hidden", "")],
                "Cancel",
            ))
            .and(check("json", "JSON")),
    );
    let content = field("input", "Input", input)
        .and(taken)
        .and(examples(site, spoken))
        .and(first)
        .and(options(site))
        .and(buttons);
    element("form", &[("id", "playground"), ("hidden", "")], content)
}

/// What the tools are told besides the input.
fn options(site: &Site<'_>) -> Html {
    let names = site.atlas.history.iter().rev();
    let drafts = names.filter(|draft| draft.is_complete());
    let drafts = drafts.map(|draft| draft.short.as_str());
    let drafts = choice("draft", "as the input shows, or the newest", drafts);
    let ends = [Role::Client, Role::Server].map(Role::as_str);
    let ends = choice("from", "as the input shows", ends);
    let extensions = "Agreed or supported extensions";
    let key = "Key from the handshake, in hex";
    let choices = field("draft", "Draft", drafts)
        .and(field("from", "Sender of frames", ends))
        .and(field("extensions", extensions, line("extensions")))
        .and(field("masking-key", key, line("masking-key")));
    let response = [
        ("id", "response"),
        ("rows", "5"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
    ];
    let response = element("textarea", &response, "");
    let label = "Response to the request, for handshake";
    let content = div("choices", choices)
        .and(field("response", label, response))
        .and(check("secure", "The connection has TLS"));
    plain("details", plain("summary", "Options").and(content))
}

/// A choice between names, or none of them.
fn choice<'a>(id: &str, none: &'static str, names: impl IntoIterator<Item = &'a str>) -> Html {
    let none = element("option", &[("value", "")], none);
    let names = names
        .into_iter()
        .map(|name| element("option", &[("value", name)], name));
    let options = none.and(names.collect::<Html>());
    element("select", &[("id", id)], options)
}

/// A field for a line of text.
fn line(id: &str) -> Html {
    let attributes = [
        ("id", id),
        ("type", "text"),
        ("spellcheck", "false"),
        ("autocomplete", "off"),
    ];
    void("input", &attributes)
}

fn field(id: &str, label: &'static str, control: Html) -> Html {
    div(
        "field",
        element("label", &[("for", id)], label).and(control),
    )
}

fn check(id: &str, label: &'static str) -> Html {
    let control = void("input", &[("id", id), ("type", "checkbox")]);
    let label = element("label", &[("for", id)], label);
    div("check", control.and(label))
}

/// Inputs that break rules of the newest draft.
fn examples(site: &Site<'_>, spoken: &Spoken) -> Html {
    let Some(newest) = site.atlas.current() else {
        return Html::default();
    };
    let Some(draft) = spoken.get(&newest.short) else {
        return Html::default();
    };
    let vectors = Vectors::new(newest, draft);
    let of_scope = |scope: Scope| {
        let rules = wsdraft::Draft::info(draft).rules.iter();
        rules.filter(move |rule| rule.scope == scope && rule.is_fatal())
    };
    let scopes = [Scope::Frame, Scope::Message, Scope::Close, Scope::Request];
    let found = scopes.into_iter().filter_map(|scope| {
        of_scope(scope).find_map(|rule| {
            let cases = vectors.of(rule.id).ok()?;
            let case = cases.first()?;
            let input = match &case.broken {
                Input::Frames { bytes, claimed: 0 } if bytes.len() <= SHORT => bytes::hex(bytes),
                Input::Request(request) => {
                    let text = String::from_utf8(request.head.clone()).ok()?;
                    text.replace("\r\n", "\n")
                }
                Input::Frames { .. } | Input::Response(..) => return None,
            };
            let from = match scope {
                Scope::Request => "",
                _ => case.by.as_str(),
            };
            let attributes = [
                ("type", "button"),
                ("data-input", &*input),
                ("data-from", from),
            ];
            Some(plain("li", element("button", &attributes, code(rule.id))))
        })
    });
    let items: Html = found.take(EXAMPLES).collect();
    let label = element(
        "p",
        &[("id", "examples"), ("class", "quiet")],
        "Examples, by the rule that each breaks:",
    );
    let list = element("ul", &[("class", "examples")], items);
    let named = [("role", "group"), ("aria-labelledby", "examples")];
    element("div", &named, label.and(list))
}
