//! What the command line accepts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use wsdraft::extension::Extensions;

mod export;
mod lint;

pub(crate) use self::{
    export::{Export, Exported, File},
    lint::{Lint, Proxy},
};
use crate::{access::Entrance, lint::memory::Bytes};

/// The WebSocket protocol in every draft: serve, connect, inspect, explain.
#[derive(Debug, Parser)]
#[command(name = "wsdraft", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    /// Print JSON: one document, or one object a line where events are listed.
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Add the drafts of the RON files in this folder, or override built-in ones.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) spec_dir: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List every draft.
    List,
    /// Show a draft with everything that it inherits.
    Show {
        /// Name of the draft, or a version number on the wire.
        draft: String,
        /// Show only what the draft changes.
        #[arg(long)]
        delta: bool,
    },
    /// Tell what changed between two drafts; exit status 1 if anything did.
    Diff {
        /// The earlier draft.
        from: String,
        /// The later draft.
        to: String,
    },
    /// Explain a rule: what it says, where it is written, what breaking it causes.
    Explain {
        /// Id of the rule.
        rule: String,
        /// The draft whose wording counts; the newest one that has the rule by default.
        #[arg(long)]
        draft: Option<String>,
    },
    /// Tell which header fields the requests and responses of each draft have: fields down,
    /// drafts across.
    Headers,
    /// Tell a draft's place in the history.
    Version(Version),
    /// Tell which drafts a request head can be of.
    Detect {
        /// File with the request; `-` for standard input.
        file: PathBuf,
    },
    /// Check an opening request, and a response to it; print the answer that a server owes.
    Handshake {
        /// File with the request; `-` for standard input.
        request: PathBuf,
        /// File with a response to check as well.
        #[arg(long, value_name = "FILE")]
        response: Option<PathBuf>,
        /// The draft; found out from the request by default.
        #[arg(long)]
        draft: Option<String>,
        /// Extensions that the server supports, separated by commas; `all` for every built-in one.
        #[arg(long, value_name = "LIST")]
        extensions: Option<String>,
        /// The connection is secured by TLS.
        #[arg(long)]
        secure: bool,
    },
    /// Decode and check the frames that one end of a connection sends.
    Inspect {
        /// The draft.
        #[arg(long)]
        draft: String,
        /// Who sends the frames.
        #[arg(long)]
        from: End,
        /// The frames in hex.
        #[arg(long, conflicts_with = "file")]
        hex: Option<String>,
        /// File with the frames; `-` for standard input.
        #[arg(required_unless_present = "hex")]
        file: Option<PathBuf>,
        /// The agreed extensions, as in the header of the response.
        #[arg(long, value_name = "LIST")]
        extensions: Option<String>,
        /// The key, in hex, that the draft derives in the handshake: 20 bytes.
        #[arg(long, value_name = "HEX")]
        masking_key: Option<String>,
        /// Show at most so many bytes of each payload, in bytes or as in `64M`; of a longer one
        /// the start is shown, and its length.
        #[arg(long, value_name = "BYTES", default_value = "1M")]
        max_payload: Bytes,
    },
    /// Find what recorded connections break: which byte, which rule, and who is at fault.
    Lint(Lint),
    /// Pass connections on unchanged to a server, and lint them as they go.
    Proxy(Proxy),
    /// Generate the Rust module of a draft.
    Generate {
        /// Name of the draft.
        draft: String,
        /// Write to this file instead of standard output.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// Write nothing; exit with 1 if the file differs from what would be written.
        #[arg(long, requires = "out")]
        check: bool,
    },
    /// Write the database down for other programs and for people.
    Export(Export),
    /// Check RON files: each error with file, line and column.
    Check {
        /// A file, or a folder of files; the built-in drafts without one.
        #[arg(value_name = "FILE or DIR")]
        place: Option<PathBuf>,
    },
    /// Open a connection, send, print what comes, and close.
    ///
    /// Texts are sent before bytes, and the ping last. The connection is closed when as many
    /// messages came as were sent, and the pong, or when the time is over; with nothing to
    /// send and no `--close`, it prints what comes until then.
    Connect {
        /// Where to: a `ws` or `wss` URL.
        url: String,
        /// The draft to speak; the newest by default.
        #[arg(long)]
        draft: Option<String>,
        /// Text to send; can be repeated.
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        send: Vec<String>,
        /// Bytes to send, in hex; can be repeated.
        #[arg(long, value_name = "HEX")]
        binary: Vec<String>,
        /// Send a ping with this text.
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        ping: Option<String>,
        /// Code to close with; what the draft has for an orderly end by default.
        #[arg(long, value_name = "CODE")]
        close: Option<u16>,
        /// Seconds to wait, each, for the connection, for answers and for the end, whatever the
        /// server sends meanwhile.
        #[arg(long, value_name = "S", default_value_t = 10.0)]
        timeout: f64,
        /// Where to say that the connection is opened from; the server itself by default.
        #[arg(long)]
        origin: Option<String>,
        /// Subprotocol to offer; can be repeated, the preferred one first.
        #[arg(long, value_name = "NAME")]
        subprotocol: Vec<String>,
        /// Cookies to send.
        #[arg(long)]
        cookie: Option<String>,
        /// Further header field to send; can be repeated. One that is there already, such as
        /// Host, is replaced.
        #[arg(long, value_name = "NAME: VALUE")]
        header: Vec<String>,
        /// Id of a rule that the server may break, of a draft or of an extension; can be repeated.
        #[arg(long, value_name = "RULE")]
        allow: Vec<String>,
        /// Extensions to offer: the value of the header. What it says about the client's
        /// compressor is kept, also where the server does not ask for it.
        #[arg(long, value_name = "VALUE")]
        extensions: Option<String>,
        #[command(flatten)]
        compression: Compressing,
        /// If the server refuses the draft and lists versions, try the newest that is common.
        #[arg(long)]
        retry: bool,
        /// Trust any certificate.
        #[arg(long, conflicts_with = "ca")]
        insecure: bool,
        /// Trust the certificates in this PEM file instead of the system's.
        #[arg(long, value_name = "FILE")]
        ca: Option<PathBuf>,
    },
    /// Run an echo server for every draft on one port; a page to try it is at `/`.
    Serve {
        /// Address to listen on; port 0 is any free port.
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9001")]
        listen: String,
        /// Drafts to speak, separated by commas; of several that fit a request, the one named
        /// first. All by default, and of those that fit a request the newest.
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        drafts: Vec<String>,
        /// Certificate chain in PEM: serve over TLS.
        #[arg(long, value_name = "FILE", requires = "tls_key")]
        tls_cert: Option<PathBuf>,
        /// Key of the certificate in PEM.
        #[arg(long, value_name = "FILE", requires = "tls_cert")]
        tls_key: Option<PathBuf>,
        /// Longest message to take, in bytes or as in `64M`.
        #[arg(long, value_name = "BYTES")]
        max_message: Option<Bytes>,
        /// Most connections to serve at once; those beyond are answered with status 503.
        #[arg(long, value_name = "N", default_value_t = 4096)]
        max_connections: usize,
        /// Memory for the messages of all connections together, beside 128 KiB for each, in bytes
        /// or as in `64M`. A message that would take more ends its connection.
        #[arg(long, value_name = "BYTES", default_value = "256M")]
        memory: Bytes,
        /// Subprotocols to agree to, separated by commas; any by default.
        #[arg(long, value_name = "LIST", value_delimiter = ',')]
        subprotocols: Vec<String>,
        #[command(flatten)]
        entrance: Entrance,
        /// Id of a rule that clients may break, of a draft or of an extension; can be repeated.
        #[arg(long, value_name = "RULE")]
        allow: Vec<String>,
        /// Extensions to agree to, separated by commas; `all` for every built-in one, none by
        /// default. Each may have parameters, such as `permessage-deflate;
        /// server_max_window_bits=10; client_no_context_takeover`.
        #[arg(long, value_name = "LIST")]
        extensions: Option<String>,
        #[command(flatten)]
        compression: Compressing,
        /// Take a header of the PROXY protocol, version 1 or 2, ahead of each connection, and log
        /// the address that it tells. Whoever can connect can claim any address.
        #[arg(long)]
        proxy_protocol: bool,
    },
}

