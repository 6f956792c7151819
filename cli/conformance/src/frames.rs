//! Frames to send.

use std::cell::RefCell;

use wsdraft::{
    Config, Connection, Draft, Entropy, NoEntropy, Role,
    extension::Agreed,
    frame::{Mask, Outgoing, Session},
    info::Kind,
    mask,
};
use wsdraft_spec::scenario::{FrameKind, Part};

/// Writes the tester's frames.
pub(crate) struct Pen {
    draft: &'static dyn Draft,
    /// The role of the tester.
    by: Role,
    /// The keys of the connection.
    pub(crate) session: Session,
    /// The extensions of the connection.
    pub(crate) agreed: Agreed,
    /// Encodes messages for the agreed extensions.
    coder: RefCell<Option<Connection<&'static dyn Draft>>>,
}

impl Pen {
    /// Writes frames of this role, before a handshake has agreed anything.
    pub(crate) fn new(draft: &'static dyn Draft, by: Role) -> Self {
        Self {
            draft,
            by,
            session: Session::default(),
            agreed: Agreed::default(),
            coder: RefCell::new(None),
        }
    }
}

/// The masking key of every frame, or what it is derived from.
const NONCE: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// The bytes of a control frame; none if the draft has no such frame.
pub(crate) fn control(pen: &Pen, kind: Kind, payload: &[u8]) -> Vec<u8> {
    frame(pen, kind, false, 0, payload).unwrap_or_default()
}

/// The bytes of a frame; `None` if the draft has no such frame.
pub(crate) fn frame(
    pen: &Pen,
    kind: Kind,
    more: bool,
    reserved: u8,
    payload: &[u8],
) -> Option<Vec<u8>> {
    let (draft, by) = (pen.draft, pen.by);
    let outgoing = Outgoing {
        kind,
        fin: !more,
        reserved,
        length: payload.len() as u64,
        opcode: 0,
    };
    let encoded = draft.encode(&outgoing, by, NONCE, &pen.session)?;
    if encoded.trailer.is_some_and(|end| payload.contains(&end)) {
        // The payload would end the frame.
        return None;
    }
    let mut out = Vec::with_capacity(encoded.bytes().len() + payload.len() + 1);
    out.extend_from_slice(encoded.bytes());
    let start = out.len();
    out.extend_from_slice(payload);
    match encoded.mask {
        Mask::None => {}
        Mask::Four(key) => mask::apply(&mut out[start..], key, 0),
        Mask::Twenty { key, phase } => {
            mask::apply_cyclic(&mut out[start..], &key, usize::from(phase));
        }
    }
    out.extend(encoded.trailer);
    Some(out)
}

/// The bytes of a part; `Err` says why the draft cannot say it.
pub(crate) fn part(pen: &Pen, part: &Part, each: &[u8]) -> Result<Vec<u8>, String> {
    let info = pen.draft.info();
    let of = |kind, more, reserved, payload: &[u8]| {
        frame(pen, kind, more, reserved, payload)
            .ok_or_else(|| format!("{} has no such frame", info.short))
    };
    match part {
        Part::Text(payload) => of(Kind::Text, false, 0, &payload.bytes(each)),
        Part::Binary(payload) => of(Kind::Binary, false, 0, &payload.bytes(each)),
        Part::Ping(payload) => of(Kind::Ping, false, 0, &payload.bytes(each)),
        Part::Pong(payload) => of(Kind::Pong, false, 0, &payload.bytes(each)),
        Part::Close(code, reason) => of(Kind::Close, false, 0, &status(pen, *code, reason)?),
        Part::CloseEmpty => of(Kind::Close, false, 0, &closing_body(pen)),
        Part::Frame {
            kind,
            more,
            reserved,
            payload,
        } => {
            if (*more || *kind == FrameKind::Continuation) && !info.fragments {
                return Err(format!("{} has no fragments", info.short));
            }
            of(kind_of(*kind), *more, *reserved, &payload.bytes(each))
        }
        Part::Coded {
            kind,
            payload,
            frames,
        } => coded(pen, kind_of(*kind), &payload.bytes(each), *frames),
        Part::Fragmented {
            kind,
            size,
            payload,
        } => fragmented(pen, kind_of(*kind), *size, &payload.bytes(each)),
        Part::Head(kind, length) => head(pen, kind_of(*kind), *length)
            .ok_or_else(|| format!("{} states no lengths", info.short)),
        Part::First(count, part) => {
            let mut bytes = self::part(pen, part, each)?;
            bytes.truncate(*count);
            Ok(bytes)
        }
        Part::After(count, part) => {
            let mut bytes = self::part(pen, part, each)?;
            Ok(bytes.split_off((*count).min(bytes.len())))
        }
        Part::ButLast(count, part) => {
            let mut bytes = self::part(pen, part, each)?;
            bytes.truncate(bytes.len().saturating_sub(*count));
            Ok(bytes)
        }
        Part::Last(count, part) => {
            let mut bytes = self::part(pen, part, each)?;
            Ok(bytes.split_off(bytes.len().saturating_sub(*count)))
        }
        Part::Raw(bytes) => Ok(bytes.bytes(each).into_owned()),
    }
}

