//! Proxies: HTTP and SOCKS5, with and without credentials, given and from the environment.

use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, copy_bidirectional},
    net::TcpStream,
    task::JoinHandle,
};
use wsdraft::{
    Client,
    client::{Proxy, Stage},
};

use super::{
    accept, any_client, echo, field, greet, head, listen, responding, response, server, trusting,
    unreached,
};

/// A name that only the proxy can resolve.
const REMOTE: &str = "server.invalid";

/// Passes bytes on to a server, until one end closes.
async fn pass_on(mut stream: impl AsyncRead + AsyncWrite + Unpin, server: SocketAddr) {
    let mut there = TcpStream::connect(server).await.expect("a server");
    let _ = copy_bidirectional(&mut stream, &mut there).await;
}

/// Opens a tunnel to this server, wherever it is asked to lead.
async fn tunnel(mut stream: impl AsyncRead + AsyncWrite + Unpin, server: SocketAddr) -> String {
    let request = head(&mut stream).await;
    let opened = b"HTTP/1.1 200 Connection established\r\n\r\n";
    stream.write_all(opened).await.expect("sent");
    pass_on(stream, server).await;
    request
}

/// An HTTP proxy for one connection, which returns the request.
async fn http_proxy(server: SocketAddr) -> (SocketAddr, JoinHandle<String>) {
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move { tunnel(accept(&listener).await, server).await });
    (address, task)
}

/// What a client tells a SOCKS5 proxy (RFC 1928, RFC 1929).
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    user: Option<(String, String)>,
    /// The type of the address, and the address.
    address: (u8, Vec<u8>),
    port: u16,
}

async fn counted(stream: &mut TcpStream) -> Vec<u8> {
    let length = stream.read_u8().await.expect("a length");
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes).await.expect("as many bytes");
    bytes
}

/// A SOCKS5 proxy for one connection, which gives this reply.
async fn socks_proxy(
    server: SocketAddr,
    with_user: bool,
    reply: u8,
) -> (SocketAddr, JoinHandle<Asked>) {
    let (listener, address) = listen().await;
    let task = tokio::spawn(async move {
        let mut stream = accept(&listener).await;
        assert_eq!(stream.read_u8().await.expect("a version"), 5);
        let methods = counted(&mut stream).await;
        let method = if with_user { 2 } else { 0 };
        assert!(methods.contains(&method), "{methods:?}");
        stream.write_all(&[5, method]).await.expect("sent");
        let mut user = None;
        if with_user {
            assert_eq!(stream.read_u8().await.expect("a version"), 1);
            let text = |bytes| String::from_utf8(bytes).expect("text");
            let name = text(counted(&mut stream).await);
            user = Some((name, text(counted(&mut stream).await)));
            stream.write_all(&[1, 0]).await.expect("sent");
        }
        let mut request = [0; 4];
        stream.read_exact(&mut request).await.expect("a request");
        assert_eq!(request[..3], [5, 1, 0]);
        let host = match request[3] {
            3 => counted(&mut stream).await,
            kind => {
                let mut host = vec![0; if kind == 1 { 4 } else { 16 }];
                stream.read_exact(&mut host).await.expect("an address");
                host
            }
        };
        let port = stream.read_u16().await.expect("a port");
        let answer = [5, reply, 0, 1, 0, 0, 0, 0, 0, 0];
        stream.write_all(&answer).await.expect("sent");
        if reply == 0 {
            pass_on(stream, server).await;
        }
        Asked {
            user,
            address: (request[3], host),
            port,
        }
    });
    (address, task)
}

#[tokio::test]
async fn a_tunnel_leads_to_the_server() {
    let (address, server) = server().await;
    let (proxy, asked) = http_proxy(address).await;
    let proxy = Proxy::new(format!("http://me:p%40ss@{proxy}")).expect("a proxy");
    let client = Client::builder().bearer_auth("token").proxy(proxy);
    let mut socket = client.build().connect(format!("ws://{REMOTE}/chat")).await;
    greet(socket.as_mut().expect("a connection")).await;
    drop(socket);
    let request = asked.await.expect("a request");
    assert!(
        request.starts_with(&format!("CONNECT {REMOTE}:80 HTTP/1.1\r\n")),
        "{request}"
    );
    // "me:p@ss"
    assert_eq!(
        field(&request, "Proxy-Authorization"),
        Some("Basic bWU6cEBzcw==")
    );
    assert_eq!(field(&request, "Authorization"), None);
    let request = server.await.expect("a request");
    assert_eq!(field(&request, "Host"), Some(REMOTE));
    assert_eq!(field(&request, "Authorization"), Some("Bearer token"));
    assert_eq!(field(&request, "Proxy-Authorization"), None);
}

