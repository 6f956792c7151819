//! Numbers hidden among spaces and other characters.

use alloc::{format, vec::Vec};

/// The error in a spaced number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpacedNumberFault {
    /// It has no digits.
    NoDigits,
    /// It has no spaces.
    NoSpaces,
    /// The number is not a multiple of the number of spaces.
    NotDivisible,
    /// The number or the quotient is too large.
    TooLarge,
}

/// Reads a number hidden among spaces and other characters: the number that the digits form,
/// divided by the number of spaces.
///
/// # Errors
/// The error in the value.
#[inline]
pub fn spaced_number(value: &[u8]) -> Result<u32, SpacedNumberFault> {
    let mut number = 0u64;
    let mut digits = 0;
    for digit in value.iter().filter(|byte| byte.is_ascii_digit()) {
        let next = number
            .checked_mul(10)
            .and_then(|number| number.checked_add(u64::from(digit - b'0')));
        number = next.ok_or(SpacedNumberFault::TooLarge)?;
        digits += 1;
    }
    let spaces = value.iter().filter(|&&byte| byte == b' ').count() as u64;
    match (digits, spaces) {
        (0, _) => Err(SpacedNumberFault::NoDigits),
        (_, 0) => Err(SpacedNumberFault::NoSpaces),
        _ if number % spaces != 0 => Err(SpacedNumberFault::NotDivisible),
        _ => u32::try_from(number / spaces).map_err(|_| SpacedNumberFault::TooLarge),
    }
}

/// Appends a spaced number. `draw` returns a random number below its argument.
#[inline]
pub fn write_spaced_number(draw: &mut dyn FnMut(u32) -> u32, out: &mut Vec<u8>) {
    let spaces = 1 + draw(12);
    let product = u64::from(draw(u32::MAX / spaces)) * u64::from(spaces);
    let mut key = format!("{product}").into_bytes();
    for _ in 0..=draw(12) {
        let at = draw(key.len() as u32 + 1) as usize;
        let character = draw(15 + 69) as u8;
        key.insert(
            at,
            if character < 15 {
                0x21 + character
            } else {
                0x3a + character - 15
            },
        );
    }
    for _ in 0..spaces {
        let at = 1 + draw(key.len() as u32 - 1) as usize;
        key.insert(at, b' ');
    }
    out.extend_from_slice(&key);
}
