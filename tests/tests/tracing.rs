//! What a subscriber of `tracing` sees of handshakes and connections.

use std::{
    fmt::{Debug, Write as _},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::io::AsyncWriteExt as _;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::DefaultGuard,
};
use wsdraft::{
    Limits,
    tokio::{Acceptor, Subprotocols},
};
use wsdraft_tests::sockets::{address, connector, newest, pair};

/// Writes down every span with its fields, and every event with its span's.
#[derive(Clone, Default)]
struct Notes(Arc<Inner>);

#[derive(Default)]
struct Inner {
    next: AtomicU64,
    spans: Mutex<Vec<(u64, String)>>,
    lines: Mutex<Vec<String>>,
}

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        }
        .expect("to a string");
    }
}

impl Notes {
    /// Notes what happens on this thread.
    fn start() -> (Self, DefaultGuard) {
        let notes = Self::default();
        let guard = tracing::subscriber::set_default(notes.clone());
        (notes, guard)
    }

    fn lines(&self) -> Vec<String> {
        self.0.lines.lock().expect("no panic").clone()
    }

    /// The one line with all of these words.
    fn line(&self, words: &[&str]) -> String {
        let mut lines = self.lines();
        lines.retain(|line| words.iter().all(|word| line.contains(word)));
        assert_eq!(lines.len(), 1, "{words:?} in {:#?}", self.lines());
        lines.remove(0)
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "wsdraft"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.0.next.fetch_add(1, Ordering::Relaxed) + 1;
        let mut text = span.metadata().name().to_owned();
        span.record(&mut Fields(&mut text));
        self.0.spans.lock().expect("no panic").push((id, text));
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut spans = self.0.spans.lock().expect("no panic");
        let known = spans.iter_mut().find(|(id, _)| *id == span.into_u64());
        values.record(&mut Fields(&mut known.expect("a span").1));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let parent = event.parent().map(Id::into_u64);
        let spans = self.0.spans.lock().expect("no panic");
        let span = spans.iter().find(|(id, _)| Some(*id) == parent);
        let mut line = format!("[{}] {}", span.expect("a span").1, event.metadata().level());
        event.record(&mut Fields(&mut line));
        self.0.lines.lock().expect("no panic").push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn a_connection_tells_its_draft_role_and_subprotocol_and_how_it_ended() {
    let (notes, _guard) = Notes::start();
    let (near, far) = tokio::io::duplex(1 << 16);
    let connector = connector(newest()).subprotocol("chat");
    let acceptor = Acceptor::new(newest()).subprotocols(Subprotocols::Any);
    let address = address();
    let (client, server) = tokio::join!(connector.connect(near, &address), acceptor.accept(far));
    let (mut client, mut server) = (client.expect("a client"), server.expect("a server"));
    let draft = format!("draft={:?}", newest().info().short);
    for role in ["role=client", "role=server"] {
        let words = [
            "websocket_handshake",
            role,
            &draft,
            "subprotocol=\"chat\"",
            "established",
        ];
        notes.line(&words);
    }
    let (closed, received) = tokio::join!(client.close(1000, "done"), server.recv());
    assert!(closed.expect("an end").is_clean() && received.expect("an end").is_none());
    for role in ["role=client", "role=server"] {
        let start = "[websocket ";
        let words = [
            start,
            role,
            &draft,
            "subprotocol=\"chat\"",
            "INFO",
            "ended",
            "clean=true",
        ];
        let line = notes.line(&words);
        assert!(
            line.contains("by=client") && line.contains("code=1000"),
            "{line}"
        );
        assert!(line.contains("reason=\"done\""), "{line}");
        assert!(!line.contains("error="), "{line}");
    }
    assert_eq!(notes.lines().len(), 4, "{:#?}", notes.lines());
    assert!(!server.connection().span().is_none());
}

#[tokio::test]
async fn a_broken_rule_and_a_limit_are_told_where_they_happen() {
    let (notes, _guard) = Notes::start();
    let (client, mut server) = pair(newest(), 1 << 16, Limits::default(), Limits::default()).await;
    let (mut stream, _) = client.into_parts();
    stream.write_all(&[0x81, 0x05]).await.expect("written");
    drop(stream);
    let error = server.recv().await.expect_err("a violation");
    let rule = error.violation().expect("a violation").rule.id;
    let line = notes.line(&["[websocket ", "role=server", "WARN", rule]);
    assert!(
        line.contains("by=client") && line.contains("offset="),
        "{line}"
    );
    notes.line(&["[websocket ", "INFO", "ended", "clean=false", "error="]);

    let (notes, _guard) = Notes::start();
    let mut limits = Limits::default();
    limits.message = 3;
    let (mut client, mut server) = pair(newest(), 1 << 16, Limits::default(), limits).await;
    client.send("four").await.expect("sent");
    let (_, failed) = tokio::join!(client.recv(), server.recv());
    failed.expect_err("too large");
    notes.line(&["WARN", "limit=message", "value=3", "bytes"]);
}

#[tokio::test]
async fn refusals_are_told_on_both_sides() {
    let (notes, _guard) = Notes::start();
    let (near, far) = tokio::io::duplex(1 << 16);
    let connector = connector(newest());
    let address = address();
    let mut accepting = Acceptor::new(newest()).start(far);
    let refuse = async {
        accepting.request().await.expect("a request");
        accepting
            .respond(403, &[], "not you\n")
            .await
            .expect("told");
    };
    let (connected, ()) = tokio::join!(connector.connect(near, &address), refuse);
    connected.map(drop).expect_err("refused");
    notes.line(&[
        "websocket_handshake",
        "role=server",
        "INFO",
        "refused",
        "status=403",
    ]);
    notes.line(&[
        "websocket_handshake",
        "role=client",
        "INFO",
        "failed",
        "403",
    ]);
}
