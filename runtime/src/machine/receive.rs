//! The frame machine, which both the connection and the inspector drive.
//!
//! It works in place on the bytes of the stream that are there, and keeps only a few words of
//! state: it unmasks payloads where they are, checks text as it arrives, and leaves it to the
//! caller what to keep. Violations go to a [`Report`]. A report that enforces stops the machine;
//! one that observes lets it go on as if the rule did not exist.

use alloc::{borrow::Cow, boxed::Box};

mod claims;
mod delimited;
mod frames;
mod step;
mod text;

use crate::{
    machine::extension::{Agreed, Coding},
    payload::{mask, utf8},
    protocol::{
        draft::Draft,
        frame::{Context, Decode, FrameHeader, Length, Mask, Session},
        info::{Kind, Role, RuleInfo},
        violation::{Relaxed, Report, Stop},
    },
};

use self::delimited::Delimited;
pub use self::step::{Frame, Item, MessagePart, MessageState, Step};
pub(crate) use self::{claims::Claims, step::PlainMessage};

/// Decodes and checks the frames that one end of a connection sends.
#[derive(Clone, Debug)]
pub struct Receiver<D> {
    draft: D,
    from: Role,
    session: Session,
    claims: Claims,
    /// The longest payload of a frame that is handed out only when complete.
    max_held: u64,
    /// As `max_held`, for control frames.
    max_held_control: u64,
    /// The rule that text must be valid UTF-8, if a violation fails the connection.
    text_rule: Option<&'static RuleInfo>,
    offset: u64,
    closed: bool,
    /// The message whose last frame has not ended.
    open_message: Option<MessageState>,
    text: utf8::Validator,
    stage: Stage,
    /// The form of frames that end with a delimiter and hold a whole message, once one has come.
    delimited: Option<Box<Delimited>>,
    /// Whether a message may be open whose first frame came before the bytes that are there.
    joined: bool,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// At the start of a frame.
    Header,
    /// At the start of a frame whose header is checked and that is handed out only when complete.
    /// This many bytes of its payload have been searched for the delimiter.
    Held(FrameHeader, usize),
    /// In a payload.
    Payload {
        kind: Kind,
        part: Option<MessagePart>,
        left: Length,
        mask: Mask,
    },
}

impl<D: Draft> Receiver<D> {
    /// A machine for the frames that `from` sends.
    ///
    /// It hands out control frames and frames of extensions only when they are complete, if their
    /// payload has at most `max_held` bytes. Longer ones come in chunks, as data frames do.
    /// `claimed` are the reserved bits that any frame may set.
    pub fn new(draft: D, from: Role, session: Session, claimed: u8, max_held: usize) -> Self {
        let text_rule = draft.info().text_rule.filter(|rule| rule.outcome.fails());
        Self {
            draft,
            from,
            session,
            claims: Claims::new(claimed),
            max_held: max_held as u64,
            max_held_control: max_held as u64,
            text_rule,
            offset: 0,
            closed: false,
            open_message: None,
            text: utf8::Validator::new(),
            stage: Stage::Header,
            delimited: None,
            joined: false,
        }
    }

    /// Says that frames may have come before: a message that they began may go on.
    #[must_use]
    pub const fn joining(mut self) -> Self {
        self.joined = true;
        self
    }

    /// Sets the longest payload of a control frame that is handed out only when complete.
    pub(crate) fn set_max_held_control(&mut self, max_held: usize) {
        self.max_held_control = self.max_held.min(max_held as u64);
    }

    /// The longest payload of a frame of this kind that is handed out only when complete.
    #[inline]
    const fn max_held(&self, kind: Kind) -> u64 {
        if kind.is_control() {
            self.max_held_control
        } else {
            self.max_held
        }
    }

    /// Lets the agreed extensions claim their bits and opcodes, and returns the state of the one
    /// that compresses. The peer may violate the relaxed rules of it.
    pub(crate) fn add_extensions(
        &mut self,
        agreed: &Agreed,
        relaxed: Relaxed,
    ) -> Option<Box<Coding>> {
        let physical = agreed.physical();
        if matches!(physical, Cow::Owned(_)) {
            // What carries channels is no text, whatever its kind: a rule about channels refuses it.
            self.text_rule = None;
        }
        let coding = Coding::new(&physical, self.from.peer(), relaxed);
        let by_frame = coding.as_ref().is_some_and(|coding| coding.is_by_frame());
        self.claims.add(&physical, by_frame);
        coding
    }

    /// Sets the longest payload of a frame of an extension that is handed out only when complete.
    pub(crate) const fn set_max_held(&mut self, max_held: usize) {
        self.max_held = max_held as u64;
    }

    /// The bits and opcodes that the agreed extensions claim.
    #[inline]
    pub(crate) const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// Who sends the frames.
    pub(crate) const fn from(&self) -> Role {
        self.from
    }

    /// The draft.
    #[inline]
    pub const fn draft(&self) -> &D {
        &self.draft
    }

    /// The keys that the handshake derived.
    #[inline]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Bytes of the sender's stream that have been consumed.
    #[inline]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether the consumed bytes end with a message, or with a control frame between two
    /// messages.
    pub const fn is_between_messages(&self) -> bool {
        matches!(self.stage, Stage::Header) && self.open_message.is_none()
    }

