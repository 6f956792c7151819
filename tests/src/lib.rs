//! What the tests share: golden modules, a private dialect, connections in memory.

/// The README's programs, compiled as a user's would be.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub mod readme {}

/// The same for the pages of the crates on crates.io.
#[cfg(doctest)]
#[doc = include_str!("../../runtime/README.md")]
#[doc = include_str!("../../spec/README.md")]
#[doc = include_str!("../../codegen/README.md")]
pub mod readmes {}

pub mod ports;
pub mod sockets;
pub mod structure;
pub mod vectors;

/// An end of a connection without extensions, whose masks change nothing.
pub fn connection(
    draft: &'static dyn wsdraft::Draft,
    role: wsdraft::Role,
) -> wsdraft::Connection<&'static dyn wsdraft::Draft> {
    let (session, config) = (
        wsdraft::frame::Session::default(),
        wsdraft::Config::default(),
    );
    match role {
        wsdraft::Role::Client => wsdraft::Connection::client(draft, session, no_entropy, config),
        wsdraft::Role::Server => wsdraft::Connection::server(draft, session, config),
    }
}

fn no_entropy(bytes: &mut [u8]) -> Result<(), wsdraft::NoEntropy> {
    bytes.fill(0);
    Ok(())
}

/// What the fuzz targets check, compiled here too.
#[allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "a crate of its own, with lints of its own"
)]
#[path = "../labs/fuzz/src/lib.rs"]
pub mod fuzz;

/// Checked-in output of the generator, compiled.
pub mod golden {
    /// Frames up to a sentinel, a challenge with a body.
    pub mod hixie_76 {
        include!("../data/golden/hixie-76.rs");
    }
    /// Wholly masked frames.
    pub mod hybi_05 {
        include!("../data/golden/hybi-05.rs");
    }
    /// The RFC.
    pub mod rfc6455 {
        include!("../data/golden/rfc6455.rs");
    }
}

/// A dialect in which a length of two bytes can be too long.
#[wsdraft::websocket_draft(path = "data/dialects/short-lengths-1.ron")]
pub mod short_lengths {}

/// A private dialect in a few lines of RON: clients need not mask.
#[wsdraft::websocket_draft(path = "data/dialects/unmasked-1.ron")]
pub mod unmasked {}

/// A dialect in which an opcode has five bits.
#[wsdraft::websocket_draft(path = "data/dialects/wide-opcodes-1.ron")]
pub mod wide_opcodes {}

/// An extension of that dialect: it claims opcodes that have five bits.
#[wsdraft::websocket_draft(path = "data/dialects/gauges-1.ron")]
pub mod gauges {}

/// A private extension in a few lines of RON: it claims a bit, and leaves payloads alone.
#[wsdraft::websocket_draft(path = "data/dialects/checksum-1.ron")]
pub mod checksum {}

/// Another one: it claims opcodes, of a control frame and of another one.
#[wsdraft::websocket_draft(path = "data/dialects/signals-1.ron")]
pub mod signals {}
