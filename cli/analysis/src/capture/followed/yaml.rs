//! YAML: `packets`, each with its `peer` and its `data` in base64; in older versions, an item
//! `peer0_0: !!binary |` for each packet. It is read line by line, as Wireshark writes it.

use super::{Part, another};
use crate::bytes::from_base64;

/// Whether a text begins so.
pub(super) fn is_start(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let Some(first) = lines.next() else {
        return false;
    };
    let begins = first == "peers:" || first == "packets:" || first.starts_with("# Packet ");
    let old = |line: &str| old_node(line).is_some();
    old(first) || begins && (text.contains("packets:") || lines.next().is_some_and(old))
}

/// The node of an item as older versions write it.
fn old_node(line: &str) -> Option<u8> {
    let (node, _) = line.strip_prefix("peer")?.split_once('_')?;
    let binary = line.ends_with(": !!binary |");
    node.parse().ok().filter(|node| *node < 2 && binary)
}

/// Whether an item as older versions write it is of a node that there are items of.
fn repeats(line: &str, parts: &[Part]) -> bool {
    old_node(line).is_some_and(|node| parts.iter().any(|part| part.node == node))
}

/// Data that is being read: where it started, and its base64.
struct Data {
    line: usize,
    indent: usize,
    text: String,
}

/// Reads it.
pub(super) fn read(text: &str) -> Result<Vec<Part>, String> {
    let mut parts: Vec<Part> = Vec::new();
    let mut data: Option<Data> = None;
    let mut packet = None;
    let mut has_packets = false;
    for (at, line) in text.lines().enumerate() {
        let content = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some(open) = data.as_mut().filter(|open| indent > open.indent) {
            open.text.push_str(content);
            continue;
        }
        finish(data.take(), &mut parts)?;
        let is_first = matches!(content, "peers:" | "packets:");
        if is_first && has_packets || content.contains("_0: ") && repeats(content, &parts) {
            return Err(another(at + 1));
        }
        has_packets |= content == "packets:";
        let unread = || format!("line {}: {content:?} is not known here", at + 1);
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| unread());
        let content = content.strip_prefix("- ").unwrap_or(content);
        let mut open = None;
        if let Some(digits) = content.strip_prefix("# Packet ") {
            packet = Some(number(digits)?);
        } else if let Some(node) = old_node(content) {
            let packet = packet.take();
            parts.push(Part {
                packet,
                ..Part::new(node, Vec::new())
            });
            open = Some(indent);
        } else if let Some(digits) = content.strip_prefix("packet: ") {
            packet = Some(number(digits)?);
        } else if let Some(digits) = content.strip_prefix("peer: ") {
            let node = number(digits)?;
            let node = u8::try_from(node).ok().filter(|node| *node < 2);
            let packet = packet.take();
            parts.push(Part {
                packet,
                ..Part::new(node.ok_or_else(unread)?, Vec::new())
            });
        } else if content == "data: !!binary |" {
            open = Some(indent);
        }
        data = open.map(|indent| Data {
            line: at + 1,
            indent,
            text: String::new(),
        });
    }
    finish(data, &mut parts)?;
    // The list of the nodes has no data.
    parts.retain(|part| !part.bytes.is_empty());
    Ok(parts)
}

/// Decodes data that is complete, for the part that it belongs to.
fn finish(data: Option<Data>, parts: &mut [Part]) -> Result<(), String> {
    let Some(data) = data else {
        return Ok(());
    };
    let bytes = from_base64(&data.text);
    let line = data.line;
    let bytes = bytes.ok_or_else(|| format!("line {line}: the data is no base64"))?;
    let part = parts.last_mut();
    part.ok_or_else(|| format!("line {line}: the data has no peer"))?
        .bytes = bytes;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Part, is_start, read};

    const NEW: &str = "peers:\n  - peer: 0\n    host: 127.0.0.1\n    port: 1\n  - peer: 1\n    host: a\n    port: 2\n\
        packets:\n  - packet: 4\n    peer: 0\n    timestamp: 1.5\n    data: !!binary |\n      gQBo\n      ZWxs\n\
        \x20 - packet: 6\n    peer: 1\n    data: !!binary |\n      igA=\n";
    const OLD: &str =
        "# Packet 4\npeer0_0: !!binary |\n  gQBoZWxs\n# Packet 6\npeer1_0: !!binary |\n  igA=\n";

    #[test]
    fn both_forms_say_the_same() {
        let part = |node, bytes: &[u8], packet| Part {
            packet: Some(packet),
            ..Part::new(node, bytes.to_vec())
        };
        let parts = [part(0, b"\x81\0hell", 4), part(1, b"\x8a\0", 6)];
        for text in [NEW, OLD] {
            assert!(is_start(text), "{text}");
            assert_eq!(read(text).unwrap(), parts, "{text}");
        }
        assert!(!is_start("peers:\n  - a\n"));
        for (text, line) in [(NEW, "line 19"), (OLD, "line 8")] {
            let two = read(&text.repeat(2)).unwrap_err();
            assert!(two.starts_with(line), "{two}");
            assert!(two.contains("another stream"), "{two}");
        }
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let broken = NEW.replace("gQBo", "g!Bo");
        assert_eq!(read(&broken).unwrap_err(), "line 12: the data is no base64");
        let third = OLD.replace("# Packet 4", "# Packet x");
        assert!(read(&third).unwrap_err().starts_with("line 1:"));
        assert!(read("data: !!binary |\n  gQ==\n").is_err());
    }
}
