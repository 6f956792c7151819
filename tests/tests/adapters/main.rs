//! The adapters: tokio, blocking streams, `http`, hyper and axum.

mod access;
mod axum;
mod blocking;
mod budget;
mod client;
mod closing;
mod connections;
mod delivery;
mod errors;
mod faults;
mod given;
mod head_time;
mod heads;
mod http;
mod http2;
mod hyper;
mod keepalive;
mod leaving;
mod limits;
mod metrics;
mod net;
mod prepared;
mod split;
mod streams;
mod tls;
mod vanished;
