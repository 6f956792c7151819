//! What `curl -v` and `curl --trace` print of requests and responses.

use wsdraft::{Role, handshake::parse};

use super::transcript::Transcript;
use crate::bytes::{from_hex, may_be_request};

/// What `-v` leaves out.
const HEADS_ALONE: &str =
    "curl -v prints heads alone: frames and the end of the connection are not checked";

/// Whether a text is one of them, by its start.
pub(super) fn is_start(text: &str) -> bool {
    text.lines()
        .any(|line| is_request(untimed(unmetered(line))) || is_trace(line))
}

/// Whether a line of `-v` begins a request.
fn is_request(line: &str) -> bool {
    let sent = line.strip_prefix("> ");
    sent.is_some_and(|sent| may_be_request(sent.as_bytes()) && sent.contains(" HTTP/"))
}

/// Whether a line of `--trace` says that a head comes.
fn is_trace(line: &str) -> bool {
    untimed(line).starts_with("=> Send header, ")
}

/// A line without the meter of the transfer, which stands before it where both go to one file.
fn unmetered(line: &str) -> &str {
    let is_meter = |text: &str| {
        let known = |byte: u8| byte.is_ascii_digit() || b" \r.:-kMGTP".contains(&byte);
        text.starts_with([' ', '\r']) && text.contains(':') && text.bytes().all(known)
    };
    match line.find(['>', '<']) {
        Some(at) if is_meter(&line[..at]) => &line[at..],
        _ => line,
    }
}

/// A line without the time and the numbers that `--trace-time` and `--trace-ids` put before it.
fn untimed(line: &str) -> &str {
    let of = |word: &str, marks: &[u8]| {
        word.bytes()
            .all(|byte| byte.is_ascii_digit() || marks.contains(&byte))
    };
    let is_time = |word: &str| word.contains(':') && of(word, b":.");
    let is_ids = |word: &str| {
        let inner = word
            .strip_prefix('[')
            .and_then(|word| word.strip_suffix(']'));
        inner.is_some_and(|inner| inner.contains('-') && of(inner, b"-x"))
    };
    let without = |line, known: &dyn Fn(&str) -> bool| match str::split_once(line, ' ') {
        Some((word, rest)) if known(word) => rest,
        _ => line,
    };
    without(without(line, &is_time), &is_ids)
}

/// Reads a text.
pub(super) fn read(text: &str) -> Result<Vec<Transcript>, String> {
    if text.lines().any(is_trace) {
        trace(text)
    } else {
        Ok(verbose(text))
    }
}

/// Reads what `-v` prints: `>` before what is sent, and `<` before what is received.
fn verbose(text: &str) -> Vec<Transcript> {
    let mut found: Vec<Transcript> = Vec::new();
    // Whose head is being printed; a body is printed as it is, whatever its lines begin with.
    let mut open = None;
    let mut unanswered = false;
    for line in text.lines().map(|line| untimed(unmetered(line))) {
        let (from, line) = if let Some(line) = line.strip_prefix('>') {
            (Role::Client, line.strip_prefix(' ').unwrap_or(line))
        } else if let Some(line) = line.strip_prefix('<') {
            (Role::Server, line.strip_prefix(' ').unwrap_or(line))
        } else {
            continue;
        };
        let asks = || may_be_request(line.as_bytes()) && line.contains(" HTTP/");
        match (open, from) {
            (Some(role), from) if role == from => {}
            (None, Role::Client) if asks() => {
                unanswered = true;
                found.push(Transcript {
                    lacks: Some(HEADS_ALONE.into()),
                    ..Transcript::default()
                });
            }
            (None, Role::Server) if unanswered && line.starts_with("HTTP/") => {
                unanswered = is_interim(line);
            }
            (None | Some(_), _) => continue,
        }
        if let Some(last) = found.last_mut() {
            last.line(from, line);
            open = (!line.is_empty()).then_some(from);
        }
    }
    found
}

/// Whether another response follows the one with this first line.
fn is_interim(line: &str) -> bool {
    let status = line.split(' ').nth(1);
    let status = status.and_then(|status| status.parse().ok());
    status.is_some_and(parse::is_interim)
}

