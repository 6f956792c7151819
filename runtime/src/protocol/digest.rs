//! Hashes and base64 for the expressions of drafts.

use alloc::string::String;

use md5::Md5;
use sha1::{Digest as _, Sha1};

mod base64;

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
    base64::encode(bytes)
}

/// The error in a base64 value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base64Fault {
    /// It is not base64 with padding and zero pad bits (RFC 6455 erratum 3150).
    Encoding,
    /// It encodes this many bytes.
    Length(usize),
}

/// Whether `text` is the base64 encoding of `length` bytes.
///
/// # Errors
/// The error in the value.
pub fn is_base64_of(text: &[u8], length: usize) -> Result<(), Base64Fault> {
    let mut found = 0;
    match base64::decode(text, |bytes| found += bytes.len()) {
        Some(()) if found == length => Ok(()),
        Some(()) => Err(Base64Fault::Length(found)),
        None => Err(Base64Fault::Encoding),
    }
}

/// The `N` bytes that `text` encodes in base64, or `None` if it encodes another number of bytes.
#[must_use]
pub fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let (mut all, mut end) = ([0; N], 0);
    base64::decode(text, |bytes| {
        if let Some(place) = all.get_mut(end..end + bytes.len()) {
            place.copy_from_slice(bytes);
        }
        end += bytes.len();
    })?;
    (end == N).then_some(all)
}
