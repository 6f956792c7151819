//! Where the head of a message ends, however its bytes come.

use proptest::prelude::*;
use wsdraft::{
    Draft,
    drafts::{self, rfc6455},
    handshake::{
        Answer, Opening, ProxyHeader, ReadProxyHeader,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse::{
            HeadEnd, HeadError, HeadLimits, head_end, with_request, with_response,
            without_empty_lines,
        },
        server::{RefusalCause, Requested, ServerHandshake, ServerOptions},
    },
    info::Purpose,
};

mod pieces;
mod versions;

fn server(draft: &'static dyn Draft) -> ServerHandshake<&'static dyn Draft> {
    ServerHandshake::new([draft], ServerOptions::default())
}

fn client(draft: &'static dyn Draft) -> ClientHandshake<&'static dyn Draft> {
    let opening = Opening {
        host: "example.com",
        resource: "/",
        origin: Some("http://example.com"),
        subprotocols: &[],
        extensions: None,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    ClientHandshake::new(draft, &opening, ClientOptions::default())
}

fn request(draft: &'static dyn Draft) -> Vec<u8> {
    client(draft).request().to_vec()
}

proptest! {
    #[test]
    fn the_end_does_not_depend_on_how_bytes_come(
        bytes in prop::collection::vec(prop::sample::select(vec![b'\r', b'\n', b'a']), 0..40),
        size in 1usize..8,
    ) {
        let empty = bytes.len() - without_empty_lines(&bytes).len();
        let blank = |at: &usize| bytes[empty..].get(*at..at + 4) == Some(b"\r\n\r\n");
        let wanted = (0..bytes.len()).find(blank).map(|at| empty + at + 4);
        prop_assert_eq!(head_end(&bytes), wanted);
        let mut search = HeadEnd::default();
        let lengths = (0..bytes.len()).step_by(size).chain([bytes.len()]);
        let found = lengths.map(|length| search.find(&bytes[..length])).find(Option::is_some);
        prop_assert_eq!(found.flatten(), wanted);
    }
}

#[test]
fn a_server_passes_over_empty_lines_however_they_come() {
    for &draft in drafts::ALL {
        let late = [b"\r\n\n\r\n", &request(draft)[..]].concat();
        for size in [1, 3, late.len()] {
            let mut server = server(draft);
            let progress = late
                .chunks(size)
                .map(|piece| server.receive(piece).unwrap());
            let offered =
                progress.filter(|progress| matches!(progress, Some(Requested::Upgrade(_))));
            assert_eq!(offered.count(), 1, "{}", draft.info().short);
        }
    }
}

#[test]
fn empty_lines_are_bounded_as_a_head_is() {
    let limit = HeadLimits::default().bytes;
    let mut server = server(&rfc6455::Draft);
    for _ in 0..limit {
        assert_eq!(server.receive(b"\n"), Ok(None));
    }
    let refusal = server.receive(b"\n").unwrap_err();
    assert_eq!(
        refusal.cause,
        RefusalCause::Head(HeadError::TooLong { limit })
    );
}

fn limits(fields: usize) -> HeadLimits {
    HeadLimits::default().fields(fields)
}

/// A line, and so many fields.
fn head(line: &str, fields: usize) -> Vec<u8> {
    let fields: String = (0..fields).map(|at| format!("X-{at}: {at}\r\n")).collect();
    format!("{line}\r\n{fields}\r\n").into_bytes()
}

#[test]
fn as_many_fields_are_read_as_are_allowed() {
    const REQUEST: &str = "GET / HTTP/1.1";
    const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols";
    for fields in [0, 1, 19, 20, 21, 22, 100, HeadLimits::MAX_FIELDS] {
        let (request, response) = (head(REQUEST, fields), head(RESPONSE, fields));
        for allowed in [fields, HeadLimits::MAX_FIELDS] {
            let limits = limits(allowed);
            let read = with_request(&request, &[], false, &limits, |it| it.fields.iter().count());
            assert_eq!(read, Ok(fields));
            let read = with_response(&response, &[], &limits, |it| it.fields.iter().count());
            assert_eq!(read, Ok(fields));
        }
        let Some(limit) = fields.checked_sub(1) else {
            continue;
        };
        let refused = Err(HeadError::TooManyFields { limit });
        let limits = limits(limit);
        assert_eq!(with_request(&request, &[], false, &limits, |_| ()), refused);
        assert_eq!(with_response(&response, &[], &limits, |_| ()), refused);
    }
}

#[test]
fn a_server_answers_a_request_of_many_fields_as_one_of_few() {
    let draft: &'static dyn Draft = &rfc6455::Draft;
    let request = request(draft);
    let line = request.iter().position(|&byte| byte == b'\n').unwrap() + 1;
    let answered = |more: usize| {
        let more: String = (0..more).map(|at| format!("X-{at}: y\r\n")).collect();
        let request = [&request[..line], more.as_bytes(), &request[line..]].concat();
        let mut server = server(draft);
        assert!(matches!(
            server.receive(&request),
            Ok(Some(Requested::Upgrade(_)))
        ));
        server.accept(&Answer::default()).unwrap();
        server.take_output()
    };
    let few = answered(0);
    assert!(few.starts_with(b"HTTP/1.1 101 "));
    for more in 1..=90 {
        assert_eq!(answered(more), few, "{more}");
    }
}

/// Who reads lines up to a bare line feed would take what follows for something else.
#[test]
fn a_head_that_ends_early_for_others_is_refused() {
    for line in ["GET / HTTP/1.1", "HTTP/1.1 101 Switching Protocols"] {
        for early in ["\n\n", "\r\n\n", "\n\r\n"] {
            let head = format!("{line}\r\nA: b{early}C: d\r\n\r\n").into_bytes();
            let limits = HeadLimits::default();
            let read = if line.starts_with("GET") {
                with_request(&head, &[], false, &limits, |_| ())
            } else {
                with_response(&head, &[], &limits, |_| ())
            };
            let why = "its lines end in LF alone, but HTTP requires CR LF";
            assert_eq!(read, Err(HeadError::Malformed { why }), "{line} {early:?}");
        }
    }
}

/// It is not waited for the end of a head that has ended for whoever takes LF for the end of a line.
#[test]
fn a_head_with_bare_line_feeds_is_refused_at_its_end() {
    let draft: &'static dyn Draft = &rfc6455::Draft;
    for line in ["\n", "\r\n"] {
        let request = format!("GET / HTTP/1.1{line}Host: a{line}\n");
        let before = &request.as_bytes()[..request.len() - 1];
        let mut server = server(draft);
        assert_eq!(server.receive(before), Ok(None));
        let refusal = server.receive(b"\n").unwrap_err();
        assert!(refusal.to_string().contains("end in LF alone"), "{refusal}");
        assert_eq!(refusal.status, Some(400));

        let response = format!("HTTP/1.1 101 Switching Protocols{line}A: b{line}\n");
        let refusal = client(draft).receive(response.as_bytes()).unwrap_err();
        assert!(refusal.to_string().contains("end in LF alone"), "{refusal}");
    }
}

/// A server that expects none says what it is that came.
#[test]
fn a_proxy_header_that_nobody_asked_for_is_named() {
    let request = request(&rfc6455::Draft);
    for header in [
        &b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 80\r\n"[..],
        b"PROXY UNKNOWN\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0",
    ] {
        let refusal = server(&rfc6455::Draft)
            .receive(&[header, &request].concat())
            .unwrap_err();
        assert!(refusal.to_string().contains("PROXY protocol"), "{refusal}");
        assert_eq!(refusal.status, Some(400));
    }
    let method = b"PROXY / HTTP/1.1\r\nHost: a\r\n\r\n";
    assert!(matches!(
        server(&rfc6455::Draft).receive(method),
        Ok(Some(Requested::Plain(_)))
    ));
}

#[test]
fn proxy_headers_are_read_byte_by_byte() {
    let text = b"PROXY TCP6 2001:db8::7 2001:db8::1 40000 443\r\n";
    let binary =
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0f\xc0\0\x02\x07\xc0\0\x02\x01\x9c\x40\0\x50\x04\0\0";
    for (header, version, client) in [
        (&text[..], 1, Some("[2001:db8::7]:40000")),
        (b"PROXY UNKNOWN a b c\r\n", 1, None),
        (binary, 2, Some("192.0.2.7:40000")),
        (b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\x01x", 2, None),
    ] {
        for length in 0..header.len() {
            assert!(
                matches!(ProxyHeader::read(&header[..length]), ReadProxyHeader::Incomplete(needed) if needed > length),
                "{header:?} {length}"
            );
        }
        let ReadProxyHeader::Header(read) = ProxyHeader::read(&[header, b"GET"].concat()) else {
            panic!("{header:?}");
        };
        assert_eq!((read.version, read.length), (version, header.len()));
        assert_eq!(read.client, client.map(|client| client.parse().unwrap()));
    }
    let long = [b"PROXY TCP4 ".as_slice(), &[b'1'; 96]].concat();
    for malformed in [
        &long[..],
        b"PROXY TCP4 192.0.2.7 192.0.2.1 40000\r\n",
        b"PROXY TCP4 ::1 ::1 1 1\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 65536\r\n",
        b"PROXY TCP4 192.0.2.7 192.0.2.1 40000 80\n",
        b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\xff\xff",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0b\xc0\0\x02\x07\xc0\0\x02\x01\x9c\x40\0",
    ] {
        let read = ProxyHeader::read(malformed);
        assert!(
            matches!(read, ReadProxyHeader::Malformed(_)),
            "{malformed:?}"
        );
    }
    for other in [&b"GET"[..], b"POST", b"\r\nGET", b"\x16\x03"] {
        assert_eq!(ProxyHeader::read(other), ReadProxyHeader::Nothing);
    }
}

#[test]
fn what_starts_no_head_is_refused_with_its_first_byte() {
    for start in [&b"\x16"[..], b"\0", b"\x81", b"{", b"\r\n\x16", b"1"] {
        let refusal = server(&rfc6455::Draft).receive(start).unwrap_err();
        assert!(
            matches!(&refusal.cause, RefusalCause::Head(HeadError::Malformed { why }) if why.contains("first byte")),
            "{start:?}: {refusal:?}"
        );
    }
    assert_eq!(server(&rfc6455::Draft).receive(b"\r\nG"), Ok(None));
}

/// Whatever comes before the answer, and in how many pieces (RFC 9110 §15.2).
#[test]
fn a_client_passes_over_interim_responses() {
    let draft: &'static dyn Draft = &rfc6455::Draft;
    let mut server = server(draft);
    let request = request(draft);
    assert!(matches!(
        server.receive(&request),
        Ok(Some(Requested::Upgrade(_)))
    ));
    server.accept(&Answer::default()).unwrap();
    let answer = server.take_output();
    let interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n";
    let frame = b"\x81\x01a";
    let bytes = [&interim[..], &answer, frame].concat();
    for size in [1, 7, bytes.len()] {
        let mut client = client(draft);
        for piece in bytes.chunks(size) {
            client.receive(piece).unwrap();
        }
        let established = client.finish().expect("an answer");
        assert_eq!(established.rest, frame, "{size}");
    }
}

/// Eight in all are passed over, however many come at once.
#[test]
fn interim_responses_are_bounded_in_total() {
    const INTERIM: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
    for &draft in drafts::ALL {
        let mut client = client(draft);
        let allowed = INTERIM.repeat(8);
        assert_eq!(client.receive(&allowed[..40]), Ok(None));
        assert_eq!(client.receive(&allowed[40..]), Ok(None));
        for piece in INTERIM[..INTERIM.len() - 1].chunks(5) {
            assert_eq!(client.receive(piece), Ok(None));
        }
        let failed = client.receive(b"\n").unwrap_err();
        assert_eq!(failed, ClientError::Interim { limit: 8 });
        assert!(failed.to_string().contains("more than 8 interim responses"));
    }
}
