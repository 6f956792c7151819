//! Heads as received, in the types of the `http` crate.

use alloc::vec::Vec;

use ::http::{
    Error, HeaderMap, HeaderValue, Request, Response, StatusCode, Version,
    header::{CONTENT_LENGTH, HeaderName, TRANSFER_ENCODING},
};

use crate::{
    handshake::{
        client::ClientError,
        decision::Rejection,
        head::{HeaderFields, RequestHead, ResponseHead},
    },
    protocol::fields::lossy,
};

/// # Errors
/// A name or a value is longer than the crate `http` allows.
impl TryFrom<&HeaderFields> for HeaderMap {
    type Error = Error;

    fn try_from(fields: &HeaderFields) -> Result<Self, Error> {
        let mut map = Self::with_capacity(fields.len());
        for field in fields.iter() {
            let name = HeaderName::from_bytes(field.name.as_bytes())?;
            map.try_append(name, HeaderValue::from_bytes(field.value)?)?;
        }
        Ok(map)
    }
}

/// The request without content. HTTP/1.2 to HTTP/1.9 become HTTP/1.1.
///
/// # Errors
/// The target is not a URI, or a part is longer than the crate `http` allows.
impl TryFrom<&RequestHead> for Request<()> {
    type Error = Error;

    fn try_from(head: &RequestHead) -> Result<Self, Error> {
        let mut request = Self::builder()
            .method(head.method())
            .uri(head.target())
            .version(version(head.minor_version()))
            .body(())?;
        *request.headers_mut() = head.fields().try_into()?;
        Ok(request)
    }
}

/// The response without content. HTTP/1.2 to HTTP/1.9 become HTTP/1.1.
///
/// # Errors
/// The status code is below 100, or a part is longer than the crate `http` allows.
impl TryFrom<&ResponseHead> for Response<()> {
    type Error = Error;

    fn try_from(head: &ResponseHead) -> Result<Self, Error> {
        let mut response = Self::new(());
        *response.status_mut() = StatusCode::from_u16(head.status())?;
        *response.version_mut() = version(head.minor_version());
        *response.headers_mut() = head.fields().try_into()?;
        Ok(response)
    }
}

const fn version(minor: u8) -> Version {
    match minor {
        0 => Version::HTTP_10,
        _ => Version::HTTP_11,
    }
}

/// Refuses with this response. Fields that state the length of the body are left out, because the
/// server writes them. U+FFFD replaces invalid UTF-8 in values.
impl<B: Into<Vec<u8>>> From<Response<B>> for Rejection {
    fn from(response: Response<B>) -> Self {
        let (parts, body) = response.into_parts();
        let given = parts.headers.iter();
        let given = given.filter(|(name, _)| ![CONTENT_LENGTH, TRANSFER_ENCODING].contains(name));
        let fields = given.map(|(name, value)| {
            let value = lossy(value.as_bytes()).into_owned();
            (name.as_str().into(), value)
        });
        Self {
            status: parts.status.as_u16(),
            fields: fields.collect(),
            body: body.into(),
        }
    }
}

impl ClientError {
    /// The response with which the server refused, and its body as far as it is kept. `None` if the
    /// cause is another, or if the crate `http` does not allow the status code or a field.
    ///
    /// ```
    /// use http::header::RETRY_AFTER;
    /// use wsdraft::Error;
    ///
    /// /// How long to wait before the next attempt.
    /// fn retry_after(error: &Error) -> Option<String> {
    ///     let response = error.handshake()?.response()?;
    ///     let value = response.headers().get(RETRY_AFTER)?;
    ///     value.to_str().ok().map(str::to_owned)
    /// }
    /// ```
    #[must_use]
    pub fn response(&self) -> Option<Response<Vec<u8>>> {
        let Self::Refused {
            status,
            fields,
            body,
            ..
        } = self
        else {
            return None;
        };
        let mut response = Response::new(body.clone());
        *response.status_mut() = StatusCode::from_u16(*status).ok()?;
        *response.headers_mut() = fields.try_into().ok()?;
        Some(response)
    }
}
