//! wsdraft beside other WebSocket crates: the same work, on the same machine, in the same run.
//!
//! Each file of [`peers`] makes one crate do the kinds of [`work`]; [`contest`] lets them do it
//! in turn and keeps each one's best round. The programs in `src/bin` print the tables.

pub mod broadcast;
pub mod compress;
pub mod contest;
pub mod echo;
pub mod frames;
pub mod memory;
pub mod peers;
pub mod table;
pub mod work;
