//! The same over blocking streams.

use std::{io::Write as _, thread};

use wsdraft::blocking::Acceptor;
use wsdraft_tests::ports::{accept, dial, listen};

use super::{Error, Leaves, check, connector, drafts, part};

#[test]
fn over_blocking_streams_a_vanished_peer_is_an_error_and_a_clean_close_is_not() {
    for draft in drafts() {
        for how in Leaves::ALL {
            for way in ["recv", "recv_ref", "recv_event"] {
                let name = format!("{} {how:?} {way}", draft.info().short);
                let (listener, address) = listen();
                let serve = thread::spawn(move || {
                    let mut socket = Acceptor::new(draft)
                        .accept_blocking(accept(&listener))
                        .expect("a request");
                    let ended = loop {
                        let received = match way {
                            "recv" => socket.recv().map(|it| it.is_some()),
                            "recv_ref" => socket.recv_ref().map(|it| it.is_some()),
                            _ => socket.recv_event().map(|it| it.is_some()),
                        };
                        match received {
                            Ok(true) => {}
                            ended => break ended.map(drop),
                        }
                    };
                    let again = socket.recv().map(|it| it.is_some());
                    (ended, again, socket.ended().cloned())
                });
                let client = connector(draft).connect_blocking(dial(&address), &address);
                let mut client = client.expect("a connection");
                client.send("said").expect("a server");
                match how {
                    Leaves::Closing => {
                        client.close(1000, "").expect("an end");
                        drop(client);
                    }
                    Leaves::Vanishing => drop(client),
                    Leaves::InTheMiddle => {
                        let (mut stream, mut connection) = client.into_parts();
                        stream.write_all(&part(&mut connection)).expect("a server");
                        drop(stream);
                    }
                }
                let (ended, again, ending) = serve.join().expect("no panic");
                let ended: Result<(), Error> = ended;
                check(&name, ended, &how.expected(draft), ending.as_ref());
                assert!(!again.expect(&name), "{name}");
            }
        }
    }
}
