//! Opening handshakes of channels: complete ones as each end knows them, and what is sent of them.

use alloc::{string::String, vec::Vec};

use crate::{
    handshake::{
        parse::{self, HeadError, HeadLimits},
        replaced::completed,
    },
    machine::extension::{elements, multiplex::HandshakesInfo},
    protocol::{
        draft::Draft,
        fields::{Field, Fields},
        frame::Session,
        heads::{Answer, Opening, Request, Response},
        info::{Purpose, Role},
        support,
    },
};

/// Fields that later requests are combined with: names and values.
pub(super) type Base = Vec<(String, Vec<u8>)>;

/// What ends a head.
pub(super) const END: &[u8] = b"\r\n\r\n";

/// The first line of a head, with its end.
fn first_line(head: &[u8]) -> &[u8] {
    let end = parse::after_line(head).unwrap_or(head.len());
    head.get(..end).unwrap_or_default()
}

/// A first line with these fields.
fn written<'f>(line: &[u8], fields: impl IntoIterator<Item = Field<'f>>) -> Vec<u8> {
    let mut head = Vec::from(line);
    for field in fields {
        support::push_field(&mut head, field.name, field.value);
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The fields of a physical request that the first requests of channels are combined with.
pub(super) fn first_base(draft: &dyn Draft, tokens: &[&str], fields: &Fields<'_>) -> Base {
    let header = draft.info().request_header(Purpose::Extensions);
    let header = header.map_or("", |header| header.name);
    let mut base: Base = Vec::new();
    for field in fields.iter() {
        if !field.name.eq_ignore_ascii_case(header) {
            base.push((field.name.into(), field.value.into()));
        }
    }
    if let Some(offered) = fields.joined(header) {
        let inner = elements(offered.text());
        let inner = inner.take_while(|element| !tokens.contains(&element.token.as_str()));
        let inner: Vec<_> = inner.map(|element| alloc::format!("{element}")).collect();
        if !inner.is_empty() {
            base.push((header.into(), inner.join(", ").into_bytes()));
        }
    }
    base
}

/// The fields of a base, as far as these fields do not replace or remove them.
fn combined<'f>(base: &'f Base, given: &Fields<'f>) -> Vec<Field<'f>> {
    let kept = base.iter().filter(|(name, _)| given.get(name).is_none());
    let kept = kept.map(|(name, value)| Field {
        name,
        value,
        offset: 0,
    });
    let given = given.iter().filter(|field| !field.value.is_empty());
    kept.chain(given).collect()
}

/// The request that the text of a block stands for, as a client of the draft writes it, and the
/// fields for a base.
///
/// # Errors
/// The text is no request.
pub(super) fn restored_request(
    draft: &dyn Draft,
    info: &HandshakesInfo,
    text: &[u8],
    base: Option<&Base>,
    limits: &HeadLimits,
) -> Result<(Vec<u8>, Base), HeadError> {
    if text.len() > limits.bytes {
        return Err(HeadError::TooLong {
            limit: limits.bytes,
        });
    }
    let opening = Opening {
        host: "",
        resource: "/",
        origin: None,
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        // Nobody looks at the challenge: the server answers it to itself.
        entropy: &|bytes| bytes.fill(0),
    };
    let mut own = Vec::new();
    draft.write_request(&opening, &mut own);
    let most = &HeadLimits::MOST;
    parse::with_request(text, &[], false, limits, |request| {
        let fields = match base {
            Some(base) => combined(base, &request.fields),
            None => request.fields.iter().collect(),
        };
        parse::with_request(&own, &[], false, most, |model| {
            let leaves_out = |name: &str| info.leaves_out(Role::Client, name);
            let all = completed(&model.fields, fields.iter().copied(), leaves_out);
            let owned = |field: &Field<'_>| (field.name.into(), field.value.into());
            let base = fields.iter().map(owned).collect();
            (written(first_line(text), all), base)
        })
    })?
}

/// What is sent of a request.
///
/// # Errors
/// The head is no request.
pub(super) fn sent_request(info: &HandshakesInfo, head: &[u8]) -> Result<Vec<u8>, HeadError> {
    parse::with_request(head, &[], false, &HeadLimits::MOST, |request| {
        let fields = request.fields.iter();
        written(
            first_line(head),
            fields.filter(|field| !info.leaves_out(Role::Client, field.name)),
        )
    })
}

/// What is sent of a response that accepts.
pub(super) fn sent_response(info: &HandshakesInfo, line: &[u8], fields: &Fields<'_>) -> Vec<u8> {
    let fields = fields.iter();
    written(
        first_line(line),
        fields.filter(|field| !info.leaves_out(Role::Server, field.name)),
    )
}

/// Passes a request to `look`.
pub(super) fn with_request<R>(
    head: &[u8],
    look: impl FnOnce(&Request<'_>) -> R,
) -> Result<R, HeadError> {
    parse::with_request(head, &[], false, &HeadLimits::MOST, look)
}

/// The response that the text of a block stands for, as a server of the draft writes it to this
/// request. `None` if it accepts nothing.
///
/// # Errors
/// The text is no response.
pub(super) fn restored_response(
    draft: &dyn Draft,
    info: &HandshakesInfo,
    request: &[u8],
    text: &[u8],
    limits: &HeadLimits,
) -> Result<Option<Vec<u8>>, HeadError> {
    let mut own = Vec::new();
    with_request(request, |request| {
        draft.write_response(request, &Answer::default(), &mut own);
    })?;
    let most = &HeadLimits::MOST;
    parse::with_response(text, &[], limits, |response| {
        if draft.info().accepting_status != Some(response.status) {
            return Ok(None);
        }
        parse::with_response(&own, &[], most, |model| {
            let leaves_out = |name: &str| info.leaves_out(Role::Server, name);
            let all = completed(&model.fields, response.fields.iter(), leaves_out);
            Some(written(first_line(text), all))
        })
    })?
}

/// What the handshake derives for the frames of a channel.
///
/// # Errors
/// One of the heads is none.
pub(super) fn session(
    draft: &dyn Draft,
    request: &[u8],
    response: &[u8],
) -> Result<Session, HeadError> {
    if !draft.info().derives_key {
        return Ok(Session::default());
    }
    with_request(request, |request| {
        let derive = |response: &Response<'_>| draft.session(request, response);
        parse::with_response(response, &[], &HeadLimits::MOST, derive)
    })?
}