    /// The rule that text must be valid UTF-8, if a violation fails the connection. If `None`,
    /// the caller replaces invalid UTF-8 with U+FFFD.
    pub const fn text_rule(&self) -> Option<&'static RuleInfo> {
        self.text_rule
    }

    /// The bytes that are still to come of the current payload, if its length is known.
    pub fn payload_left(&self) -> Option<u64> {
        match self.stage {
            Stage::Payload {
                left: Length::Bytes(left),
                ..
            } => Some(left),
            _ => None,
        }
    }

    /// Skips bytes of the current payload because the caller does not have them. The text of its
    /// message is not checked any further. Returns `false`, and does nothing, if the payload does
    /// not have this many bytes left.
    pub fn skip(&mut self, length: u64) -> bool {
        let Stage::Payload {
            part, left, mask, ..
        } = &mut self.stage
        else {
            return false;
        };
        let Length::Bytes(bytes) = left else {
            return false;
        };
        let Some(rest) = bytes.checked_sub(length) else {
            return false;
        };
        *bytes = rest;
        // A multiple of the lengths of both kinds of keys.
        *mask = mask.advanced((length % 20) as usize);
        if let Some(part) = part {
            part.message.faulty = true;
            self.open_message = Some(part.message);
        }
        self.offset += length;
        true
    }

    /// Takes one step at the start of `bytes`, which continue where the bytes that the last step
    /// consumed ended.
    ///
    /// # Errors
    /// [`Stop`] if the report stops the machine, which cannot be used any more then.
    #[inline]
    pub fn next(&mut self, bytes: &mut [u8], report: &mut dyn Report) -> Result<Step, Stop> {
        match self.stage {
            Stage::Header => self.frame(bytes, report),
            Stage::Held(header, searched) => self.held_frame(header, searched, bytes, report),
            Stage::Payload {
                kind,
                part,
                left,
                mask,
            } => self.chunk(kind, part, left, mask, bytes, report),
        }
    }

    /// The message at the start of `bytes`, if it is complete in one [plain](Draft::plain) frame, or
    /// in one with a delimiter, whose payload has at most `largest` bytes. Otherwise `None`: nothing
    /// has changed, and [`next`](Self::next) finds what is there.
    ///
    /// Nearly all messages take this path, so it does only what they need.
    #[inline]
    pub(crate) fn plain_message(
        &mut self,
        bytes: &mut [u8],
        largest: usize,
    ) -> Option<PlainMessage> {
        if !matches!(self.stage, Stage::Header)
            || self.open_message.is_some()
            || self.closed
            || self.claims.opaque != 0
        {
            return None;
        }
        let Some(plain) = self.draft.plain(bytes, self.from, &self.session) else {
            return self.delimited_message(bytes, largest);
        };
        let end = plain.size + plain.length;
        let payload = bytes.get_mut(plain.size..end)?;
        if plain.length > largest {
            return None;
        }
        if let Some(key) = plain.key {
            mask::apply(payload, key, 0);
        }
        let offset = self.offset + plain.size as u64;
        self.offset += end as u64;
        Some(PlainMessage {
            kind: plain.kind,
            payload: plain.size..end,
            end,
            offset,
        })
    }

    /// Whether this frame may go on with a message that began before. The last one of it, or the
    /// first one of another message, tells that no such message is open any more.
    #[inline]
    fn goes_on(&mut self, header: &FrameHeader) -> bool {
        let joined = self.joined;
        let goes_on = joined && header.kind == Kind::Continuation;
        self.joined = joined && (!header.kind.is_data() || goes_on && !header.fin);
        goes_on
    }

    #[inline]
    fn frame(&mut self, bytes: &mut [u8], report: &mut dyn Report) -> Result<Step, Stop> {
        let header = match self.draft.decode(bytes, self.from, &self.session) {
            Decode::Header(mut header) => {
                if header.kind == Kind::Reserved {
                    header.kind = self.claims.kind(header.opcode);
                }
                header
            }
            Decode::Incomplete(needed) => return Ok(incomplete(needed.max(bytes.len() + 1))),
            Decode::Overflow => {
                return Ok(Step {
                    consumed: 0,
                    item: Item::Unreadable,
                });
            }
        };
        let context = Context {
            from: self.from,
            open: self.open_message.is_some() || self.goes_on(&header),
            closed: self.closed,
            claimed: self.claims.bits(header.kind),
            offset: self.offset,
        };
        self.draft.check_frame(&header, &context, report)?;
        self.note_delimited(&header, bytes);
        let start = usize::from(header.size).min(bytes.len());
        // Fragments always come as a header and then chunks, so that the caller checks its limits
        // before the text is checked, however the bytes arrive.
        let is_fragment =
            header.kind.is_data() && !(header.fin && header.kind != Kind::Continuation);
        match header.length {
            Length::Bytes(length) if !is_fragment && length <= (bytes.len() - start) as u64 => {
                self.complete_frame(header, start..start + length as usize, 0, bytes, report)
            }
            _ => self.incomplete_frame(header, 0, bytes, report),
        }
    }
}

const fn incomplete(needed: usize) -> Step {
    Step {
        consumed: 0,
        item: Item::Incomplete(needed),
    }
}
