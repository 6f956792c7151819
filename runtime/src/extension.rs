//! Extensions: what is offered and answered, and what becomes of payloads.
//!
//! What an extension is called, which parameters it has and which rules bind them is data,
//! generated from the database into [`extensions`](crate::extensions). This module knows how
//! lists of extensions are negotiated, and the transforms that they name.
//!
//! ```
//! use wsdraft::{extension::Extensions, extensions};
//!
//! let ours = Extensions::named("permessage-deflate", extensions::ALL)?;
//! # let draft = wsdraft::Draft::info(&wsdraft::drafts::rfc6455::Draft);
//! let agreed = ours.answer(draft, "permessage-deflate; server_max_window_bits=10");
//! assert_eq!(agreed.header(), Some("permessage-deflate; server_max_window_bits=10"));
//! # Ok::<(), wsdraft::extension::UnknownExtension>(())
//! ```

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

#[cfg(feature = "deflate")]
mod coding;
#[cfg(not(feature = "deflate"))]
#[path = "extension/no_coding.rs"]
mod coding;
#[cfg(feature = "deflate")]
mod deflate;
mod element;
mod info;
mod negotiate;
mod terms;

pub(crate) use self::{
    coding::{Coding, Failed},
    negotiate::bit_of,
};
pub use self::{
    element::{Element, elements},
    info::{
        Demand, Effect, ExtensionInfo, ExtensionRule, Frames, MethodInfo, ParameterInfo, Part,
        Sender, Transform, Value,
    },
    negotiate::{Agreed, Agreement},
    terms::{Fault, Limits, Setting, Terms, read_answer, read_offer},
};

/// What an end wants of compression. Whatever is agreed, it keeps to the tighter of the two.
///
/// State is made when the first message is compressed, or the first compressed one comes. With
/// context takeover, a connection then keeps, for good:
///
/// | window bits | memory level | to send | to receive |
/// |---|---|---|---|
/// | 15 | 8 | 371 KiB | 46 KiB |
/// | 15 | 4 | 266 KiB | 46 KiB |
/// | 12 | 8 | 259 KiB | 46 KiB |
/// | 12 | 4 | 154 KiB | 46 KiB |
/// | 9 | 1 | 134 KiB | 46 KiB |
///
/// Without it, a connection keeps nothing between messages: a thread has a few states that its
/// connections share. Other connections, and those that only see plain messages, keep 1 KiB.
///
/// ```
/// use wsdraft::extension::Compression;
///
/// let mut compression = Compression::default();
/// compression.level = 1;
/// compression.threshold = 256;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Compression {
    /// How hard to try, from 0 (not at all) to 9. 6.
    pub level: u8,
    /// How much memory the compressor uses beside its window, from 1 to 9. 8.
    pub memory_level: u8,
    /// Messages with fewer bytes are sent as they are. 32.
    pub threshold: usize,
    /// The base-2 logarithm of the largest window that the server's compressor may have,
    /// from 8 to 15. 15.
    pub server_window_bits: u8,
    /// The same for the client's compressor. 15.
    pub client_window_bits: u8,
    /// Whether the server's compressor may keep its window from message to message. True.
    pub server_takeover: bool,
    /// The same for the client's compressor. True.
    pub client_takeover: bool,
}

impl Compression {
    /// The defaults.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            level: 6,
            memory_level: 8,
            threshold: 32,
            server_window_bits: 15,
            client_window_bits: 15,
            server_takeover: true,
            client_takeover: true,
        }
    }

    /// Settings that keep no state between messages.
    #[must_use]
    pub const fn without_takeover() -> Self {
        Self {
            server_takeover: false,
            client_takeover: false,
            ..Self::new()
        }
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::new()
    }
}

/// The extensions that an end supports, the preferred one first; none by default.
#[derive(Clone, Debug, Default)]
pub struct Extensions {
    supported: Vec<&'static ExtensionInfo>,
    compression: Compression,
}

/// A name that no known extension has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownExtension(pub String);

impl fmt::Display for UnknownExtension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no extension {:?}", self.0)
    }
}

impl core::error::Error for UnknownExtension {}

impl Extensions {
    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self {
            supported: Vec::new(),
            compression: Compression::new(),
        }
    }

    /// The built-in extension that compresses messages, in its newest form.
    #[cfg(feature = "deflate")]
    #[must_use]
    pub fn compression() -> Self {
        let newest = crate::extensions::ALL
            .iter()
            .copied()
            .filter(|info| info.transform == Transform::DeflateMessages)
            .max_by_key(|info| info.issued);
        Self {
            supported: newest.into_iter().collect(),
            compression: Compression::new(),
        }
    }

    /// These extensions of the known ones, as a list separated by commas. A name is a token,
    /// and then means the newest dialect that has it; the name of a dialect; a token, `@` and
    /// the end of a draft's name; or `all`.
    ///
    /// # Errors
    /// The first name that no known extension has.
    pub fn named(names: &str, known: &[&'static ExtensionInfo]) -> Result<Self, UnknownExtension> {
        let mut newest: Vec<&'static ExtensionInfo> = known.to_vec();
        newest.sort_by_key(|info| core::cmp::Reverse(info.issued));
        let mut supported: Vec<&'static ExtensionInfo> = Vec::new();
        for name in names
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            let (token, draft) = name.split_once('@').unwrap_or((name, ""));
            let found: Vec<_> = match name {
                "all" => newest.clone(),
                _ => {
                    let has = |info: &&&ExtensionInfo| {
                        info.tokens.contains(&token)
                            && info
                                .documents
                                .iter()
                                .any(|document| document.ends_with(draft))
                            || draft.is_empty() && info.tokens.contains(&token)
                    };
                    let dialect = newest.iter().find(|info| info.short == name);
                    dialect
                        .or_else(|| newest.iter().find(has))
                        .copied()
                        .into_iter()
                        .collect()
                }
            };
            if found.is_empty() {
                return Err(UnknownExtension(name.to_owned()));
            }
            for info in found {
                if !supported.iter().any(|present| present.short == info.short) {
                    supported.push(info);
                }
            }
        }
        Ok(Self {
            supported,
            compression: Compression::new(),
        })
    }

    /// These with other settings.
    #[must_use]
    pub const fn with_compression(mut self, compression: Compression) -> Self {
        self.compression = compression;
        self
    }

    /// Only those whose transform this build can carry out.
    #[must_use]
    pub fn that_run(mut self) -> Self {
        self.supported.retain(|info| info.transform.runs());
        self
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.supported.is_empty()
    }

    /// The supported extensions.
    #[must_use]
    pub fn supported(&self) -> &[&'static ExtensionInfo] {
        &self.supported
    }

    /// What is wanted of compression.
    #[must_use]
    pub const fn settings(&self) -> &Compression {
        &self.compression
    }

    /// The names, for a message.
    #[must_use]
    pub fn names(&self) -> String {
        let names: Vec<_> = self.supported.iter().map(|info| info.short).collect();
        names.join(", ").to_string()
    }
}
