//! Whether the command speaks an extension.

use wsdraft::extension::multiplex::MultiplexInfo;
use wsdraft_spec::ResolvedExtension;

/// How the command speaks an extension.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    /// Wherever extensions are negotiated.
    Frames,
    /// Where channels are run: it carries some.
    Channels,
    /// Not at all: it is known as data alone.
    Never,
}

impl Speech {
    /// How the command speaks this extension.
    #[must_use]
    pub fn of(extension: &ResolvedExtension) -> Self {
        if !extension.is_negotiable() {
            return Self::Never;
        }
        let Some(stated) = &extension.multiplexing else {
            return Self::Frames;
        };
        let mut unknown = stated.unknown.values();
        let lacks = unknown.any(|item| MultiplexInfo::NEEDED.contains(&item.value.feature));
        if lacks { Self::Never } else { Self::Channels }
    }

    /// The same in words: `yes` or `no`, and what there is to say about it.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Frames => "yes: connect and serve take it in --extensions",
            Self::Channels => {
                "yes: it carries channels, which connect and serve run; --script, --fault, bridge, handshake and test do not"
            }
            Self::Never => "no: it is known as data alone",
        }
    }

    /// What there is to say, after its name, where it is named and cannot be spoken.
    #[must_use]
    pub const fn why_not(self) -> &'static str {
        match self {
            Self::Frames | Self::Never => "cannot be spoken: it is known as data alone",
            Self::Channels => {
                "carries channels, which connect and serve run; --script, --fault, bridge, handshake and test do not"
            }
        }
    }
}
