//! What is read of an archive.

use serde::{Deserialize, de::IgnoredAny};

use super::Source;
use crate::Error;

#[derive(Deserialize)]
struct Archive {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    #[serde(default)]
    entries: Vec<Lenient<Entry>>,
}

/// What can be read, or something odd in its place, which then costs itself alone.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Lenient<T> {
    /// As it should be.
    Read(T),
    /// Anything else.
    Odd(IgnoredAny),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    pub(super) request: Request,
    pub(super) response: Response,
    #[serde(default, rename = "_webSocketMessages")]
    pub(super) messages: Option<Vec<Lenient<Message>>>,
    #[serde(default, rename = "serverIPAddress")]
    pub(super) server: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    pub(super) status: i64,
    #[serde(default)]
    pub(super) status_text: String,
    #[serde(default)]
    pub(super) headers: Vec<Header>,
}

#[derive(Deserialize)]
pub(super) struct Header {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Deserialize)]
pub(super) struct Message {
    #[serde(rename = "type")]
    pub(super) direction: String,
    pub(super) opcode: i64,
    #[serde(default)]
    pub(super) data: String,
}

/// Reads the entries of an archive.
pub(super) fn read(source: &mut Source) -> Result<Vec<Lenient<Entry>>, Error> {
    let mut text = source.read_all()?;
    mend_surrogates(&mut text);
    let read = match std::str::from_utf8(&text) {
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_str(&String::from_utf8_lossy(&text)),
    };
    let archive: Archive = read
        .map_err(|error| Error::invalid(format!("{}: no HTTP archive: {error}", source.name())))?;
    Ok(archive.log.entries)
}

/// Puts U+FFFD in the place of escaped halves of surrogate pairs, as scripts write text that was
/// cut within a character: JSON has them, and Unicode has no such text.
fn mend_surrogates(text: &mut [u8]) {
    const ESCAPE: usize = 6;

    let unit = |text: &[u8], at: usize| {
        let digits = text.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut at = 0;
    while let Some(found) = text
        .get(at..)
        .and_then(|rest| rest.iter().position(|&byte| byte == b'\\'))
    {
        at += found;
        let length = match (unit(text, at), unit(text, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                if let Some(escape) = text.get_mut(at..at + ESCAPE) {
                    escape.copy_from_slice(b"\\ufffd");
                }
                ESCAPE
            }
            _ => 2,
        };
        at += length;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn halves_of_pairs_are_replaced() {
        for (before, after) in [
            (r"a\ud83d\ude00b", r"a\ud83d\ude00b"),
            (r"\ud83d", r"\ufffd"),
            (r"\ud83dx", r"\ufffdx"),
            (r"\ude00\ud83d", r"\ufffd\ufffd"),
            (r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00"),
            (r"\\ud83d", r"\\ud83d"),
            (r"\\\ud83d", r"\\\ufffd"),
            (r"\ud8", r"\ud8"),
            (r"\", r"\"),
        ] {
            let mut text = before.as_bytes().to_vec();
            super::mend_surrogates(&mut text);
            assert_eq!(std::str::from_utf8(&text), Ok(after));
        }
    }
}