/// The start of a frame that claims this length, without its payload.
pub(crate) fn head(pen: &Pen, kind: Kind, length: u64) -> Option<Vec<u8>> {
    let (draft, by) = (pen.draft, pen.by);
    let outgoing = Outgoing {
        kind,
        fin: true,
        reserved: 0,
        length,
        opcode: 0,
    };
    let encoded = draft.encode(&outgoing, by, NONCE, &pen.session)?;
    encoded.trailer.is_none().then(|| encoded.bytes().to_vec())
}

/// A message in frames of this many bytes.
fn fragmented(pen: &Pen, kind: Kind, size: usize, payload: &[u8]) -> Result<Vec<u8>, String> {
    let info = pen.draft.info();
    if !info.fragments {
        return Err(format!("{} has no fragments", info.short));
    }
    let (mut out, mut kind, mut rest) = (Vec::new(), kind, payload);
    loop {
        let (piece, further) = rest.split_at(size.max(1).min(rest.len()));
        let frame = frame(pen, kind, !further.is_empty(), 0, piece)
            .ok_or_else(|| format!("{} has no such frame", info.short))?;
        out.extend(frame);
        if further.is_empty() {
            return Ok(out);
        }
        (kind, rest) = (Kind::Continuation, further);
    }
}

pub(crate) const fn kind_of(kind: FrameKind) -> Kind {
    match kind {
        FrameKind::Continuation => Kind::Continuation,
        FrameKind::Text => Kind::Text,
        FrameKind::Binary => Kind::Binary,
        FrameKind::Close => Kind::Close,
        FrameKind::Ping => Kind::Ping,
        FrameKind::Pong => Kind::Pong,
    }
}

/// The body of a close frame with a code.
fn status(pen: &Pen, code: u16, reason: &str) -> Result<Vec<u8>, String> {
    let info = pen.draft.info();
    match info.closing.map(|closing| closing.body) {
        Some(wsdraft::info::CloseBody::Status) => {
            Ok([&code.to_be_bytes(), reason.as_bytes()].concat())
        }
        _ => Err(format!("{} has no close codes", info.short)),
    }
}

/// The shortest body of a close frame.
fn closing_body(pen: &Pen) -> Vec<u8> {
    use wsdraft::info::CloseBody;
    match pen.draft.info().closing.map(|closing| closing.body) {
        Some(CloseBody::Letter { client, server }) => match pen.by {
            Role::Client => vec![client],
            Role::Server => vec![server],
        },
        Some(CloseBody::Empty | CloseBody::Opaque | CloseBody::Status) | None => Vec::new(),
    }
}

/// A message that the agreed extensions encode.
fn coded(pen: &Pen, kind: Kind, payload: &[u8], frames: usize) -> Result<Vec<u8>, String> {
    let mut coder = pen.coder.borrow_mut();
    // A message may refer to what the last ones said: one coder encodes them all.
    let connection = coder.get_or_insert_with(|| {
        let (draft, session, config) = (pen.draft, pen.session, Config::default());
        let connection = match pen.by {
            Role::Client => Connection::client(draft, session, Fixed, config),
            Role::Server => Connection::server(draft, session, config),
        };
        connection.extended(&pen.agreed)
    });
    write(connection, kind, payload, frames.max(1))
        .map_err(|error| format!("the message cannot be sent: {error}"))?;
    let bytes = connection.output().to_vec();
    connection.sent(bytes.len());
    Ok(bytes)
}

fn write(
    connection: &mut Connection<&'static dyn Draft>,
    kind: Kind,
    payload: &[u8],
    frames: usize,
) -> Result<(), wsdraft::ConnectionError> {
    let is_text = kind == Kind::Text;
    if frames == 1 && !is_text {
        return connection.binary(payload);
    }
    if frames == 1
        && let Ok(text) = std::str::from_utf8(payload)
    {
        return connection.text(text);
    }
    let size = payload.len().div_ceil(frames).max(1);
    let mut pieces = payload.chunks(size).collect::<Vec<_>>();
    let last = pieces.pop().unwrap_or_default();
    let first = if pieces.is_empty() {
        &[][..]
    } else {
        pieces.remove(0)
    };
    if is_text {
        connection.begin_text(first)?;
    } else {
        connection.begin_binary(first)?;
    }
    for piece in pieces {
        connection.append(piece)?;
    }
    connection.finish(last)
}

/// The masking keys of coded messages.
#[derive(Debug)]
struct Fixed;

impl Entropy for Fixed {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        for (byte, key) in bytes.iter_mut().zip(NONCE.iter().cycle()) {
            *byte = *key;
        }
        Ok(())
    }
}
