//! The frame machine: what both the connection and the inspector drive.
//!
//! It works in place, on whatever part of the stream is there, and keeps nothing but a few
//! words of state: payloads are unmasked where they lie, text is checked as it comes, and the
//! caller decides what to keep. Broken rules go to a [`Report`]; one that enforces stops the
//! machine there, one that observes lets it go on as if the rule did not exist.

use alloc::boxed::Box;
use core::ops::Range;

use crate::{
    draft::Draft,
    extension::{Agreed, Coding, Frames, OpcodeSet},
    frame::{Context, Decode, Head, Length, Mask, Session},
    info::{Kind, Outcome, Role, RuleInfo},
    mask, utf8,
    violation::{Flow, Report, Seen, Stop, Violation},
};

/// Decodes and checks the frames that one end of a connection sends.
#[derive(Clone, Debug)]
pub struct Receiver<D> {
    draft: D,
    from: Role,
    session: Session,
    claimed: u8,
    claimed_on_data: u8,
    claimed_on_first: u8,
    /// Opcodes that extensions claim, and those of control frames among them.
    opcodes: OpcodeSet,
    control_opcodes: OpcodeSet,
    /// What every message has as [`Message::coded`].
    opaque: u8,
    whole: u64,
    /// The rule that text be UTF-8, where breaking it fails the connection.
    text_rule: Option<&'static RuleInfo>,
    offset: u64,
    closed: bool,
    message: Option<Message>,
    text: utf8::Validator,
    stage: Stage,
}

/// One step of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Bytes at the start of the slice that are done with.
    pub consumed: usize,
    /// What they were.
    pub item: Item,
}

/// What a [`Step`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Nothing can be said before the slice has at least this many bytes.
    Incomplete(usize),
    /// What stands here is no frame, and where the next one starts is not known.
    Unreadable,
    /// A frame that is there as a whole, with the place of its payload in the slice.
    Frame(Frame, Range<usize>),
    /// The head of a frame whose payload comes as [`Item::Part`]s.
    Begin(Frame),
    /// A part of that payload, possibly empty.
    Part {
        /// Its place in the slice.
        payload: Range<usize>,
        /// Whether the frame ends with it; then, what it was of the message.
        end: Option<Option<Place>>,
    },
}

/// A frame, its head checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The decoded head.
    pub head: Head,
    /// Where the frame starts in the sender's stream.
    pub offset: u64,
    /// What it is of a message; `None` where it is of none.
    pub place: Option<Place>,
}

/// A message that is there as a whole, in one frame that ends with its payload.
#[derive(Clone, Debug)]
pub(crate) struct Whole {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub(crate) kind: Kind,
    /// Where its payload lies in the slice.
    pub(crate) payload: Range<usize>,
    /// Where its payload starts in the sender's stream.
    pub(crate) offset: u64,
}

/// What a data frame is of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The message.
    pub message: Message,
    /// Whether it is the first frame.
    pub first: bool,
    /// Whether it is the last frame.
    pub last: bool,
}

/// A message that is being received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// [`Kind::Text`] or [`Kind::Binary`].
    pub kind: Kind,
    /// Claimed reserved bits of its frames so far: an extension has changed the payload, so
    /// that it is not looked into here.
    pub coded: u8,
    /// Whether its text was found not to be UTF-8, and the report let that pass; or whether
    /// parts of it are not known.
    pub faulty: bool,
}

impl Message {
    /// Stands in [`coded`](Self::coded) where an extension may have changed any frame.
    pub(crate) const OPAQUE: u8 = 0x80;
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// At the start of a frame.
    Head,
    /// At the start of a frame with a checked head that is only handed out as a whole;
    /// so many bytes have been searched for its delimiter.
    Held(Head, usize),
    /// In a payload.
    Payload {
        kind: Kind,
        place: Option<Place>,
        left: Length,
        mask: Mask,
    },
}

impl<D: Draft> Receiver<D> {
    /// A machine for the frames that `from` sends.
    ///
    /// Control frames and those of extensions are handed out whole up to a payload of `whole`
    /// bytes; longer ones, like data, in parts.
    pub fn new(draft: D, from: Role, session: Session, claimed: u8, whole: usize) -> Self {
        let text_rule = draft
            .info()
            .text_rule
            .filter(|rule| matches!(rule.outcome, Outcome::Fail(_) | Outcome::Abort));
        Self {
            draft,
            from,
            session,
            claimed,
            claimed_on_data: 0,
            claimed_on_first: 0,
            opcodes: OpcodeSet::default(),
            control_opcodes: OpcodeSet::default(),
            opaque: 0,
            whole: whole as u64,
            text_rule,
            offset: 0,
            closed: false,
            message: None,
            text: utf8::Validator::new(),
            stage: Stage::Head,
        }
    }

