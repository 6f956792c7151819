//! What endpoints agree on.

use alloc::{
    borrow::Cow,
    string::{String, ToString},
    vec::Vec,
};

use super::{Bounds, fits};
use crate::{
    machine::extension::{
        Compression, CompressorLimits, Element, ExtensionInfo, OpcodeSet, Supported, Transform,
    },
    protocol::{info::DraftInfo, lists},
};

/// An agreed extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The extension.
    pub extension: &'static ExtensionInfo,
    /// The server's element.
    pub answer: Element,
    /// The limits of the server's compressor.
    pub server: CompressorLimits,
    /// The limits of the client's compressor.
    pub client: CompressorLimits,
    /// The claimed bits, as in [`FrameHeader::reserved`](crate::FrameHeader::reserved).
    pub claimed: u8,
    /// The claimed opcodes.
    pub opcodes: OpcodeSet,
    /// The claimed opcodes of control frames.
    pub control_opcodes: OpcodeSet,
    /// The quota that the offer gives to the server, for an extension that multiplexes.
    pub quota: u32,
    /// The settings of this endpoint.
    pub settings: Compression,
}

impl Agreement {
    #[inline]
    pub(super) fn new(
        supported: &Supported,
        draft: &DraftInfo,
        answer: Element,
        bounds: Bounds,
    ) -> Option<Self> {
        let (server, client, quota) = bounds;
        let extension = supported.info;
        let claimed = fits(extension, draft)?;
        let control_opcodes = OpcodeSet::of(extension.control_opcodes);
        Some(Self {
            extension,
            answer,
            server,
            client,
            claimed,
            opcodes: OpcodeSet::of(extension.opcodes).with(&control_opcodes),
            control_opcodes,
            quota,
            settings: supported.compression,
        })
    }
}

/// The agreed extensions, in the order in which they are applied to sent messages; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreed {
    items: Vec<Agreement>,
    header: Option<String>,
}

impl Agreed {
    /// No extensions.
    pub(crate) const NONE: Self = Self {
        items: Vec::new(),
        header: None,
    };

    /// The field value of the response; `None` if nothing was agreed.
    #[must_use]
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// The extensions.
    pub fn iter(&self) -> impl Iterator<Item = &Agreement> {
        self.items.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The extension that multiplexes, if there is one; before it, those of the first channel; and
    /// after it, those of the physical connection.
    #[must_use]
    pub fn multiplexed(&self) -> Option<(Self, &Agreement, Self)> {
        let multiplexes = |item: &Agreement| item.extension.transform == Transform::Multiplex;
        let at = self.items.iter().position(multiplexes)?;
        let (inner, rest) = self.items.split_at(at);
        let (multiplexer, outer) = rest.split_first()?;
        Some((
            Self::new(inner.into()),
            multiplexer,
            Self::new(outer.into()),
        ))
    }

    /// Those of a connection, without those of channels over it.
    pub(crate) fn physical(&self) -> Cow<'_, Self> {
        match self.multiplexed() {
            Some((_, _, outer)) => Cow::Owned(outer),
            None => Cow::Borrowed(self),
        }
    }

    #[inline]
    pub(super) fn new(items: Vec<Agreement>) -> Self {
        let elements: Vec<_> = items.iter().map(|item| item.answer.to_string()).collect();
        Self {
            header: (!elements.is_empty()).then(|| lists::joined(&elements, ", ")),
            items,
        }
    }
}
