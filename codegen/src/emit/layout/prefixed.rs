//! Frame headers that start with two bytes of bit fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    emit::{hex, number},
    model::{Bit, Bits},
};

mod decode;
mod encode;

pub(super) use self::{decode::function as decode, encode::function as encode};

fn byte(at: usize) -> proc_macro2::Ident {
    if at == 0 {
        format_ident!("first")
    } else {
        format_ident!("second")
    }
}

fn bit(bit: Bit) -> TokenStream {
    let (byte, mask) = (byte(bit.byte), hex(1 << bit.shift));
    quote!(#byte & #mask != 0)
}

fn bit_clear(bit: Bit) -> TokenStream {
    let (byte, mask) = (byte(bit.byte), hex(1 << bit.shift));
    quote!(#byte & #mask == 0)
}

fn bits(bits: Bits) -> TokenStream {
    let (byte, mask) = (byte(bits.byte), hex(bits.mask));
    let shifted = right(quote!(#byte), bits.shift);
    quote!(#shifted & #mask)
}

/// A value shifted left, in parentheses unless the shift is 0.
fn left(value: TokenStream, places: u32) -> TokenStream {
    let shift = number(places);
    if places == 0 {
        value
    } else {
        quote!((#value << #shift))
    }
}

/// A value shifted right, in parentheses unless the shift is 0.
fn right(value: TokenStream, places: u32) -> TokenStream {
    let shift = number(places);
    if places == 0 {
        value
    } else {
        quote!((#value >> #shift))
    }
}