    /// Lets the agreed extensions claim their bits, and gives the state of the one that
    /// compresses.
    pub(crate) fn extend(&mut self, agreed: &Agreed) -> Option<Box<Coding>> {
        for item in agreed.iter() {
            let claims = match item.extension.on {
                Frames::All => &mut self.claimed,
                Frames::Data => &mut self.claimed_on_data,
                Frames::First => &mut self.claimed_on_first,
            };
            *claims |= item.claimed;
            self.opcodes = self.opcodes.with(&item.opcodes);
            self.control_opcodes = self.control_opcodes.with(&item.control_opcodes);
        }
        let coding = Coding::new(agreed, self.from.peer())?;
        if coding.is_by_frame() {
            self.opaque = Message::OPAQUE;
        }
        Some(coding)
    }

    /// What frames with an opcode are for that the draft reserves.
    #[cold]
    pub(crate) fn kind_of_reserved(&self, opcode: u8) -> Kind {
        if self.control_opcodes.contains(opcode) {
            Kind::ExtensionControl
        } else if self.opcodes.contains(opcode) {
            Kind::Extension
        } else {
            Kind::Reserved
        }
    }

    /// The claimed bits that a frame may have set.
    #[inline]
    pub(crate) const fn claimed_for(&self, kind: Kind) -> u8 {
        match kind {
            Kind::Text | Kind::Binary => {
                self.claimed | self.claimed_on_data | self.claimed_on_first
            }
            Kind::Continuation => self.claimed | self.claimed_on_data,
            _ => self.claimed,
        }
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

    /// Bytes of the sender's stream that are done with.
    #[inline]
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Whether all that is done with ends with a message, or with a control frame between
    /// two of them.
    pub const fn is_between_messages(&self) -> bool {
        matches!(self.stage, Stage::Head) && self.message.is_none()
    }

    /// The rule that text be UTF-8. Without one, or where breaking it does not fail the
    /// connection, U+FFFD is to be put in the place of what is not.
    pub const fn text_rule(&self) -> Option<&'static RuleInfo> {
        self.text_rule
    }

    /// Bytes that the payload which is being received still has, where that is known.
    pub fn payload_left(&self) -> Option<u64> {
        match self.stage {
            Stage::Payload {
                left: Length::Bytes(left),
                ..
            } => Some(left),
            _ => None,
        }
    }

