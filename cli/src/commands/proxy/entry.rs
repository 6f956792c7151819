//! Who may pass: looks at the head of a connection's request before it is passed on. Where not
//! everybody may, nothing passes that is not judged: no bytes that are not HTTP, and no second
//! request.
//!
//! What passes may break any rule, which is what the proxy is there to tell. So the head is read
//! as leniently as some server may read it: lines end in LF, and what is no field is passed over.

use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use wsdraft::{
    Draft,
    detect::detect,
    handshake::{Access, Field, Fields, HeadError, HeadLimits, Hosts, Request, server::Refusal},
    info::Purpose,
};
use wsdraft_analysis::Content;
use wsdraft_spec::sort;

use super::turn::{Judged, Turn};

/// How long to read what a client that was refused still sends.
const FAREWELL: Duration = Duration::from_secs(1);
/// Most bytes of a head.
const LONGEST: usize = 64 << 10;

/// Looks at heads.
pub(super) struct Entry {
    access: Access,
    drafts: Vec<&'static dyn Draft>,
}

/// What became of a connection.
pub(super) enum Entered {
    /// It passes, and for so long.
    Passes(Judged, Turn),
    /// It was refused, and told so.
    Refused(Refusal),
    /// Its head is not there yet.
    Late,
}

impl Entry {
    pub(super) const fn new(access: Access, drafts: Vec<&'static dyn Draft>) -> Self {
        Self { access, drafts }
    }

    /// Sets under which hosts connections pass.
    pub(super) fn hosts(&mut self, hosts: Hosts) {
        self.access.hosts = hosts;
    }

    /// Reads a head, and refuses who may not pass.
    pub(super) async fn enter(
        &self,
        client: &mut TcpStream,
        patience: Duration,
    ) -> io::Result<Entered> {
        if self.access.is_open() {
            return Ok(Entered::Passes(Judged::default(), Turn::open()));
        }
        let mut read = Vec::new();
        let Ok(end) = timeout(patience, read_head(client, &mut read)).await else {
            return Ok(Entered::Late);
        };
        let judged = end?.and_then(|end| Ok((end, self.judge(&read[..end])?)));
        let refusal = match judged {
            Err(refusal) => refusal,
            Ok((head, content)) => {
                let judged = Judged {
                    read,
                    head,
                    content,
                };
                return Ok(Entered::Passes(judged, self.turn()));
            }
        };
        client.write_all(&refusal.response).await?;
        drain(client).await;
        Ok(Entered::Refused(refusal))
    }

    /// Until a server accepts a request, nothing else passes.
    fn turn(&self) -> Turn {
        let statuses = self.drafts.iter();
        let statuses = statuses.filter_map(|draft| draft.info().accepting_status);
        Turn::new(sort::set(statuses))
    }

    /// Judges a head; gives the content that follows it.
    fn judge(&self, read: &[u8]) -> Result<Option<Content>, Refusal> {
        let mut lines = read.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
        let mut first = lines
            .find(|line| !line.is_empty())
            .unwrap_or_default()
            .split(|&b| b == b' ');
        let text = |part: Option<&[u8]>| {
            let part = part.unwrap_or_default();
            String::from_utf8_lossy(part).into_owned()
        };
        let (method, target) = (text(first.next()), text(first.next()));
        // Lines that only look empty do not end a head for everybody.
        let fields: Vec<Field<'_>> = lines.filter_map(field).collect();
        if fields.len() > HeadLimits::MAX_FIELDS {
            let limit = HeadLimits::MAX_FIELDS;
            return Err(Refusal::head(HeadError::TooManyFields { limit }));
        }
        let request = Request {
            method: &method,
            target: &target,
            minor_version: 1,
            fields: Fields::new(&fields, read.len()),
            body: &[],
            secure: false,
        };
        let drafts = self.drafts.iter().map(|draft| draft.info());
        self.access
            .check(drafts, &request)
            .map_err(Refusal::access)?;
        self.content(&request).map_err(Refusal::head)
    }

    /// The content of a request, where there is no doubt how long it is.
    fn content(&self, request: &Request<'_>) -> Result<Option<Content>, HeadError> {
        let content = Content::of(request);
        if !Content::is_certain(request) {
            let why = "its fields leave open where its content ends";
            return Err(HeadError::Malformed { why });
        }
        let asks = |header: &str| request.fields.get(header).is_some();
        let found = detect(&request.fields, self.drafts.iter().copied());
        let nearest = found.nearest.filter(|draft| {
            let upgrade = draft.request_header(Purpose::Upgrade);
            upgrade.is_some_and(|header| asks(header.name))
        });
        let owed = found
            .draft
            .or(nearest)
            .map_or(0, |draft| draft.request_body);
        let owed = (owed > 0).then_some(Content::Length(owed as u64));
        Ok(content.or(owed))
    }
}

/// Ends a connection so that the client gets all that it was sent: what it still sends is passed over.
pub(super) async fn drain(client: &mut TcpStream) {
    let _ = client.shutdown().await;
    let mut rest = [0; 4096];
    let drain = async { while client.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
    // Whoever goes on is cut off.
    let _ = timeout(FAREWELL, drain).await;
}

/// A line of a head.
fn field(line: &[u8]) -> Option<Field<'_>> {
    let colon = line.iter().position(|&byte| byte == b':')?;
    let (name, value) = line.split_at(colon);
    Some(Field {
        name: std::str::from_utf8(name.trim_ascii()).ok()?,
        value: value[1..].trim_ascii(),
        offset: 0,
    })
}

/// Reads until there is a head, also one whose lines end in LF alone, or there can be none.
/// Each byte is looked at once. Where the head ends, or what is wrong with it.
async fn read_head(
    client: &mut TcpStream,
    read: &mut Vec<u8>,
) -> io::Result<Result<usize, Refusal>> {
    let too_long = || Refusal::head(HeadError::TooLong { limit: LONGEST });
    let (mut start, mut line) = (0, None);
    loop {
        let from = read.len();
        if client.read_buf(read).await? == 0 {
            return Ok(Ok(read.len()));
        }
        for (at, &byte) in read.iter().enumerate().skip(from) {
            if line.is_none() {
                if byte.is_ascii_whitespace() {
                    start = at + 1;
                    continue;
                }
                if !byte.is_ascii_alphabetic() {
                    let why = "it starts with no method";
                    return Ok(Err(Refusal::head(HeadError::Malformed { why })));
                }
            }
            // Where the line starts, and whether anything stands on it.
            let (begins, blank) = line.unwrap_or((start, true));
            line = match byte {
                b'\n' if blank && begins > start && at - start >= LONGEST => {
                    return Ok(Err(too_long()));
                }
                b'\n' if blank && begins > start => return Ok(Ok(at + 1)),
                b'\n' => Some((at + 1, true)),
                b'\r' => Some((begins, blank)),
                _ => Some((begins, false)),
            };
        }
        if read.len() - start > LONGEST {
            return Ok(Err(too_long()));
        }
    }
}
