//! Prints words of the vocabulary as Rust paths.
//!
//! Each match here is exhaustive: a new word does not compile until it can be printed.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::{
    extension::{Demand, Effect, Frames, Part, Sender, Transform, Value},
    vocabulary::{
        CloseBody, CloseReply, Conversation, Kind, Level, Outcome, Purpose, Role, Scope, Separator,
        SignTest, Visibility,
    },
};

use super::{Uses, hex, number};

/// A word that generated code refers to.
pub(super) trait Word {
    /// The variant without its enum. Words inside it have paths in `info` and in `extension`.
    fn variant(&self, uses: &Uses<'_>) -> TokenStream;
}

/// Prints enums whose variants have no fields.
macro_rules! unit {
    ($($word:ty: $($variant:ident)*;)*) => {$(
        impl Word for $word {
            fn variant(&self, _: &Uses<'_>) -> TokenStream {
                match self {
                    $(Self::$variant => quote!($variant),)*
                }
            }
        }
    )*};
}

mod multiplex;

unit! {
    CloseReply: Empty Echo EchoCode Letter;
    Conversation: PingAnswered CloseAnswered CloseBodyMatches MaskingKeysVary WaitsForResponse
        ServerEndsTransport;
    Frames: First Data All;
    Kind: Continuation Text Binary Close Ping Pong Extension ExtensionControl Reserved;
    Level: May Should Must;
    Part: Offer Answer List Payload Request Envelope Block Channel;
    Purpose: Upgrade Connection Host Origin Key Accept Nonce Version Subprotocol Extensions Location
        Cookie Http Other;
    Role: Client Server;
    Scope: Request Response Frame Message Close Conversation Policy;
    Separator: None Comma Space;
    Transform: Nothing DeflateMessages DeflateFrames DeflateEveryFrame DeflateStream Multiplex;
}

/// A role with its enum.
fn role(role: Role, uses: &Uses<'_>) -> TokenStream {
    let variant = role.variant(uses);
    let name = uses.name("Role");
    quote!(#name::#variant)
}

impl Word for CloseBody {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match *self {
            Self::Empty => quote!(Empty),
            Self::Opaque => quote!(Opaque),
            Self::Letter { client, server } => {
                let (client, server) = (hex(client), hex(server));
                quote!(Letter { client: #client, server: #server })
            }
            Self::Status => quote!(Status),
        }
    }
}

impl Word for Outcome {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match *self {
            Self::Fail(code) => {
                let code = number(code);
                quote!(Fail(#code))
            }
            Self::FailWithoutCode => quote!(FailWithoutCode),
            Self::Reject(status) => {
                let status = number(status);
                quote!(Reject(#status))
            }
            Self::RejectWithVersions(status) => {
                let status = number(status);
                quote!(RejectWithVersions(#status))
            }
            Self::Abort => quote!(Abort),
            Self::Replace => quote!(Replace),
            Self::Discard => quote!(Discard),
            Self::Drop(code) => {
                let code = number(code);
                quote!(Drop(#code))
            }
            Self::DropWithoutCode => quote!(DropWithoutCode),
            Self::FailPhysical(code) => {
                let code = number(code);
                quote!(FailPhysical(#code))
            }
            Self::Nothing => quote!(Nothing),
        }
    }
}

impl Word for Visibility<'_> {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::Input => quote!(Input),
            Self::Conversation(asked) => {
                let asked = asked.variant(uses);
                quote!(Conversation(info::Conversation::#asked))
            }
            Self::Hidden(why) => quote!(Hidden(#why)),
        }
    }
}

impl Word for SignTest {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match self {
            Self::Present => quote!(Present),
            Self::Absent => quote!(Absent),
            Self::OneOf(values) => quote!(OneOf(&[#(#values),*])),
            Self::AbsentOr(values) => quote!(AbsentOr(&[#(#values),*])),
            Self::Exactly(value) => quote!(Exactly(#value)),
        }
    }
}

impl Word for Sender {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::Of(sender) => {
                let sender = role(*sender, uses);
                quote!(Of(#sender))
            }
            Self::Receiver => quote!(Receiver),
        }
    }
}

impl Word for Effect {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        match self {
            Self::WindowBits(of) => {
                let of = of.variant(uses);
                quote!(WindowBits(extension::Sender::#of))
            }
            Self::NoContextTakeover(of) => {
                let of = of.variant(uses);
                quote!(NoContextTakeover(extension::Sender::#of))
            }
            Self::Quota => quote!(Quota),
            Self::Application => quote!(Application),
        }
    }
}

impl Word for Value {
    fn variant(&self, _: &Uses<'_>) -> TokenStream {
        match *self {
            Self::Flag => quote!(Flag),
            Self::Number(from, to) => {
                let (from, to) = (number(from), number(to));
                quote!(Number(#from, #to))
            }
            Self::FlagOrNumber(from, to) => {
                let (from, to) = (number(from), number(to));
                quote!(FlagOrNumber(#from, #to))
            }
            Self::Token => quote!(Token),
        }
    }
}

impl Word for Demand {
    fn variant(&self, uses: &Uses<'_>) -> TokenStream {
        let list = |transforms: &[Transform]| {
            let transforms = transforms.iter().map(|one| one.variant(uses));
            quote!(&[#(extension::Transform::#transforms),*])
        };
        match self {
            Self::KnownParameters => quote!(KnownParameters),
            Self::DistinctParameters => quote!(DistinctParameters),
            Self::ValidValues => quote!(ValidValues),
            Self::Parameter(name) => quote!(Parameter(#name)),
            Self::OfferedParameters => quote!(OfferedParameters),
            Self::OwedParameters => quote!(OwedParameters),
            Self::WithinOffer => quote!(WithinOffer),
            Self::Once => quote!(Once),
            Self::DistinctBits => quote!(DistinctBits),
            Self::CompressedOnce => quote!(CompressedOnce),
            Self::NotAfter(transforms) => {
                let transforms = list(transforms);
                quote!(NotAfter(#transforms))
            }
            Self::NotBefore(transforms) => {
                let transforms = list(transforms);
                quote!(NotBefore(#transforms))
            }
            Self::Deflate => quote!(Deflate),
            Self::BlockBoundary => quote!(BlockBoundary),
            Self::RequiredFields => quote!(RequiredFields),
            Self::FieldAbsent(name) => quote!(FieldAbsent(#name)),
            Self::Scheme => quote!(Scheme),
            Self::Path => quote!(Path),
            Self::Channels(asked) => {
                let asked = asked.variant(uses);
                quote!(Channels(extension::ChannelDemand::#asked))
            }
            Self::Documented(why) => quote!(Documented(#why)),
        }
    }
}
