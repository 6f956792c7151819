//! The lowest layer: bytes, their sources, and the detection of their format.

mod base64;
mod direction;
mod dumped;
mod hex;
mod pasted;
mod sniff;
mod source;
mod trace;
mod unread;

pub(crate) use self::{
    base64::from_base64,
    dumped::begins_dump,
    sniff::{is_hex, is_http2, is_tls, text_start},
    trace::Trace,
};
pub use self::{
    direction::{End, PerRole},
    hex::{HexError, from_hex, hex},
    pasted::{PASTED, Pasted},
    sniff::{BYTE_ORDER_MARK, may_be_request, sender},
    source::Source,
    trace::Excerpt,
    unread::Unread,
};
