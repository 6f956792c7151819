//! Bytes of one connection without anything around them: as they are, or in hex.

use wsdraft::{
    Draft, Role,
    handshake::{ProxyHeader, parse},
};

use super::{Sink, Source};
use crate::{
    Error,
    analyser::{Analyser, may_be_request},
    hex::{self, HexError},
    opening,
    settings::Settings,
};

/// The bytes of a connection, as far as they are recorded.
#[derive(Debug)]
pub enum Recorded {
    /// A file for each direction, or for one of them.
    Files {
        /// What the client sent.
        client: Option<Source>,
        /// What the server sent.
        server: Option<Source>,
    },
    /// Pieces, in the order in which they were sent.
    Pieces {
        /// The name of the record.
        name: String,
        /// Who sent each piece, and its bytes.
        pieces: Vec<(Role, Vec<u8>)>,
    },
}

impl Recorded {
    /// The name of the record; that of the client's, where each direction has one.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Pieces { name, .. } => name,
            Self::Files { client, server } => {
                let first = client.as_ref().or(server.as_ref());
                first.map_or("", Source::name)
            }
        }
    }
}

/// Bytes, and who sent them if that is told.
pub type Piece = (Option<Role>, Vec<u8>);

/// Bytes of a direction that are taken at once.
const CHUNK: usize = 64 << 10;

/// Whether text is hex, by its start.
pub(super) fn is_hex(start: &[u8]) -> bool {
    let mut digits = 0;
    let all = start.iter().all(|byte| {
        digits += usize::from(byte.is_ascii_hexdigit());
        byte.is_ascii_hexdigit() || byte.is_ascii_whitespace() || matches!(byte, b':' | b'>' | b'<')
    });
    all && digits > 1
}

/// Who sent bytes, by how they begin.
pub fn sender(start: &[u8]) -> Option<Role> {
    if ProxyHeader::begins(start) {
        return Some(Role::Client);
    }
    let start = parse::without_empty_lines(start);
    if start.starts_with(b"HTTP/") {
        Some(Role::Server)
    } else if may_be_request(start) {
        Some(Role::Client)
    } else {
        None
    }
}

/// Reads hex. A line that begins with `>` is the client's, one with `<` the server's; without
/// any, all is of one direction, whose sender is not told.
pub fn from_hex(text: &str) -> Result<Vec<Piece>, HexError> {
    let mut pieces: Vec<(Option<Role>, String)> = Vec::new();
    for line in text.lines() {
        let (role, digits) = match line.trim_start().as_bytes() {
            [b'>', ..] => (Some(Role::Client), line.trim_start().get(1..)),
            [b'<', ..] => (Some(Role::Server), line.trim_start().get(1..)),
            _ => (None, Some(line)),
        };
        let digits = digits.unwrap_or_default();
        match pieces.last_mut() {
            Some((last, before)) if role.is_none() || *last == role => before.push_str(digits),
            _ => pieces.push((role, digits.to_owned())),
        }
    }
    pieces
        .into_iter()
        .map(|(role, digits)| Ok((role, hex::from_hex(&digits)?)))
        .collect()
}

/// Lints a connection.
pub(super) fn lint(
    recorded: Recorded,
    analyser: &mut Analyser<'_>,
    settings: &Settings<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    match recorded {
        Recorded::Pieces { pieces, .. } => {
            let first = pieces.first().map_or(&[][..], |piece| &piece.1);
            let mut skipped = begin(first, analyser, settings)?;
            for (role, bytes) in &pieces {
                let at = core::mem::take(&mut skipped);
                analyser.push(*role, bytes.get(at..).unwrap_or_default(), None, sink)?;
            }
        }
        Recorded::Files {
            mut client,
            mut server,
        } => {
            analyser.apart(server.as_ref().map(|server| server.name().into()));
            if let Some(first) = client.as_mut().or(server.as_mut()) {
                let skipped = begin(first.peek(opening::LIMITS.bytes)?, analyser, settings)?;
                first.consume(skipped);
            }
            let mut feed = |role: Role, from: &mut Option<Source>, analyser: &mut Analyser<'_>| {
                let Some(source) = from else {
                    return Ok::<_, Error>(());
                };
                let bytes = source.peek(1)?;
                let bytes = &bytes[..bytes.len().min(CHUNK)];
                let length = bytes.len();
                analyser.push(role, bytes, None, sink)?;
                source.consume(length);
                if length == 0 {
                    *from = None;
                }
                Ok::<_, Error>(())
            };
            while client.is_some() || server.is_some() {
                if !analyser.holds(Role::Client) || server.is_none() {
                    feed(Role::Client, &mut client, analyser)?;
                }
                feed(Role::Server, &mut server, analyser)?;
            }
        }
    }
    Ok(analyser.finish(sink)?)
}

/// Prepares for a record that does not begin with a request: gives how many bytes of it are
/// not frames.
fn begin(
    first: &[u8],
    analyser: &mut Analyser<'_>,
    settings: &Settings<'_>,
) -> Result<usize, Error> {
    let from = sender(first);
    if from == Some(Role::Client) || first.is_empty() {
        return Ok(0);
    }
    let Some(draft) = settings.forced() else {
        return Err(Error::invalid(
            "the record does not begin with a request: name the draft with --draft",
        ));
    };
    analyser.join(draft, true);
    Ok(match from {
        Some(_) => {
            let end = parse::head_end(first).unwrap_or(first.len());
            end + Draft::info(draft).response_body
        }
        None => 0,
    })
}

#[cfg(test)]
mod tests {
    use wsdraft::Role;

    #[test]
    fn directions_of_hex_are_told_by_arrows() {
        let pieces = super::from_hex("> 81 00\n 8100\n<8a00\n").unwrap();
        assert_eq!(
            pieces,
            [
                (Some(Role::Client), vec![0x81, 0, 0x81, 0]),
                (Some(Role::Server), vec![0x8a, 0]),
            ]
        );
        assert!(super::from_hex("81 0").is_err());
    }
}
