//! Hashes and base64, as the expressions of drafts use them.

use alloc::string::String;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use md5::Md5;
use sha1::{Digest as _, Sha1};

/// SHA-1 of the parts, one after the other.
#[must_use]
pub fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// MD5 of the parts, one after the other.
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

/// What is wrong with a base64 value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64Fault {
    /// It is not base64 with padding and zero pad bits (RFC 6455 erratum 3150).
    Encoding,
    /// It holds this many bytes.
    Length(usize),
}

/// Whether `text` is base64 of `length` bytes, at most 64.
///
/// # Errors
/// What is wrong with it.
pub fn is_base64_of(text: &[u8], length: usize) -> Result<(), Base64Fault> {
    let mut out = [0; 96];
    match STANDARD.decode_slice(text, &mut out) {
        Ok(found) if found == length => Ok(()),
        Ok(found) => Err(Base64Fault::Length(found)),
        Err(_) => Err(Base64Fault::Encoding),
    }
}

/// The `N` bytes that `text` holds in base64; `None` where it does not hold so many.
#[must_use]
pub fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    is_base64_of(text, N).ok()?;
    STANDARD.decode(text).ok()?.try_into().ok()
}
