//! What a URL says, what a request says, and where that does not lead.

use std::{net::IpAddr, time::Duration};

use tokio::{io::AsyncWriteExt as _, net::TcpListener};
use wsdraft::{
    Client, ConnectionError, Draft, Error, HeadPart, Limits, Misuse,
    client::Stage,
    drafts,
    handshake::{Address, NotAnAddress, client::ClientError},
};

use super::{accept, field, greet, listen, refused, responding, response, server, unreached};

const LOOPBACK: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

#[tokio::test]
async fn one_line_opens_a_connection() {
    for scheme in ["ws", "http"] {
        let (address, server) = server().await;
        let url = format!("{scheme}://{address}/chat?room=1");
        // The future may go to another thread.
        let connect = tokio::spawn(wsdraft::connect(url));
        let mut socket = connect.await.expect("no panic").expect("a connection");
        assert!(socket.stream().tcp().nodelay().expect("an option"));
        greet(&mut socket).await;
        let request = server.await.expect("a request");
        assert!(request.starts_with("GET /chat?room=1 HTTP/1.1\r\n"));
        assert_eq!(field(&request, "Host"), Some(&*address.to_string()));
        assert_eq!(field(&request, "Authorization"), None);
    }
}

#[tokio::test]
async fn user_information_authenticates_and_goes_nowhere_else() {
    let (address, server) = server().await;
    let client = Client::builder().origin("http://client.example").build();
    let url = format!("ws://me%40work:a%20secret@{address}/");
    let mut socket = client.connect(&url).await.expect("a connection");
    greet(&mut socket).await;
    let request = server.await.expect("a request");
    // "me@work:a secret"
    let basic = Some("Basic bWVAd29yazphIHNlY3JldA==");
    assert_eq!(field(&request, "Authorization"), basic);
    assert_eq!(field(&request, "Host"), Some(&*address.to_string()));
    assert!(!request.contains("secret"), "{request}");

    let error = client
        .connect("ws://me:secret@127.0.0.1:0/?token=secret")
        .await;
    let error = unreached(error, Stage::Connect);
    assert_eq!(error.url(), "ws://127.0.0.1:0/?…");
    assert!(!format!("{error} {error:?}").contains("secret"));
    let error = unreached(client.connect("ws://me:secret@/").await, Stage::Url);
    assert!(error.is_permanent());
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(!format!("{client:?}").contains("secret"));
}

#[tokio::test]
async fn the_request_has_what_the_builder_says() {
    let (address, server) = server().await;
    let client = Client::builder()
        .basic_auth("not", "this one")
        .bearer_auth("token")
        .cookie("session=1")
        .field("X-Room", "lobby")
        .origin("https://page.example")
        .build();
    // What the builder says takes precedence over the URL.
    let url = format!("ws://me:secret@{address}/");
    let mut socket = client.connect(&url).await.expect("a connection");
    greet(&mut socket).await;
    let request = server.await.expect("a request");
    for (name, value) in [
        ("Authorization", "Bearer token"),
        ("Cookie", "session=1"),
        ("X-Room", "lobby"),
        ("Origin", "https://page.example"),
    ] {
        assert_eq!(field(&request, name), Some(value), "{request}");
    }
    assert_eq!(request.matches("Authorization").count(), 1);
}

#[tokio::test]
async fn basic_credentials_may_come_from_the_builder() {
    let (address, server) = server().await;
    let client = Client::builder().basic_auth("Aladdin", "open sesame");
    let mut socket = client.build().connect(format!("ws://{address}")).await;
    greet(socket.as_mut().expect("a connection")).await;
    let request = server.await.expect("a request");
    // The example of RFC 7617 §2.
    let basic = Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    assert_eq!(field(&request, "Authorization"), basic);
}

#[tokio::test]
async fn each_stage_has_its_error() {
    let client = Client::builder().resolve("nowhere.example", []).build();
    let error = unreached(client.connect("ftp://example.com").await, Stage::Url);
    assert!(
        error.to_string().starts_with("ftp://example.com: "),
        "{error}"
    );
    let error = unreached(
        client.connect("ws://nowhere.example/").await,
        Stage::Resolve,
    );
    assert!(!error.is_permanent() && !error.is_timeout());
    let (listener, address) = listen().await;
    drop(listener);
    let error = unreached(
        client.connect(format!("ws://{address}/")).await,
        Stage::Connect,
    );
    let cause = error.cause().downcast_ref::<std::io::Error>();
    let kind = cause.expect("an error of the system").kind();
    assert_eq!(kind, std::io::ErrorKind::ConnectionRefused);
    assert!(error.to_string().contains(&address.to_string()), "{error}");
}

#[tokio::test]
async fn all_addresses_of_a_host_are_tried() {
    let (address, server) = server().await;
    let port = address.port();
    // Nothing listens at the first address, nor at the first one of the other family.
    let dead = [
        "::1".parse().expect("an address"),
        "127.0.0.2".parse().expect("an address"),
    ];
    let addresses = dead.into_iter().chain([LOOPBACK]);
    let client = Client::builder()
        .resolve("Server.example", addresses)
        .build();
    let url = format!("ws://server.EXAMPLE:{port}/");
    let mut socket = client.connect(&url).await.expect("a connection");
    greet(&mut socket).await;
    let request = server.await.expect("a request");
    let host = format!("server.example:{port}");
    assert_eq!(field(&request, "Host"), Some(&*host));
}

