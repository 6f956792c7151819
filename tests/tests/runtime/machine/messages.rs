//! Owned messages and text, and what can be sent as one.

use std::{borrow::Cow, collections::HashMap, error::Error as _, rc::Rc, sync::Arc};

use bytes::{Bytes, BytesMut};
use wsdraft::{
    AsMessage, Connection, Draft, JsonError, Message, MessageRef, NotText, Role, Utf8Bytes,
    drafts::rfc6455 as ws,
};
use wsdraft_tests::connection;

type Spoken = &'static dyn Draft;

/// What the other end receives when this is sent.
fn received(message: impl AsMessage) -> Message {
    let mut sender: Connection<Spoken> = connection(&ws::Draft, Role::Client);
    sender.send(message).unwrap();
    let mut peer = connection(&ws::Draft, Role::Server);
    peer.feed(sender.output());
    peer.receive_message().unwrap().unwrap()
}

#[test]
fn text_of_every_type_is_sent_as_text() {
    const TEXT: &str = "grüß dich";
    let text = Utf8Bytes::from(TEXT);
    let wanted = Message::Text(text.clone());
    assert_eq!(received(TEXT), wanted);
    let string = String::from(TEXT);
    assert_eq!(received(&string), wanted);
    assert_eq!(received(string), wanted);
    assert_eq!(received(text.clone()), wanted);
    assert_eq!(received(&text), wanted);
    assert_eq!(received(Cow::Borrowed(TEXT)), wanted);
    assert_eq!(received(Cow::<str>::Owned(TEXT.into())), wanted);
    assert_eq!(received(Box::<str>::from(TEXT)), wanted);
    assert_eq!(received(Rc::<str>::from(TEXT)), wanted);
    assert_eq!(received(Arc::<str>::from(TEXT)), wanted);
    assert_eq!(received(MessageRef::Text(TEXT)), wanted);
    assert_eq!(received(&wanted), wanted);
    assert_eq!(received(Arc::new(wanted.clone())), wanted);
}

#[test]
fn bytes_of_every_type_are_sent_as_bytes() {
    const BYTES: [u8; 3] = [0, 0xff, 7];
    let wanted = Message::binary(BYTES.to_vec());
    assert_eq!(received(BYTES), wanted);
    let array = &BYTES;
    assert_eq!(received(array), wanted);
    assert_eq!(received(BYTES.as_slice()), wanted);
    assert_eq!(received(BYTES.to_vec()), wanted);
    assert_eq!(received(Bytes::from_static(&[0, 0xff, 7])), wanted);
    assert_eq!(received(BytesMut::from(&BYTES[..])), wanted);
    assert_eq!(received(Cow::Borrowed(&BYTES[..])), wanted);
    assert_eq!(received(Box::<[u8]>::from(BYTES)), wanted);
    assert_eq!(received(Arc::<[u8]>::from(BYTES)), wanted);
    assert_eq!(received(Rc::<[u8]>::from(BYTES)), wanted);
}

#[test]
fn messages_are_made_from_every_type() {
    let text = Message::text("hello");
    let texts: [Message; 8] = [
        "hello".into(),
        String::from("hello").into(),
        (&String::from("hello")).into(),
        Utf8Bytes::from_static("hello").into(),
        Cow::Borrowed("hello").into(),
        Box::<str>::from("hello").into(),
        Arc::<str>::from("hello").into(),
        MessageRef::Text("hello").into(),
    ];
    assert!(texts.iter().all(|message| *message == text));
    assert!(text.is_text() && !text.is_binary());
    assert_eq!((text.as_text(), text.len()), (Some("hello"), 5));

    let binary = Message::binary(vec![1, 2]);
    let binaries: [Message; 9] = [
        [1, 2].into(),
        (&[1, 2]).into(),
        [1, 2].as_slice().into(),
        vec![1, 2].into(),
        Bytes::from_static(&[1, 2]).into(),
        BytesMut::from(&[1, 2][..]).into(),
        Cow::Borrowed(&[1, 2][..]).into(),
        Box::<[u8]>::from([1, 2]).into(),
        Arc::<[u8]>::from([1, 2]).into(),
    ];
    assert!(binaries.iter().all(|message| *message == binary));
    assert!(binary.is_binary() && !binary.is_empty());
    assert_eq!((binary.as_text(), binary.as_bytes()), (None, &[1, 2][..]));
    assert!(Message::text("").is_empty());
}

