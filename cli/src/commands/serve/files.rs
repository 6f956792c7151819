//! `serve --dir`: files of a folder, for requests that are of no draft.

use std::{
    fmt::Write as _,
    future::poll_fn,
    io,
    path::{Path, PathBuf},
    pin::Pin,
    time::{Duration, SystemTime},
};

use http::{
    Request, Response, StatusCode,
    header::{CONNECTION, CONTENT_LENGTH, DATE, TRANSFER_ENCODING},
};
use hyper::body::Body as _;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    time::timeout,
};
use tower_http::services::{ServeDir, fs::ServeFileSystemResponseBody};
use wsdraft::handshake::{HeaderFields, RequestHead};

use super::{page, talk::PATIENCE};
use crate::failure::Failure;

/// How long what is left of a refused request may take.
const REST: Duration = Duration::from_secs(2);
/// The only folder whose name begins with a full stop and which is served (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

/// The option of a connection that ends after the response (RFC 9112 §9.6).
const CLOSE: &[u8] = b"close";

/// The files of a folder.
#[derive(Debug)]
pub(super) struct Files {
    root: PathBuf,
    service: ServeDir,
}

/// What a response has to say besides its body.
struct Head<'a> {
    status: StatusCode,
    fields: &'a str,
    length: Option<u64>,
    stays: bool,
}

impl Files {
    /// The files of this folder.
    pub(super) fn new(folder: &Path) -> Result<Self, Failure> {
        let failed = || Failure::io(folder.display().to_string());
        let root = folder.canonicalize().map_err(failed())?;
        if !root.is_dir() {
            return Err(failed()(io::ErrorKind::NotADirectory.into()));
        }
        Ok(Self {
            service: ServeDir::new(&root),
            root,
        })
    }

    /// Responds to a request whose head has been read: with a file, or else as the page does. Says
    /// with which status, and whether another request can follow.
    pub(super) async fn respond<'p, S>(
        &self,
        stream: &mut S,
        head: &RequestHead,
        otherwise: impl FnOnce(&str, &str) -> page::Response<'p>,
    ) -> io::Result<(u16, bool)>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let (method, fields) = (head.method(), head.fields());
        let has_body = has_body(fields);
        let closes = fields.all(CONNECTION.as_str()).any(|field| {
            let mut options = field.value.split(|byte| *byte == b',');
            options.any(|one| one.trim_ascii().eq_ignore_ascii_case(CLOSE))
        });
        let stays = !has_body && !closes && head.minor_version() > 0;
        let found = match method {
            "GET" | "HEAD" => self.find(head).await,
            _ => None,
        };
        let status = match found {
            Some(response) => send_file(stream, response, stays).await?,
            None => {
                let asked = if method == "HEAD" { "GET" } else { method };
                let mut response = otherwise(asked, head.target());
                if response.status == StatusCode::NOT_FOUND.as_u16() {
                    response.text = "There is no such file.\n".into();
                }
                let status = StatusCode::from_u16(response.status).unwrap_or_default();
                let mut own = String::new();
                for (name, value) in response.fields {
                    let _ = write!(own, "{name}: {value}\r\n");
                }
                let head = Head {
                    status,
                    fields: &own,
                    length: Some(response.text.len() as u64),
                    stays,
                };
                let body = if method == "HEAD" { "" } else { &response.text };
                let bytes = [head.text().as_bytes(), body.as_bytes()].concat();
                within(stream.write_all(&bytes)).await?;
                status
            }
        };
        within(stream.flush()).await?;
        if !stays {
            within(stream.shutdown()).await?;
            if has_body {
                // Whoever closes before all was read resets the connection, and the response may be
                // lost.
                let _ = timeout(REST, pass_over(stream)).await;
            }
        }
        Ok((status.as_u16(), stays))
    }

    /// The response with a file, if there is one.
    async fn find(&self, head: &RequestHead) -> Option<Response<ServeFileSystemResponseBody>> {
        let path = head.resource().split('?').next()?.to_owned();
        let root = self.root.clone();
        let decoded = decoded(&path)?;
        // A link may lead out of the folder.
        let inside = tokio::task::spawn_blocking(move || is_served(&root, &root.join(decoded)));
        if !inside.await.ok()? {
            return None;
        }
        // What begins with two slashes would be another host where the response redirects.
        let path = format!("/{}", path.trim_start_matches('/'));
        let mut request = Request::builder().method(head.method()).uri(path);
        for field in head.fields().iter() {
            request = request.header(field.name, field.value);
        }
        let request = request.body(()).ok()?;
        let response = self.service.clone().try_call(request).await.ok()?;
        (response.status() != StatusCode::NOT_FOUND).then_some(response)
    }
}

