//! The frame machine: what both the connection and the inspector drive.
//!
//! It works in place, on whatever part of the stream is there, and keeps nothing but a few
//! words of state: payloads are unmasked where they lie, text is checked as it comes, and the
//! caller decides what to keep. Broken rules go to a [`Report`]; one that enforces stops the
//! machine there, one that observes lets it go on as if the rule did not exist.

use alloc::boxed::Box;
use core::ops::Range;

mod claims;
mod step;
mod text;

use crate::{
    machine::extension::{Agreed, Coding},
    payload::{mask, utf8},
    protocol::{
        draft::Draft,
        frame::{Context, Decode, Head, Length, Mask, Session},
        info::{Kind, Role, RuleInfo},
        violation::{Relaxed, Report, Stop},
    },
};

pub use self::step::{Frame, Item, Message, Place, Step};
pub(crate) use self::{claims::Claims, step::Whole};

/// Decodes and checks the frames that one end of a connection sends.
#[derive(Clone, Debug)]
pub struct Receiver<D> {
    draft: D,
    from: Role,
    session: Session,
    claims: Claims,
    whole: u64,
    /// As `whole`, for control frames.
    control: u64,
    /// The rule that text be UTF-8, where breaking it fails the connection.
    text_rule: Option<&'static RuleInfo>,
    offset: u64,
    closed: bool,
    message: Option<Message>,
    text: utf8::Validator,
    stage: Stage,
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
        let text_rule = draft.info().text_rule.filter(|rule| rule.outcome.fails());
        Self {
            draft,
            from,
            session,
            claims: Claims::new(claimed),
            whole: whole as u64,
            control: whole as u64,
            text_rule,
            offset: 0,
            closed: false,
            message: None,
            text: utf8::Validator::new(),
            stage: Stage::Head,
        }
    }

    /// Hands control frames out whole up to a payload of so many bytes only.
    pub(crate) fn hold_control(&mut self, most: usize) {
        self.control = self.whole.min(most as u64);
    }

    /// Bytes of payload up to which a frame of this kind is handed out whole.
    #[inline]
    const fn most(&self, kind: Kind) -> u64 {
        if kind.is_control() {
            self.control
        } else {
            self.whole
        }
    }

    /// Lets the agreed extensions claim their bits, and gives the state of the one that
    /// compresses; of its rules, the peer may break the relaxed ones.
    pub(crate) fn extend(&mut self, agreed: &Agreed, relaxed: Relaxed) -> Option<Box<Coding>> {
        let coding = Coding::new(agreed, self.from.peer(), relaxed);
        let by_frame = coding.as_ref().is_some_and(|coding| coding.is_by_frame());
        self.claims.extend(agreed, by_frame);
        coding
    }

    /// Hands out control frames whole up to a payload of `whole` bytes.
    pub(crate) const fn hold(&mut self, whole: usize) {
        self.whole = whole as u64;
    }

    /// What the agreed extensions may use.
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
            || self.claims.opaque != 0
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

    #[inline]
    fn frame(&mut self, bytes: &mut [u8], report: &mut dyn Report) -> Result<Step, Stop> {
        let head = match self.draft.decode(bytes, self.from, &self.session) {
            Decode::Head(mut head) => {
                if head.kind == Kind::Reserved {
                    head.kind = self.claims.kind(head.opcode);
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
            claimed: self.claims.bits(head.kind),
            offset: self.offset,
        };
        self.draft.check_frame(&head, &context, report)?;
        let start = usize::from(head.size).min(bytes.len());
        // Fragments always come as a head and then a payload, so that the caller's limits come
        // before what is wrong with their text, however the bytes came.
        let is_fragment = head.kind.is_data() && !(head.fin && head.kind != Kind::Continuation);
        match head.length {
            Length::Bytes(length) if !is_fragment && length <= (bytes.len() - start) as u64 => {
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
        if head.kind.is_whole() && length <= self.most(head.kind) {
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
            if body.len() as u64 <= self.control {
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
            let coded = head.reserved & self.claims.bits(head.kind) | self.claims.opaque;
            self.message = Some(Message {
                kind: head.kind,
                coded,
                faulty: false,
            });
            self.text = utf8::Validator::new();
        }
        let claimed = self.claims.bits(head.kind);
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
