//! Goes through a frame whose header is decoded: in one step, or chunk by chunk.

use core::ops::Range;

use super::{Frame, Item, MessagePart, MessageState, Receiver, Stage, Step, incomplete};
use crate::{
    payload::utf8,
    protocol::{
        draft::Draft,
        frame::{FrameHeader, Length, Mask},
        info::Kind,
        violation::{Report, Stop},
    },
};

impl<D: Draft> Receiver<D> {
    /// Goes on with a frame whose header is checked.
    pub(super) fn held_frame(
        &mut self,
        header: FrameHeader,
        searched: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let start = usize::from(header.size).min(bytes.len());
        match header.length {
            Length::Bytes(length) if length <= (bytes.len() - start) as u64 => {
                self.complete_frame(header, start..start + length as usize, 0, bytes, report)
            }
            _ => self.incomplete_frame(header, searched, bytes, report),
        }
    }

    /// Goes on with a frame that is not complete, unless its delimiter is found.
    pub(super) fn incomplete_frame(
        &mut self,
        header: FrameHeader,
        searched: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let start = usize::from(header.size).min(bytes.len());
        let length = match header.length {
            Length::Bytes(length) => length,
            Length::Until(delimiter) => {
                let from = start + searched;
                let payload = bytes.get(from..).unwrap_or_default();
                if let Some(at) = memchr::memchr(delimiter, payload) {
                    return self.complete_frame(header, start..from + at, 1, bytes, report);
                }
                (bytes.len() - start) as u64 + 1
            }
        };
        if header.kind.is_undivided() && length <= self.max_held(header.kind) {
            self.stage = Stage::Held(header, bytes.len() - start);
            return Ok(incomplete(
                usize::try_from(length).map_or(usize::MAX, |length| start.saturating_add(length)),
            ));
        }
        let part = self.message_part(&header);
        self.stage = Stage::Payload {
            kind: header.kind,
            part,
            left: header.length,
            mask: header.mask,
        };
        let frame = Frame {
            header,
            offset: self.offset,
            part,
        };
        self.offset += start as u64;
        Ok(Step {
            consumed: start,
            item: Item::Begin(frame),
        })
    }

    /// Consumes a complete frame: its header, its payload and `trailer` more bytes.
    #[inline]
    pub(super) fn complete_frame(
        &mut self,
        header: FrameHeader,
        payload: Range<usize>,
        trailer: usize,
        bytes: &mut [u8],
        report: &mut dyn Report,
    ) -> Result<Step, Stop> {
        let consumed = payload.end + trailer;
        let offset = self.offset;
        let body = bytes.get_mut(payload.clone()).unwrap_or_default();
        header.mask.apply(body);
        let mut part = None;
        if header.kind.is_data() {
            part = self.message_part(&header);
            match &mut part {
                // `text` checks its text, so that the bytes are read only once.
                Some(MessagePart {
                    first: true,
                    last: true,
                    ..
                }) => self.open_message = None,
                Some(part) => {
                    self.check_chunk(part, body, offset + payload.start as u64, true, report)?
                }
                None => {}
            }
        } else if header.kind == Kind::Close {
            // A body that is too long to be held is not checked, even if it arrives complete.
            if body.len() as u64 <= self.max_held_control {
                let at = offset + payload.start as u64;
                self.draft.check_close(body, self.from, at, report)?;
            }
            self.closed = true;
        }
        self.stage = Stage::Header;
        self.offset = offset + consumed as u64;
        Ok(Step {
            consumed,
            item: Item::Frame(
                Frame {
                    header,
                    offset,
                    part,
                },
                payload,
            ),
        })
    }

    /// Consumes the next chunk of a payload.
    pub(super) fn chunk(
        &mut self,
        kind: Kind,
        mut part: Option<MessagePart>,
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
        let chunk = bytes.get_mut(..length).unwrap_or_default();
        mask.apply(chunk);
        if let Some(part) = &mut part {
            self.check_chunk(part, chunk, self.offset, ends, report)?;
        }
        self.offset += (length + trailer) as u64;
        let end = ends.then_some(part);
        if ends {
            self.closed |= kind == Kind::Close;
            self.stage = Stage::Header;
        } else {
            let left = match left {
                Length::Bytes(left) => Length::Bytes(left - length as u64),
                until @ Length::Until(_) => until,
            };
            self.stage = Stage::Payload {
                kind,
                part,
                left,
                mask: mask.advanced(length),
            };
        }
        Ok(Step {
            consumed: length + trailer,
            item: Item::Chunk {
                payload: 0..length,
                end,
            },
        })
    }

    /// The part of a message that a frame is; opens the message if the frame starts one.
    #[inline]
    fn message_part(&mut self, header: &FrameHeader) -> Option<MessagePart> {
        let first = match header.kind {
            Kind::Text | Kind::Binary => true,
            Kind::Continuation => false,
            Kind::Close
            | Kind::Ping
            | Kind::Pong
            | Kind::Extension
            | Kind::ExtensionControl
            | Kind::Reserved => return None,
        };
        if first {
            let claimed_bits = header.reserved & self.claims.bits(header.kind) | self.claims.opaque;
            self.open_message = Some(MessageState {
                kind: header.kind,
                claimed_bits,
                faulty: false,
            });
            self.text = utf8::Validator::new();
        }
        let claimed = self.claims.bits(header.kind);
        let message = self.open_message.as_mut()?;
        // An extension may set its bits on any frame of a message.
        message.claimed_bits |= header.reserved & claimed;
        let message = *message;
        Some(MessagePart {
            message,
            first,
            last: header.fin,
        })
    }
}
