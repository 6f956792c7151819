//! Extensions: their negotiation, and what they do to payloads.
//!
//! The names, parameters and rules of an extension are data, generated from the database into [`builtin`]. This module knows how
//! lists of extensions are negotiated, and the transforms that they name.
//!
//! ```
//! use wsdraft::extension::{Extensions, builtin};
//!
//! let ours = Extensions::named("permessage-deflate", builtin::ALL)?;
//! # let draft = wsdraft::Draft::info(&wsdraft::drafts::rfc6455::Draft);
//! let agreed = ours.answer(draft, "permessage-deflate; server_max_window_bits=10");
//! assert_eq!(agreed.header(), Some("permessage-deflate; server_max_window_bits=10"));
//! # Ok::<(), wsdraft::extension::UnknownExtension>(())
//! ```

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::fmt;

mod channels;
#[cfg(feature = "deflate")]
mod coding;
#[cfg(not(feature = "deflate"))]
#[path = "extension/no_coding.rs"]
mod coding;
mod compression;
#[cfg(feature = "deflate")]
mod deflate;
mod element;
mod info;
mod negotiate;
mod opcodes;
mod terms;
#[cfg(feature = "deflate")]
mod window;

use crate::protocol::{lists, violation::Relaxed};

/// The built-in extensions: a module for each of them, and the list of all.
pub mod builtin {
    include!("../generated/extensions.rs");
}

#[cfg(feature = "std")]
pub(crate) use self::coding::Alone;
pub(crate) use self::coding::{Coding, Failed, Window};
#[cfg(feature = "multiplex")]
pub(crate) use self::info::why_not_relaxed;
use self::negotiate::{NEGOTIATION, Negotiation};
pub use self::{
    compression::Compression,
    element::{Element, elements},
    info::{
        BootstrapInfo, ChannelDemand, Demand, Effect, ExtensionInfo, ExtensionRule, Frames,
        MethodInfo, ParameterInfo, Part, Sender, Transform, Value,
    },
    negotiate::{Agreed, Agreement},
    opcodes::OpcodeSet,
    terms::{CompressorLimits, Fault, Setting, Terms, read_answer, read_offer},
};

/// The static data of extensions that multiplex.
pub mod multiplex {
    pub use wsdraft_vocabulary::{Extended, LayoutField};

    pub use super::info::{
        Base, BlockField, BlockInfo, BlockKind, BlockPart, Carriage, ChannelIds, ChannelsInfo,
        Cost, DropCodeInfo, DropScope, DropUse, DropsInfo, EncodingInfo, Feature, Flag,
        HandshakesInfo, Initial, MultiplexInfo, Numbers, Quantity, QuotasInfo, UnknownInfo,
    };
}

/// A mark among the claimed bits of a message that an extension may have changed in any frame.
pub(crate) const OPAQUE: u8 = 0x80;

/// The extensions that an endpoint supports, the preferred one first; none by default.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    supported: Vec<Supported>,
    relaxed: Relaxed,
    /// The quota to offer for the first channel, if the application runs channels.
    channels: Option<u32>,
}

/// An extension, and its settings.
#[derive(Clone, Copy)]
struct Supported {
    info: &'static ExtensionInfo,
    compression: Compression,
    negotiation: &'static Negotiation,
}

impl Supported {
    #[inline]
    const fn new(info: &'static ExtensionInfo) -> Self {
        Self {
            info,
            compression: Compression::new(),
            negotiation: &NEGOTIATION,
        }
    }
}

/// Leaves out the addresses of functions, which differ from run to run and tell where the program is.
impl fmt::Debug for Supported {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supported")
            .field("info", self.info)
            .field("compression", &self.compression)
            .finish()
    }
}

/// An unknown name or parameter in a list of extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownExtension {
    /// A name that no known extension has.
    Name(String),
    /// A parameter that the extension does not have, or not with this value.
    Parameter {
        /// The name of the dialect.
        extension: &'static str,
        /// The parameter as written in the list.
        parameter: String,
    },
}

impl fmt::Display for UnknownExtension {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "no extension {name:?}"),
            Self::Parameter {
                extension,
                parameter,
            } => write!(f, "{extension} has no parameter {parameter:?}"),
        }
    }
}

impl core::error::Error for UnknownExtension {}

