//! Settings of compression, and the offers and answers that they lead to.

use alloc::{
    borrow::ToOwned,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Effect, Element, ExtensionInfo, Sender, Setting, Terms, Value,
    terms::{sender, setting},
};
use crate::protocol::info::Role;

/// Settings of compression for an endpoint. It keeps to these settings and to what is agreed.
///
/// The states are created with the first message that is compressed or inflated. With context
/// takeover, a connection then always holds:
///
/// | window bits | memory level | to send | to receive |
/// |---|---|---|---|
/// | 15 | 8 | 371 KiB | 46 KiB |
/// | 15 | 4 | 266 KiB | 46 KiB |
/// | 12 | 8 | 259 KiB | 46 KiB |
/// | 12 | 4 | 154 KiB | 46 KiB |
/// | 9 | 1 | 134 KiB | 46 KiB |
///
/// Without it, a connection holds nothing between messages: the connections of a thread share a few
/// states. Connections without compressed messages hold 1 KiB.
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
    /// The compression level, from 0 (none) to 9. 6.
    pub level: u8,
    /// The memory level of the compressor, from 1 to 9, in addition to its window. 8.
    pub memory_level: u8,
    /// Messages with fewer bytes are sent uncompressed. 32.
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
    /// The default settings.
    #[inline]
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

    /// Settings without context takeover, which hold no state between messages.
    #[inline]
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
    #[inline]
    fn default() -> Self {
        Self::new()
    }
}

/// The offer of a client with these settings.
#[inline]
pub(super) fn offer(info: &'static ExtensionInfo, wanted: &Compression) -> Element {
    let parameters = info.parameters.iter().filter_map(|parameter| {
        let form = parameter.offer?;
        let of = match sender(parameter.effect)? {
            Sender::Of(role) => role,
            Sender::Receiver => Role::Server,
        };
        let (bits, takeover) = wanted.of(of);
        let value = match parameter.effect {
            Effect::WindowBits(_) => match form {
                // The offer only tells that this endpoint supports it.
                Value::Flag => None,
                Value::FlagOrNumber(..) if bits == 15 => None,
                Value::Number(..) | Value::Token if bits == 15 => return None,
                Value::FlagOrNumber(..) | Value::Number(..) | Value::Token => {
                    Some(bits.to_string())
                }
            },
            Effect::NoContextTakeover(_) | Effect::Quota | Effect::Application if takeover => {
                return None;
            }
            Effect::NoContextTakeover(_) | Effect::Quota | Effect::Application => None,
        };
        Some((parameter.name.to_owned(), value))
    });
    wrap(
        info,
        info.tokens.first().copied().unwrap_or_default(),
        parameters.collect(),
    )
}

/// The answer of a server with these settings to an offer.
#[inline]
pub(super) fn answer(
    info: &'static ExtensionInfo,
    token: &str,
    offer: &Terms,
    wanted: &Compression,
) -> Element {
    let parameters = info.parameters.iter().filter_map(|parameter| {
        parameter.answer?;
        let offered = offer.get(parameter.name);
        if parameter.needs_offer && offered.is_none() {
            return None;
        }
        let (of, mirrors) = match sender(parameter.effect)? {
            Sender::Of(role) => (role, true),
            // The server follows the request of the client, and does not repeat it.
            Sender::Receiver => (Role::Client, false),
        };
        let offered = offered.filter(|_| mirrors);
        let (bits, takeover) = wanted.of(of);
        let value = match parameter.effect {
            Effect::WindowBits(_) => {
                let asked = offered.and_then(Setting::number);
                let bits = asked.unwrap_or(15).min(bits.into());
                if asked.is_none() && bits == 15 {
                    return None;
                }
                Some(bits.to_string())
            }
            _ if takeover && offered.is_none() => return None,
            _ => None,
        };
        Some((parameter.name.to_owned(), value))
    });
    wrap(info, token, parameters.collect())
}

/// Puts parameters into an element, or into its method if it has one.
#[inline]
fn wrap(
    info: &'static ExtensionInfo,
    token: &str,
    parameters: Vec<(String, Option<String>)>,
) -> Element {
    let Some(method) = info.method else {
        return Element {
            token: token.to_owned(),
            parameters,
        };
    };
    let inner = Element {
        token: method.name.to_owned(),
        parameters,
    };
    Element::new(token).with(method.parameter, Some(inner.to_string()))
}

impl Compression {
    /// Applies a parameter as a setting. `None` if the extension does not have the parameter, or not
    /// with this value.
    #[inline]
    pub(super) fn want(
        &mut self,
        info: &ExtensionInfo,
        name: &str,
        value: Option<&str>,
    ) -> Option<()> {
        let mut parameters = info.parameters.iter();
        let parameter = parameters.find(|parameter| parameter.name == name)?;
        let forms = [parameter.answer, parameter.offer];
        let mut settings = forms.into_iter().flatten();
        let setting = settings.find_map(|form| setting(form, value))?;
        self.take(parameter.effect, &setting);
        Some(())
    }

    /// Applies the parameters of an offer as settings.
    #[inline]
    pub(super) fn want_all(&mut self, terms: &Terms) {
        for (parameter, setting) in terms.iter() {
            self.take(parameter.effect, setting);
        }
    }

    #[inline]
    fn take(&mut self, effect: Effect, setting: &Setting) {
        let of = match sender(effect) {
            Some(Sender::Of(Role::Server)) => [true, false],
            Some(Sender::Of(Role::Client)) => [false, true],
            Some(Sender::Receiver) => [true, true],
            None => return,
        };
        let number = setting.number().and_then(|bits| u8::try_from(bits).ok());
        let ends = [
            (&mut self.server_window_bits, &mut self.server_takeover),
            (&mut self.client_window_bits, &mut self.client_takeover),
        ];
        for ((bits, takeover), _) in ends.into_iter().zip(of).filter(|(_, of)| *of) {
            match effect {
                Effect::NoContextTakeover(_) => *takeover = false,
                Effect::WindowBits(_) | Effect::Quota | Effect::Application => {
                    *bits = number.unwrap_or(*bits).min(*bits);
                }
            }
        }
    }

    /// The largest window of one endpoint's compressor, and whether it may take over its context.
    #[inline]
    fn of(&self, role: Role) -> (u8, bool) {
        let (bits, takeover) = match role {
            Role::Server => (self.server_window_bits, self.server_takeover),
            Role::Client => (self.client_window_bits, self.client_takeover),
        };
        (bits.clamp(8, 15), takeover)
    }

    #[cfg(feature = "deflate")]
    /// The limits of this endpoint's compressor: the tighter of the agreement and the settings.
    #[inline]
    pub(super) fn within(
        &self,
        role: Role,
        agreed: super::CompressorLimits,
    ) -> super::CompressorLimits {
        let (bits, takeover) = self.of(role);
        super::CompressorLimits {
            window_bits: bits.min(agreed.window_bits),
            no_context_takeover: agreed.no_context_takeover || !takeover,
        }
    }
}