impl Head<'_> {
    fn text(&self) -> String {
        let reason = self.status.canonical_reason().unwrap_or_default();
        let mut text = format!("HTTP/1.1 {} {reason}\r\n", self.status.as_u16());
        let date = httpdate::fmt_http_date(SystemTime::now());
        let _ = write!(text, "{DATE}: {date}\r\n{}", self.fields);
        if let Some(length) = self.length {
            let _ = write!(text, "{CONTENT_LENGTH}: {length}\r\n");
        }
        if !self.stays {
            let _ = write!(text, "{CONNECTION}: close\r\n");
        }
        // What is in a folder is what its name says.
        text.push_str("x-content-type-options: nosniff\r\n\r\n");
        text
    }
}

/// Sends a response with a file, or without.
async fn send_file<S>(
    stream: &mut S,
    response: Response<ServeFileSystemResponseBody>,
    stays: bool,
) -> io::Result<StatusCode>
where
    S: AsyncWrite + Unpin,
{
    let (parts, mut body) = response.into_parts();
    let mut own = Vec::new();
    for (name, value) in &parts.headers {
        own.extend_from_slice(name.as_str().as_bytes());
        own.extend_from_slice(b": ");
        own.extend_from_slice(value.as_bytes());
        own.extend_from_slice(b"\r\n");
    }
    let own = String::from_utf8_lossy(&own);
    let states_length = parts.headers.contains_key(CONTENT_LENGTH);
    let has_none = parts.status == StatusCode::NOT_MODIFIED;
    let head = Head {
        status: parts.status,
        fields: &own,
        length: (!states_length && !has_none)
            .then(|| body.size_hint().exact())
            .flatten(),
        stays,
    };
    within(stream.write_all(head.text().as_bytes())).await?;
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Ok(data) = frame?.into_data() {
            within(stream.write_all(&data)).await?;
        }
    }
    Ok(parts.status)
}

/// Whether something follows the head of a request.
fn has_body(fields: &HeaderFields) -> bool {
    let is_length = |value: &[u8]| value.trim_ascii() != b"0";
    let mut lengths = fields.all(CONTENT_LENGTH.as_str());
    lengths.any(|field| is_length(field.value))
        || fields.all(TRANSFER_ENCODING.as_str()).next().is_some()
}

/// A path without escapes.
pub(super) fn unescaped(path: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (digit()?, digit()?);
                u8::try_from(high << 4 | low).ok()?
            }
            byte => byte,
        });
    }
    Some(bytes)
}

/// The file that a path names, below the root; `None` if it names none that may be served.
fn decoded(path: &str) -> Option<PathBuf> {
    let decoded = String::from_utf8(unescaped(path)?).ok()?;
    let mut file = PathBuf::new();
    for segment in decoded.split('/').filter(|segment| !segment.is_empty()) {
        let is_hidden = segment.starts_with('.') && segment != WELL_KNOWN;
        if is_hidden || segment.contains(['\\', '\0', ':']) {
            return None;
        }
        file.push(segment);
    }
    Some(file)
}

/// Whether a path leads to a file in the root, or to a folder whose index is one. To open what is
/// neither, such as a named pipe, may take forever.
fn is_served(root: &Path, path: &Path) -> bool {
    let Ok(path) = path.canonicalize() else {
        return false;
    };
    let is_file =
        path.is_file() || path.is_dir() && !is_wrong_index(root, &path.join("index.html"));
    path.starts_with(root) && is_file
}

/// Whether the index of a folder is there, and is not to be served.
fn is_wrong_index(root: &Path, index: &Path) -> bool {
    let index = index.canonicalize();
    index.is_ok_and(|index| !index.starts_with(root) || !index.is_file())
}

/// Reads what is left of a request.
async fn pass_over<S: AsyncRead + Unpin>(stream: &mut S) -> io::Result<()> {
    let mut unread = [0; 4096];
    while stream.read(&mut unread).await? > 0 {}
    Ok(())
}

/// A write, unless it takes too long.
async fn within<T>(done: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    timeout(PATIENCE, done)
        .await
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
}
