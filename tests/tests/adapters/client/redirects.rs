//! Redirects: off by default, limited, and without what is for another server.

use wsdraft::{Client, client::Stage};

use super::{
    accept, any_client, field, greet, listen, refused, responding, response, server, trusting,
    unreached,
};

fn location(to: &str) -> String {
    format!("Location: {to}\r\n")
}

#[tokio::test]
async fn redirects_are_not_followed_by_default() {
    let (address, _requests) = responding(vec![response(302, &location("/other"))]).await;
    let opened = wsdraft::connect(format!("ws://{address}/")).await;
    assert_eq!(refused(opened), 302);
}

#[tokio::test]
async fn credentials_stay_with_their_origin() {
    let (other, last) = server().await;
    let responses = vec![
        response(307, &location("next?a")),
        response(301, &location(&format!("http://{other}/there"))),
    ];
    let (address, requests) = responding(responses).await;
    let client = Client::builder()
        .cookie("session=1")
        .field("X-Key", "key")
        .origin("https://page.example")
        .redirects(2)
        .build();
    let url = format!("ws://me:secret@{address}/a/b");
    let mut socket = client.connect(&url).await.expect("a connection");
    greet(&mut socket).await;
    let requests = requests.await.expect("requests");
    assert!(requests[1].starts_with("GET /a/next?a "), "{requests:?}");
    for request in &requests {
        assert!(field(request, "Authorization").is_some(), "{request}");
        assert_eq!(field(request, "Cookie"), Some("session=1"));
        assert_eq!(field(request, "X-Key"), Some("key"));
    }
    let request = last.await.expect("a request");
    assert!(request.starts_with("GET /there "), "{request}");
    assert_eq!(field(&request, "Host"), Some(&*other.to_string()));
    assert_eq!(field(&request, "Origin"), Some("https://page.example"));
    for name in ["Authorization", "Cookie", "X-Key"] {
        assert_eq!(field(&request, name), None, "{request}");
    }
}

#[tokio::test]
async fn redirects_have_a_limit() {
    let around = || response(302, &location("/"));
    let (address, requests) = responding(vec![around(), around(), around()]).await;
    let client = Client::builder().redirects(2).build();
    let opened = client.connect(format!("ws://{address}/")).await;
    let error = unreached(opened, Stage::Redirect);
    assert!(
        error.is_permanent() && error.to_string().contains("more than 2"),
        "{error}"
    );
    assert_eq!(requests.await.expect("requests").len(), 3);
}

#[tokio::test]
async fn a_refusal_after_a_redirect_is_the_error() {
    let responses = vec![response(303, &location("/")), response(403, "")];
    let (address, _requests) = responding(responses).await;
    let client = Client::builder().redirects(5).build();
    assert_eq!(
        refused(client.connect(format!("ws://{address}/")).await),
        403
    );
}

#[tokio::test]
async fn a_redirect_never_leads_out_of_tls() {
    let (listener, address) = listen().await;
    let serve = async {
        let stream = any_client().accept(accept(&listener).await).await;
        let mut stream = stream.expect("TLS");
        super::head(&mut stream).await;
        let away = response(302, &location("http://localhost/"));
        let sent = tokio::io::AsyncWriteExt::write_all(&mut stream, away.as_bytes()).await;
        sent.expect("sent");
        stream
    };
    let client = Client::builder().tls(trusting()).redirects(5).build();
    let url = format!("wss://localhost:{}/", address.port());
    let (_stream, opened) = tokio::join!(serve, client.connect(&url));
    let error = unreached(opened, Stage::Redirect);
    assert!(error.to_string().contains("not secured"), "{error}");
}
