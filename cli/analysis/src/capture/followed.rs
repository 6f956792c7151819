//! What Wireshark and tshark save of "Follow TCP stream": a hex dump, raw hex, C arrays or YAML.
//!
//! The text has every byte that both ends sent, and tells who sent it. It does not tell when, nor
//! how the connection ended. Where bytes are not in the capture, Wireshark writes words instead.

use wsdraft::Role;

use super::transcript::{Piece, Transcript, What};
use crate::bytes::{from_hex, sender};

mod arrays;
mod dump;
mod yaml;

/// What is to be said of a file with several streams.
fn another(line: usize) -> String {
    format!("line {line}: another stream begins; give one stream at a time")
}

/// What one node of the stream sent: the node that Wireshark saw first is 0.
#[derive(Debug, PartialEq, Eq)]
struct Part {
    node: u8,
    bytes: Vec<u8>,
    /// Bytes that are left out before these.
    missing: u64,
    packet: Option<u64>,
}

impl Part {
    const fn new(node: u8, bytes: Vec<u8>) -> Self {
        Self {
            node,
            bytes,
            missing: 0,
            packet: None,
        }
    }
}

/// Whether a text begins like one of the forms.
pub(super) fn is_start(text: &str) -> bool {
    title(text).is_some()
        || dump::is_start(text)
        || arrays::is_start(text)
        || yaml::is_start(text)
        || is_indented_hex(text)
}

/// What tshark writes over a stream: its protocol and its form.
fn title(text: &str) -> Option<&str> {
    let mut lines = text.lines().skip_while(|line| line.is_empty());
    let bar = lines.next()?;
    let is_bar = bar.len() > 8 && bar.bytes().all(|byte| byte == b'=');
    lines.next()?.strip_prefix("Follow: ").filter(|_| is_bar)
}

/// Whether lines are hex, and the first one that is indented begins with a head, as that of node 1
/// does in raw hex. Others may be lines that go on.
fn is_indented_hex(text: &str) -> bool {
    let is_hex = |line: &str| line.len() > 1 && line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let mut lines = lines
        .take_while(|line| is_hex(line.trim_start()))
        .peekable();
    let first = lines.peek().is_some_and(|line| is_hex(line));
    let mut indented = lines.filter_map(|line| line.strip_prefix('\t'));
    let bytes = indented.next().and_then(|line| from_hex(line).ok());
    first && bytes.is_some_and(|bytes| sender(&bytes).is_some())
}

/// Reads a text; `from` sent what comes first, where it does not begin with a head.
pub(super) fn read(text: &str, from: Option<Role>) -> Result<Vec<Transcript>, String> {
    let streams = if title(text).is_some() {
        let streams = text.split("\nFollow: ").skip(1);
        streams.map(titled).collect::<Result<_, _>>()?
    } else if dump::is_start(text) {
        vec![dump::read(text)?]
    } else if arrays::is_start(text) {
        vec![arrays::read(text)?]
    } else if yaml::is_start(text) {
        vec![yaml::read(text)?]
    } else {
        vec![raw(text)?]
    };
    let streams = streams.into_iter().filter(|parts| !parts.is_empty());
    streams.map(|parts| transcript(parts, from)).collect()
}

fn transcript(parts: Vec<Part>, from: Option<Role>) -> Result<Transcript, String> {
    let first = first_role(&parts).or_else(|| {
        let node = parts.first()?.node;
        from.map(|role| if node == 0 { role } else { role.peer() })
    });
    let Some(first) = first else {
        return Err("neither end begins with a request or a response: give the sender of the first bytes with --from, and the draft with --draft".into());
    };
    let mut transcript = Transcript::default();
    for part in parts {
        let from = if part.node == 0 { first } else { first.peer() };
        pieces(part, from, &mut transcript.pieces);
    }
    Ok(transcript)
}

/// The role of node 0, as far as the first bytes of either show it.
fn first_role(parts: &[Part]) -> Option<Role> {
    [0, 1].into_iter().find_map(|node| {
        let first = parts.iter().find(|part| part.node == node)?;
        let role = sender(&first.bytes)?;
        Some(if node == 0 { role } else { role.peer() })
    })
}

