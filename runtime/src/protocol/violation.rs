//! Broken rules: what was seen, where, and which rule it breaks.

use alloc::boxed::Box;
use core::fmt;

use crate::protocol::info::{DraftInfo, Level, Role, RuleInfo};

/// A rule that a peer broke, with everything needed to explain it.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static RuleInfo,
    /// The draft under which it was checked.
    pub draft: &'static DraftInfo,
    /// Who broke it.
    pub by: Role,
    /// Where: bytes from the start of the request, of the response, or of the sender's
    /// frame stream, up to the byte that breaks the rule.
    pub offset: u64,
    /// What was there.
    pub seen: Seen,
}

/// What was found in the place of what a rule requires.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// Nothing worth naming beyond the rule itself.
    Nothing,
    /// A byte.
    Byte(u8),
    /// An opcode.
    Opcode(u8),
    /// Bits of a frame's head; the lowest one is the first that the layout reserves.
    Bits(u8),
    /// A number: a length, a count, a code.
    Number(u64),
    /// A header field that is missing.
    Missing(&'static str),
    /// A header field with a value that breaks the rule, cut to [`Seen::MAX`] bytes.
    Value(&'static str, Box<str>),
    /// Text that breaks the rule, cut to [`Seen::MAX`] bytes.
    Text(Box<str>),
}

impl Seen {
    /// Most bytes of the peer's text that a violation keeps.
    pub const MAX: usize = 80;

    /// A header field's value, cut and made printable.
    #[must_use]
    pub fn value(name: &'static str, value: &[u8]) -> Self {
        Self::Value(name, excerpt(value))
    }

    /// A piece of text, cut and made printable.
    #[must_use]
    pub fn text(text: &[u8]) -> Self {
        Self::Text(excerpt(text))
    }
}

/// Bytes as a text that can be shown, cut at [`Seen::MAX`].
pub(crate) fn excerpt(bytes: &[u8]) -> Box<str> {
    use alloc::string::String;
    let cut = &bytes[..bytes.len().min(Seen::MAX)];
    let mut text = String::with_capacity(cut.len());
    for piece in cut.utf8_chunks() {
        for character in piece.valid().chars() {
            // Nothing shows it in single quotes.
            match character {
                '\'' => text.push(character),
                _ => text.extend(character.escape_debug()),
            }
        }
        for byte in piece.invalid() {
            text.push_str("\\x");
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
        }
    }
    if cut.len() < bytes.len() {
        text.push('…');
    }
    text.into_boxed_str()
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => Ok(()),
            Self::Byte(byte) => write!(f, "found byte 0x{byte:02x}"),
            Self::Opcode(opcode) => write!(f, "found opcode 0x{opcode:x}"),
            Self::Bits(bits) => {
                f.write_str("found set, of the reserved bits,")?;
                let set = (0..u8::BITS).filter(|place| bits >> place & 1 == 1);
                for (at, place) in set.enumerate() {
                    let and = if at == 0 { "" } else { " and" };
                    write!(f, "{and} number {}", place + 1)?;
                }
                Ok(())
            }
            Self::Number(number) => write!(f, "found {number}"),
            Self::Missing(name) => write!(f, "no {name} header"),
            Self::Value(name, value) => write!(f, "found {name}: {value}"),
            Self::Text(text) => write!(f, "found \"{text}\""),
        }
    }
}

impl fmt::Debug for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violation")
            .field("rule", &self.rule.id)
            .field("draft", &self.draft.short)
            .field("by", &self.by)
            .field("offset", &self.offset)
            .field("seen", &self.seen)
            .finish()
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({} {}, {}): {} broke it at byte {}",
            self.rule.summary,
            self.rule.level,
            self.rule.id,
            self.rule.citation,
            self.by,
            self.offset
        )?;
        match self.seen {
            Seen::Nothing => Ok(()),
            ref seen => write!(f, ", {seen}"),
        }
    }
}

impl core::error::Error for Violation {}

/// Says that checking stops here: a report took a violation and wants no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// Whether checking goes on after a guard.
pub type Flow = Result<(), Stop>;

/// Where guards report what they find. Enforcing reports stop at the first broken
/// requirement; observing ones note it and go on.
pub trait Report {
    /// Takes a violation; `Err(Stop)` ends the check.
    ///
    /// # Errors
    /// [`Stop`] when nothing more needs to be checked.
    fn violation(&mut self, violation: Violation) -> Flow;
}

impl<F: FnMut(Violation) -> Flow> Report for F {
    fn violation(&mut self, violation: Violation) -> Flow {
        self(violation)
    }
}

/// Rules by id that are allowed to be broken; empty by default.
///
/// ```
/// # use wsdraft::Relaxed;
/// const GATEWAY: Relaxed = Relaxed::new(&["client-frame-masked"]);
/// assert!(GATEWAY.allows("client-frame-masked"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Relaxed {
    ids: &'static [&'static str],
}

impl Relaxed {
    /// No rule may be broken.
    pub const NONE: Self = Self { ids: &[] };

    /// The rules with these ids may be broken.
    #[must_use]
    pub const fn new(ids: &'static [&'static str]) -> Self {
        Self { ids }
    }

    /// Whether the rule with this id may be broken.
    #[must_use]
    pub fn allows(&self, id: &str) -> bool {
        self.ids.contains(&id)
    }
}

/// A report that enforces: it keeps the first violation that counts, and stops there. One that
/// a receiver is to [pass over](crate::protocol::info::Outcome::Discard), or that leads to [nothing](crate::protocol::info::Outcome::Nothing),
/// does not count.
#[derive(Debug, Default)]
pub struct Enforce {
    relaxed: Relaxed,
    strict: bool,
    broken: Option<Violation>,
}

impl Enforce {
    /// Enforces every MUST but the relaxed ones; with `strict`, every SHOULD too.
    #[must_use]
    pub const fn new(relaxed: Relaxed, strict: bool) -> Self {
        Self {
            relaxed,
            strict,
            broken: None,
        }
    }

    /// The violation that stopped the check.
    ///
    /// # Errors
    /// The violation, if there was one.
    pub fn finish(self) -> Result<(), Violation> {
        self.broken.map_or(Ok(()), Err)
    }
}

impl Report for Enforce {
    #[cold]
    fn violation(&mut self, violation: Violation) -> Flow {
        let counts = match violation.rule.level {
            Level::Must => true,
            Level::Should => self.strict,
            Level::May => false,
        };
        if !counts
            || !violation.rule.outcome.is_enforced()
            || self.relaxed.allows(violation.rule.id)
        {
            return Ok(());
        }
        self.broken = Some(violation);
        Err(Stop)
    }
}
