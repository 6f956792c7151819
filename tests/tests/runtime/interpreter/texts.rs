//! Specs and heads as text.

use super::*;

/// A change of a text.
#[derive(Clone, Debug)]
enum Rewrite {
    DropLine(Index),
    RepeatLine(Index),
    Word(Index, String),
    Number(Index, u64),
    Cut(Index),
    Insert(Index, String),
}

fn rewrite() -> impl Strategy<Value = Rewrite> {
    let at = any::<Index>();
    let words = [
        "Must",
        "May",
        "Any",
        "Frame",
        "Payload",
        "Control",
        "Documented",
        "Add",
        "Replace",
        "Remove",
        "Always",
        "Present",
        "Host",
        "Text",
        "Close",
        "Random",
        "Given",
        "Nothing",
        "Abort",
        "Empty",
        "Status",
        "Request",
        "Response",
        "Message",
        "Policy",
        "Conversation",
        "Accepts",
        "PingAnswered",
        "Client",
    ];
    prop_oneof![
        at.clone().prop_map(Rewrite::DropLine),
        at.clone().prop_map(Rewrite::RepeatLine),
        (at.clone(), select(words.to_vec()))
            .prop_map(|(at, word)| Rewrite::Word(at, word.to_owned())),
        (at.clone(), prop_oneof![any::<u64>(), 0u64..300])
            .prop_map(|(at, number)| Rewrite::Number(at, number)),
        at.clone().prop_map(Rewrite::Cut),
        (at, "[\\PC\n]{0,6}").prop_map(|(at, text)| Rewrite::Insert(at, text)),
    ]
}

/// Puts something in the place of one of the runs of letters or digits.
fn replace_run(text: &str, at: &Index, by: &str, digits: bool) -> String {
    let is_part = |letter: char| {
        if digits {
            letter.is_ascii_digit()
        } else {
            letter.is_ascii_alphabetic()
        }
    };
    let mut runs = Vec::new();
    let mut start = None;
    for (place, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_part(letter)) {
            (None, true) => start = Some(place),
            (Some(from), false) => {
                runs.push(from..place);
                start = None;
            }
            _ => {}
        }
    }
    if runs.is_empty() {
        return text.into();
    }
    let mut out = text.to_owned();
    out.replace_range(at.get(&runs).clone(), by);
    out
}

fn rewritten(text: &str, rewrites: &[Rewrite]) -> String {
    let mut text = text.to_owned();
    for rewrite in rewrites {
        let mut lines: Vec<&str> = text.lines().collect();
        if lines.is_empty() {
            break;
        }
        let place = |at: &Index| {
            let mut place = at.index(text.len() + 1);
            while !text.is_char_boundary(place) {
                place -= 1;
            }
            place
        };
        text = match rewrite {
            Rewrite::DropLine(at) => {
                lines.remove(at.index(lines.len()));
                lines.join("\n")
            }
            Rewrite::RepeatLine(at) => {
                let at = at.index(lines.len());
                lines.insert(at, lines[at]);
                lines.join("\n")
            }
            Rewrite::Word(at, word) => replace_run(&text, at, word, false),
            Rewrite::Number(at, number) => replace_run(&text, at, &number.to_string(), true),
            Rewrite::Cut(at) => text[..place(at)].to_owned(),
            Rewrite::Insert(at, more) => {
                let place = place(at);
                [&text[..place], more, &text[place..]].concat()
            }
        };
    }
    text
}

#[test]
fn any_text_is_a_spec_or_explained() {
    let database = Database::built_in().unwrap();
    let sources: Vec<&Source> = wsdraft::drafts::ALL
        .iter()
        .filter_map(|draft| database.source(draft.info().short))
        .collect();
    let noise = "[\\PC\n]{0,60}";
    let changed = (any::<Index>(), vec(rewrite(), 1..4));
    run(256, &noise, |text| drop(load("noise.ron", text)));
    let input = (changed, stream(), wish());
    run(512, &input, |((which, rewrites), stream, wish)| {
        // Roots alone, so that what is loaded does not depend on the rest.
        let source = which.get(&sources);
        let text = rewritten(&source.text, &rewrites);
        let Some(database) = load(&source.file, text) else {
            return;
        };
        for draft in database.drafts() {
            let resolved = database.resolved(&draft.short).unwrap();
            // What was found to be right can be run, and turned into code.
            let Ok(draft) = Interpreted::new(resolved.clone()) else {
                continue;
            };
            let draft: &'static dyn Draft = Box::leak(Box::new(draft));
            for from in ROLES {
                let bytes = stream.bytes(draft, from);
                inspect(draft, from, 0, &Limits::default(), &[&bytes]);
            }
            let request = wish.request(draft);
            with_request(&request, false, |request| {
                violations(|report| draft.check_request(request, report));
                answer(draft, request, &wish.answer());
            });
            let options = wsdraft_codegen::Options::default();
            assert!(!wsdraft_codegen::source(resolved, &options).is_empty());
        }
    });
}