/// Reads what `--trace` prints: every byte, in hex.
fn trace(text: &str) -> Result<Vec<Transcript>, String> {
    let mut found: Vec<Transcript> = Vec::new();
    let mut from = None;
    let mut ends = true;
    for (at, line) in text.lines().enumerate() {
        let heading = untimed(line);
        if heading.starts_with("=> ") || heading.starts_with("<= ") || heading.starts_with("== ") {
            from = match heading.get(3..).unwrap_or_default().split(',').next() {
                Some("Send header" | "Send data") => Some(Role::Client),
                Some("Recv header" | "Recv data") => Some(Role::Server),
                _ => None,
            };
            // Another request follows what was received.
            let head = heading.starts_with("=> Send header");
            if head && std::mem::take(&mut ends) {
                found.push(Transcript::default());
            }
            ends |= heading.starts_with("<= Recv ");
            continue;
        }
        let (Some(from), Some(last)) = (from, found.last_mut()) else {
            continue;
        };
        let unread = || {
            let number = at + 1;
            format!(
                "line {number} has no bytes in hex: --trace has them, and --trace-ascii does not"
            )
        };
        let digits = line
            .split_once(": ")
            .map(|(_, rest)| rest)
            .ok_or_else(unread)?;
        // Sixteen bytes at most, and the same as characters behind them.
        let digits = digits.get(..digits.len().min(16 * 3)).ok_or_else(unread)?;
        last.bytes(from, &from_hex(digits).map_err(|_| unread())?);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use wsdraft::Role;

    use super::{Transcript, is_start, read};
    use crate::capture::transcript::What;

    fn texts(found: &[Transcript]) -> Vec<Vec<(Role, String)>> {
        let text = |what: &What| match what {
            What::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
            What::Missing(_) => panic!("nothing is missing"),
        };
        let all = found.iter();
        all.map(|one| {
            one.pieces
                .iter()
                .map(|piece| (piece.from, text(&piece.what)))
                .collect()
        })
        .collect()
    }

    #[test]
    fn heads_are_told_by_arrows() {
        let text = "  0  0\r  0 *   Trying\n> GET /a HTTP/1.1\r\n> Host: b\r\n> \r\n\
            < HTTP/1.1 103 Early\r\n< \r\n< HTTP/1.1 200 OK\r\n< A: b\r\n< \r\n{ [5 bytes data]\n\
            < no head\n< HTTP/1.1 101 no head\n* Closing\n> GET /c HTTP/1.1\n>\n";
        assert!(is_start(text));
        let found = read(text).unwrap();
        let head = |text: &str| text.replace('|', "\r\n");
        assert_eq!(
            texts(&found),
            [
                vec![
                    (Role::Client, head("GET /a HTTP/1.1|Host: b||")),
                    (
                        Role::Server,
                        head("HTTP/1.1 103 Early||HTTP/1.1 200 OK|A: b||")
                    ),
                ],
                vec![(Role::Client, head("GET /c HTTP/1.1||"))],
            ]
        );
        assert!(found[0].lacks.is_some());
        assert!(!is_start("> 8100\n< 8a00\n"));
    }

    #[test]
    fn the_meter_of_a_transfer_hides_no_line() {
        let row = "  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0";
        let text = format!(
            "\r{row}\r{row}> GET /a HTTP/1.1\r\n> Host: b\r\n> \r\n\r{row}< HTTP/1.1 200 OK\r\n< \r\n"
        );
        assert!(is_start(&text));
        let found = texts(&read(&text).unwrap());
        assert_eq!(
            found,
            [[
                (Role::Client, "GET /a HTTP/1.1\r\nHost: b\r\n\r\n".into()),
                (Role::Server, "HTTP/1.1 200 OK\r\n\r\n".into()),
            ]]
        );
        assert!(!is_start("a 1:2> GET /a HTTP/1.1\n"));
    }

    #[test]
    fn times_and_numbers_before_a_line_do_not_matter() {
        for before in ["12:00:00.123456 ", "[0-0] ", "12:00:00.123456 [0-x] "] {
            let lines = ["> GET /a HTTP/1.1", "> ", "< HTTP/1.1 200 OK", "< "];
            let text = lines.map(|line| format!("{before}{line}\n")).concat();
            assert!(is_start(&text), "{text}");
            let found = texts(&read(&text).unwrap());
            let sent = [
                (Role::Client, "GET /a HTTP/1.1\r\n\r\n".into()),
                (Role::Server, "HTTP/1.1 200 OK\r\n\r\n".into()),
            ];
            assert_eq!(found, [sent], "{text}");
        }
    }

    #[test]
    fn a_trace_has_every_byte() {
        let row = |digits: &str, text: &str| format!("0000: {digits:<48}{text}\n");
        let text = [
            "== Info:   Trying\n12:00:00.000001 => Send header, 5 bytes (0x5)\n".into(),
            row("47 45 54 20 2f", "GET /"),
            "<= Recv header, 2 bytes (0x2)\n".into(),
            row("48 54", "HT"),
            "<= Recv data, 1 bytes (0x1)\n".into(),
            row("21", "!"),
        ]
        .concat();
        assert!(is_start(&text));
        let found = read(&text).unwrap();
        let sent = [(Role::Client, "GET /".into()), (Role::Server, "HT!".into())];
        assert_eq!(texts(&found), [sent]);
        assert!(found[0].lacks.is_none());
        let ascii = "=> Send header, 5 bytes (0x5)\n0000: GET /\n";
        assert!(read(ascii).unwrap_err().contains("--trace-ascii"));
    }
}
