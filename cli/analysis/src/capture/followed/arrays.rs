//! C arrays: one for each packet, `char peer0_0[] = { /* Packet 4 */`.

use super::{Part, another};

/// Whether a text begins with one.
pub(super) fn is_start(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| node(line).is_some())
}

/// The node that the array of this line is of.
fn node(line: &str) -> Option<u8> {
    let name = line.strip_prefix("char peer")?;
    let (node, _) = name.split_once('_').filter(|_| name.contains("[] = {"))?;
    node.parse().ok().filter(|node| *node < 2)
}

/// Whether the array of this line is the first one of its node.
fn is_first(line: &str) -> bool {
    line.contains("_0[]")
}

/// Reads them.
pub(super) fn read(text: &str) -> Result<Vec<Part>, String> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if let Some(node) = node(line) {
            if is_first(line) && parts.iter().any(|part| part.node == node) {
                return Err(another(at + 1));
            }
            let packet = line.split_once("/* Packet ").and_then(|(_, rest)| {
                let digits = rest.split_whitespace().next()?;
                digits.parse().ok()
            });
            parts.push(Part {
                packet,
                ..Part::new(node, Vec::new())
            });
            continue;
        }
        let unread = || format!("line {} is not one of an array", at + 1);
        let values = line.trim().trim_end_matches(';').trim_end_matches('}');
        for value in values.split(',').map(str::trim) {
            if value.is_empty() {
                continue;
            }
            let digits = value.strip_prefix("0x").ok_or_else(unread)?;
            let byte = u8::from_str_radix(digits, 16).map_err(|_| unread())?;
            parts.last_mut().ok_or_else(unread)?.bytes.push(byte);
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::{Part, is_start, read};

    #[test]
    fn arrays_are_read() {
        let text = "char peer0_0[] = { /* Packet 4 */\n0x81, 0x00, \n0x82 };\nchar peer1_0[] = { /* Packet 6 */\n0x8a };\n";
        assert!(is_start(text));
        let part = |node, bytes: &[u8], packet| Part {
            packet: Some(packet),
            ..Part::new(node, bytes.to_vec())
        };
        let parts = [part(0, &[0x81, 0, 0x82], 4), part(1, &[0x8a], 6)];
        assert_eq!(read(text).unwrap(), parts);
        assert!(read("char peer0_0[] = {\n81 };").is_err());
        let two = read(&text.repeat(2)).unwrap_err();
        assert!(two.starts_with("line 6: another stream"), "{two}");
    }
}
