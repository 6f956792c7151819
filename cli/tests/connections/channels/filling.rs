//! `connect --channels` with servers that allow fewer channels than it wants, or allow them late.

use std::{thread, time::Duration};

use super::raw::{self, End, OPENED, asks, echo, quota, response, slots};
use crate::common::told;

/// Wants three channels of a server that plays this; gives the status and the log.
fn filled<T: Send + 'static>(
    seconds: &str,
    play: impl FnOnce(End) -> T + Send + 'static,
) -> (i32, String) {
    let (url, served) = raw::server(play);
    let arguments = [
        "connect",
        &url,
        "--extensions",
        "mux",
        "--channels",
        "3",
        "--send",
        "x",
        "--timeout",
        seconds,
    ];
    let (status, out, log) = told(&arguments, b"");
    served.join().unwrap();
    (status, format!("{log}{out}"))
}

/// Room for one more channel.
fn one_more(end: &mut End) {
    end.blocks(&[slots(1, 1 << 20), quota(1, 1 << 20)]);
}

/// Opens the next channel that is asked for.
fn opens_one(end: &mut End) {
    let payload = end.until(|_, payload| asks(payload).len() == 1);
    let channel = asks(&payload)[0];
    end.blocks(&[response(channel, false, OPENED), quota(channel, 1 << 20)]);
}

#[test]
fn a_server_may_take_its_time() {
    let (status, log) = filled("60", |mut end| {
        one_more(&mut end);
        opens_one(&mut end);
        thread::sleep(Duration::from_secs(4));
        one_more(&mut end);
        echo(end, |_, _, _| false)
    });
    assert_eq!(status, 0, "{log}");
    let said = "the server has allowed 2 of 3 channels so far; the command waits up to 60 s";
    assert!(log.contains(said), "{log}");
    assert!(log.contains("channel 3: text: \"x\""), "{log}");
}

#[test]
fn the_time_limit_ends_the_wait() {
    for (allowed, said) in [
        (
            0,
            "1 of 3 channels are open: the server gave room for 1 channel within 4 s",
        ),
        (
            1,
            "2 of 3 channels are open: the server gave room for 2 channels within 4 s",
        ),
    ] {
        let (status, log) = filled("4", move |mut end| {
            end.blocks(&[quota(1, 1 << 20)]);
            if allowed > 0 {
                one_more(&mut end);
            }
            echo(end, |_, _, _| false)
        });
        assert_eq!(status, 1, "{log}");
        assert!(log.contains(said), "{log}");
        assert!(log.contains("channel 1: text: \"x\""), "{log}");
    }
}

#[test]
fn requests_without_an_answer_are_no_lack_of_room() {
    for (room, said) in [
        (
            2,
            "1 of 3 channels are open: the server did not answer 2 requests within 4 s",
        ),
        (
            1,
            "1 of 3 channels are open: the server gave room for 2 channels within 4 s, and did not answer 1 request",
        ),
    ] {
        let (status, log) = filled("4", move |mut end| {
            end.blocks(&[slots(room, 1 << 20), quota(1, 1 << 20)]);
            echo(end, |_, _, payload| !asks(payload).is_empty())
        });
        assert_eq!(status, 1, "{log}");
        assert!(log.contains(said), "{log}");
    }
}

#[test]
fn a_server_that_leaves_is_no_lack_of_room() {
    for (closes, said) in [
        (
            true,
            "channels are open: the server closed the connection with 1011, internal-error",
        ),
        (
            false,
            "channels are open: the server left before it answered the opening request",
        ),
    ] {
        for allows in [true, false] {
            let (status, log) = filled("60", move |mut end| {
                if allows {
                    one_more(&mut end);
                    opens_one(&mut end);
                }
                thread::sleep(Duration::from_millis(500));
                if closes {
                    end.send(8, &[3, 0xf3]);
                    end.until(|opcode, _| opcode == 8);
                }
            });
            assert_eq!(status, 1, "{log}");
            assert!(log.contains(said), "{log}");
            assert!(!log.contains("gave room"), "{log}");
        }
    }
}
