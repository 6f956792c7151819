//! `accept` answers some requests from the bytes received. It must do what `accept_with` does, which
//! keeps the request and asks the application.

use std::{future, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, duplex},
    time::timeout,
};
use wsdraft::{
    extension::{Extensions, builtin},
    handshake::{
        Acceptance, Opening, Origins,
        client::{ClientHandshake, ClientOptions},
    },
    tokio::{Acceptor, Subprotocols},
};
use wsdraft_tests::sockets::{Spoken, drafts};

/// How a request comes.
#[derive(Clone, Copy, Debug)]
struct Coming {
    /// The bytes of each write.
    piece: usize,
    /// Field lines more than the draft asks for.
    more: usize,
    /// Bytes of frames behind the request.
    behind: &'static [u8],
    origin: Option<&'static str>,
}

fn request(draft: Spoken, coming: Coming, extensions: Option<&str>) -> Vec<u8> {
    let opening = Opening {
        host: "server.example",
        resource: "/chat?room=1",
        origin: coming.origin,
        subprotocols: &[],
        extensions,
        cookie: None,
        fields: &[],
        entropy: &|bytes| bytes.fill(7),
    };
    let client = ClientHandshake::new(draft, &opening, ClientOptions::default());
    let mut request = client.request().to_vec();
    let end = request.windows(4).position(|part| part == b"\r\n\r\n");
    let end = end.expect("a head") + 2;
    let more: String = (0..coming.more)
        .map(|at| format!("X-{at}: {at}\r\n"))
        .collect();
    request.splice(end..end, more.into_bytes());
    request.extend_from_slice(coming.behind);
    request
}

/// What the server writes, what it says of the request, and the next thing that it receives.
async fn served(
    acceptor: &Acceptor<Spoken>,
    request: &[u8],
    piece: usize,
    asks: bool,
) -> (String, String) {
    let (near, far) = duplex(1 << 16);
    let (mut reading, mut writing) = tokio::io::split(near);
    let serving = async {
        let decide = |_| future::ready(Ok::<_, _>(Acceptance::new()));
        let accepted = if asks {
            acceptor
                .accept_with(far, decide)
                .await
                .map(|(socket, ())| socket)
        } else {
            acceptor.accept(far).await
        };
        match accepted {
            Err(error) => format!("{error:?}"),
            Ok(mut socket) => {
                let next = timeout(Duration::from_millis(50), socket.recv()).await;
                format!("{next:?}")
            }
        }
    };
    let asking = async {
        for part in request.chunks(piece) {
            if writing.write_all(part).await.is_err() {
                break;
            }
            tokio::task::yield_now().await;
        }
        // A server that refuses may be gone by now.
        let _ = writing.shutdown().await;
        let mut said = Vec::new();
        reading.read_to_end(&mut said).await.unwrap();
        String::from_utf8_lossy(&said).into_owned()
    };
    let (seen, said) = tokio::join!(serving, asking);
    (said, seen)
}

/// Lines of a response, without values that are drawn anew for each.
fn without_nonces(draft: Spoken, said: &str) -> Vec<String> {
    use wsdraft::info::Purpose;
    let nonce = draft.info().response_header(Purpose::Nonce);
    let nonce = nonce.map(|header| format!("{}:", header.name.to_ascii_lowercase()));
    let lines = said.split("\r\n").map(ToOwned::to_owned);
    let is_kept = |line: &String| {
        let line = line.to_ascii_lowercase();
        !nonce.as_ref().is_some_and(|nonce| line.starts_with(nonce))
    };
    lines.filter(is_kept).collect()
}

fn acceptors() -> Vec<Acceptor<Spoken>> {
    let any = || Acceptor::any(drafts());
    let mux = Extensions::named("mux", builtin::ALL).expect("a name");
    vec![
        any(),
        any().origins(Origins::Same),
        any().field("X-Server", "a"),
        any().subprotocols(Subprotocols::Any),
        any().extensions(Extensions::compression()),
        any().extensions(mux),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_request_is_answered_alike_whether_or_not_the_application_is_asked() {
    let usual = Coming {
        piece: 1 << 16,
        more: 0,
        behind: b"",
        origin: Some("http://server.example"),
    };
    let comings = [
        usual,
        Coming { piece: 7, ..usual },
        Coming { more: 70, ..usual },
        Coming { more: 300, ..usual },
        Coming {
            behind: b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58",
            ..usual
        },
        Coming {
            origin: Some("http://evil.example"),
            ..usual
        },
    ];
    let mut accepted = 0;
    for draft in drafts() {
        for acceptor in acceptors() {
            for coming in comings {
                // A key that the server draws decides what these bytes are.
                if draft.info().derives_key && !coming.behind.is_empty() {
                    continue;
                }
                for extensions in [None, Some("permessage-deflate"), Some("mux")] {
                    let request = request(draft, coming, extensions);
                    let (said, seen) = served(&acceptor, &request, coming.piece, false).await;
                    let (same, too) = served(&acceptor, &request, coming.piece, true).await;
                    let name = draft.info().short;
                    let case = format!("{name} {coming:?} {extensions:?}");
                    accepted += usize::from(said.starts_with("HTTP/1.1 101"));
                    let (said, same) = (without_nonces(draft, &said), without_nonces(draft, &same));
                    assert_eq!(said, same, "{case}");
                    assert_eq!(seen, too, "{case}");
                }
            }
        }
    }
    // Most of them: the others have too many fields, or an origin that
    // is refused.
    assert!(accepted > 1000, "{accepted}");
}
