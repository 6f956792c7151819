//! Connections as another program printed them, and files with both directions.

use std::rc::Rc;

use wsdraft::{Role, handshake::parse};

use super::{directions::begin, tally::Tally};
use crate::{
    analyser::Analyser,
    bytes::{PASTED, Pasted, Source},
    capture::{Sent, Transcript, What},
    conversation::{LIMITS, Receipt},
    error::Error,
    finding::Sink,
    settings::Settings,
};

/// Analyses connections in this record.
pub(super) fn analyse(
    found: Vec<Transcript>,
    name: &str,
    settings: &Rc<Settings>,
    tally: &mut Tally,
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    for transcript in found {
        // Nothing tells which end had received what when it sent something.
        let mut analyser = Analyser::new(settings.clone(), name)
            .cut_short()
            .received_by(Receipt::Nothing);
        if let Some(lacks) = transcript.lacks {
            analyser.remark(lacks);
        }
        if let Some(how) = transcript.ended {
            analyser.told_end(how);
        }
        let first = transcript
            .pieces
            .iter()
            .find_map(|piece| match &piece.what {
                What::Bytes(bytes) => Some(&bytes[..]),
                What::Missing(_) => None,
            });
        let mut skipped = begin(first.unwrap_or_default(), false, &mut analyser, settings)?;
        for Sent { from, what, packet } in &transcript.pieces {
            match what {
                What::Bytes(bytes) => {
                    let at = std::mem::take(&mut skipped);
                    let bytes = bytes.get(at..).unwrap_or_default();
                    analyser.push(*from, bytes, *packet, sink)?;
                }
                What::Missing(missing) => analyser.gap(*from, *missing, *packet, sink)?,
            }
        }
        analyser.close(sink)?;
        tally.count(analyser.protocol());
    }
    Ok(())
}

/// What is to be said of frames of which nothing tells who sent them.
const MIXED: &str = "the file has what both ends sent, and does not tell who sent what: the frames are not checked; save it as YAML or as a hex dump";

/// The request and the response of a file in which they follow each other, as Wireshark saves both
/// directions of a stream as they are. `None` for what is no such file.
pub(super) fn both(
    source: &mut Source,
    mends: bool,
    settings: &Settings,
) -> Result<Option<Transcript>, Error> {
    let bytes = source.peek(2 * LIMITS.bytes)?;
    let Some(request) = Head::read(bytes, mends) else {
        return Ok(None);
    };
    // Drafts may have bytes behind the head of the request, and others behind that of the response.
    let drafts = settings.drafts().iter().map(|draft| draft.info());
    let bodies = drafts.map(|draft| (draft.request_body, draft.response_body));
    let is_answer = |bytes: &[u8]| bytes.starts_with(b"HTTP/1.");
    let follows = |body: usize| request.rest.get(body..).is_some_and(is_answer);
    let found = std::iter::once((0, 0))
        .chain(bodies)
        .find(|bodies| follows(bodies.0));
    let Some((asked, answered)) = found else {
        return Ok(None);
    };
    let mut transcript = Transcript::default();
    transcript.bytes(Role::Client, &request.bytes);
    transcript.bytes(Role::Client, &request.rest[..asked]);
    let mut pasted = request.pasted;
    let mut left = &request.rest[asked..];
    while let Some(response) = Head::read(left, mends).filter(|_| is_answer(left)) {
        pasted |= response.pasted;
        transcript.bytes(Role::Server, &response.bytes);
        left = response.rest;
    }
    let (body, left) = left.split_at(answered.min(left.len()));
    transcript.bytes(Role::Server, body);
    transcript.lacks = match (left.is_empty(), pasted) {
        (false, _) => Some(MIXED.into()),
        (true, true) => Some(PASTED.into()),
        (true, false) => None,
    };
    Ok(Some(transcript))
}

/// The head with which bytes begin, as HTTP has it, and what follows it.
struct Head<'a> {
    bytes: Vec<u8>,
    rest: &'a [u8],
    /// Whether a paste left its lines with LF alone.
    pasted: bool,
}

impl<'a> Head<'a> {
    fn read(bytes: &'a [u8], mends: bool) -> Option<Self> {
        let pasted = mends.then(|| Pasted::read(bytes, bytes.len() < LIMITS.bytes));
        if let Some(pasted) = pasted.flatten() {
            return Some(Self {
                bytes: pasted.head,
                rest: &bytes[pasted.length..],
                pasted: true,
            });
        }
        let end = parse::head_end(bytes)?;
        Some(Self {
            bytes: bytes[..end].to_vec(),
            rest: &bytes[end..],
            pasted: false,
        })
    }
}
