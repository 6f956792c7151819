//! The words of multiplexing.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::extension::multiplex::{
    Base, BlockField, BlockKind, BlockPart, Carriage, ChannelDemand, ChannelIds, Cost, DropScope,
    DropUse, Feature, Flag, Initial, Numbers, Quantity,
};
use wsdraft_spec::vocabulary::{Extended, LayoutField};

use super::{Uses, Word, number, role};

unit! {
    Base: Nothing LastComplete;
    BlockKind: AddRequest AddResponse Quota Drop Slots ControlFrame Frame;
    Cost: Payload PayloadAndStart;
    DropScope: Normal Physical Logical Other;
    DropUse: Normal Acknowledged ChannelFailed PhysicalFailed Idle Elsewhere Busy;
    Feature: Running FlowControl ControlCarriage LongIds ReusedIds UnaskedResponses DeltaResponses
        FragmentedControl ControlLength DropReasons Errors MissingSlots Fallback Dropping Answering;
    Flag: Refused Error Fallback;
    Initial: Nothing Parameter Slot;
    Quantity: Size Quota Slots;
}

impl Word for ChannelDemand {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::EnvelopeKind => quote!(EnvelopeKind),
            Self::ChannelIdComplete => quote!(ChannelIdComplete),
            Self::ChannelIdShortest => quote!(ChannelIdShortest),
            Self::FrameComplete => quote!(FrameComplete),
            Self::ControlInBlock => quote!(ControlInBlock),
            Self::KnownBlock => quote!(KnownBlock),
            Self::BlockReservedClear => quote!(BlockReservedClear),
            Self::BlockComplete => quote!(BlockComplete),
            Self::NumberShortest => quote!(NumberShortest),
            Self::NumberFits => quote!(NumberFits),
            Self::DropCodeComplete => quote!(DropCodeComplete),
            Self::BlockSender => quote!(BlockSender),
            Self::KnownEncoding(by) => {
                let by = role(*by, uses);
                quote!(KnownEncoding(#by))
            }
            Self::ValidHandshake(by) => {
                let by = role(*by, uses);
                quote!(ValidHandshake(#by))
            }
            Self::FreshChannel => quote!(FreshChannel),
            Self::SlotAvailable => quote!(SlotAvailable),
            Self::QuotaFits => quote!(QuotaFits),
            Self::WithinQuota => quote!(WithinQuota),
            Self::ControlFragments => quote!(ControlFragments),
        }
    }
}

impl Word for LayoutField {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match self {
            Self::Final => quote!(Final),
            Self::More => quote!(More),
            Self::Reserved(name) => quote!(Reserved(#name)),
            Self::Opcode(bits) => {
                let bits = number(*bits);
                quote!(Opcode(#bits))
            }
            Self::Masked => quote!(Masked),
            Self::Length(bits) => {
                let bits = number(*bits);
                quote!(Length(#bits))
            }
        }
    }
}

impl Word for Carriage {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::Wrapped { kind, header } => {
                let kind = kind.variant(uses);
                let header = header.iter().map(|field| field.variant(uses));
                quote! {
                    Wrapped {
                        kind: info::Kind::#kind,
                        header: &[#(multiplex::LayoutField::#header),*],
                    }
                }
            }
            Self::Prefixed => quote!(Prefixed),
            Self::Claimed(opcode) => {
                let opcode = number(*opcode);
                quote!(Claimed(#opcode))
            }
        }
    }
}

impl Word for ChannelIds {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match self {
            Self::Prefixed(widths) => {
                let widths = widths.iter().copied().map(number);
                quote!(Prefixed(&[#(#widths),*]))
            }
            Self::Leading { escape, bits } => {
                let (escape, bits) = (number(*escape), number(*bits));
                quote!(Leading { escape: #escape, bits: #bits })
            }
        }
    }
}

impl Word for Numbers {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match self {
            Self::Prefixed { bits, extended } => {
                let bits = number(*bits);
                let extended = extended.iter().map(|Extended { marker, bits }| {
                    let (marker, bits) = (number(*marker), number(*bits));
                    quote!(multiplex::Extended { marker: #marker, bits: #bits })
                });
                quote!(Prefixed { bits: #bits, extended: &[#(#extended),*] })
            }
            Self::Sized(bytes) => {
                let bytes = number(*bytes);
                quote!(Sized(#bytes))
            }
        }
    }
}

impl Word for BlockField {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        let bits = number(self.bits());
        match self {
            Self::Opcode(_) => quote!(Opcode(#bits)),
            Self::Channel(_) => quote!(Channel(#bits)),
            Self::Reserved(_) => quote!(Reserved(#bits)),
            Self::Encoding(_) => quote!(Encoding(#bits)),
            Self::Width(quantity, _) => {
                let quantity = quantity.variant(uses);
                quote!(Width(multiplex::Quantity::#quantity, #bits))
            }
            Self::Flag(flag) => {
                let flag = flag.variant(uses);
                quote!(Flag(multiplex::Flag::#flag))
            }
        }
    }
}

impl Word for BlockPart {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::Fields => quote!(Fields),
            Self::Channel => quote!(Channel),
            Self::Number(quantity) => {
                let quantity = quantity.variant(uses);
                quote!(Number(multiplex::Quantity::#quantity))
            }
            Self::Fixed(quantity, bits) => {
                let (quantity, bits) = (quantity.variant(uses), number(*bits));
                quote!(Fixed(multiplex::Quantity::#quantity, #bits))
            }
            Self::Handshake => quote!(Handshake),
            Self::Reason => quote!(Reason),
            Self::CodeAndReason => quote!(CodeAndReason),
            Self::ControlFrame => quote!(ControlFrame),
            Self::Frame => quote!(Frame),
        }
    }
}
