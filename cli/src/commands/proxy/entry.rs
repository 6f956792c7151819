//! Who may pass: looks at the head of a connection's request before it is passed on.
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
    handshake::{Access, Field, Fields, HeadError, HeadLimits, Hosts, Request, server::Refusal},
};

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
    /// It passes; this was read of it.
    Passes(Vec<u8>),
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
            return Ok(Entered::Passes(Vec::new()));
        }
        let mut read = Vec::new();
        let Ok(is_too_long) = timeout(patience, read_head(client, &mut read)).await else {
            return Ok(Entered::Late);
        };
        let is_too_long = is_too_long?;
        let judged = if is_too_long {
            Err(Refusal::head(HeadError::TooLong { limit: LONGEST }))
        } else {
            self.judge(&read)
        };
        let Err(refusal) = judged else {
            return Ok(Entered::Passes(read));
        };
        client.write_all(&refusal.response).await?;
        client.shutdown().await?;
        let mut rest = [0; 4096];
        let drain = async { while client.read(&mut rest).await.is_ok_and(|read| read > 0) {} };
        // Whoever goes on is cut off.
        let _ = timeout(FAREWELL, drain).await;
        Ok(Entered::Refused(refusal))
    }

    fn judge(&self, read: &[u8]) -> Result<(), Refusal> {
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
        let fields: Vec<Field<'_>> = lines
            .take_while(|line| !line.is_empty())
            .filter_map(field)
            .collect();
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
        self.access.check(drafts, &request).map_err(Refusal::access)
    }
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
/// Each byte is looked at once. Whether the head is too long.
async fn read_head(client: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<bool> {
    let (mut start, mut line) = (0, None);
    loop {
        let from = read.len();
        if client.read_buf(read).await? == 0 {
            return Ok(false);
        }
        for (at, &byte) in read.iter().enumerate().skip(from) {
            if line.is_none() {
                if byte.is_ascii_whitespace() {
                    start = at + 1;
                    continue;
                }
                if !byte.is_ascii_alphabetic() {
                    return Ok(false);
                }
            }
            // Where the line starts, and whether anything stands on it.
            let (begins, blank) = line.unwrap_or((start, true));
            line = match byte {
                b'\n' if blank && begins > start => return Ok(at - start >= LONGEST),
                b'\n' => Some((at + 1, true)),
                b'\r' => Some((begins, blank)),
                _ => Some((begins, false)),
            };
        }
        if read.len() - start > LONGEST {
            return Ok(true);
        }
    }
}
