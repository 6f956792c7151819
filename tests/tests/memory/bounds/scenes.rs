//! What a hostile peer does.

use super::*;

/// What is received, and the most that is held until then.
async fn received(
    socket: &mut Socket<Endless>,
    before: usize,
    victim: &Victim,
) -> (Result<Option<Message>, Error>, usize) {
    let mut most = 0;
    for _ in 0..10_000 {
        let received = once(socket.recv()).await;
        most = most.max(held().saturating_sub(before));
        if let Poll::Ready(received) = received {
            return (received, most);
        }
        // What has ended waits for the peer to close, for as long as that may take.
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    panic!("{}: it waits for ever", victim.name())
}

/// A thousand requests that stop within the head, each as long as a head may be.
pub(super) async fn half_open_handshakes(others: &mut Bystanders) {
    const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: server.example\r\nX-Filler: ";
    let limit = Limits::default().head;
    for (what, length) in [
        ("half-open handshake, short, each", 0),
        (
            "half-open handshake, as long as allowed, each",
            limit - REQUEST.len() - 1,
        ),
    ] {
        let before = held();
        let acceptor = Acceptor::new(rfc6455::Draft);
        let mut waiting = Vec::new();
        for _ in 0..1000 {
            let mut accepting = acceptor.start(Endless::new(REQUEST, FILLER, length));
            assert!(once(accepting.request()).await.is_pending());
            waiting.push(accepting);
        }
        others.are_served().await;
        let each = (held() - before) / waiting.len();
        others.bounded(what, "", each, length + 8 * KIB);
        // All of them are given up when their time is over.
        tokio::time::advance(Limits::default().handshake + Duration::from_secs(1)).await;
        for accepting in &mut waiting {
            assert!(matches!(accepting.request().await, Err(Error::Refused(_))));
        }
        drop(waiting);
        drop(acceptor);
        others.bounded(
            "what is left of them",
            "",
            held().saturating_sub(before),
            64 * KIB,
        );
    }
}

pub(super) async fn endless_header(others: &mut Bystanders) {
    let before = held();
    let stream = Endless::new(b"GET / HTTP/1.1\r\nX-Filler: ", FILLER, 20 << 20);
    let mut accepting = Acceptor::new(rfc6455::Draft).start(stream);
    let refused = accepting.request().await;
    let refused = refused.expect_err("a head that is too long").to_string();
    assert!(refused.contains("16384"), "{refused}");
    others.are_served().await;
    let left = held().saturating_sub(before);
    others.bounded("a head of 20 MB", "", left, 64 * KIB);
}

pub(super) async fn endless_empty_fragments(others: &mut Bystanders, victim: &Victim) {
    if !victim.draft.info().fragments {
        return;
    }
    let first = victim.sent_to_it(|peer| peer.begin_text(&[]));
    let both = victim.sent_to_it(|peer| {
        peer.begin_text(&[])?;
        peer.append(&[])
    });
    let next = &both[first.len()..];
    let mut victim = victim.clone();
    if victim.draft.info().short != newest().info().short {
        victim.limits.fragments = 1000;
    }
    let limit = victim.limits.fragments;
    let before = held();
    let stream = Endless::new(&first, next, (limit - 1) * next.len());
    let mut socket = victim.socket(stream);
    assert!(
        once(socket.recv()).await.is_pending(),
        "as many as are allowed"
    );
    others.bounded(
        "empty fragments, as many as are allowed",
        &victim.name(),
        held().saturating_sub(before),
        THREAD + 16 * KIB,
    );
    let mut socket = victim.socket(Endless::new(&first, next, limit * next.len()));
    let (failed, _) = received(&mut socket, 0, &victim).await;
    assert!(matches!(
        failed,
        Err(Error::Connection(ConnectionError::Limit {
            limit: Limit::Fragments,
            ..
        }))
    ));
    others.are_served().await;
}

/// Pings that are never read an answer to: usual ones, and the longest that the draft allows.
pub(super) async fn ping_flood(others: &mut Bystanders, victim: &Victim) {
    let limits = &victim.limits;
    for length in [100, limits.control] {
        let ping = victim.sent_to_it(|peer| peer.ping(&vec![b'p'; length]));
        if ping.is_empty() {
            continue;
        }
        let before = held();
        let stream = Endless {
            reads: false,
            ..Endless::new(&[], &ping, 3 * limits.write_buffer)
        };
        let mut socket = victim.socket(stream);
        let mut most = 0;
        for _ in 0..100 {
            assert!(once(socket.recv()).await.is_pending());
            most = most.max(held().saturating_sub(before));
            // A loop that never waits would take this for a task that lets none run.
            tokio::task::yield_now().await;
        }
        others.are_served().await;
        others.bounded(
            "a flood of pings whose answers nobody reads",
            &victim.name(),
            most,
            // What waits to be written grows by doubling.
            2 * limits.write_buffer + THREAD + limits.control,
        );
    }
}

/// Control frames that are longer than the limit, in drafts that state none.
pub(super) async fn large_control_frames(others: &mut Bystanders, victim: &Victim) {
    for kind in [Kind::Ping, Kind::Pong, Kind::Close] {
        let length = 8 << 20;
        let Some(head) = victim.announced(kind, length) else {
            continue;
        };
        let before = held();
        let mut socket = victim.socket(Endless::new(&head, FILLER, length));
        let (failed, most) = received(&mut socket, before, victim).await;
        match failed {
            Err(Error::Connection(ConnectionError::Limit { limit, .. })) => {
                assert_eq!(limit, Limit::Control, "{}", victim.name());
            }
            Err(Error::Connection(ConnectionError::Violation(_))) => {}
            other => panic!("{}: {other:?}", victim.name()),
        }
        others.are_served().await;
        others.bounded(
            "a control frame of 8 MiB",
            &victim.name(),
            most,
            THREAD + 48 * KIB,
        );
    }
}

/// An application that sends to a peer that never reads.
pub(super) async fn slow_reader(others: &mut Bystanders, victim: &Victim) {
    let before = held();
    let stream = Endless {
        reads: false,
        ..Endless::new(&[], b"-", 0)
    };
    let mut socket = victim.socket(stream);
    let text = "x".repeat(1000);
    let mut taken = 0;
    while once(socket.feed(&text)).await.is_ready() {
        taken += 1;
        assert!(taken <= 10_000, "endless room");
    }
    others.are_served().await;
    others.bounded(
        "messages for a peer that never reads",
        &victim.name(),
        held().saturating_sub(before),
        2 * victim.limits.write_buffer + THREAD,
    );
}

/// A frame of the largest size that is announced, and of which one byte comes.
pub(super) async fn announced_and_not_sent(others: &mut Bystanders, victim: &Victim) {
    let heads = [Kind::Text, Kind::Binary].map(|kind| victim.announced(kind, 16 << 20));
    for head in heads.into_iter().flatten() {
        let start = [&head[..], b"x"].concat();
        let before = held();
        let mut waiting = Vec::new();
        for _ in 0..20 {
            let mut socket = victim.socket(Endless::new(&start, b"-", 0));
            assert!(once(socket.recv()).await.is_pending());
            waiting.push(socket);
        }
        others.are_served().await;
        let each = held().saturating_sub(before) / waiting.len();
        others.bounded(
            "a frame of 16 MiB that is announced and not sent, each",
            &victim.name(),
            each,
            // So much of an announced length is reserved; it is touched as it comes.
            (1 << 20) + 20 * KIB,
        );
    }
}

/// A message as long as it may be, of which the end never comes, and then one that is longer.
pub(super) async fn unfinished_message(others: &mut Bystanders, victim: &Victim) {
    let mut victim = victim.clone();
    let limit = 1 << 20;
    (victim.limits.message, victim.limits.frame) = (limit, limit);
    let whole = victim.sent_to_it(|peer| peer.text(&"x".repeat(limit)));
    let stream = Endless::new(&whole[..whole.len() - 2], b"-", 0);
    let before = held();
    let mut socket = victim.socket(stream);
    for _ in 0..100 {
        assert!(once(socket.recv()).await.is_pending());
        tokio::task::yield_now().await;
    }
    others.are_served().await;
    let most = held().saturating_sub(before);
    others.bounded(
        "a message of 1 MiB, the most allowed, that does not end",
        &victim.name(),
        most,
        limit + THREAD + 16 * KIB,
    );
    drop(socket);
    let longer = victim.sent_to_it(|peer| peer.text(&"x".repeat(limit + 1)));
    let mut socket = victim.socket(Endless::new(&longer, b"-", 0));
    let (failed, _) = received(&mut socket, 0, &victim).await;
    assert!(matches!(
        failed,
        Err(Error::Connection(ConnectionError::Limit {
            limit: Limit::Message | Limit::Frame,
            ..
        }))
    ));
}

/// Text that is not UTF-8, of which each byte becomes three in drafts that have it repaired.
pub(super) async fn text_that_is_repaired(others: &mut Bystanders, victim: &Victim) {
    let mut victim = victim.clone();
    let limit = 1 << 20;
    victim.limits.message = limit;
    for length in [10_000, limit / 3, limit / 3 + 1, limit] {
        let mut frame = victim.sent_to_it(|peer| peer.text(&"x".repeat(length)));
        for byte in &mut frame {
            // Whatever masks it, its bytes are no ASCII any more.
            *byte |= if *byte == b'x' { 0x80 } else { 0 };
        }
        let stream = Endless::new(&frame, b"-", 0);
        let before = held();
        let mut socket = victim.socket(stream);
        let (received, most) = received(&mut socket, before, &victim).await;
        match received {
            Ok(Some(message)) => {
                // With a key that is not known here, it is what it was.
                let is = message.as_bytes().len();
                assert!([length, 3 * length].contains(&is), "{}", victim.name());
                assert!(is <= limit, "{}: {is}", victim.name());
            }
            Err(Error::Connection(ConnectionError::Limit { limit, .. })) => {
                assert_eq!(limit, Limit::Message);
                assert!(length > (1 << 20) / 3, "{}", victim.name());
            }
            Err(Error::Connection(ConnectionError::Violation(_))) => {}
            other => panic!("{}: {other:?}", victim.name()),
        }
        others.bounded(
            "text of 1 MiB, the most allowed, that is repaired",
            &victim.name(),
            most,
            2 * limit + THREAD + 16 * KIB,
        );
    }
}

/// A message of a mebibyte that comes in pieces of a hundred bytes.
pub(super) async fn slow_writer(others: &mut Bystanders) {
    let length = 1 << 20;
    let limits = Limits::default();
    let (draft, role) = (newest(), Role::Server);
    let victim = Victim {
        draft,
        role,
        limits,
    };
    let head = victim.announced(Kind::Binary, length).expect("a head");
    let (mut near, far) = tokio::io::duplex(100);
    let before = held();
    let mut socket = victim.socket(far);
    let write = async {
        let mut most = 0;
        near.write_all(&head).await.expect("a stream");
        for piece in vec![b'x'; length].chunks(100) {
            near.write_all(piece).await.expect("a stream");
            most = most.max(held().saturating_sub(before));
        }
        most
    };
    let (most, message) = tokio::join!(write, socket.recv());
    let message = message.expect("a message").expect("a message");
    assert_eq!(message.as_bytes().len(), length);
    others.are_served().await;
    // Beside the message there is what is to be sent.
    others.bounded(
        "a message of 1 MiB in pieces of 100 bytes",
        &victim.name(),
        most - length,
        2 * length + THREAD,
    );
}
