//! Hashes and base64 for the expressions of drafts.

use alloc::string::String;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::{Digest as _, Sha1};

/// The SHA-1 hash of the concatenated parts.
#[must_use]
pub fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The MD5 hash of the concatenated parts.
#[inline]
#[must_use]
pub fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// Base64 with padding (RFC 4648 §4).
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The error in a base64 value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64Fault {
    /// It is not base64 with padding and zero pad bits (RFC 6455 erratum 3150).
    Encoding,
    /// It encodes this many bytes.
    Length(usize),
}

/// Whether `text` is the base64 encoding of `length` bytes, at most 64.
///
/// # Errors
/// The error in the value.
pub fn is_base64_of(text: &[u8], length: usize) -> Result<(), Base64Fault> {
    let mut out = [0; 96];
    match STANDARD.decode_slice(text, &mut out) {
        Ok(found) if found == length => Ok(()),
        Ok(found) => Err(Base64Fault::Length(found)),
        Err(_) => Err(Base64Fault::Encoding),
    }
}

/// The `N` bytes that `text` encodes in base64, or `None` if it encodes another number of bytes.
#[must_use]
pub fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    is_base64_of(text, N).ok()?;
    STANDARD.decode(text).ok()?.try_into().ok()
}
