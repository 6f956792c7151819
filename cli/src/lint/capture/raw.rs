//! Bytes of one connection without anything around them: as they are, or in hex.

use wsdraft::{
    Draft, Role,
    handshake::{ProxyHeader, parse},
};

use super::{Sink, Source};
use crate::{
    failure::Failure,
    input,
    lint::{
        analyser::{Analyser, may_be_request},
        opening,
        settings::Settings,
    },
};

/// The bytes of a connection, as far as they are recorded.
#[derive(Debug)]
pub(crate) enum Recorded {
    /// A file for each direction, or for one of them.
    Files {
        /// What the client sent.
        client: Option<Source>,
        /// What the server sent.
        server: Option<Source>,
    },
    /// Pieces, in the order in which they were sent.
    Pieces(Vec<(Role, Vec<u8>)>),
}

/// Bytes, and who sent them if that is told.
pub(crate) type Piece = (Option<Role>, Vec<u8>);

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
pub(crate) fn sender(start: &[u8]) -> Option<Role> {
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
pub(crate) fn from_hex(text: &str) -> Result<Vec<Piece>, Failure> {
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
        .map(|(role, digits)| Ok((role, input::from_hex(&digits)?)))
        .collect()
}

/// Lints a connection.
pub(super) fn lint(
    recorded: Recorded,
    analyser: &mut Analyser<'_>,
    settings: &Settings<'_>,
    sink: &mut Sink<'_>,
) -> Result<(), Failure> {
    match recorded {
        Recorded::Pieces(pieces) => {
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
                first.take(skipped);
            }
            let mut feed = |role: Role, from: &mut Option<Source>, analyser: &mut Analyser<'_>| {
                let Some(source) = from else {
                    return Ok::<_, Failure>(());
                };
                let bytes = source.peek(1)?;
                let bytes = &bytes[..bytes.len().min(input::CHUNK)];
                let length = bytes.len();
                analyser.push(role, bytes, None, sink)?;
                source.take(length);
                if length == 0 {
                    *from = None;
                }
                Ok::<_, Failure>(())
            };
            while client.is_some() || server.is_some() {
                if !analyser.holds(Role::Client) || server.is_none() {
                    feed(Role::Client, &mut client, analyser)?;
                }
                feed(Role::Server, &mut server, analyser)?;
            }
        }
    }
    analyser.finish(sink)
}

/// Prepares for a record that does not begin with a request: gives how many bytes of it are
/// not frames.
fn begin(
    first: &[u8],
    analyser: &mut Analyser<'_>,
    settings: &Settings<'_>,
) -> Result<usize, Failure> {
    let from = sender(first);
    if from == Some(Role::Client) || first.is_empty() {
        return Ok(0);
    }
    let Some(draft) = settings.forced() else {
        return Err(Failure::input(
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
