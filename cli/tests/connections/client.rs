//! `connect`: what it takes, whom it reaches and how it ends.

mod ends;
mod network;
mod pipes;
mod socks;
mod terminal;
mod traced;
