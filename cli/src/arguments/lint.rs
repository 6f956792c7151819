//! What `lint` and `proxy` accept.

use std::path::PathBuf;

use clap::Args;

use super::End;
use crate::{
    access::Entrance,
    commands::{
        lint::{Asked, Named},
        proxy,
    },
    lint::{
        memory::Bytes,
        print::{Colour, Style},
        repeats::Most,
    },
    tls::Trust,
};

/// What `lint` is asked for.
#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Captures (pcap, pcapng), HTTP archives, bytes of a direction, or hex; `-` for standard
    /// input.
    #[arg(required_unless_present_any = ["hex", "client", "server"])]
    files: Vec<PathBuf>,
    /// How findings are shown, and what the files are if that is not to be found out.
    #[arg(long)]
    format: Vec<Named>,
    #[command(flatten)]
    wanted: Wanted,
    /// Bytes in hex; lines of the client begin with `>`, those of the server with `<`.
    #[arg(long)]
    hex: Option<String>,
    /// Who sent bytes that begin with frames.
    #[arg(long)]
    from: Option<End>,
    /// File with the bytes that the client sent.
    #[arg(long, value_name = "FILE")]
    client: Option<PathBuf>,
    /// File with the bytes that the server sent.
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
    #[command(flatten)]
    bounds: Bounds,
}

/// What the linter looks for, and how it shows that.
#[derive(Debug, Args)]
struct Wanted {
    /// When colours are used.
    #[arg(long, default_value = "auto")]
    color: Colour,
    /// Report only this rule; may be given several times.
    #[arg(long, value_name = "RULE")]
    only: Vec<String>,
    /// Do not report this rule; may be given several times.
    #[arg(long, value_name = "RULE")]
    allow: Vec<String>,
    /// Hold every connection to this draft, whichever it is of.
    #[arg(long)]
    draft: Option<String>,
}

/// How much the linter shows and keeps.
#[derive(Clone, Copy, Debug, Args)]
struct Bounds {
    /// Show at most so many findings of each rule by either end of a connection; the summary of
    /// the connection counts the rest. `all` or 0 shows all. The default is 5 as text for people
    /// and 100 in the other formats.
    #[arg(long, value_name = "NUMBER")]
    max_findings: Option<Most>,
    /// Memory that all connections together may take, in bytes or as in `64M`. When it is
    /// reached, those that have been silent for longest are given up, which a note says.
    #[arg(long, value_name = "BYTES", default_value = "256M")]
    memory: Bytes,
}

impl Lint {
    /// What the command takes.
    pub(crate) fn asked(&self) -> Asked<'_> {
        Asked {
            files: &self.files,
            hex: self.hex.as_deref(),
            formats: &self.format,
            colour: self.wanted.color,
            only: &self.wanted.only,
            allow: &self.wanted.allow,
            draft: self.wanted.draft.as_deref(),
            from: self.from.map(Into::into),
            client: self.client.as_deref(),
            server: self.server.as_deref(),
            most: self.bounds.max_findings,
            memory: self.bounds.memory,
        }
    }
}

/// What `proxy` is asked for.
#[derive(Debug, Args)]
pub(crate) struct Proxy {
    /// Address to listen on; port 0 is any free port.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9002")]
    listen: String,
    /// The server: a `ws` or `wss` URL, whose scheme, host and port count.
    #[arg(long, value_name = "URL")]
    upstream: String,
    #[command(flatten)]
    entrance: Entrance,
    /// Write down what passes as packets, in a file whose name ends in `.pcapng`, or what is
    /// found in it, as one JSON object a line.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// How findings are shown.
    #[arg(long)]
    format: Option<Style>,
    #[command(flatten)]
    wanted: Wanted,
    /// Trust any certificate of the server.
    #[arg(long, conflicts_with = "ca")]
    insecure: bool,
    /// Trust the certificates in this PEM file instead of the system's.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Connections that are passed on at a time; further ones are answered with 503.
    #[arg(long, value_name = "NUMBER", default_value_t = 256)]
    max_connections: usize,
    /// Seconds that a client has for the head of its request; then it is answered with 408.
    #[arg(long, value_name = "S", default_value_t = 10.0)]
    head_timeout: f64,
    /// Seconds after which a connection is ended on which nothing passes; 0 is any time.
    #[arg(long, value_name = "S", default_value_t = 600.0)]
    idle_timeout: f64,
    #[command(flatten)]
    bounds: Bounds,
}

impl Proxy {
    /// What the command takes.
    pub(crate) fn asked(&self) -> proxy::Asked<'_> {
        proxy::Asked {
            listen: &self.listen,
            upstream: &self.upstream,
            entrance: &self.entrance,
            record: self.record.as_deref(),
            style: self.format,
            colour: self.wanted.color,
            only: &self.wanted.only,
            allow: &self.wanted.allow,
            draft: self.wanted.draft.as_deref(),
            trust: match (self.insecure, self.ca.as_deref()) {
                (true, _) => Trust::Anything,
                (false, Some(file)) => Trust::File(file),
                (false, None) => Trust::System,
            },
            most: self.bounds.max_findings,
            memory: self.bounds.memory,
            max_connections: self.max_connections,
            head_timeout: self.head_timeout,
            idle_timeout: self.idle_timeout,
        }
    }
}
