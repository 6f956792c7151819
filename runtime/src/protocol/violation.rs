//! Violations: what was received, at which offset, and which rule it violates.

use alloc::boxed::Box;
use core::fmt;

use crate::protocol::info::{DraftInfo, Level, Role, RuleInfo};

/// A violation of a rule, with everything that is needed to explain it.
#[derive(Clone, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static RuleInfo,
    /// The draft under which it was checked.
    pub draft: &'static DraftInfo,
    /// The role of the endpoint that violated it.
    pub by: Role,
    /// The offset of the byte that violates the rule, in bytes from the start of the request, of
    /// the response, or of the sender's frame stream.
    pub offset: u64,
    /// What was received there.
    pub seen: Seen,
}

/// The received value that violates a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Seen {
    /// No detail beyond the rule itself.
    Nothing,
    /// A byte.
    Byte(u8),
    /// An opcode.
    Opcode(u8),
    /// Reserved bits of a frame header. The lowest bit is the first one that the layout reserves.
    Bits(u8),
    /// A number: a length, a count or a code.
    Number(u64),
    /// What a frame of a channel costs, and the quota that was left for it.
    Cost {
        /// The cost.
        cost: u64,
        /// The quota.
        left: u64,
    },
    /// A missing header field.
    Missing(&'static str),
    /// A header field with a value that violates the rule, cut to [`Seen::MAX`] bytes.
    Value(&'static str, Box<str>),
    /// Text that violates the rule, cut to [`Seen::MAX`] bytes.
    Text(Box<str>),
}

impl Seen {
    /// The maximum number of bytes of the peer's text that a violation keeps.
    pub const MAX: usize = 80;

    /// A header field and its value, cut and made printable.
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

/// Bytes as printable text, cut at [`Seen::MAX`].
pub(crate) fn excerpt(bytes: &[u8]) -> Box<str> {
    use alloc::string::String;
    let cut = &bytes[..bytes.len().min(Seen::MAX)];
    let mut text = String::with_capacity(cut.len());
    for piece in cut.utf8_chunks() {
        for character in piece.valid().chars() {
            // Violations never appear in single quotes, so this needs no escape.
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
            Self::Cost { cost, left } => {
                write!(f, "found a cost of {cost}, and a quota of {left} was left")
            }
            Self::Missing(name) => write!(f, "no {name} header"),
            Self::Value(name, value) => write!(f, "found {name}: {value}"),
            Self::Text(text) => write!(f, "found \"{text}\""),
        }
    }
}

impl fmt::Debug for Violation {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Violation")
            .field("rule", &self.rule)
            .field("draft", &self.draft)
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

/// Stops a check: a report has accepted a violation and needs no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop;

/// Whether checking continues after a guard.
pub type Flow = Result<(), Stop>;

/// Receives the violations that guards find. Enforcing reports stop at the first violated
/// requirement. Observing reports note it and continue.
pub trait Report {
    /// Takes a violation. `Err(Stop)` ends the check.
    ///
    /// # Errors
    /// [`Stop`] if nothing more needs to be checked.
    fn violation(&mut self, violation: Violation) -> Flow;

    /// Takes text of a message that arrives in [chunks](crate::receive::Item::Chunk) and has been
    /// checked: all of a chunk but an incomplete code point at its end, which follows when it is
    /// complete. The default does nothing with it.
    fn text(&mut self, text: &str) {
        let _ = text;
    }
}

impl<F: FnMut(Violation) -> Flow> Report for F {
    fn violation(&mut self, violation: Violation) -> Flow {
        self(violation)
    }
}

/// Rules, by id, that the peer may violate; empty by default.
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
    /// No rule may be violated.
    pub const NONE: Self = Self { ids: &[] };

    /// The rules with these ids may be violated.
    #[must_use]
    pub const fn new(ids: &'static [&'static str]) -> Self {
        Self { ids }
    }

    /// Whether the rule with this id may be violated.
    #[must_use]
    pub fn allows(&self, id: &str) -> bool {
        self.ids.contains(&id)
    }
}

/// A report that enforces rules: it keeps the first violation that counts, and stops there. A
/// violation does not count if a receiver is to [ignore](crate::protocol::info::Outcome::Discard)
/// it, or if it leads to [nothing](crate::protocol::info::Outcome::Nothing).
#[derive(Debug, Default)]
pub struct Enforce {
    relaxed: Relaxed,
    strict: bool,
    /// Boxed, since a connection keeps a place for it and seldom needs it.
    broken: Option<Box<Violation>>,
}

impl Enforce {
    /// Enforces every MUST except the relaxed ones. If `strict`, also enforces every SHOULD.
    #[must_use]
    pub const fn new(relaxed: Relaxed, strict: bool) -> Self {
        Self {
            relaxed,
            strict,
            broken: None,
        }
    }

    /// Whether a violation of this rule counts.
    pub(crate) fn stops_at(&self, rule: &RuleInfo) -> bool {
        let counts = match rule.level {
            Level::Must => true,
            Level::Should => self.strict,
            Level::May => false,
        };
        counts && rule.outcome.is_enforced() && !self.relaxed.allows(rule.id)
    }

    /// The violation that stopped the check.
    ///
    /// # Errors
    /// The violation, if there was one.
    pub fn finish(self) -> Result<(), Violation> {
        self.broken.map_or(Ok(()), |broken| Err(*broken))
    }
}

impl Report for Enforce {
    #[cold]
    fn violation(&mut self, violation: Violation) -> Flow {
        if !self.stops_at(violation.rule) {
            return Ok(());
        }
        self.broken = Some(Box::new(violation));
        Err(Stop)
    }
}
