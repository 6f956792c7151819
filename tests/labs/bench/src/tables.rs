//! The tables of the program `speed`, a file for each kind of work.

mod channels;
mod compress;
mod drafts;
mod echo;
mod lint;
mod many;
mod receive;
mod send;

pub use self::{
    channels::channels,
    compress::compress,
    drafts::{receive_drafts, send_drafts},
    echo::{echo, echo_core},
    lint::{lint, start_up},
    many::{connections, fan_out, latency, workers},
    receive::{
        accept, keep, pieces, reads, receive_ascii, receive_binary, receive_greek, receive_mixed,
        unmask,
    },
    send::{broadcast, feed_client, feed_server, send_client, send_server},
};

/// Rounds in which everyone works.
const ROUNDS: usize = 25;

const CORE: &str = "**wsdraft**, core";
const OURS: &str = "**wsdraft**";
const OWNED: &str = "**wsdraft**, owned messages";