    /// Passes over bytes of the payload that is being received, because they are not known; the
    /// text of its message is not checked any further. `false`, and nothing done, where the
    /// next bytes are not all of such a payload.
    pub fn skip(&mut self, length: u64) -> bool {
        let Stage::Payload {
            place, left, mask, ..
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
        // Both kinds of keys come round within this.
        *mask = advance(*mask, (length % 20) as usize);
        if let Some(place) = place {
            place.message.faulty = true;
            self.message = Some(place.message);
        }
        self.offset += length;
        true
    }

    /// Does one step at the start of `bytes`, which continue where the last step's consumed
    /// bytes ended.
    ///
    /// # Errors
    /// [`Stop`] when the report wants no more; the machine is of no use then.
    #[inline]
    pub fn next(&mut self, bytes: &mut [u8], report: &mut dyn Report) -> Result<Step, Stop> {
        match self.stage {
            Stage::Head => self.frame(bytes, report),
            Stage::Held(head, searched) => self.held(head, searched, bytes, report),
            Stage::Payload {
                kind,
                place,
                left,
                mask,
            } => self.part(kind, place, left, mask, bytes, report),
        }
    }

    /// The whole message at the start of `bytes`, if one is there in a single
    /// [plain](Draft::plain) frame whose payload has at most `largest` bytes. Otherwise `None`,
    /// nothing has changed, and [`next`](Self::next) finds out what is there.
    ///
    /// This is the way that nearly all messages take, with nothing on it that they do not need.
    #[inline]
    pub(crate) fn message(&mut self, bytes: &mut [u8], largest: usize) -> Option<Whole> {
        if !matches!(self.stage, Stage::Head)
            || self.message.is_some()
            || self.closed
            || self.opaque != 0
        {
            return None;
        }
        let plain = self.draft.plain(bytes, self.from, &self.session)?;
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
        Some(Whole {
            kind: plain.kind,
            payload: plain.size..end,
            offset,
        })
    }

    /// The text of a message that came as one whole frame. It is checked here, and not by
    /// [`next`](Self::next), so that it is gone over only once. `offset` is where it starts in
    /// the sender's stream; `None` means that it is not UTF-8 and that this may pass.
    ///
    /// # Errors
    /// [`Stop`] when the report wants no more.
    #[inline]
    pub fn text<'a>(
        &self,
        payload: &'a [u8],
        offset: u64,
        report: &mut dyn Report,
    ) -> Result<Option<&'a str>, Stop> {
        match utf8::check(payload) {
            Ok(text) => Ok(Some(text)),
            Err(_) => {
                if let Some(rule) = self.text_rule {
                    // The byte that shows it, as where the text comes in pieces.
                    let fault = utf8::Validator::new().push(payload);
                    let at = fault.err().unwrap_or(payload.len());
                    self.not_text(rule, offset + at as u64, payload.get(at).copied(), report)?;
                }
                Ok(None)
            }
        }
    }

    /// The text of a message that an extension has decoded, of which a frame's payload starts
    /// at `offset` in the sender's stream; as [`text`](Self::text).
    ///
    /// # Errors
    /// [`Stop`] when the report wants no more.
    pub(crate) fn decoded_text<'a>(
        &self,
        payload: &'a [u8],
        offset: u64,
        report: &mut dyn Report,
    ) -> Result<Option<&'a str>, Stop> {
        match utf8::check(payload) {
            Ok(text) => Ok(Some(text)),
            Err(at) => {
                if let Some(rule) = self.text_rule {
                    self.not_text(rule, offset, payload.get(at).copied(), report)?;
                }
                Ok(None)
            }
        }
    }

    #[inline]
    fn frame(&mut self, bytes: &mut [u8], report: &mut dyn Report) -> Result<Step, Stop> {
        let head = match self.draft.decode(bytes, self.from, &self.session) {
            Decode::Head(mut head) => {
                if head.kind == Kind::Reserved {
                    head.kind = self.kind_of_reserved(head.opcode);
                }
                head
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
            open: self.message.is_some(),
            closed: self.closed,
            claimed: self.claimed_for(head.kind),
            offset: self.offset,
        };
        self.draft.check_frame(&head, &context, report)?;
        let start = usize::from(head.size).min(bytes.len());
        match head.length {
            Length::Bytes(length) if length <= (bytes.len() - start) as u64 => {
                self.whole(head, start..start + length as usize, 0, bytes, report)
            }
            _ => self.incomplete_frame(head, 0, bytes, report),
        }
    }

    fn held(
        &mut self,
        head: Head,
        searched: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let start = usize::from(head.size).min(bytes.len());
        match head.length {
            Length::Bytes(length) if length <= (bytes.len() - start) as u64 => {
                self.whole(head, start..start + length as usize, 0, bytes, report)
            }
            _ => self.incomplete_frame(head, searched, bytes, report),
        }
    }

    /// Goes on with a frame that is not there as a whole, as far as its length tells.
    fn incomplete_frame(
        &mut self,
        head: Head,
        searched: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let start = usize::from(head.size).min(bytes.len());
        let length = match head.length {
            Length::Bytes(length) => length,
            Length::Until(delimiter) => {
                let from = start + searched;
                let payload = bytes.get(from..).unwrap_or_default();
                if let Some(at) = memchr::memchr(delimiter, payload) {
                    return self.whole(head, start..from + at, 1, bytes, report);
                }
                (bytes.len() - start) as u64 + 1
            }
        };
        if head.kind.is_whole() && length <= self.whole {
            self.stage = Stage::Held(head, bytes.len() - start);
            return Ok(incomplete(
                usize::try_from(length).map_or(usize::MAX, |length| start.saturating_add(length)),
            ));
        }
        let place = self.place(&head);
        self.stage = Stage::Payload {
            kind: head.kind,
            place,
            left: head.length,
            mask: head.mask,
        };
        let frame = Frame {
            head,
            offset: self.offset,
            place,
        };
        self.offset += start as u64;
        Ok(Step {
            consumed: start,
            item: Item::Begin(frame),
        })
    }

    /// Takes a frame that is there as a whole: its payload, and then `trailer` bytes more.
    #[inline]
    fn whole(
        &mut self,
        head: Head,
        payload: Range<usize>,
        trailer: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let consumed = payload.end + trailer;
        let offset = self.offset;
        let body = bytes.get_mut(payload.clone()).unwrap_or_default();
        unmask(body, head.mask);
        let mut place = None;
        if head.kind.is_data() {
            place = self.place(&head);
            match &mut place {
                // Its text is left to `text`, so that it is gone over only once.
                Some(Place {
                    first: true,
                    last: true,
                    ..
                }) => self.message = None,
                Some(place) => {
                    self.fragment(place, body, offset + payload.start as u64, true, report)?
                }
                None => {}
            }
        } else if head.kind == Kind::Close {
            // One that is too long to be handed out whole is not looked into, however it came.
            if body.len() as u64 <= self.whole {
                let at = offset + payload.start as u64;
                self.draft.check_close(body, self.from, at, report)?;
            }
            self.closed = true;
        }
        self.stage = Stage::Head;
        self.offset = offset + consumed as u64;
        Ok(Step {
            consumed,
            item: Item::Frame(
                Frame {
                    head,
                    offset,
                    place,
                },
                payload,
            ),
        })
    }

    /// Takes what is there of a payload.
    fn part(
        &mut self,
        kind: Kind,
        mut place: Option<Place>,
        left: Length,
        mask: Mask,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let (length, trailer, ends) = match left {
            Length::Bytes(left) if left <= bytes.len() as u64 => (left as usize, 0, true),
            Length::Bytes(_) => (bytes.len(), 0, false),
            Length::Until(delimiter) => match memchr::memchr(delimiter, bytes) {
                Some(at) => (at, 1, true),
                None => (bytes.len(), 0, false),
            },
        };
        if length == 0 && !ends {
            return Ok(incomplete(1));
        }
        let body = bytes.get_mut(..length).unwrap_or_default();
        unmask(body, mask);
        if let Some(place) = &mut place {
            self.fragment(place, body, self.offset, ends, report)?;
        }
        self.offset += (length + trailer) as u64;
        let end = ends.then_some(place);
        if ends {
            self.closed |= kind == Kind::Close;
            self.stage = Stage::Head;
        } else {
            let left = match left {
                Length::Bytes(left) => Length::Bytes(left - length as u64),
                until @ Length::Until(_) => until,
            };
            self.stage = Stage::Payload {
                kind,
                place,
                left,
                mask: advance(mask, length),
            };
        }
        Ok(Step {
            consumed: length + trailer,
            item: Item::Part {
                payload: 0..length,
                end,
            },
        })
    }

    /// Finds what a frame is of a message, and opens the one that it starts.
    #[inline]
    fn place(&mut self, head: &Head) -> Option<Place> {
        let first = match head.kind {
            Kind::Text | Kind::Binary => true,
            Kind::Continuation => false,
            _ => return None,
        };
        if first {
            let coded = head.reserved & self.claimed_for(head.kind) | self.opaque;
            self.message = Some(Message {
                kind: head.kind,
                coded,
                faulty: false,
            });
            self.text = utf8::Validator::new();
        }
        let claimed = self.claimed_for(head.kind);
        let message = self.message.as_mut()?;
        // An extension may use its bits on any frame of a message.
        message.coded |= head.reserved & claimed;
        let message = *message;
        Some(Place {
            message,
            first,
            last: head.fin,
        })
    }

    /// Checks a piece of a message that comes in several, and closes the message at its end.
    fn fragment(
        &mut self,
        place: &mut Place,
        body: &[u8],
        offset: u64,
        ends: bool,
        report: &mut dyn Report,
    ) -> Flow {
        let ends = ends && place.last;
        let message = &mut place.message;
        if let (Some(rule), Kind::Text, 0, false) =
            (self.text_rule, message.kind, message.coded, message.faulty)
        {
            let fault = match self.text.push(body) {
                Err(at) => Some((at, body.get(at).copied())),
                Ok(()) if ends && !self.text.is_complete() => Some((body.len(), None)),
                Ok(()) => None,
            };
            if let Some((at, byte)) = fault {
                message.faulty = true;
                self.not_text(rule, offset + at as u64, byte, report)?;
            }
        }
        self.message = if ends { None } else { Some(*message) };
        Ok(())
    }

    #[cold]
    fn not_text(
        &self,
        rule: &'static RuleInfo,
        offset: u64,
        byte: Option<u8>,
        report: &mut dyn Report,
    ) -> Flow {
        let seen = byte.map_or(Seen::Nothing, Seen::Byte);
        report.violation(Violation {
            rule,
            draft: self.draft.info(),
            by: self.from,
            offset,
            seen,
        })
    }
}

const fn incomplete(needed: usize) -> Step {
    Step {
        consumed: 0,
        item: Item::Incomplete(needed),
    }
}

#[inline]
fn unmask(payload: &mut [u8], mask: Mask) {
    match mask {
        Mask::None => {}
        Mask::Four(key) => mask::apply(payload, key, 0),
        Mask::Twenty { key, phase } => mask::apply_cyclic(payload, &key, usize::from(phase)),
    }
}

/// The mask as it goes on after `length` bytes.
fn advance(mask: Mask, length: usize) -> Mask {
    match mask {
        Mask::None => Mask::None,
        Mask::Four(key) => Mask::Four(mask::rotate(key, length % 4)),
        Mask::Twenty { key, phase } => {
            let length = (length % key.len()) as u8;
            Mask::Twenty {
                key,
                phase: (phase + length) % key.len() as u8,
            }
        }
    }
}
