//! `wsdraft connect --proxy socks5://…`: a SOCKS proxy (RFC 1928, RFC 1929).

use std::{
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

use crate::common::{server::Server, told};

/// What a proxy was asked for: the kind of the address, the address and the port; and with which user and
/// password.
type Asked = (u8, Vec<u8>, u16, Option<(String, String)>);

fn bytes<const N: usize>(stream: &mut TcpStream) -> [u8; N] {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes).unwrap();
    bytes
}

/// Bytes after their number.
fn counted(stream: &mut TcpStream) -> Vec<u8> {
    let [length] = bytes(stream);
    let mut value = vec![0; length.into()];
    stream.read_exact(&mut value).unwrap();
    value
}

/// A proxy for one connection, which leads to this server whatever is asked for, or refuses with this reply.
fn proxy(to: String, wants_user: bool, reply: u8) -> (String, JoinHandle<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let served = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        assert_eq!(bytes(&mut client), [5]);
        let methods = counted(&mut client);
        let method = if wants_user { 2 } else { 0 };
        assert!(methods.contains(&method), "{methods:?}");
        client.write_all(&[5, method]).unwrap();
        let user = wants_user.then(|| {
            assert_eq!(bytes(&mut client), [1]);
            let (user, password) = (counted(&mut client), counted(&mut client));
            client.write_all(&[1, 0]).unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            (text(user), text(password))
        });
        let [version, command, _, kind] = bytes(&mut client);
        assert_eq!((version, command), (5, 1), "CONNECT");
        let host = match kind {
            1 => bytes::<4>(&mut client).to_vec(),
            4 => bytes::<16>(&mut client).to_vec(),
            _ => counted(&mut client),
        };
        let port = u16::from_be_bytes(bytes(&mut client));
        client
            .write_all(&[5, reply, 0, 1, 0, 0, 0, 0, 0, 0])
            .unwrap();
        if reply == 0 {
            let mut server = TcpStream::connect(to).unwrap();
            let (mut from, mut back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            let forth = thread::spawn(move || io::copy(&mut from, &mut back));
            let _ = io::copy(&mut server, &mut client);
            drop((server, client));
            let _ = forth.join();
        }
        (kind, host, port, user)
    });
    (address, served)
}

#[test]
fn a_socks_proxy_leads_to_the_server() {
    let server = Server::serve(&[]);
    let port: u16 = server.port().parse().unwrap();
    let (address, served) = proxy(server.address.clone(), false, 0);
    let (url, by) = (server.url(), format!("socks5://{address}"));
    let (status, out, log) = told(&["connect", &url, "--proxy", &by, "--send", "hi"], b"");
    assert_eq!(status, 0, "{log}");
    assert!(out.starts_with("text: \"hi\"\n"), "{out}");
    assert_eq!(served.join().unwrap(), (1, vec![127, 0, 0, 1], port, None));
}

/// `socks5h` leaves names to the proxy, and the user of the URL is stated.
#[test]
fn a_socks_proxy_resolves_names_and_hears_who_asks() {
    let server = Server::serve(&["--host", "any"]);
    let port = server.port();
    let (address, served) = proxy(server.address.clone(), true, 0);
    let url = format!("ws://only.the.proxy.knows:{port}/");
    let by = format!("socks5h://user:word@{address}");
    let (status, out, log) = told(&["connect", &url, "--proxy", &by, "--send", "hi"], b"");
    assert_eq!(status, 0, "{log}");
    assert!(out.starts_with("text: \"hi\"\n"), "{out}");
    let user = Some(("user".to_owned(), "word".to_owned()));
    let host = b"only.the.proxy.knows".to_vec();
    assert_eq!(
        served.join().unwrap(),
        (3, host, port.parse().unwrap(), user)
    );
}

#[test]
fn a_socks_proxy_that_refuses_is_told() {
    let (address, served) = proxy(String::new(), true, 2);
    let by = format!("socks5://user:word@{address}");
    let (status, out, log) = told(&["connect", "ws://127.0.0.1:1/", "--proxy", &by], b"");
    served.join().unwrap();
    assert_eq!((status, &*out), (2, ""), "{log}");
    assert!(log.contains("proxy") && !log.contains("word"), "{log}");
}