#[tokio::test]
async fn tls_goes_through_the_tunnel_and_to_the_proxy() {
    let (listener, address) = listen().await;
    let serve = tokio::spawn(async move {
        let stream = any_client().accept(accept(&listener).await).await;
        echo(stream.expect("TLS")).await;
    });
    let (listener, proxy) = listen().await;
    let asked = tokio::spawn(async move {
        let stream = any_client().accept(accept(&listener).await).await;
        tunnel(stream.expect("TLS"), address).await
    });
    let proxy = format!("https://localhost:{}", proxy.port());
    let proxy = Proxy::new(proxy)
        .expect("a proxy")
        .basic_auth("me", "secret");
    assert!(!format!("{proxy:?}").contains("secret"));
    let client = Client::builder().tls(trusting()).proxy(proxy).build();
    let mut socket = client
        .connect("wss://localhost/")
        .await
        .expect("a connection");
    socket.stream().tcp().nodelay().expect("an option");
    greet(&mut socket).await;
    drop(socket);
    let request = asked.await.expect("a request");
    assert!(request.starts_with("CONNECT localhost:443 "), "{request}");
    // "me:secret"
    assert_eq!(
        field(&request, "Proxy-Authorization"),
        Some("Basic bWU6c2VjcmV0")
    );
    serve.await.expect("served");
}

#[tokio::test]
async fn socks_leads_to_the_server() {
    for (scheme, host, with_user, asked) in [
        ("socks5h", REMOTE, false, (3, REMOTE.as_bytes().to_vec())),
        ("socks5", "known.example", true, (1, vec![192, 0, 2, 1])),
        ("socks5", "192.0.2.2", false, (1, vec![192, 0, 2, 2])),
        (
            "socks5h",
            "[2001:db8::1]",
            true,
            (4, {
                let mut address = vec![0x20, 1, 0x0d, 0xb8];
                address.resize(15, 0);
                [address, vec![1]].concat()
            }),
        ),
    ] {
        let (address, server) = server().await;
        let (proxy, told) = socks_proxy(address, with_user, 0).await;
        let mut proxy = Proxy::new(format!("{scheme}://{proxy}")).expect("a proxy");
        if with_user {
            proxy = proxy.basic_auth("me", "secret");
        }
        let client = Client::builder()
            .resolve("known.example", ["192.0.2.1".parse().expect("an address")])
            .proxy(proxy)
            .build();
        let url = format!("ws://{host}:8080/");
        let mut socket = client.connect(&url).await.expect("a connection");
        greet(&mut socket).await;
        drop(socket);
        let user = with_user.then(|| ("me".into(), "secret".into()));
        let port = 8080;
        assert_eq!(
            told.await.expect("a request"),
            Asked {
                user,
                address: asked,
                port
            }
        );
        server.await.expect("a request");
    }
}

#[tokio::test]
async fn a_proxy_that_does_not_help_is_told_from_a_server() {
    let client = |url: String| {
        let proxy = Proxy::new(url).expect("a proxy");
        Client::builder().proxy(proxy).build()
    };
    for (status, is_permanent) in [(407, true), (502, false)] {
        let (proxy, _asked) = responding(vec![response(status, "")]).await;
        let client = client(format!("http://me:secret@{proxy}"));
        let error = unreached(
            client.connect(format!("ws://{REMOTE}/")).await,
            Stage::Proxy,
        );
        assert_eq!(error.is_permanent(), is_permanent);
        let text = error.to_string();
        assert!(
            text.contains(REMOTE) && text.contains(&proxy.to_string()),
            "{text}"
        );
        assert!(!text.contains("secret"), "{text}");
    }
    let (proxy, _asked) = socks_proxy(([127, 0, 0, 1], 0).into(), false, 5).await;
    let client_of_socks = client(format!("socks5h://{proxy}"));
    let error = unreached(
        client_of_socks.connect(format!("ws://{REMOTE}/")).await,
        Stage::Proxy,
    );
    assert!(error.to_string().contains("refused"), "{error}");
    let (listener, proxy) = listen().await;
    drop(listener);
    for scheme in ["http", "https", "socks5h"] {
        let client = client(format!("{scheme}://{proxy}"));
        let error = unreached(
            client.connect(format!("ws://{REMOTE}/")).await,
            Stage::Proxy,
        );
        assert!(error.to_string().contains("refused"), "{error}");
    }
}

