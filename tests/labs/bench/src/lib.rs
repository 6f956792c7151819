//! wsdraft beside other WebSocket crates: the same work, on the same machine, in the same run.
//!
//! Each file of [`peers`] makes one crate do the kinds of [`work`]; [`contest`] lets them do it
//! in turn and keeps each one's best round. [`tables`] has what the programs in `src/bin` print.

pub mod broadcast;
pub mod captures;
pub mod channels;
pub mod compress;
pub mod contest;
pub mod echo;
pub mod frames;
pub mod latency;
pub mod memory;
pub mod peers;
pub mod process;
pub mod report;
pub mod table;
pub mod tables;
pub mod tls;
pub mod work;
