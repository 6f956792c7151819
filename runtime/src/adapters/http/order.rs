//! Rules on the order of header fields, which the types of the `http` crate do not keep.

use alloc::vec::Vec;

use ::http::{HeaderMap, header::HeaderName};

use crate::{
    handshake::server::ServerOptions,
    protocol::{
        draft::Draft,
        fields::{Field, Fields},
        heads::Request,
        info::RuleInfo,
        violation::Enforce,
    },
};

/// The rule of a draft whose result changes if the fields are in another order, with their names
/// spelled as in the draft.
pub(super) fn order_rule<D: Draft>(
    draft: &D,
    options: &ServerOptions,
    request: &Request<'_>,
    headers: &HeaderMap,
) -> Option<&'static RuleInfo> {
    let known = draft.info().request_headers;
    let position = |name: &HeaderName| {
        let mut names = known.iter().map(|header| header.name);
        names.position(|known| known.eq_ignore_ascii_case(name.as_str()))
    };
    let verdict = |names: &[&HeaderName]| {
        let mut fields = Vec::new();
        for &name in names {
            let spelled = position(name).map_or(name.as_str(), |at| known[at].name);
            fields.extend(headers.get_all(name).iter().map(|value| Field {
                name: spelled,
                value: value.as_bytes(),
                offset: 0,
            }));
        }
        let request = Request {
            fields: Fields::new(&fields, 0),
            ..*request
        };
        let mut report = Enforce::new(options.relaxed, options.strict);
        let _ = draft.check_request(&request, &mut report);
        report.finish().err().map(|violation| violation.rule)
    };
    let mut names: Vec<&HeaderName> = headers.keys().collect();
    let given = verdict(&names);
    names.reverse();
    let reversed = verdict(&names);
    names.sort_by_key(|name| position(name).unwrap_or(known.len()));
    let verdicts = [given, reversed, verdict(&names)];
    let mut broken = verdicts.iter().flatten().copied();
    broken.find(|&rule| verdicts.iter().any(|&verdict| verdict != Some(rule)))
}
