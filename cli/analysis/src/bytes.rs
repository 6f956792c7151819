//! The lowest layer: bytes, their sources, and the detection of their format.

mod direction;
mod hex;
mod sniff;
mod source;
mod trace;

pub use self::{
    direction::{End, PerRole},
    hex::{HexError, from_hex, hex},
    sniff::{BYTE_ORDER_MARK, may_be_request, sender},
    source::Source,
    trace::Excerpt,
};
pub(crate) use self::{
    sniff::{is_hex, is_http2, is_tls, text_start},
    trace::Trace,
};
