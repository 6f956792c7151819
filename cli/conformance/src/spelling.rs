//! Header fields in other spellings, which mean the same.

use wsdraft_spec::scenario::{Fillers, Payload, Spelling};

/// What fills a head: names and values.
pub(crate) fn fillers(fillers: Fillers) -> impl Iterator<Item = (String, String)> {
    let letters = Payload::Letters(fillers.length);
    let value = String::from_utf8_lossy(&letters.bytes(&[])).into_owned();
    (1..=fillers.count).map(move |number| (format!("X-Wsdraft-{number}"), value.clone()))
}

/// A head with its fields in this spelling. What follows the head stays as it is.
pub(crate) fn spelled(head: &[u8], spelling: Spelling) -> Vec<u8> {
    let end = wsdraft::handshake::parse::head_end(head).unwrap_or(head.len());
    let (head, body) = head.split_at(end);
    let mut out = Vec::new();
    for (at, line) in head.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r\n").unwrap_or(line);
        match line.iter().position(|byte| *byte == b':') {
            Some(colon) if at > 0 => {
                out.extend(field(&line[..colon], &line[colon + 1..], spelling))
            }
            _ => out.extend_from_slice(line),
        }
        out.extend(b"\r\n");
    }
    out.extend_from_slice(body);
    out
}

fn field(name: &[u8], value: &[u8], spelling: Spelling) -> Vec<u8> {
    match spelling {
        Spelling::Usual => [name, b":", value].concat(),
        Spelling::Lower => [&name.to_ascii_lowercase(), &b":"[..], value].concat(),
        Spelling::Upper => [&name.to_ascii_uppercase(), &b":"[..], value].concat(),
        Spelling::Tight => [name, b":", value.trim_ascii()].concat(),
        Spelling::Loose => [name, b": \t ", value.trim_ascii(), b" \t "].concat(),
    }
}
