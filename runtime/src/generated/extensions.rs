// Generated from the extensions in `spec`; do not edit. `cargo build` regenerates it.

/// DEFLATE compression of the payload of every data frame; no bit marks compressed frames.
pub mod deflate_application_data {
    include!("extensions/deflate_application_data.rs");
}

/// DEFLATE compression of the payload of each data frame whose first reserved bit is set; early parameter names.
pub mod deflate_frame_window_bits {
    include!("extensions/deflate_frame_window_bits.rs");
}

/// DEFLATE compression of the payload of each data frame whose first reserved bit is set.
pub mod deflate_frame {
    include!("extensions/deflate_frame.rs");
}

/// DEFLATE compression of the whole byte stream after the opening handshake, including frame headers and control frames.
pub mod deflate_stream {
    include!("extensions/deflate_stream.rs");
}

/// Several logical connections over one; a data frame keeps its opcode, and its payload starts with a channel ID.
pub mod mux_01 {
    include!("extensions/mux_01.rs");
}

/// Several logical connections over one; all data is sent in binary messages that start with a channel ID.
pub mod mux_03 {
    include!("extensions/mux_03.rs");
}

/// Several logical connections over one; numbers are encoded like payload lengths.
pub mod mux_05 {
    include!("extensions/mux_05.rs");
}

/// Several logical connections over one; each frame that starts a message costs one additional byte of quota.
pub mod mux_07 {
    include!("extensions/mux_07.rs");
}

/// A framework for compressing frames, with DEFLATE as its only method.
pub mod perframe_compress {
    include!("extensions/perframe_compress.rs");
}

/// A framework for compressing messages, with DEFLATE as its only method.
pub mod permessage_compress {
    include!("extensions/permessage_compress.rs");
}

/// DEFLATE compression of each message, with the parameter names of the drafts before revision 14.
pub mod permessage_deflate_s2c {
    include!("extensions/permessage_deflate_s2c.rs");
}

/// DEFLATE compression of each message.
pub mod permessage_deflate {
    include!("extensions/permessage_deflate.rs");
}

/// Connections over an HTTP/2 stream.
pub mod rfc8441 {
    include!("extensions/rfc8441.rs");
}

/// Connections over an HTTP/3 stream.
pub mod rfc9220 {
    include!("extensions/rfc9220.rs");
}

/// deflate-frame as WebKit implemented it before the draft was finished.
pub mod x_webkit_deflate_frame {
    include!("extensions/x_webkit_deflate_frame.rs");
}

/// Every built-in extension that can be negotiated.
pub static ALL: &[&wsdraft::extension::ExtensionInfo] = &[
    &deflate_application_data::INFO,
    &deflate_frame_window_bits::INFO,
    &deflate_frame::INFO,
    &deflate_stream::INFO,
    &mux_01::INFO,
    &mux_03::INFO,
    &mux_05::INFO,
    &mux_07::INFO,
    &perframe_compress::INFO,
    &permessage_compress::INFO,
    &permessage_deflate_s2c::INFO,
    &permessage_deflate::INFO,
    &x_webkit_deflate_frame::INFO,
];

/// Every built-in extension that opens a connection over another version of HTTP.
pub static BOOTSTRAPS: &[&wsdraft::extension::ExtensionInfo] = &[&rfc8441::INFO, &rfc9220::INFO];
