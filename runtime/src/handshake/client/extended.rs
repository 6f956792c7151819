//! Requests over a version of HTTP that has no upgrades.

use alloc::{string::String, vec::Vec};
use core::fmt;

use super::{ClientError, ClientHandshake, Negotiated};
use crate::{
    handshake::{
        address::without_query,
        bootstrap::{self, as_switch, kept},
        head::{HeaderFields, ResponseHead},
        parse::HeadError,
    },
    machine::extension::BootstrapInfo,
    protocol::{
        draft::Draft,
        fields::{Fields, lossy},
        heads::{Request, Response},
        info::Purpose,
        support,
    },
};

/// A request over a version of HTTP that has no upgrades (RFC 8441 §4).
///
/// The method and `:protocol` are those of the [bootstrap](Self::bootstrap).
#[derive(Clone)]
#[non_exhaustive]
pub struct ExtendedRequest {
    /// How it opens the connection.
    pub bootstrap: &'static BootstrapInfo,
    /// The `:scheme`.
    pub scheme: &'static str,
    /// The `:authority`.
    pub authority: String,
    /// The `:path`.
    pub path: String,
    /// The other fields, with their names in lower case.
    pub fields: HeaderFields,
}

impl fmt::Debug for ExtendedRequest {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExtendedRequest")
            .field("http", &self.bootstrap.http)
            .field("scheme", &self.scheme)
            .field("authority", &self.authority)
            .field("path", &without_query(&self.path))
            .field("fields", &self.fields)
            .finish()
    }
}

impl<D: Draft> ClientHandshake<D> {
    /// The request for a version of HTTP that has no upgrades, for example `2`, to send instead of the
    /// [bytes](Self::request). Send it when the server has announced the
    /// [setting](BootstrapInfo::setting).
    ///
    /// # Errors
    /// [`ClientError::NoBootstrap`] if nothing opens a connection of the draft over this version;
    /// [`ClientError::Misuse`] as [`check`](Self::check).
    #[inline]
    pub fn extended(&self, http: &str) -> Result<ExtendedRequest, ClientError> {
        if let Some(misuse) = self.unfit {
            return Err(ClientError::Misuse(misuse));
        }
        let bootstrap = self.over(http)?;
        let host = self.draft.info().request_header(Purpose::Host);
        self.with_sent(|request| {
            let authority = host.map(|host| request.fields.value(host.name));
            let fields = kept(bootstrap, &request.fields);
            let (plain, secure) = bootstrap.schemes;
            ExtendedRequest {
                bootstrap,
                scheme: if request.secure { secure } else { plain },
                authority: lossy(authority.unwrap_or_default()).into_owned(),
                path: request.target.into(),
                fields: fields
                    .map(|field| (field.name.to_ascii_lowercase(), field.value))
                    .collect(),
            }
        })
    }

    /// Receives the final response to an [extended](Self::extended) request, instead of bytes. If the
    /// server refuses, [`Response::body`] is as much of the content as is known.
    ///
    /// # Errors
    /// As [`receive`](Self::receive).
    #[inline]
    pub fn receive_extended(
        &mut self,
        http: &str,
        response: &Response<'_>,
    ) -> Result<Option<&Negotiated>, ClientError> {
        let bootstrap = self.over(http).map_err(|error| self.noted(error))?;
        if response.status < 200 {
            return Err(self.noted(ClientError::Head(HeadError::Malformed {
                why: "a final response has a status code from 200 on",
            })));
        }
        if bootstrap.accepts(response.status) {
            let switch = self.with_sent(|request| self.switch(bootstrap, request, response))?;
            self.receive(&switch.map_err(ClientError::Head)?)?;
            if let Some(settled) = &mut self.established {
                settled.response = ResponseHead::of(response);
            }
            return Ok(self.agreed());
        }
        let mut refusal = refusal(response);
        refusal.extend_from_slice(response.body);
        self.receive(&refusal)?;
        // The content is shorter than announced, or longer than is kept.
        match self.refused() {
            Some(refused) => Err(self.noted(refused)),
            None => Ok(None),
        }
    }

    #[inline]
    fn noted(&mut self, error: ClientError) -> ClientError {
        self.trace.failed(error.violation(), &error);
        self.meter.failed(error.name());
        error
    }

    #[inline]
    fn over(&self, http: &str) -> Result<&'static BootstrapInfo, ClientError> {
        let extension = bootstrap::of(self.draft.info(), http);
        let bootstrap = extension.and_then(|extension| extension.bootstrap.as_ref());
        let draft = self.draft.info();
        bootstrap.ok_or(ClientError::NoBootstrap { draft })
    }

    #[inline]
    fn switch(
        &self,
        bootstrap: &BootstrapInfo,
        request: &Request<'_>,
        response: &Response<'_>,
    ) -> Result<Vec<u8>, HeadError> {
        as_switch(bootstrap, &self.draft, request, &response.fields)
    }
}

/// The head of a refusal over HTTP/1, without the fields that state how its content is coded there.
#[inline]
fn refusal(response: &Response<'_>) -> Vec<u8> {
    let mut head = alloc::format!("HTTP/1.1 {} \r\n", response.status).into_bytes();
    push(&mut head, &response.fields);
    head.extend_from_slice(b"\r\n");
    head
}

#[inline]
fn push(head: &mut Vec<u8>, fields: &Fields<'_>) {
    let fields = fields.iter();
    let fields = fields.filter(|field| {
        !field.name.starts_with(':') && !field.name.eq_ignore_ascii_case("transfer-encoding")
    });
    for field in fields {
        support::push_field(head, field.name, field.value);
    }
}
