//! What an end wants of compression, and what it offers and answers for that.

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

/// What a client offers, given what it wants.
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
                // It says no more than that this end can.
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

/// What a server answers to an offer, given what it wants.
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
            // What the client asked of this end is kept, and not repeated to it.
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

/// Puts parameters into an element, within its method where it has one.
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
    /// Takes a parameter as something that is wanted: no more than a number, nothing but a
    /// flag. `None` where the extension has no such parameter, or it no such value.
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

    /// Takes what an offer says as something that is wanted.
    pub(super) fn want_all(&mut self, terms: &Terms) {
        for (parameter, setting) in terms.iter() {
            self.take(parameter.effect, setting);
        }
    }

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

    /// The largest window, and whether it may be kept, of one end's compressor.
    fn of(&self, role: Role) -> (u8, bool) {
        let (bits, takeover) = match role {
            Role::Server => (self.server_window_bits, self.server_takeover),
            Role::Client => (self.client_window_bits, self.client_takeover),
        };
        (bits.clamp(8, 15), takeover)
    }

    #[cfg(feature = "deflate")]
    /// What binds this end's compressor: what was agreed, or less where less is wanted.
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