#[test]
fn messages_become_every_type() {
    let text = || Message::text("hello");
    assert_eq!(text().into_text().unwrap(), "hello");
    assert_eq!(String::try_from(text()).unwrap(), "hello");
    assert_eq!(Utf8Bytes::try_from(text()).unwrap(), "hello");
    assert_eq!(text().into_bytes(), "hello");
    assert_eq!(Bytes::from(text()), "hello");
    assert_eq!(Vec::<u8>::from(text()), b"hello");
    // A binary message may be text, too.
    assert_eq!(Message::from(*b"hi").into_text().unwrap(), "hi");
    let NotText { payload, error, .. } = Message::from([b'a', 0xff]).into_text().unwrap_err();
    assert_eq!((&*payload, error.valid_up_to()), (&[b'a', 0xff][..], 1));
    assert!(String::try_from(Message::from([0xff])).is_err());
}

#[test]
fn text_is_cloned_without_a_copy() {
    let text = Utf8Bytes::from(String::from("a text that is not copied"));
    let address = text.as_ptr();
    let clone = text.clone();
    assert_eq!(clone.as_ptr(), address);
    let part = text.slice_of(&text[2..6]).unwrap();
    assert_eq!((part.as_ptr(), &*part), (text[2..].as_ptr(), "text"));
    assert_eq!(text.slice_of("text that is not copied, elsewhere"), None);
    drop((clone, part));
    // Only this one is left.
    let bytes = text.into_bytes();
    assert_eq!(bytes.as_ptr(), address);
    let text = Utf8Bytes::try_from(bytes).unwrap();
    assert_eq!(text.as_ptr(), address);
    let message = Message::from(text);
    assert_eq!(message.clone().into_bytes().as_ptr(), address);
}

#[test]
fn text_behaves_like_str() {
    let text = Utf8Bytes::from("grüß\n");
    assert_eq!(text, "grüß\n");
    assert_eq!("grüß\n", text);
    assert_eq!(text, String::from("grüß\n"));
    assert!(text < "h" && *"g" < text && text.trim_end().ends_with('ß'));
    assert_eq!(format!("{text}|{text:?}"), "grüß\n|\"grüß\\n\"");
    let ages = HashMap::from([(text.clone(), 36)]);
    assert_eq!(ages.get("grüß\n"), Some(&36));
    assert_eq!(Utf8Bytes::default(), Utf8Bytes::new());
    assert_eq!(Utf8Bytes::from('ß'), "ß");
    let bytes: &[u8] = text.as_ref();
    assert_eq!(bytes, "grüß\n".as_bytes());
    assert_eq!(Box::<str>::from(text.clone()), text);
    assert_eq!(Arc::<str>::from(text.clone()), text);
}

#[test]
fn bytes_are_text_only_if_they_are_utf8() {
    assert_eq!(Utf8Bytes::try_from("ß".as_bytes()).unwrap(), "ß");
    assert_eq!(Utf8Bytes::try_from("ß".as_bytes().to_vec()).unwrap(), "ß");
    assert_eq!(Utf8Bytes::try_from(BytesMut::from("ß")).unwrap(), "ß");
    for cut in [&[0xc3][..], &[b'a', 0xff], &[0xed, 0xa0, 0x80]] {
        assert!(Utf8Bytes::try_from(cut).is_err());
        assert!(Utf8Bytes::try_from(cut.to_vec()).is_err());
        assert!(Utf8Bytes::try_from(Bytes::copy_from_slice(cut)).is_err());
    }
}

#[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Reading<'a> {
    sensor: &'a str,
    celsius: f64,
}

#[test]
fn json_goes_there_and_back() {
    let reading = Reading {
        sensor: "roof",
        celsius: 21.5,
    };
    let message = received(Message::from_json(&reading).unwrap());
    assert_eq!(
        message.as_text(),
        Some(r#"{"sensor":"roof","celsius":21.5}"#)
    );
    assert_eq!(message.json::<Reading<'_>>().unwrap(), reading);
    // Some peers send JSON as bytes.
    let bytes = Message::from(message.into_bytes());
    assert_eq!(bytes.json::<Reading<'_>>().unwrap(), reading);
}

#[test]
fn json_errors_say_what_is_wrong() {
    let missing = Message::from(r#"{"sensor": "roof"}"#);
    let error = missing.json::<Reading<'_>>().unwrap_err();
    assert!(matches!(error, JsonError::Read(_)));
    let text = wsdraft::Error::from(error).to_string();
    assert_eq!(
        text,
        "the message is not the requested JSON: missing field `celsius` at line 1 column 18"
    );
    let deep = Message::from("[".repeat(100_000));
    assert!(deep.json::<serde_json::Value>().is_err());
    let keys = HashMap::from([([1, 2], 3)]);
    let error = Message::from_json(&keys).unwrap_err();
    assert!(matches!(error, JsonError::Write(_)) && error.source().is_none());
}
