//! What the command makes of files, and what it writes into them.

#[path = "../common/mod.rs"]
mod common;

mod channels;
mod database;
mod escapes;
mod explain;
mod export;
mod finding;
mod heads;
mod kaitai;
mod keys;
mod languages;
mod lint;
mod manners;
mod opening;
mod playground;
mod reports;
mod responses;
mod security;
mod site;
mod usage;
mod vectors;
mod versions;
