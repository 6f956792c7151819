//! Which header fields pass, and what the bridge says of the client.
//!
//! What belongs to the connection or to the opening handshake stays on its side of the bridge; all
//! else passes.

use wsdraft::{
    grammar,
    handshake::{HeaderFields, Offer},
    info::{DraftInfo, HeaderInfo, Purpose},
};

use super::notes::Peer;

/// Fields of a connection (RFC 9110 §7.6.1), and those that say where content ends.
const OF_CONNECTION: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];
const FORWARDED: &str = "Forwarded";
const FORWARDED_FOR: &str = "X-Forwarded-For";
const FORWARDED_PROTO: &str = "X-Forwarded-Proto";
const FORWARDED_HOST: &str = "X-Forwarded-Host";

/// The fields of a client's request that pass, and who it is.
pub(super) fn of_request(
    offer: &Offer,
    to: &DraftInfo,
    peer: Peer,
    trusting: bool,
) -> Vec<(String, String)> {
    let fields = offer.request.fields();
    let of_handshake = [offer.draft.request_headers, to.request_headers];
    let mut passing = passing(fields, &of_handshake, connection_field(offer.draft));
    let said = |name: &str| {
        let values = fields.all(name).filter_map(|field| field.text());
        let joined = values.collect::<Vec<_>>().join(", ");
        Some(joined).filter(|value| trusting && !value.is_empty())
    };
    let mut ours = forwarded(offer, peer);
    if to.response_header(Purpose::Location).is_some() {
        // Its server states its own URL, and some make it of these.
        ours.retain(|(name, ..)| ![FORWARDED_HOST, FORWARDED_PROTO].contains(name));
    }
    let names = [FORWARDED, FORWARDED_FOR, FORWARDED_PROTO, FORWARDED_HOST];
    passing.retain(|(name, _)| {
        let is_ours = names.iter().any(|ours| ours.eq_ignore_ascii_case(name));
        !is_ours && (trusting || !tells_who(name))
    });
    for (name, value, grows) in ours {
        let value = match said(name) {
            Some(said) if grows => format!("{said}, {value}"),
            Some(said) => said,
            None => value,
        };
        passing.push((name.to_owned(), value));
    }
    passing
}

/// Whether servers take this field for what a proxy says of a client.
fn tells_who(name: &str) -> bool {
    // Many read "_" and "-" as the same: in CGI they are.
    let name = name.replace('_', "-").to_ascii_lowercase();
    ["forwarded", "x-real-ip"].contains(&&*name) || name.starts_with("x-forwarded-")
}

/// The fields that cannot pass because their values are no text.
pub(super) fn not_text(fields: &HeaderFields) -> impl Iterator<Item = &str> {
    let others = fields.iter().filter(|field| field.text().is_none());
    others.map(|field| field.name)
}

/// What the bridge says of a client: names and values, and whether it adds to what was said before.
fn forwarded(offer: &Offer, peer: Peer) -> Vec<(&'static str, String, bool)> {
    let ip = peer.ip();
    let node = if ip.is_ipv6() {
        format!("\"[{ip}]\"")
    } else {
        ip.to_string()
    };
    let scheme = if offer.request.is_secure() {
        "https"
    } else {
        "http"
    };
    let host = offer
        .host
        .as_deref()
        .filter(|host| grammar::is_host(host.as_bytes()));
    let stated = host.map_or_else(String::new, |host| format!(";host=\"{host}\""));
    let mut ours = vec![
        (
            FORWARDED,
            format!("for={node}{stated};proto={scheme}"),
            true,
        ),
        (FORWARDED_FOR, ip.to_string(), true),
        (FORWARDED_PROTO, scheme.to_owned(), false),
    ];
    ours.extend(host.map(|host| (FORWARDED_HOST, host.to_owned(), false)));
    ours
}

/// The origin of a request, if it passes.
pub(super) fn origin(offer: &Offer) -> Option<String> {
    let header = offer.draft.request_header(Purpose::Origin);
    let stays = header.is_some_and(|header| is_listed(offer, header.name));
    offer.origin.clone().filter(|_| !stays)
}

/// Whether the client says that a field is for the connection to the bridge, so that it goes no further
/// (RFC 9110 §7.6.1).
fn is_listed(offer: &Offer, name: &str) -> bool {
    let fields = offer.request.fields();
    lists(fields, connection_field(offer.draft), name)
}

/// All cookies of a request, if they pass.
pub(super) fn cookies(offer: &Offer) -> Option<String> {
    let header = offer.draft.request_header(Purpose::Cookie)?;
    if is_listed(offer, header.name) {
        return None;
    }
    let fields = offer.request.fields().all(header.name);
    let values: Vec<_> = fields.filter_map(|field| field.text()).collect();
    (!values.is_empty()).then(|| values.join("; "))
}

/// The fields of the response that accepts which pass.
pub(super) fn of_response(
    client: &DraftInfo,
    server: &DraftInfo,
    fields: &HeaderFields,
) -> Vec<(String, String)> {
    let of_handshake = [client.response_headers, server.response_headers];
    passing(fields, &of_handshake, connection_field(server))
}

/// The fields of a refusal that pass.
pub(super) fn of_refusal(server: &DraftInfo, fields: &HeaderFields) -> Vec<(String, String)> {
    passing(fields, &[server.response_headers], connection_field(server))
}

/// The name of the field that lists what belongs to the connection.
fn connection_field(draft: &DraftInfo) -> Option<&'static str> {
    let header = draft.request_header(Purpose::Connection);
    header.map(|header| header.name)
}

/// Whether the field that lists what belongs to the connection has this name.
fn lists(fields: &HeaderFields, connection: Option<&str>, name: &str) -> bool {
    let mut lists = connection.into_iter().flat_map(|list| fields.all(list));
    lists.any(|list| grammar::includes_token(list.value, name))
}

/// The fields that neither belong to the connection nor to an opening handshake.
fn passing(
    fields: &HeaderFields,
    of_handshake: &[&[HeaderInfo]],
    connection: Option<&str>,
) -> Vec<(String, String)> {
    let own = |name: &str| {
        let mut headers = of_handshake.iter().copied().flatten();
        headers.any(|header| {
            !matches!(header.purpose, Purpose::Http | Purpose::Other)
                && header.name.eq_ignore_ascii_case(name)
        })
    };
    let listed = |name: &str| lists(fields, connection, name);
    let stays = |name: &str| {
        let mut of_connection = OF_CONNECTION.iter();
        of_connection.any(|known| known.eq_ignore_ascii_case(name)) || own(name) || listed(name)
    };
    let passing = fields.iter().filter(|field| !stays(field.name));
    passing
        .filter_map(|field| Some((field.name.to_owned(), field.text()?.to_owned())))
        .collect()
}