#[tokio::test]
async fn a_silent_server_is_not_waited_for() {
    let (listener, address) = listen().await;
    let limit = Duration::from_millis(50);
    let client = Client::builder().open_timeout(limit).build();
    let url = format!("ws://{address}/");
    let (_silent, opened) = tokio::join!(accept(&listener), client.connect(&url));
    let error = unreached(opened, Stage::Handshake);
    assert!(error.is_timeout() && !error.is_permanent());
    assert!(error.to_string().contains("50 ms"), "{error}");

    let mut limits = Limits::default();
    limits.handshake = limit;
    let client = Client::builder().limits(limits).build();
    let (_silent, opened) = tokio::join!(accept(&listener), client.connect(&url));
    let error = unreached(opened, Stage::Handshake);
    assert!(error.is_timeout());
    assert!(error.to_string().starts_with(&url), "{error}");

    let client = Client::builder().connect_timeout(limit).build();
    let url = format!("wss://{address}/");
    let (_silent, opened) = tokio::join!(accept(&listener), client.connect(&url));
    let error = unreached(opened, Stage::Tls);
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_refusal_is_an_error_of_the_handshake() {
    let (address, server) = responding(vec![response(401, "")]).await;
    let opened = wsdraft::connect(format!("ws://{address}/")).await;
    assert_eq!(refused(opened), 401);
    assert_eq!(server.await.expect("requests").len(), 1);
}

#[tokio::test]
async fn another_draft_is_tried_if_the_server_lists_it() {
    let newest: &'static dyn Draft = &drafts::newest::Draft;
    let list: Vec<&'static dyn Draft> = drafts::ALL.to_vec();
    let versions = list.iter().filter_map(|draft| draft.info().wire_version);
    let older = versions.filter(|version| Some(*version) != newest.info().wire_version);
    let version = older.max().expect("another version");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address: Address = format!("ws://{}/", listener.local_addr().expect("an address"))
        .parse()
        .expect("a URL");
    let name = newest
        .info()
        .response_header(wsdraft::info::Purpose::Version)
        .expect("a field")
        .name;
    let serve = async {
        let mut stream = accept(&listener).await;
        super::head(&mut stream).await;
        let refusal = response(400, &format!("{name}: {version}\r\n"));
        tokio::io::AsyncWriteExt::write_all(&mut stream, refusal.as_bytes())
            .await
            .expect("sent");
        drop(stream);
        let acceptor = wsdraft::tokio::Acceptor::any(drafts::ALL.iter().copied());
        let socket = acceptor.accept(accept(&listener).await).await;
        socket.expect("a request").connection().info().wire_version
    };
    let client = Client::builder()
        .draft(newest)
        .origin("http://client.example")
        .or_drafts(list)
        .build();
    let url = address.to_string();
    let connect = async {
        let socket = client.connect(&url).await.expect("a connection");
        socket.connection().info().wire_version
    };
    let (served, opened) = tokio::join!(serve, connect);
    assert_eq!((served, opened), (Some(version), Some(version)));
}

#[tokio::test]
async fn a_refusal_whose_body_does_not_end_is_returned_when_the_time_is_over() {
    let (listener, address) = listen().await;
    let serve = async {
        let mut stream = accept(&listener).await;
        super::head(&mut stream).await;
        let refusal = b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\npart";
        stream.write_all(refusal).await.expect("sent");
        stream
    };
    let limit = Duration::from_millis(200);
    let client = Client::builder().open_timeout(limit).build();
    let (_stream, opened) = tokio::join!(serve, client.connect(format!("ws://{address}/")));
    let error = opened.map(drop).expect_err("a refusal");
    let Some(ClientError::Refused { status, body, .. }) = error.handshake() else {
        panic!("{error:?}")
    };
    assert_eq!((*status, &body[..]), (503, &b"part"[..]));
}

#[tokio::test]
async fn a_user_name_with_a_colon_is_not_sent() {
    let (listener, address) = listen().await;
    let client = Client::builder().basic_auth("a:b", "secret").build();
    let url = format!("ws://{address}/");
    let (_stream, opened) = tokio::join!(accept(&listener), client.connect(&url));
    let error = opened.map(drop).expect_err("no request");
    let misuse = Misuse::Unfit {
        part: HeadPart::UserName,
        byte: Some(b':'),
    };
    assert!(
        matches!(&error, Error::Connection(ConnectionError::Misuse(it)) if *it == misuse),
        "{error:?}"
    );
    // Other credentials replace these.
    let client = Client::builder()
        .basic_auth("a:b", "secret")
        .bearer_auth("token");
    let (address, server) = server().await;
    let opened = client.build().connect(format!("ws://{address}/")).await;
    greet(&mut opened.expect("a connection")).await;
    server.await.expect("a request");
}

#[tokio::test]
async fn a_host_name_must_be_in_ascii() {
    let opened = wsdraft::connect("wss://m\u{fc}nchen.example/").await;
    let error = unreached(opened, Stage::Url);
    assert!(
        error
            .to_string()
            .ends_with("write the host name in ASCII (xn--…)"),
        "{error}"
    );
    assert_eq!("ws://\u{fc}/".parse::<Address>(), Err(NotAnAddress::Host));
}
