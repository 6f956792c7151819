//! Clients that echo.

use std::{net::TcpStream, thread};

use wsdraft::{Error, Role, handshake::Address, info::Purpose, tokio::Connector};
use wsdraft_tests::{
    ports::{accept, listen},
    sockets::{Spoken, connector},
};

use super::{assert_none, extensions, roomy, untidy};

fn prepared(draft: Spoken) -> Connector<Spoken> {
    let connector = connector(draft).subprotocol("chat").limits(roomy());
    match draft.info().request_header(Purpose::Extensions) {
        Some(_) => connector.extensions(extensions()),
        None => connector,
    }
}

/// What is not strict with clients that come one after the other.
fn clients(
    name: &str,
    widely: bool,
    connect: impl Fn(&Connector<Spoken>, TcpStream, &Address) -> Result<(), Error>
    + Copy
    + Send
    + 'static,
) -> Vec<String> {
    untidy(
        Role::Client,
        name,
        widely,
        |_| true,
        |draft| {
            let (listener, address) = listen();
            let connector = prepared(draft);
            thread::spawn(move || {
                // The tester stops to listen when it is done.
                while let Ok(stream) = TcpStream::connect((address.host(), address.port())) {
                    stream.set_nodelay(true).expect("an option");
                    drop(connect(&connector, stream, &address));
                }
            });
            Box::new(move || accept(&listener))
        },
    )
}

#[test]
fn clients_over_tokio_are_strict() {
    let faults = clients("tokio", false, |connector, stream, address| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            stream.set_nonblocking(true)?;
            let stream = tokio::net::TcpStream::from_std(stream)?;
            let mut socket = connector.connect(stream, address).await?;
            while let Some(message) = socket.recv().await? {
                socket.feed(message).await?;
            }
            Ok(())
        })
    });
    assert_none(&faults);
}

#[test]
fn clients_over_blocking_streams_are_strict() {
    let faults = clients("blocking", true, |connector, stream, address| {
        let mut socket = connector.connect_blocking(stream, address)?;
        while let Some(message) = socket.recv()? {
            socket.feed(message)?;
        }
        Ok(())
    });
    assert_none(&faults);
}
