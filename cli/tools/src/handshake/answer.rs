//! The answer that a server owes to a request.

use wsdraft::{
    Draft,
    extension::Agreed,
    handshake::{
        Answer, HeadLimits, parse,
        server::{RefusalCause, ServerHandshake},
    },
    info::{DraftInfo, Purpose},
};

/// Stands in for random bytes, so that the same request gives the same answer.
pub(super) const NONCE: [u8; 16] = *b"wsdraft's  nonce";
/// The status with which servers accept.
const ACCEPTED: u16 = 101;

/// What a server owes.
pub(super) struct Owed {
    /// The status of the answer, if there is one.
    pub(super) status: Option<u16>,
    /// Its bytes.
    pub(super) response: Vec<u8>,
    /// The extensions that it agrees to.
    pub(super) agreed: Agreed,
    /// What is wrong with the request where no rule says it.
    pub(super) error: Option<String>,
}

impl Owed {
    /// What this server owes to a request, if it agrees to this subprotocol.
    pub(super) fn new(
        mut server: ServerHandshake<&'static dyn Draft>,
        request: &[u8],
        subprotocol: Option<&str>,
        nonce: [u8; 16],
    ) -> Self {
        let (status, response, error) = match server.receive(request) {
            Ok(_) => {
                let accepted = server.accept(&Answer {
                    subprotocol,
                    extensions: None,
                    nonce,
                    fields: &[],
                });
                let response = server.take_output();
                let status = (!response.is_empty()).then_some(ACCEPTED);
                let error = accepted.err().map(|misuse| misuse.to_string());
                (status, response, error)
            }
            Err(refusal) => {
                let error = match &refusal.cause {
                    RefusalCause::Head(fault) => Some(fault.to_string()),
                    _ => None,
                };
                (refusal.status, refusal.response, error)
            }
        };
        Self {
            status,
            response,
            agreed: server.agreed().clone(),
            error,
        }
    }

    /// The answer to the challenge, where the draft has one.
    pub(super) fn accept(&self, draft: &DraftInfo) -> Option<String> {
        if self.status != Some(ACCEPTED) {
            return None;
        }
        let header = draft.response_header(Purpose::Accept)?;
        let end = parse::head_end(&self.response)?;
        let head = &self.response[..end];
        let value = parse::with_response(head, &[], &HeadLimits::default(), |response| {
            response.fields.get(header.name)?.text().map(str::to_owned)
        });
        value.ok()?
    }
}
