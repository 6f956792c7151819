//! What a draft states itself, out of all that it has.

use std::fmt::Display;

use wsdraft_spec::{
    Item, ResolvedDraft, Table,
    model::{Amend, Delta, Draft, Single},
};

use super::page::{Page, code};

/// The draft with only those items that it states itself.
pub(super) fn stated(draft: &ResolvedDraft) -> ResolvedDraft {
    let short = draft.short.as_str();
    let mut stated = draft.clone();
    stated.request_line = item(&draft.request_line, short);
    stated.status_line = item(&draft.status_line, short);
    stated.request_headers = items(&draft.request_headers, short);
    stated.response_headers = items(&draft.response_headers, short);
    stated.request_body = item(&draft.request_body, short);
    stated.response_body = item(&draft.response_body, short);
    stated.session_key = item(&draft.session_key, short);
    stated.bootstraps = item(&draft.bootstraps, short);
    stated.signs = items(&draft.signs, short);
    stated.layout = item(&draft.layout, short);
    stated.masking = item(&draft.masking, short);
    stated.opcodes = items(&draft.opcodes, short);
    stated.closing = item(&draft.closing, short);
    stated.close_codes = items(&draft.close_codes, short);
    stated.close_ranges = item(&draft.close_ranges, short);
    stated.rules = items(&draft.rules, short);
    stated
}

fn item<T: Clone>(item: &Option<Item<T>>, short: &str) -> Option<Item<T>> {
    item.as_ref()
        .filter(|item| item.stated_in == short)
        .cloned()
}

fn items<K, V>(items: &Table<K, Item<V>>, short: &str) -> Table<K, Item<V>>
where
    K: Clone + PartialEq,
    V: Clone,
{
    let mut stated = Table::default();
    for (key, item) in items.iter().filter(|(_, item)| item.stated_in == short) {
        stated.set(key.clone(), item.clone());
    }
    stated
}

/// What a draft removes of what it inherits.
pub(super) fn removed(draft: &Draft, page: &mut Page) {
    let single = |removed: bool| match removed {
        true => vec!["it".to_owned()],
        false => Vec::new(),
    };
    let parts = [
        ("request line", single(is_removed(&draft.request_line))),
        ("status line", single(is_removed(&draft.status_line))),
        ("request fields", keys(&draft.request_headers)),
        ("response fields", keys(&draft.response_headers)),
        (
            "bytes after the request",
            single(is_removed(&draft.request_body)),
        ),
        (
            "bytes after the response",
            single(is_removed(&draft.response_body)),
        ),
        ("connection's key", single(is_removed(&draft.session_key))),
        ("bootstraps", single(is_removed(&draft.bootstraps))),
        ("signs", keys(&draft.signs)),
        ("masking", single(is_removed(&draft.masking))),
        ("opcodes", keys(&draft.opcodes)),
        ("close codes", keys(&draft.close_codes)),
        ("rules", keys(&draft.rules)),
    ];
    let some = parts.into_iter().filter(|(_, removed)| !removed.is_empty());
    let rows: Vec<[String; 2]> = some
        .map(|(part, removed)| {
            let names: Vec<String> = removed.iter().map(|name| code(name)).collect();
            [part.to_owned(), names.join(", ")]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(2, "What it removed");
        page.table(["part", "removed"], rows);
    }
}

fn is_removed<T: Amend>(single: &Option<Single<T>>) -> bool {
    matches!(single, Some(Single::Remove))
}

fn keys<K: Display, V: Amend>(delta: &Delta<K, V>) -> Vec<String> {
    delta.remove.iter().map(ToString::to_string).collect()
}
