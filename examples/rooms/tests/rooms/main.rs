//! Two processes of the chat and a broker, as processes. Needs `nats-server` (Debian's package has
//! that name).

mod processes;

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};
use wsdraft::{Error, drafts::rfc6455::CloseCode, handshake::client::ClientError};

use crate::processes::{Broker, Client, Server, within};

/// A broker, and two processes that use it.
async fn cluster(beat: Duration) -> (Broker, Server, Server) {
    let broker = Broker::start().await;
    let one = Server::start(&broker, beat);
    let two = Server::start(&broker, beat);
    (broker, one, two)
}

/// Reports as rare as by default: what is told at once does not wait for them.
const RARE: Duration = Duration::from_secs(2);

/// Waits until the client is told this, and returns what it was told before.
async fn until(client: &mut Client, expected: &Value) -> Vec<Value> {
    let mut before = Vec::new();
    let told = async {
        loop {
            let told = told(client).await;
            if told == *expected {
                return;
            }
            before.push(told);
        }
    };
    within(&expected.to_string(), told).await;
    before
}

async fn told(client: &mut Client) -> Value {
    let message = client.recv().await.expect("a message").expect("no end");
    serde_json::from_str(message.as_text().expect("text")).expect("JSON")
}

/// The status code of a refusal.
fn status(error: &Error) -> Option<u16> {
    match error {
        Error::Handshake(failed) => match failed.cause {
            ClientError::Refused { status, .. } => Some(status),
            _ => None,
        },
        _ => None,
    }
}

fn said(from: &str, text: &str) -> Value {
    json!({ "said": { "from": from, "text": text } })
}

/// Two users in one room, in different processes, who know of each other.
async fn pair(one: &Server, two: &Server) -> (Client, Client) {
    let mut ada = one.join("lobby", "ada").await.unwrap();
    until(&mut ada, &json!({ "joined": "ada" })).await;
    let mut grace = two.join("lobby", "grace").await.unwrap();
    until(&mut ada, &json!({ "joined": "grace" })).await;
    // The other process has answered the question who is there.
    until(&mut grace, &json!({ "joined": "ada" })).await;
    (ada, grace)
}

#[tokio::test]
async fn a_message_reaches_every_process_once() {
    let (_broker, one, two) = cluster(RARE).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    let mut other = two.join("other", "eve").await.unwrap();
    ada.send("hello").await.unwrap();
    ada.send("goodbye").await.unwrap();
    for client in [&mut ada, &mut grace] {
        let before = until(client, &said("ada", "goodbye")).await;
        let hellos = before.iter().filter(|told| **told == said("ada", "hello"));
        assert_eq!(hellos.count(), 1, "{before:?}");
    }
    other.send("alone").await.unwrap();
    let before = until(&mut other, &said("eve", "alone")).await;
    assert!(
        before.iter().all(|told| told.get("said").is_none()),
        "{before:?}"
    );
}

#[tokio::test]
async fn presence_reaches_every_process() {
    let (_broker, one, two) = cluster(RARE).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    // A second connection of a user changes nothing, nor does its end.
    let mut second = two.join("lobby", "ada").await.unwrap();
    let present = within("presence", told(&mut second)).await;
    assert_eq!(present, json!({ "present": ["ada", "grace"] }));
    second.close(None, "").await.unwrap();
    let mut alan = one.join("lobby", "alan").await.unwrap();
    let before = until(&mut grace, &json!({ "joined": "alan" })).await;
    assert_eq!(before, [Value::Null; 0]);
    ada.close(None, "").await.unwrap();
    for client in [&mut alan, &mut grace] {
        until(client, &json!({ "left": "ada" })).await;
    }
}

