//! The body of a refusal.

use alloc::vec::Vec;

use crate::{handshake::content::may_have_content, protocol::fields::Fields};

/// Number of bytes that a chunked body may have on the wire, for each byte of the body to keep:
/// chunk sizes may have extensions of any length.
const CODED: usize = 16;

/// How many bytes of the body to wait for and to keep, of at most `most`.
pub(super) const fn wanted(status: u16, most: usize) -> usize {
    if may_have_content(status) { most } else { 0 }
}

/// The body (at most `most` bytes) of which `received` has arrived, and whether more of it is
/// announced and wanted. If no length is announced, the bytes so far are the whole body.
pub(super) fn body(fields: &Fields<'_>, received: &[u8], most: usize) -> (Vec<u8>, bool) {
    if fields.get("transfer-encoding").is_some() {
        let (body, more) = chunks(received, most);
        let coded = most.saturating_mul(CODED);
        return (body, more && received.len() < coded);
    }
    let announced = fields
        .get("content-length")
        .and_then(|field| field.text()?.parse::<u64>().ok())
        .and_then(|length| usize::try_from(length).ok());
    let wanted = announced.unwrap_or(received.len()).min(most);
    let body = received.get(..wanted).unwrap_or(received);
    (body.into(), body.len() < wanted)
}

/// The data in the chunks (RFC 9112 §7.1).
fn chunks(mut received: &[u8], most: usize) -> (Vec<u8>, bool) {
    const LINE_END: usize = 2;
    let mut body = Vec::new();
    while body.len() < most {
        let (start, size) = match httparse::parse_chunk_size(received) {
            Ok(httparse::Status::Complete(chunk)) => chunk,
            Ok(httparse::Status::Partial) => return (body, true),
            Err(_) => return (body, false),
        };
        if size == 0 {
            return (body, false);
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let rest = received.get(start..).unwrap_or_default();
        body.extend_from_slice(rest.get(..size.min(most)).unwrap_or(rest));
        match rest.get(size.saturating_add(LINE_END)..) {
            Some(next) => received = next,
            None => break,
        }
    }
    body.truncate(most);
    let more = body.len() < most;
    (body, more)
}

#[cfg(test)]
mod tests {
    use super::body;
    use crate::protocol::fields::{Field, Fields};

    const MOST: usize = 4 << 10;

    fn read(name: &str, value: &str, received: &[u8]) -> (Vec<u8>, bool) {
        let field = Field {
            name,
            value: value.as_bytes(),
            offset: 0,
        };
        body(&Fields::new(&[field], 0), received, MOST)
    }

    #[test]
    fn a_body_is_as_long_as_is_announced() {
        assert_eq!(
            read("Content-Length", "3", b"why"),
            (b"why".to_vec(), false)
        );
        assert_eq!(
            read("content-length", "3", b"whyHTTP"),
            (b"why".to_vec(), false)
        );
        assert_eq!(read("Content-Length", "4", b"why"), (b"why".to_vec(), true));
        assert_eq!(
            read("Content-Length", "x", b"why"),
            (b"why".to_vec(), false)
        );
        assert_eq!(read("Server", "x", b"why"), (b"why".to_vec(), false));
        let long = vec![b'a'; 2 * MOST];
        assert_eq!(
            read("Content-Length", "99999999999999999999", &long)
                .0
                .len(),
            MOST
        );
        assert_eq!(
            read("Content-Length", "9999999", &long),
            (long[..MOST].to_vec(), false)
        );
    }

    #[test]
    fn words_beside_a_chunk_are_not_waited_for_without_end() {
        let read = |length| {
            let words = [b"1;", &vec![b'a'; length][..]].concat();
            read("Transfer-Encoding", "chunked", &words)
        };
        assert_eq!(read(MOST), (Vec::new(), true));
        assert_eq!(read(16 * MOST), (Vec::new(), false));
    }

    #[test]
    fn chunks_are_put_together() {
        let whole = b"3\r\nwhy\r\n4;a=b\r\n not\r\n0\r\n\r\n";
        for cut in 0..=whole.len() {
            let (body, more) = read("Transfer-Encoding", "chunked", &whole[..cut]);
            assert!(b"why not".starts_with(&body[..]), "{cut}: {body:?}");
            assert_eq!(more, cut < whole.len() - 2, "{cut}");
        }
        assert_eq!(
            read("Transfer-Encoding", "chunked", b"why"),
            (Vec::new(), false)
        );
        let long = [b"ffffffffffffff\r\n", &vec![b'a'; 2 * MOST][..]].concat();
        assert_eq!(
            read("Transfer-Encoding", "chunked", &long),
            (vec![b'a'; MOST], false)
        );
    }
}
