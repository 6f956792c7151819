//! `fn plain`: the way of nearly all frames.
//!
//! A frame that holds a whole message, with no reserved bit set, masked as its sender has to,
//! its length in the shortest form, breaks no rule that a draft states of heads, unless a
//! message is open or the sender has closed. Where the generator can prove that of every rule
//! of a draft, such a frame is recognised by its first two bytes, and none is checked.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary as spec;

use super::{count, hex, number, types};
use crate::model::{Check, Condition, Guard, LayoutModel, Module, Prefixed};

/// Whether no plain frame can break a rule of the draft.
pub(super) fn keeps_every_rule(module: &Module<'_>) -> bool {
    let LayoutModel::Prefixed(layout) = &module.layout else {
        return false;
    };
    Shape::of(module, layout).is_some()
        && module.frame_guards.iter().all(|guard| kept(guard, layout))
}

/// Whether every plain frame keeps a rule.
fn kept(guard: &Guard<'_>, layout: &Prefixed<'_>) -> bool {
    let concerns = match &guard.when {
        Condition::Control | Condition::MessageOpen => false,
        Condition::Opcode(kind) => matches!(kind, spec::Kind::Text | spec::Kind::Binary),
        _ => true,
    };
    let by = |role| guard.by.is_none_or(|by| by == role);
    let masks = |role| layout.masking.is_some_and(|masking| masking.by == role);
    !concerns
        || match &guard.check {
            Check::KnownOpcode
            | Check::ReservedClear
            | Check::MinimalLength
            | Check::LengthFits
            | Check::Final
            | Check::MessageOpen(false)
            | Check::BeforeClose => true,
            Check::Masked(masked) => [spec::Role::Client, spec::Role::Server]
                .into_iter()
                .all(|role| !by(role) || masks(role) == *masked),
            _ => false,
        }
}

/// What the first two bytes of a plain frame have to be.
struct Shape {
    /// The first byte of a frame of each kind.
    first: Vec<(u8, spec::Kind)>,
    /// The bit of the second byte that says that the frame is masked.
    masked: Option<u8>,
    /// Marker and least length of a longer form of the length, which fills two bytes.
    longer: Option<(u8, u64)>,
}

impl Shape {
    /// `None` where the layout does not let it be told so simply.
    fn of(module: &Module<'_>, layout: &Prefixed<'_>) -> Option<Self> {
        let simple = (layout.fin.byte, layout.opcode.byte, layout.length.byte) == (0, 0, 1)
            && layout.length.shift == 0
            && layout.masked.is_none_or(|masked| masked.byte == 1)
            && layout
                .masking
                .is_none_or(|masking| match (masking.covers, &masking.key) {
                    (spec::Cover::Payload, _) => layout.masked.is_some(),
                    (spec::Cover::Frame, key) => {
                        layout.masked.is_none() && matches!(key, spec::Expr::FrameNonce)
                    }
                });
        let fin = u8::from(!layout.more) << layout.fin.shift;
        let first: Vec<_> = module
            .opcodes
            .iter()
            .map(|opcode| opcode.opcode)
            .filter(|opcode| matches!(opcode.kind, spec::Kind::Text | spec::Kind::Binary))
            .map(|opcode| (fin | opcode.value << layout.opcode.shift, opcode.kind))
            .collect();
        // Two bytes of which every bit counts, so that no length can be too long for them.
        let longer = layout
            .forms
            .first()
            .filter(|form| form.bytes == 2 && form.bits == 16);
        (simple && !first.is_empty()).then(|| Self {
            first,
            masked: layout
                .masking
                .and(layout.masked)
                .map(|masked| 1 << masked.shift),
            longer: longer.map(|form| (form.marker, form.shorter + 1)),
        })
    }
}

/// The function, where the layout has a plain frame.
pub(super) fn function(
    module: &Module<'_>,
    layout: &Prefixed<'_>,
    runtime: &TokenStream,
) -> Option<TokenStream> {
    let shape = Shape::of(module, layout)?;
    let masked_by = layout
        .masking
        .map(|masking| types::role(masking.by, runtime));
    let covered = layout
        .masking
        .is_some_and(|masking| masking.covers == spec::Cover::Frame);
    let from = if masked_by.is_some() {
        quote!(from)
    } else {
        quote!(_from)
    };
    let masked = masked_by.map(|role| quote!(let masked = from == #role;));
    let (head, clear) = if covered {
        let head = quote! {
            let (nonce, head) = if masked {
                let (&nonce, head) = bytes.split_first_chunk::<4>()?;
                (nonce, head)
            } else {
                ([0; 4], bytes)
            };
        };
        (Some(head), quote!(head))
    } else {
        (None, quote!(bytes))
    };
    let unmask = |name: TokenStream, at: usize| {
        let at = count(at);
        if covered {
            quote!(#name ^ nonce[#at])
        } else {
            name
        }
    };
    let first = unmask(quote!(first), 0);
    let second = unmask(quote!(second), 1);
    let length = match shape.masked {
        Some(bit) => {
            let bit = number(bit.trailing_zeros());
            quote!(#second ^ u8::from(masked) << #bit)
        }
        None => second,
    };
    let kinds = shape.first.iter().map(|(value, kind)| {
        let (value, kind) = (hex(*value), types::kind(*kind));
        quote!(#value => Kind::#kind,)
    });
    let short = number(layout.short);
    let (b0, b1) = (unmask(quote!(b0), 2), unmask(quote!(b1), 3));
    let longer = shape.longer.map(|(marker, least)| {
        let (marker, least) = (number(marker), number(least));
        quote! {
            #marker => {
                let [_, _, b0, b1, ..] = *#clear else {
                    return None;
                };
                let length = u16::from_be_bytes([#b0, #b1]);
                if length < #least {
                    return None;
                }
                (usize::from(length), 4)
            }
        }
    });
    let found = if covered {
        quote! {
            let (key, size) = if masked {
                (Some(#runtime::mask::rotate(nonce, size)), size + 4)
            } else {
                (None, size)
            };
        }
    } else if shape.masked.is_some() {
        quote! {
            let (key, size) = if masked {
                (Some(*bytes.get(size..)?.first_chunk::<4>()?), size + 4)
            } else {
                (None, size)
            };
        }
    } else {
        quote!(let key = None;)
    };
    Some(quote! {
        /// The head of a plain data frame, which holds a whole message, with no reserved bit
        /// set, masked as its sender has to, its length in the shortest form and not in the
        /// longest one. `None` says nothing.
        #[inline]
        #[must_use]
        pub fn plain(bytes: &[u8], #from: Role, _session: &Session) -> Option<Plain> {
            #masked
            #head
            let [first, second, ..] = *#clear else {
                return None;
            };
            let kind = match #first {
                #(#kinds)*
                _ => return None,
            };
            let (length, size) = match #length {
                short @ 0..=#short => (usize::from(short), 2),
                #longer
                _ => return None,
            };
            #found
            Some(Plain { kind, size, length, key })
        }
    })
}
