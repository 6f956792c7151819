//! Hashes and base64 for the expressions of drafts.

use alloc::{string::String, vec::Vec};

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

/// The digits of base64 (RFC 4648 §4).
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PADDING: u8 = b'=';
/// The value of a byte that is no digit.
const NO_DIGIT: u8 = 64;

/// The value of each byte as a digit.
static VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < DIGITS.len() {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// Appends base64 with padding.
pub(crate) fn push_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    let written = STANDARD.encode_slice(bytes, &mut out[start..]);
    debug_assert!(written.is_ok(), "there is room for all of it");
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
    // Only the error needs the bytes.
    if is_encoding(text, length) {
        return Ok(());
    }
    let mut out = [0; 96];
    match STANDARD.decode_slice(text, &mut out) {
        Ok(found) if found == length => Ok(()),
        Ok(found) => Err(Base64Fault::Length(found)),
        Err(_) => Err(Base64Fault::Encoding),
    }
}

/// Whether `text` has the length, digits and padding of an encoding, and its spare bits are zero.
fn is_encoding(text: &[u8], length: usize) -> bool {
    if text.len() != length.div_ceil(3) * 4 {
        return false;
    }
    let (padding, spare) = match length % 3 {
        0 => (0, 0),
        1 => (2, 15),
        _ => (1, 3),
    };
    let (digits, end) = text.split_at(text.len() - padding);
    let value = |digit: &u8| VALUES[usize::from(*digit)];
    digits.iter().fold(0, |all, digit| all | value(digit)) < NO_DIGIT
        && end.iter().all(|&byte| byte == PADDING)
        && digits.last().is_none_or(|last| value(last) & spare == 0)
}

/// The `N` bytes that `text` encodes in base64, or `None` if it encodes another number of bytes.
#[must_use]
pub fn decode<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    is_base64_of(text, N).ok()?;
    STANDARD.decode(text).ok()?.try_into().ok()
}
