//! What `axum::extract::ws` has under the same names.

use axum::routing::any;

use super::*;

/// The routes of a handler that prepares each upgrade.
async fn upgraded(
    prepare: impl Fn(WebSocketUpgrade) -> WebSocketUpgrade + Clone + Send + Sync + 'static,
) -> SocketAddr {
    let handler = move |upgrade: WebSocketUpgrade| async move {
        let selected = prepare(upgrade);
        let name = selected.selected_protocol().unwrap_or("none").to_owned();
        selected.field("X-Selected", name).on_upgrade(echo)
    };
    serve(Router::new().route("/", any(handler))).await
}

async fn offering(server: SocketAddr, offered: &[&str]) -> Result<Client, Error> {
    connect(server, find("rfc6455"), |connector| {
        let offer = offered.iter();
        offer.fold(connector, |connector, one| connector.subprotocol(*one))
    })
    .await
}

#[tokio::test]
async fn the_server_s_order_of_subprotocols_decides() {
    let server = upgraded(|upgrade| upgrade.protocols(["new", "old"])).await;
    for (offered, chosen) in [
        (&["old", "new"][..], Some("new")),
        (&["other", "old"], Some("old")),
        (&["other"], None),
        (&[], None),
    ] {
        let client = offering(server, offered).await.unwrap();
        assert_eq!(client.subprotocol(), chosen, "{offered:?}");
    }
    let answer = ask(server, &request("13", KEY)).await;
    assert!(answer.contains("\r\nx-selected: none\r\n"), "{answer}");
}

#[tokio::test]
async fn a_handler_chooses_a_subprotocol_itself() {
    let choose = |mut upgrade: WebSocketUpgrade| {
        let last = upgrade.requested_protocols().last().map(ToOwned::to_owned);
        upgrade.set_selected_protocol(last.unwrap_or_else(|| "surprise".into()));
        upgrade
    };
    let server = upgraded(choose).await;
    let client = offering(server, &["a", "b"]).await.unwrap();
    assert_eq!(client.subprotocol(), Some("b"));
    // A client must not get what it does not offer.
    let answer = ask(server, &request("13", KEY)).await;
    assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
    // The later call decides.
    let server = upgraded(move |upgrade| choose(upgrade).protocols(["a"])).await;
    let client = offering(server, &["a", "b"]).await.unwrap();
    assert_eq!(client.subprotocol(), Some("a"));
}

#[tokio::test]
async fn sizes_are_limited() {
    for (server, code) in [
        (upgraded(|upgrade| upgrade.max_message_size(10)).await, 1009),
        (upgraded(|upgrade| upgrade.max_frame_size(10)).await, 1009),
    ] {
        let mut client = offering(server, &[]).await.unwrap();
        client.send("0123456789").await.unwrap();
        assert_eq!(client.recv().await.unwrap(), Some("0123456789".into()));
        client.send("0123456789a").await.unwrap();
        assert_eq!(client.recv().await.unwrap(), None);
        let close = client.connection().peer_close().expect("a close frame");
        assert_eq!(close.code, Some(code));
    }
    let handler = |upgrade: WebSocketUpgrade| async {
        let upgrade = upgrade.max_write_buffer_size(77);
        upgrade.on_upgrade(async |mut socket| {
            let limits = socket.connection().limits().clone();
            assert_eq!((limits.message, limits.frame), (64 << 20, 16 << 20));
            let _ = socket.send(limits.write_buffer.to_string()).await;
        })
    };
    let server = serve(Router::new().route("/", any(handler))).await;
    let mut client = offering(server, &[]).await.unwrap();
    assert_eq!(client.recv().await.unwrap(), Some("77".into()));
}

#[tokio::test]
async fn unmasked_frames_are_accepted_by_policy_only() {
    const RELAXED: Relaxed = Relaxed::new(&["client-frame-masked"]);
    for (policy, echoed) in [
        (Policy::new(), &b"\x88"[..]),
        (Policy::relaxed(RELAXED), b"\x81\x02hi"),
    ] {
        let server = upgraded(move |upgrade| upgrade.policy(policy)).await;
        let mut stream = TcpStream::connect(server).await.unwrap();
        let request = request("13", KEY);
        stream.write_all(request.as_bytes()).await.unwrap();
        stream.write_all(b"\x81\x02hi").await.unwrap();
        let mut answer = Vec::new();
        let body = loop {
            assert!(stream.read_buf(&mut answer).await.unwrap() > 0);
            let end = answer.windows(4).position(|four| four == b"\r\n\r\n");
            match end.map(|end| &answer[end + 4..]) {
                Some(body) if body.len() >= echoed.len() => break body,
                _ => {}
            }
        };
        assert!(body.starts_with(echoed), "{body:?}");
    }
}

#[tokio::test]
async fn a_route_for_any_method_refuses_the_wrong_one() {
    let server = upgraded(|upgrade| upgrade).await;
    assert!(offering(server, &[]).await.is_ok());
    let post = request("13", KEY).replacen("GET", "POST", 1);
    let answer = ask(server, &post).await;
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}
