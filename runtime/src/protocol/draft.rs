//! The interface between generated code and the runtime.

use alloc::{sync::Arc, vec::Vec};
use core::fmt;

use crate::protocol::{
    frame::{Context, Decode, Encoded, FrameHeader, Outgoing, Plain, Session},
    heads::{Answer, Opening, Request, Response},
    info::{DraftInfo, Role},
    violation::{Flow, Report},
};

/// A draft of the protocol: everything stateless that differs between drafts.
///
/// Generated modules implement it on a zero-sized marker. A [`Connection`](crate::Connection) over
/// such a marker is compiled for that draft alone. The trait is object safe: `&'static dyn Draft`
/// and `Arc<dyn Draft>` are drafts, too, for a port that supports several drafts. They lose only
/// the inlining.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a draft of the protocol",
    label = "not a `Draft`",
    note = "the draft of a generated module `ws` is the value `ws::Draft`",
    note = "for a draft that is chosen at run time, use `&'static dyn wsdraft::Draft`"
)]
pub trait Draft: Send + Sync {
    /// The static data of the draft.
    fn info(&self) -> &'static DraftInfo;

    /// Decodes the header of the frame that starts at `bytes[0]`.
    fn decode(&self, bytes: &[u8], from: Role, session: &Session) -> Decode;

    /// The header of the frame that starts at `bytes[0]`, if it is immediately clear that the frame
    /// contains a complete message and violates no rule of scope `Frame`. This assumes that no
    /// message is open and that the sender has not sent a close frame. `None` means nothing:
    /// [`decode`](Self::decode) the header and [check](Self::check_frame) it.
    #[inline]
    fn plain(&self, bytes: &[u8], from: Role, session: &Session) -> Option<Plain> {
        let _ = (bytes, from, session);
        None
    }

    /// Checks a frame header against every rule of scope `Frame`.
    ///
    /// # Errors
    /// [`Stop`](crate::Stop) if the report needs no more.
    fn check_frame(&self, header: &FrameHeader, context: &Context, report: &mut dyn Report)
    -> Flow;

    /// Checks the unmasked body of a close frame against every rule of scope `Close`. `offset` is
    /// the position of the body in the sender's frame stream.
    ///
    /// # Errors
    /// [`Stop`](crate::Stop) if the report needs no more.
    fn check_close(&self, body: &[u8], from: Role, offset: u64, report: &mut dyn Report) -> Flow;

    /// Writes the header of a frame that `from` sends, masked with `nonce` if the draft masks
    /// frames. Returns `None` if the draft has no such frame.
    fn encode(
        &self,
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
    ) -> Option<Encoded>;

    /// Checks an opening request against every rule of scope `Request`.
    ///
    /// # Errors
    /// [`Stop`](crate::Stop) if the report needs no more.
    fn check_request(&self, request: &Request<'_>, report: &mut dyn Report) -> Flow;

    /// Appends the head of the response to a valid request.
    fn write_response(&self, request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>);

    /// Appends the bytes that follow the response head. `request` has its complete body.
    fn write_response_body(&self, request: &Request<'_>, out: &mut Vec<u8>);

    /// Appends an opening request, head and body.
    fn write_request(&self, opening: &Opening<'_>, out: &mut Vec<u8>);

    /// Checks the response to `request` against every rule of scope `Response`.
    ///
    /// # Errors
    /// [`Stop`](crate::Stop) if the report needs no more.
    fn check_response(
        &self,
        request: &Request<'_>,
        response: &Response<'_>,
        report: &mut dyn Report,
    ) -> Flow;

    /// Derives the keys that frames need from a completed handshake.
    fn session(&self, request: &Request<'_>, response: &Response<'_>) -> Session;
}

impl fmt::Debug for dyn Draft + '_ {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info().short)
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<D: Draft + ?Sized> Draft for $pointer {
            fn info(&self) -> &'static DraftInfo {
                (**self).info()
            }
            fn decode(&self, bytes: &[u8], from: Role, session: &Session) -> Decode {
                (**self).decode(bytes, from, session)
            }
            #[inline]
            fn plain(&self, bytes: &[u8], from: Role, session: &Session) -> Option<Plain> {
                (**self).plain(bytes, from, session)
            }
            fn check_frame(&self, header: &FrameHeader, context: &Context, report: &mut dyn Report) -> Flow {
                (**self).check_frame(header, context, report)
            }
            fn check_close(&self, body: &[u8], from: Role, offset: u64, report: &mut dyn Report) -> Flow {
                (**self).check_close(body, from, offset, report)
            }
            fn encode(
                &self,
                frame: &Outgoing,
                from: Role,
                nonce: [u8; 4],
                session: &Session,
            ) -> Option<Encoded> {
                (**self).encode(frame, from, nonce, session)
            }
            fn check_request(&self, request: &Request<'_>, report: &mut dyn Report) -> Flow {
                (**self).check_request(request, report)
            }
            fn write_response(&self, request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
                (**self).write_response(request, answer, out);
            }
            fn write_response_body(&self, request: &Request<'_>, out: &mut Vec<u8>) {
                (**self).write_response_body(request, out);
            }
            fn write_request(&self, opening: &Opening<'_>, out: &mut Vec<u8>) {
                (**self).write_request(opening, out);
            }
            fn check_response(
                &self,
                request: &Request<'_>,
                response: &Response<'_>,
                report: &mut dyn Report,
            ) -> Flow {
                (**self).check_response(request, response, report)
            }
            fn session(&self, request: &Request<'_>, response: &Response<'_>) -> Session {
                (**self).session(request, response)
            }
        }
    )*};
}

forward!(&D, Arc<D>);
