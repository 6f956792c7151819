//! What the command does over connections, as a client, as a server and between the two.
#![cfg(unix)]

#[path = "../common/mod.rs"]
mod common;

mod access;
mod bridge;
mod channels;
mod client;
mod dialects;
mod extensions;
mod hostile;
mod proxy;
mod proxy_header;
mod serve;
mod test_client;
mod test_server;
mod testing;
mod tolerating;
