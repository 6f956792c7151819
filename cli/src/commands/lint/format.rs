//! What `--format` can name.

use clap::ValueEnum;
use wsdraft_analysis::capture::Format;

use crate::print::Style;

/// How findings are shown, or what the files are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Named {
    /// Show text for people.
    Human,
    /// Show one JSON document.
    Json,
    /// Show one JSON object a line.
    Jsonl,
    /// Show SARIF 2.1.0.
    Sarif,
    /// The files hold packets as tcpdump writes them.
    Pcap,
    /// The files hold packets as Wireshark writes them.
    Pcapng,
    /// The files are HTTP archives.
    Har,
    /// The files hold the bytes of one direction each.
    Raw,
    /// The files hold hex.
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
            Self::Raw => Some(Format::Raw),
            Self::Hex => Some(Format::Hex),
            _ => None,
        }
    }
}
