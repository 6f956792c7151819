//! Shows what goes over a connection: messages and control frames, and where asked for, frames.

use std::fmt;

use wsdraft::{
    Limits, Role,
    extension::Agreed,
    frame::Session,
    handshake::{HeadLimits, parse},
    inspect::Inspector,
};

use super::journal::Entry;
use crate::{events::Event, specs::Spoken};

/// The most bytes of a message that are shown.
const SHOWN: usize = 256;

/// What came and went before the handshake was over.
#[derive(Debug, Default)]
pub(super) struct Heads {
    pub(super) received: Vec<u8>,
    pub(super) sent: Vec<u8>,
}

/// What reads along.
pub(super) struct Tap {
    draft: Spoken,
    client: Inspector<Spoken>,
    server: Inspector<Spoken>,
}

impl Tap {
    /// Reads along on a connection that these heads opened.
    pub(super) fn new(draft: Spoken, agreed: &Agreed, heads: &Heads) -> Self {
        let session = session(draft, heads);
        let inspector = |from| {
            Inspector::with(draft, from, session, 0, Limits::default())
                .extended(agreed)
                .showing(SHOWN)
        };
        Self {
            draft,
            client: inspector(Role::Client),
            server: inspector(Role::Server),
        }
    }

    /// Shows what these bytes contain.
    pub(super) fn push(&mut self, by: Role, bytes: &[u8], show: impl Fn(&Entry<'_>)) {
        let frames = match by {
            Role::Client => &mut self.client,
            Role::Server => &mut self.server,
        };
        frames.push(bytes);
        let info = self.draft.info();
        for what in frames.filter_map(|seen| Event::observed(seen, info)) {
            show(&Entry::Sent {
                from: by.as_str(),
                what: &what,
            });
        }
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}

/// The keys that these heads derive.
fn session(draft: Spoken, heads: &Heads) -> Session {
    let limits = HeadLimits::default();
    let split = |bytes| {
        let end = parse::head_end(bytes).unwrap_or(bytes.len());
        bytes.split_at(end)
    };
    let (head, body) = split(&*heads.received);
    let body = &body[..body.len().min(draft.info().request_body)];
    let derived = parse::with_request(head, body, false, &limits, |request| {
        let (head, body) = split(&*heads.sent);
        parse::with_response(head, body, &limits, |response| {
            draft.session(request, response)
        })
    });
    match derived {
        Ok(Ok(session)) => session,
        Ok(Err(_)) | Err(_) => Session::default(),
    }
}
