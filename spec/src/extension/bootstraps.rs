//! Other ways to open a connection of a draft.

use super::Extensions;
use crate::{
    diagnostic::did_you_mean,
    locate::Path,
    model::Draft,
    resolve::Problem,
    resolved::{Item, ResolvedDraft},
};

/// Checks that a draft can be opened over another version of HTTP: the extensions exist and state
/// how, and nothing but the heads belongs to the handshake.
pub(crate) fn check(
    written: &Draft,
    draft: &ResolvedDraft,
    extensions: &Extensions,
) -> Vec<Problem> {
    let Some(Item {
        value, stated_in, ..
    }) = &draft.bootstraps
    else {
        return Vec::new();
    };
    let here = *stated_in == written.short;
    let place = |at: usize| match here {
        true => Path::root()
            .field("bootstraps")
            .field("extensions")
            .index(at),
        false => Path::root().field("extends"),
    };
    let mut problems = Vec::new();
    for (at, name) in value.extensions.iter().enumerate() {
        match extensions.get(name) {
            None => {
                let known = extensions.iter().filter(|one| one.bootstrap.is_some());
                let hint = did_you_mean(name, known.map(|one| one.short.as_str()));
                problems.push((place(at), format!("no extension {name:?}{hint}")));
            }
            Some(extension) if extension.bootstrap.is_none() => {
                problems.push((place(at), format!("{name} states no bootstrap")));
            }
            Some(_) if !extensions.is_built_in(name) => {
                let text = "only a built-in extension can open connections, because servers of every draft look for it";
                problems.push((place(at), format!("{name} is a file of your own; {text}")));
            }
            Some(_) => {}
        }
    }
    let more = [
        ("request_body", draft.request_body.is_some()),
        ("response_body", draft.response_body.is_some()),
        ("session_key", draft.session_key.is_some()),
    ];
    if let Some((section, _)) = more.iter().find(|(_, present)| *present) {
        problems.push((
            place(0),
            format!("the handshake of this draft has more than its heads ({section}), which no other version of HTTP carries"),
        ));
    }
    problems
}