impl Extensions {
    /// No extensions.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            supported: Vec::new(),
            relaxed: Relaxed::NONE,
            channels: None,
        }
    }

    /// The built-in extension that compresses messages, in its newest form.
    #[cfg(feature = "deflate")]
    #[inline]
    #[must_use]
    pub fn compression() -> Self {
        let newest = builtin::ALL
            .iter()
            .copied()
            .filter(|info| info.transform == Transform::DeflateMessages)
            .max_by_key(|info| info.issued);
        Self {
            supported: newest.into_iter().map(Supported::new).collect(),
            relaxed: Relaxed::NONE,
            channels: None,
        }
    }

    /// These extensions of the known ones, as a list separated by commas. A name is a token,
    /// and then means the newest dialect that has it; the name of a dialect; a token, `@` and
    /// the end of a draft's name; or `all`, for every one that this build can speak. Parameters may follow it, each after a semicolon:
    /// what is wanted of it, in its own words.
    ///
    /// ```
    /// use wsdraft::extension::{Extensions, builtin};
    ///
    /// let list = "permessage-deflate; server_max_window_bits=10; client_no_context_takeover";
    /// let ours = Extensions::named(list, builtin::ALL)?;
    /// # let draft = wsdraft::Draft::info(&wsdraft::drafts::rfc6455::Draft);
    /// let agreed = ours.answer(draft, "permessage-deflate");
    /// assert_eq!(
    ///     agreed.header(),
    ///     Some("permessage-deflate; client_no_context_takeover; server_max_window_bits=10")
    /// );
    /// # Ok::<(), wsdraft::extension::UnknownExtension>(())
    /// ```
    ///
    /// # Errors
    /// The first name or parameter that is not known.
    #[inline]
    pub fn named(list: &str, known: &[&'static ExtensionInfo]) -> Result<Self, UnknownExtension> {
        let newest = newest_first(known);
        let mut supported: Vec<Supported> = Vec::new();
        for item in list
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
        {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let found = match name {
                "all" => runs(&newest),
                _ => dialect(name, &newest).into_iter().collect(),
            };
            if found.is_empty() {
                return Err(UnknownExtension::Name(name.to_owned()));
            }
            let parameters: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
            for info in found {
                let mut wanted = Supported::new(info);
                for &parameter in &parameters {
                    let (name, value) = match parameter.split_once('=') {
                        Some((name, value)) => (name.trim(), Some(value.trim().trim_matches('"'))),
                        None => (parameter, None),
                    };
                    let taken = wanted.compression.want(info, name, value);
                    taken.ok_or_else(|| UnknownExtension::Parameter {
                        extension: info.short,
                        parameter: parameter.to_owned(),
                    })?;
                }
                if !supported.iter().any(|present| present.info == info) {
                    supported.push(wanted);
                }
            }
        }
        Ok(Self {
            supported,
            relaxed: Relaxed::NONE,
            channels: None,
        })
    }

    /// All of the known ones, whether this build can speak them or not: to judge what others
    /// offer and agree to.
    #[inline]
    #[must_use]
    pub fn all(known: &[&'static ExtensionInfo]) -> Self {
        let newest = newest_first(known);
        Self {
            supported: newest.into_iter().map(Supported::new).collect(),
            ..Self::default()
        }
    }

    /// All known dialects that a client's own field value can be read as, each with the settings that
    /// the value requests.
    #[inline]
    #[must_use]
    pub fn offered(value: &str, known: &[&'static ExtensionInfo]) -> Self {
        let newest = newest_first(known);
        let mut supported: Vec<Supported> = Vec::new();
        for element in elements(value) {
            let named = |info: &&&ExtensionInfo| info.tokens.contains(&element.token.as_str());
            for info in newest.iter().filter(named) {
                if supported.iter().any(|present| present.info == *info) {
                    continue;
                }
                let mut wanted = Supported::new(info);
                if let Ok(terms) = read_offer(info, &element) {
                    wanted.compression.want_all(&terms);
                }
                supported.push(wanted);
            }
        }
        Self {
            supported,
            relaxed: Relaxed::NONE,
            channels: None,
        }
    }

    /// Sets the same settings for all of them.
    #[inline]
    #[must_use]
    pub fn with_compression(self, compression: Compression) -> Self {
        self.adjusted(|settings| *settings = compression)
    }

    /// Changes their settings.
    ///
    /// ```
    /// # use wsdraft::extension::Extensions;
    /// let ours = Extensions::compression().adjusted(|settings| settings.level = 1);
    /// ```
    #[must_use]
    pub fn adjusted(mut self, mut adjust: impl FnMut(&mut Compression)) -> Self {
        for supported in &mut self.supported {
            adjust(&mut supported.compression);
        }
        self
    }

    /// Lets the peer's list violate some of their rules.
    ///
    /// A parameter that is not allowed, or whose value is invalid, is ignored, and so is the second
    /// of two elements for the same extension. Two extensions that exclude each other are still
    /// refused, unless one of them can be ignored.
    #[must_use]
    pub(crate) const fn peer_may_break(mut self, relaxed: Relaxed) -> Self {
        self.relaxed = relaxed;
        self
    }

    /// The first extension whose transform this build does not implement. It must not be offered or
    /// agreed.
    #[inline]
    #[must_use]
    pub fn unspoken(&self) -> Option<&'static ExtensionInfo> {
        let runs =
            |info: &ExtensionInfo| info.runs() || (self.channels.is_some() && info.carries());
        self.supported().find(|info| !runs(info))
    }

    /// Keeps the extensions whose transform this build implements.
    #[inline]
    #[must_use]
    pub fn that_run(mut self) -> Self {
        self.supported.retain(|supported| supported.info.runs());
        self
    }

    /// Whether there are none.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.supported.is_empty()
    }

    /// The supported extensions.
    #[inline]
    pub fn supported(&self) -> impl ExactSizeIterator<Item = &'static ExtensionInfo> + '_ {
        self.supported.iter().map(|supported| supported.info)
    }

    /// The names, for messages.
    #[inline]
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<_> = self.supported().map(|info| info.short).collect();
        lists::joined(&names, ", ")
    }
}

/// Extensions in the order in which names are looked up.
#[inline]
fn newest_first(known: &[&'static ExtensionInfo]) -> Vec<&'static ExtensionInfo> {
    let mut newest = known.to_vec();
    newest.sort_by_key(|info| core::cmp::Reverse(info.issued));
    newest
}

/// The extensions whose transform this build implements.
#[inline]
fn runs(known: &[&'static ExtensionInfo]) -> Vec<&'static ExtensionInfo> {
    let known = known.iter().copied();
    known.filter(|info| info.runs()).collect()
}

/// The first dialect with a name.
#[inline]
fn dialect(name: &str, of: &[&'static ExtensionInfo]) -> Option<&'static ExtensionInfo> {
    let (token, draft) = name.split_once('@').unwrap_or((name, ""));
    let has = |info: &&&ExtensionInfo| {
        let mut documents = info.documents.iter();
        info.tokens.contains(&token)
            && (draft.is_empty() || documents.any(|document| document.ends_with(draft)))
    };
    let dialect = of.iter().find(|info| info.short == name);
    dialect.or_else(|| of.iter().find(has)).copied()
}
