//! What `--format` can name.

use clap::ValueEnum;
use wsdraft_analysis::capture::Format;

use crate::print::Style;

/// How findings are shown, or what the files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Named {
    /// Show findings as readable text.
    Human,
    /// Show findings as one JSON document.
    Json,
    /// Show findings as one JSON object per line.
    Jsonl,
    /// Show findings as SARIF 2.1.0.
    Sarif,
    /// Read the files as pcap captures, as tcpdump writes them.
    Pcap,
    /// Read the files as pcapng captures, as Wireshark writes them.
    Pcapng,
    /// Read the files as HTTP archives.
    Har,
    /// Read the files as what Wireshark saves of a stream that it follows, other than ASCII.
    Stream,
    /// Read the files as what `curl -v` or `curl --trace` print.
    Curl,
    /// Read the files as what mitmdump prints.
    Mitmproxy,
    /// Read each file as the bytes of one direction.
    Raw,
    /// Read the files as hex.
    Hex,
}

impl Named {
    /// How findings are shown, if that is what it names.
    pub(super) const fn style(self) -> Option<Style> {
        match self {
            Self::Human => Some(Style::Human),
            Self::Json => Some(Style::Json),
            Self::Jsonl => Some(Style::Jsonl),
            Self::Sarif => Some(Style::Sarif),
            _ => None,
        }
    }

    /// What the files are, if that is what it names.
    pub(super) const fn input(self) -> Option<Format> {
        match self {
            Self::Pcap => Some(Format::Pcap),
            Self::Pcapng => Some(Format::Pcapng),
            Self::Har => Some(Format::Har),
            Self::Stream => Some(Format::Stream),
            Self::Curl => Some(Format::Curl),
            Self::Mitmproxy => Some(Format::Mitmproxy),
            Self::Raw => Some(Format::Raw),
            Self::Hex => Some(Format::Hex),
            _ => None,
        }
    }
}
