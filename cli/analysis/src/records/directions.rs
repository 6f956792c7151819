//! The bytes of one connection without packets around them.

use wsdraft::{Role, handshake::parse};

use crate::{
    analyser::Analyser,
    bytes::{Source, sender},
    conversation::LIMITS,
    error::Error,
    finding::Sink,
    settings::Settings,
};

/// Bytes of a direction that are taken at once.
const CHUNK: usize = 64 << 10;

/// The bytes of a connection, as far as they are recorded.
#[derive(Debug)]
pub enum Directions {
    /// A record for each direction, or for one of them.
    Apart {
        /// What the client sent.
        client: Option<Source>,
        /// What the server sent.
        server: Option<Source>,
    },
    /// Pieces, in the order in which they were sent.
    InOrder {
        /// The name of the record.
        name: String,
        /// Who sent each piece, and its bytes.
        pieces: Vec<(Role, Vec<u8>)>,
    },
}

impl Directions {
    /// The name of the record; that of the client's, where each direction has one.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::InOrder { name, .. } => name,
            Self::Apart { client, server } => {
                let first = client.as_ref().or(server.as_ref());
                first.map_or("", Source::name)
            }
        }
    }

    /// Hands all bytes to an analyser.
    pub(super) fn analyse(
        self,
        analyser: &mut Analyser,
        settings: &Settings,
        sink: &mut Sink<'_>,
    ) -> Result<(), Error> {
        match self {
            Self::InOrder { pieces, .. } => {
                let first = pieces.first().map_or(&[][..], |piece| &piece.1);
                let mut skipped = begin(first, true, analyser, settings)?;
                for (role, bytes) in &pieces {
                    let at = std::mem::take(&mut skipped);
                    analyser.push(*role, bytes.get(at..).unwrap_or_default(), None, sink)?;
                }
            }
            Self::Apart {
                mut client,
                mut server,
            } => {
                analyser.apart(server.as_ref().map(|server| server.name().into()));
                for remark in [&client, &server]
                    .into_iter()
                    .flatten()
                    .filter_map(Source::remark)
                {
                    analyser.remark(remark);
                }
                if let Some(first) = client.as_mut().or(server.as_mut()) {
                    let skipped = begin(first.peek(LIMITS.bytes)?, true, analyser, settings)?;
                    first.consume(skipped);
                }
                while client.is_some() || server.is_some() {
                    if !analyser.holds(Role::Client) || server.is_none() {
                        feed(Role::Client, &mut client, analyser, sink)?;
                    }
                    feed(Role::Server, &mut server, analyser, sink)?;
                }
            }
        }
        Ok(analyser.close(sink)?)
    }
}

/// Hands on the next bytes of a direction.
fn feed(
    role: Role,
    from: &mut Option<Source>,
    analyser: &mut Analyser,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let Some(source) = from else {
        return Ok(());
    };
    let bytes = source.peek(1)?;
    let bytes = &bytes[..bytes.len().min(CHUNK)];
    let length = bytes.len();
    analyser.push(role, bytes, None, sink)?;
    source.consume(length);
    if length == 0 {
        *from = None;
    }
    Ok(())
}

/// Prepares for a record that does not begin with a request: gives how many bytes of it are
/// not frames. `in_step` says that what comes first is the start of a frame.
pub(super) fn begin(
    first: &[u8],
    in_step: bool,
    analyser: &mut Analyser,
    settings: &Settings,
) -> Result<usize, Error> {
    let from = sender(first);
    if from == Some(Role::Client) || first.is_empty() {
        return Ok(0);
    }
    let Some(draft) = settings.forced().or_else(|| settings.newest()) else {
        return Err(Error::invalid("there is no draft to check against"));
    };
    if settings.forced().is_none() {
        let newest = draft.info().short;
        analyser.remark(format!(
            "the record does not begin with a request: it is checked against {newest}, the newest draft; --draft names another one"
        ));
    }
    analyser.join(draft, in_step);
    Ok(match from {
        Some(_) => {
            let end = parse::head_end(first).unwrap_or(first.len());
            end + draft.info().response_body
        }
        None => 0,
    })
}