/// Reads what tshark wrote, from its title on.
fn titled(text: &str) -> Result<Vec<Part>, String> {
    let title = text.lines().next().unwrap_or_default();
    let (protocol, form) = title.split_once(',').unwrap_or((title, ""));
    if !matches!(protocol, "tcp" | "tls" | "ssl") {
        return Err(format!(
            "it follows {protocol}: follow tcp, or tls where it is decrypted"
        ));
    }
    let body = text.split_once("\nNode 1: ").map_or("", |(_, body)| body);
    let body = body.split_once('\n').map_or("", |(_, body)| body);
    let body = body.split("\n====").next().unwrap_or_default();
    match form {
        "hex" => dump::read(body),
        "raw" => raw(body),
        form => Err(format!(
            "the form {form} does not have every byte: save it as hex, raw or yaml"
        )),
    }
}

/// Raw hex: a line for each packet, that of node 1 behind a tab.
fn raw(text: &str) -> Result<Vec<Part>, String> {
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with("===="));
    lines
        .map(|(at, line)| {
            let node = u8::from(line.starts_with('\t'));
            let bytes = from_hex(line).map_err(|error| format!("line {}: {error}", at + 1))?;
            Ok(Part::new(node, bytes))
        })
        .collect()
}

/// Adds a part, and takes the words about missing bytes for what they are.
fn pieces(part: Part, from: Role, pieces: &mut Vec<Piece>) {
    let mut add = |what: What| {
        pieces.push(Piece {
            from,
            what,
            packet: part.packet,
        });
    };
    if part.missing > 0 {
        add(What::Missing(part.missing));
    }
    let mut rest = &part.bytes[..];
    while let Some((before, missing, after)) = gap(rest) {
        if !before.is_empty() {
            add(What::Bytes(before.to_vec()));
        }
        add(What::Missing(missing));
        rest = after;
    }
    if !rest.is_empty() {
        add(What::Bytes(rest.to_vec()));
    }
}

/// Finds the words that Wireshark writes for bytes that the capture does not have: what is before
/// them, how many bytes are missing, and what is behind them.
fn gap(bytes: &[u8]) -> Option<(&[u8], u64, &[u8])> {
    const WORDS: &[u8] = b" bytes missing in capture file]\0";

    let words = bytes.windows(WORDS.len()).enumerate();
    let mut places = words.filter(|(_, part)| *part == WORDS).map(|(at, _)| at);
    places.find_map(|at| {
        // No more can be missing than sequence numbers count; an endpoint may send such words, too.
        let start = at.saturating_sub(u32::MAX.to_string().len() + 1);
        let open = start + bytes[start..at].iter().rposition(|byte| *byte == b'[')?;
        let digits = std::str::from_utf8(&bytes[open + 1..at]).ok()?;
        let missing: u32 = digits.parse().ok()?;
        Some((&bytes[..open], missing.into(), &bytes[at + WORDS.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::{Part, gap, is_indented_hex, raw, title};

    #[test]
    fn words_stand_for_missing_bytes() {
        let text = b"ab[12 bytes missing in capture file]\0cd";
        assert_eq!(gap(text), Some((&b"ab"[..], 12, &b"cd"[..])));
        assert_eq!(gap(b"[12 bytes missing in capture file]"), None);
        assert_eq!(gap(b"[x bytes missing in capture file]\0"), None);
        let sent = b" bytes missing in capture file]\0[2 bytes missing in capture file]\0";
        assert_eq!(gap(sent).map(|(_, missing, _)| missing), Some(2));
        assert_eq!(gap(b"[4294967296 bytes missing in capture file]\0"), None);
    }

    #[test]
    fn titles_are_those_of_tshark() {
        let bar = "=".repeat(67);
        let text = format!("\n{bar}\nFollow: tcp,hex\nFilter: tcp.stream eq 0\n");
        assert_eq!(title(&text), Some("tcp,hex"));
        assert_eq!(title("Follow: tcp,hex\n"), None);
    }

    #[test]
    fn raw_hex_is_told_by_its_tabs() {
        assert!(is_indented_hex("47455420\n\t485454502f\n"));
        assert!(!is_indented_hex("8100\n\t8100\n"));
        assert!(!is_indented_hex("8100\n8100\n"));
        assert!(!is_indented_hex("text\n\t8100\n"));
        let parts = [Part::new(0, vec![0x81, 0]), Part::new(1, vec![0x8a, 0])];
        assert_eq!(raw("8100\n\t8a00\n\n").unwrap(), parts);
        assert!(raw("8100\n\t8a0\n").unwrap_err().starts_with("line 2:"));
    }
}