#[tokio::test]
async fn a_slow_consumer_is_dropped_and_the_others_go_on() {
    let (_broker, one, two) = cluster(RARE).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    let mut slow = two.join_slowly("lobby", "slow").await.unwrap();
    until(&mut grace, &json!({ "joined": "slow" })).await;
    let text = "x".repeat(8000);
    let gone = json!({ "left": "slow" });
    // She reads what she says, and stops when the process has dropped the client.
    let talk = async {
        loop {
            ada.send(&text).await.unwrap();
            let mut next = told(&mut ada).await;
            while next.get("said").is_none() && next != gone {
                next = told(&mut ada).await;
            }
            if next == gone {
                return;
            }
        }
    };
    tokio::join!(within("the end of talking", talk), until(&mut grace, &gone));
    // The client learns why, after what its connection held already.
    let ended = within("the close frame", async {
        while slow.recv().await.unwrap().is_some() {}
        slow.ended().cloned().expect("an end")
    });
    let ended = ended.await;
    assert_eq!(ended.code_as(), Some(CloseCode::TRY_AGAIN_LATER));
    ada.send("still here").await.unwrap();
    until(&mut grace, &said("ada", "still here")).await;
}

#[tokio::test]
async fn the_users_of_a_killed_process_leave() {
    let (_broker, mut one, two) = cluster(Duration::from_millis(200)).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    one.kill();
    until(&mut grace, &json!({ "left": "ada" })).await;
    assert!(within("the end", ada.recv()).await.is_err());
    grace.send("alone").await.unwrap();
    until(&mut grace, &said("grace", "alone")).await;
}

#[tokio::test]
async fn the_chat_outlives_its_broker() {
    let (mut broker, one, two) = cluster(RARE).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    broker.stop();
    within("a refusal", async {
        loop {
            ada.send("anybody?").await.unwrap();
            // What was under way when the broker stopped has no reply.
            let reply = timeout(Duration::from_millis(100), told(&mut ada)).await;
            if reply.is_ok_and(|told| told.get("unsent").is_some()) {
                return;
            }
        }
    })
    .await;
    broker.restart().await;
    // Each process connects again in its own time.
    let mut repeated = tokio::spawn(async move {
        loop {
            ada.send("there again").await?;
            sleep(Duration::from_millis(100)).await;
            // Reads what has come, so as not to be slow.
            while let Ok(received) = timeout(Duration::ZERO, ada.recv()).await {
                received?;
            }
        }
        #[expect(unreachable_code, reason = "states the type")]
        Ok::<(), Error>(())
    });
    let again = said("ada", "there again");
    tokio::select! {
        before = until(&mut grace, &again) => {
            assert!(before.iter().any(|told| told.get("missed").is_some()), "{before:?}");
        }
        ended = &mut repeated => panic!("{ended:?}"),
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_process_that_stops_says_so_to_everybody() {
    let (_broker, mut one, two) = cluster(Duration::from_secs(60)).await;
    let (mut ada, mut grace) = pair(&one, &two).await;
    one.terminate();
    assert_eq!(within("the end", ada.recv()).await.unwrap(), None);
    let close = ada.connection().peer_close().expect("a close frame");
    assert_eq!(close.code_as(), Some(CloseCode::GOING_AWAY));
    // At once: the next report would come after a minute.
    until(&mut grace, &json!({ "left": "ada" })).await;
    let (status, output) = one.ends();
    assert!(status.success(), "{output}");
    assert!(
        output.contains("stopped: 1 of 1 connections closed cleanly"),
        "{output}"
    );
}

#[tokio::test]
async fn names_that_mean_something_to_the_broker_are_refused() {
    let (_broker, one, _two) = cluster(RARE).await;
    for (room, user) in [
        ("*", "eve"),
        ("lobby.x", "eve"),
        ("%3E", "eve"),
        ("lobby", ""),
        ("lobby", "a%20b"),
        ("../lobby", "eve"),
    ] {
        let refused = one.join(room, user).await.unwrap_err();
        assert_eq!(status(&refused), Some(400), "{room} {user}: {refused}");
    }
    let refused = one.connect("/other").await.unwrap_err();
    assert_eq!(status(&refused), Some(404), "{refused}");
}
