//! Which format a record has.

use wsdraft::Role;

use super::{curl, devtools, followed, mitmproxy, pcap, pcapng, transcript::Transcript};
use crate::bytes::{begins_dump, is_hex, text_start};

/// The format of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A pcap capture, as tcpdump writes it.
    Pcap,
    /// A pcapng capture, as Wireshark writes it.
    Pcapng,
    /// An HTTP archive, as browsers write it.
    Har,
    /// What Wireshark or tshark save of a stream that they follow: a hex dump, raw hex, C arrays or
    /// YAML.
    Stream,
    /// What `curl -v` or `curl --trace` print.
    Curl,
    /// What mitmdump prints of flows.
    Mitmproxy,
    /// The bytes of one direction; of both, where a response follows the request.
    Raw,
    /// Bytes in hex, of one direction or of both.
    Hex,
}

impl Format {
    /// Detects the format from the first bytes of a record. 4 KiB are enough.
    ///
    /// # Errors
    /// Returns an error text if the record is compressed, or of a format that is not read.
    pub fn detect(start: &[u8]) -> Result<Self, &'static str> {
        if pcap::Header::read(start).is_some() {
            return Ok(Self::Pcap);
        }
        if pcapng::is_start(start) {
            return Ok(Self::Pcapng);
        }
        if start.starts_with(&[0x1f, 0x8b]) || start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            return Err("it is compressed; decompress it first");
        }
        if let [0xff, 0xfe, _, 0, ..] | [0xfe, 0xff, 0, ..] = start {
            return Err("it is text in UTF-16, as PowerShell redirects it; save it as UTF-8");
        }
        if mitmproxy::is_file(start) {
            return Err(
                "it is a file of flows, which mitmproxy writes for itself: mitmdump -n -r FILE --set hardump=flows.har converts it",
            );
        }
        let start = start.get(text_start(start)..).unwrap_or_default();
        let text = text(start);
        // It looks like a followed stream, but for the bars.
        if begins_dump(text) {
            return Ok(Self::Hex);
        }
        let printed = [
            (Self::Stream, followed::is_start as fn(&str) -> bool),
            (Self::Curl, curl::is_start),
            (Self::Mitmproxy, mitmproxy::is_start),
        ];
        if let Some((format, _)) = printed.into_iter().find(|(_, is_start)| is_start(text)) {
            return Ok(format);
        }
        if devtools::is_table(text) {
            return Err(
                "it is a table of messages copied from developer tools, which does not say who sent them: export the network log as HAR instead, which has both directions",
            );
        }
        match start.trim_ascii_start() {
            [b'{', ..] => return Ok(Self::Har),
            [b'[', b'{', ..] => {
                return Err("it is JSON, but no HTTP archive: export the session as HAR");
            }
            _ => {}
        }
        Ok(if is_hex(start) { Self::Hex } else { Self::Raw })
    }
}

/// The text with which bytes begin, as far as they are text.
fn text(bytes: &[u8]) -> &str {
    let whole = std::str::from_utf8(bytes);
    whole.unwrap_or_else(|error| {
        let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
        std::str::from_utf8(valid).unwrap_or_default()
    })
}

/// Reads the connections of a text that a program printed; `from` sent what comes first, where
/// nothing else tells.
pub(crate) fn transcripts(
    format: Format,
    text: &str,
    from: Option<Role>,
) -> Result<Vec<Transcript>, String> {
    match format {
        Format::Stream => followed::read(text, from),
        Format::Curl => curl::read(text),
        Format::Mitmproxy => mitmproxy::read(text),
        Format::Pcap | Format::Pcapng | Format::Har | Format::Raw | Format::Hex => {
            Err("it is not what a program printed".into())
        }
    }
}
