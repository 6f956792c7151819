//! The runtime without I/O, in every draft, generated and interpreted.

mod fuzz;
mod interpreter;
mod multiplex;
mod vectors;

/// Rules, grammars, close codes and versions.
mod protocol {
    mod close_codes;
    mod grammar;
    mod rules;
    mod versions;
}

/// Connections: bytes in, events out.
mod machine {
    mod close_frames;
    mod compression;
    mod delimited;
    mod entropy;
    mod extensions;
    mod keeping;
    mod messages;
    mod owned;
    mod plain;
    mod prepared;
    mod private_extensions;
    mod reading;
    mod relaxed;
    mod sequences;
}

/// Requests and responses.
mod handshake {
    mod agreement;
    mod bootstrap;
    mod detection;
    mod heads;
}
