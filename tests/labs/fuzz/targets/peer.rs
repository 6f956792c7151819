//! A stream of frames through this runtime and through tungstenite, which claims RFC 6455 too:
//! what it refuses is refused here, and what both take is taken alike.

#![no_main]

use std::io::{self, Read, Write};

use tungstenite::{
    Message, WebSocket,
    protocol::{Role as PeerRole, WebSocketConfig, frame::coding::CloseCode},
};
use wsdraft::{Cause, Config, Draft, Role, drafts::rfc6455, extension::Agreed};
use wsdraft_fuzz::{
    converse::{Owned, connection, converse},
    input::Input,
};

libfuzzer_sys::fuzz_target!(init: wsdraft_fuzz::prepare("peer"), |data: &[u8]| compare(data));

/// A test case: the sender (0 or 1), two bytes that are not used, and the stream.
fn compare(data: &[u8]) {
    let mut input = Input(data);
    let from = input.role();
    let _ = (input.byte(), input.byte());
    let draft: &'static dyn Draft = &rfc6455::Draft;
    let mut ours = connection(draft, from.peer(), Config::default(), &Agreed::default());
    let mut ours = converse(&mut ours, input.0, usize::MAX);
    let (mut events, theirs) = theirs(from, input.0);
    let closed = events.iter().any(|event| matches!(event, Owned::Close(..)));
    // A code that was registered after they were written is to them one that may not be.
    let later = |code: u16| {
        let mut registered = draft.info().close_codes.iter();
        let known = registered.any(|known| known.code == code && known.on_wire);
        known && !CloseCode::from(code).is_allowed()
    };
    let is_later = |last: &mut Owned| matches!(last, Owned::Close(Some(code), _) if later(*code));
    if ours.events.pop_if(is_later).is_some() {
        let refused = events.pop();
        assert!(matches!(refused, Some(Owned::Close(..))), "{refused:?}");
    }
    let vanished = matches!(
        ours.ending.map(|ending| ending.cause),
        Some(Cause::Vanished { .. })
    );
    match theirs {
        _ if ours.error.is_some() => {}
        // They refuse what comes after a close, which is passed over here; where the bytes end
        // early, they call that an error too.
        Some(error) if !closed && !vanished => panic!("they refuse what is taken here: {error}"),
        _ => assert_eq!(ours.events, events),
    }
}

/// What tungstenite makes of a stream: its messages, and the error that is not the end.
fn theirs(from: Role, bytes: &[u8]) -> (Vec<Owned>, Option<tungstenite::Error>) {
    let role = match from {
        Role::Client => PeerRole::Server,
        Role::Server => PeerRole::Client,
    };
    let config = WebSocketConfig::default();
    let mut socket = WebSocket::from_raw_socket(Fixed(bytes), role, Some(config));
    let mut events = Vec::new();
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => events.push(Owned::Text(text.as_str().into())),
            Ok(Message::Binary(data)) => events.push(Owned::Binary(data.to_vec())),
            Ok(Message::Ping(data)) => events.push(Owned::Ping(data.to_vec())),
            Ok(Message::Pong(data)) => events.push(Owned::Pong(data.to_vec())),
            Ok(Message::Close(frame)) => events.push(match frame {
                Some(frame) => Owned::Close(Some(frame.code.into()), frame.reason.as_str().into()),
                None => Owned::Close(None, "".into()),
            }),
            Ok(Message::Frame(_)) => {}
            Err(tungstenite::Error::ConnectionClosed | tungstenite::Error::AlreadyClosed) => {
                return (events, None);
            }
            Err(error) => return (events, Some(error)),
        }
    }
}

/// Bytes that are read, and room for what is written, which nobody reads.
struct Fixed<'a>(&'a [u8]);

impl Read for Fixed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Fixed<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