#[tokio::test]
async fn a_silent_proxy_is_not_waited_for() {
    let (listener, address) = listen().await;
    for scheme in ["http", "socks5h"] {
        let proxy = Proxy::new(format!("{scheme}://{address}")).expect("a proxy");
        let client = Client::builder().connect_timeout(Duration::from_millis(50));
        let client = client.proxy(proxy).build();
        let url = format!("ws://{REMOTE}/");
        let (_silent, opened) = tokio::join!(accept(&listener), client.connect(&url));
        assert!(unreached(opened, Stage::Proxy).is_timeout());
    }
}

/// Whether a client with these variables asks a proxy, which disconnects, for a connection to this
/// URL.
async fn asks(variables: &[(&'static str, &str)], url: &str) -> bool {
    let (listener, proxy) = listen().await;
    let asked = tokio::spawn(async move { drop(accept(&listener).await) });
    let variables: BTreeMap<_, _> = variables.iter().copied().collect();
    let value = |name| {
        variables
            .get(name)
            .map(|value: &&str| value.replace('*', &proxy.to_string()))
    };
    let proxy = Proxy::from_variables(value).expect("proxies");
    let client = Client::builder()
        .proxy(proxy)
        .tls(trusting())
        .resolve("a.example", [])
        .resolve("b.example", [])
        .build();
    let opened = client.connect(url).await.map(drop);
    let asks = match opened {
        Err(wsdraft::Error::Connect(error)) => error.stage() == Stage::Proxy,
        other => panic!("{other:?}"),
    };
    asked.abort();
    asks
}

#[tokio::test]
async fn the_environment_states_proxies() {
    let http = ("HTTP_PROXY", "http://*");
    let https = ("https_proxy", "*");
    assert!(asks(&[http], "ws://a.example/").await);
    assert!(!asks(&[http], "wss://a.example/").await);
    assert!(asks(&[https], "wss://a.example/").await);
    assert!(!asks(&[https], "ws://a.example/").await);
    assert!(asks(&[("ALL_PROXY", "socks5h://*")], "ws://a.example/").await);
    assert!(asks(&[("all_proxy", "http://*")], "wss://a.example/").await);
    let except = ("NO_PROXY", "example.com, a.example,10.0.0.0/8");
    assert!(!asks(&[http, except], "ws://a.example/").await);
    assert!(asks(&[http, except], "ws://b.example/").await);
    assert!(!asks(&[http, ("REQUEST_METHOD", "GET")], "ws://a.example/").await);
    assert!(!asks(&[("HTTP_PROXY", "")], "ws://a.example/").await);
}

#[test]
fn what_is_not_a_proxy_is_told() {
    for url in [
        "",
        "socks4://proxy.example",
        "ftp://proxy.example",
        "http://",
        "a b",
        // Without a valid port, the default one would get the credentials.
        "http://me:secret@127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.0.0.1:",
        "socks5h://[::1]:65536",
    ] {
        Proxy::new(url).map(drop).expect_err(url);
    }
    let value = |name| (name == "HTTPS_PROXY").then(|| "ftp://me:secret@proxy.example".into());
    let error = Proxy::from_variables(value)
        .map(drop)
        .expect_err("not a proxy");
    let error = error.to_string();
    assert!(
        error.starts_with("HTTPS_PROXY: \"ftp://proxy.example\""),
        "{error}"
    );
}

#[tokio::test]
async fn a_url_without_a_scheme_is_that_of_an_http_proxy() {
    let (address, server) = server().await;
    let (proxy, asked) = http_proxy(address).await;
    let proxy = Proxy::new(format!("me:secret@{proxy}")).expect("a proxy");
    let client = Client::builder().proxy(proxy).build();
    let mut socket = client.connect(format!("ws://{REMOTE}/")).await;
    greet(socket.as_mut().expect("a connection")).await;
    drop(socket);
    let request = asked.await.expect("a request");
    assert!(
        field(&request, "Proxy-Authorization").is_some(),
        "{request}"
    );
    server.await.expect("a request");
}

#[tokio::test]
async fn a_user_name_with_a_colon_goes_to_no_http_proxy() {
    let (listener, address) = listen().await;
    let proxy = Proxy::new(format!("http://{address}")).expect("a proxy");
    let client = Client::builder().proxy(proxy.basic_auth("a:b", "secret"));
    let error = unreached(
        client.build().connect("ws://a.example/").await,
        Stage::Proxy,
    );
    assert!(error.is_permanent());
    assert!(error.to_string().contains("colon"), "{error}");
    drop(listener);
}
