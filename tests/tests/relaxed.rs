//! What comes of input that breaks a rule which has been relaxed.

use wsdraft::{Config, Connection, Event, OsEntropy, Policy, Relaxed, frame::Session};
use wsdraft_tests::sockets::find;

#[test]
fn nothing_of_an_interrupted_message_is_in_the_one_that_interrupts_it() {
    let draft = find("hybi-06");
    let mut config = Config::default();
    config.policy = Policy::relaxed(Relaxed::new(&["message-interrupted"]));
    let mut client = Connection::client(draft, Session::default(), OsEntropy, config);
    let mut server = Connection::server(draft, Session::default(), Config::default());
    server.begin_text(b"SECRET").expect("room");
    client.feed(server.output());
    let mut server = Connection::server(draft, Session::default(), Config::default());
    server.text("x").expect("room");
    let mut frame = server.output().to_vec();
    *frame.last_mut().expect("a payload") = 0xff;
    client.feed(&frame);
    let event = client.receive().expect("no rule that is enforced");
    // In this draft what is not UTF-8 is replaced.
    assert_eq!(event, Some(Event::Text("\u{fffd}")));
}
