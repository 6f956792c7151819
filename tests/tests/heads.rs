//! Where the head of a message ends, however its bytes come.

use proptest::prelude::*;
use wsdraft::{
    Draft,
    drafts::{self, rfc6455},
    handshake::{
        Opening,
        client::{ClientHandshake, ClientOptions},
        parse::{HeadEnd, HeadError, HeadLimits, head_end, without_empty_lines},
        server::{Progress, RefusalCause, ServerHandshake, ServerOptions},
    },
};

fn server(draft: &'static dyn Draft) -> ServerHandshake<&'static dyn Draft> {
    ServerHandshake::new([draft], ServerOptions::default())
}

fn request(draft: &'static dyn Draft) -> Vec<u8> {
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
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    client.request().to_vec()
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
            let offered = progress.filter(|progress| matches!(progress, Progress::Offered(_)));
            assert_eq!(offered.count(), 1, "{}", draft.info().short);
        }
    }
}

#[test]
fn empty_lines_are_bounded_as_a_head_is() {
    let limit = HeadLimits::default().bytes;
    let mut server = server(&rfc6455::Draft);
    for _ in 0..limit {
        assert_eq!(server.receive(b"\n"), Ok(Progress::More));
    }
    let refusal = server.receive(b"\n").unwrap_err();
    assert_eq!(
        refusal.cause,
        RefusalCause::Head(HeadError::TooLong { limit })
    );
}