/// Which version is asked for.
#[derive(Debug, Args)]
pub(crate) struct Version {
    /// Name of the draft or version number on the wire. An operator and a whole number may
    /// follow, with spaces between: `+`, `-`, `*`, `/` and `%` count with the draft's serial, so
    /// that `hybi-12 + 1` is hybi-13. Quote `*` for the shell.
    #[arg(
        required_unless_present_any = ["serial", "offset", "series"],
        allow_negative_numbers = true
    )]
    pub(crate) expression: Vec<String>,
    /// The draft with this serial: 0 is hybi-00, and what came before it has negative ones.
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        conflicts_with = "offset"
    )]
    pub(crate) serial: Option<i16>,
    /// The draft that so many newer ones followed: 0 is the last one before the RFC.
    #[arg(long, value_name = "N")]
    pub(crate) offset: Option<u16>,
    /// The draft of this series with the revision given: `hixie` or `hybi`.
    #[arg(
        long = "type",
        value_name = "TYPE",
        requires = "revision",
        conflicts_with_all = ["serial", "offset"]
    )]
    pub(crate) series: Option<String>,
    /// The revision of the draft whose series is given.
    #[arg(long, value_name = "N", requires = "series")]
    pub(crate) revision: Option<u16>,
}

/// How an end compresses, beside what is agreed with the other.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Compressing {
    /// How hard to try to compress, from 0 (not at all) to 9.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=9))]
    compression_level: Option<u8>,
    /// How much memory the compressor has beside its window, from 1 to 9.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(1..=9))]
    compression_memory: Option<u8>,
    /// Send messages with fewer bytes as they are.
    #[arg(long, value_name = "BYTES")]
    compression_threshold: Option<usize>,
}

impl Compressing {
    /// Extensions with these settings.
    pub(crate) fn apply(self, extensions: Extensions) -> Extensions {
        extensions.adjusted(|settings| {
            settings.level = self.compression_level.unwrap_or(settings.level);
            settings.memory_level = self.compression_memory.unwrap_or(settings.memory_level);
            settings.threshold = self.compression_threshold.unwrap_or(settings.threshold);
        })
    }
}

/// One of the two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum End {
    /// The end that connects.
    Client,
    /// The end that listens.
    Server,
}

impl From<End> for wsdraft::Role {
    fn from(end: End) -> Self {
        match end {
            End::Client => Self::Client,
            End::Server => Self::Server,
        }
    }
}
