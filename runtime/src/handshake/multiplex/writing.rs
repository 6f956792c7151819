//! What the end of a channel writes: its part of the handshake, and then frames.

use alloc::vec::Vec;

use super::{
    Plexer, Stage,
    opening::{self, Head, Said},
    texts,
};
use crate::{handshake::refusal, machine::multiplex::ChannelKey, protocol::draft::Draft};

impl<D: Draft> Plexer<D> {
    /// Takes bytes that the end of a channel has written; returns how many. `None` if the channel is
    /// over.
    pub(crate) fn write(&mut self, key: ChannelKey, bytes: &[u8]) -> Option<usize> {
        if self.channels.is_over(key) {
            self.stages.remove(&key);
            return None;
        }
        match self.stages.remove(&key) {
            None => self.channels.write(key, bytes),
            Some(Stage::Asking(head)) => self.ask(key, head, bytes),
            Some(Stage::Answering {
                request,
                base,
                head,
            }) => self.answer(key, (request, base, head), bytes),
            Some(Stage::Refusing(response, left)) => self.refuse(key, response, left, bytes),
            Some(asked @ Stage::Asked(_)) => {
                self.stages.insert(key, asked);
                Some(0)
            }
        }
    }

    /// More of a client's request.
    fn ask(&mut self, key: ChannelKey, mut head: Head, bytes: &[u8]) -> Option<usize> {
        let (taken, complete) = head.take(bytes);
        if !complete {
            if head.len() > self.limits.bytes {
                self.channels.end(key);
                return None;
            }
            self.stages.insert(key, Stage::Asking(head));
            return Some(taken);
        }
        let request = head.into_bytes();
        let Ok(text) = texts::sent_request(&self.info, &request) else {
            self.channels.end(key);
            return None;
        };
        self.channels.request(key, text);
        self.stages.insert(key, Stage::Asked(request));
        Some(taken)
    }

    /// More of a server's response.
    fn answer(
        &mut self,
        key: ChannelKey,
        (request, base, mut head): (Vec<u8>, Option<texts::Base>, Head),
        bytes: &[u8],
    ) -> Option<usize> {
        let (taken, complete) = head.take(bytes);
        let again = |head| Stage::Answering {
            request: request.clone(),
            base: base.clone(),
            head,
        };
        if !complete && head.len() <= self.limits.bytes {
            self.stages.insert(key, again(head));
            return Some(taken);
        }
        let response = head.into_bytes();
        match opening::read_response(&self.draft, &self.info, &response) {
            Ok(Said::Interim) => {
                self.stages.insert(key, again(Head::default()));
            }
            Ok(Said::Accepts(text)) => {
                let session = texts::session(&self.draft, &request, &response);
                self.channels.answer(key, false, &text);
                self.channels.begin(key, session.unwrap_or_default());
                if let Some(base) = base {
                    self.base = base;
                }
            }
            Ok(Said::Refuses(left)) => {
                if left == Some(0) {
                    self.channels.answer(key, true, &response);
                } else {
                    self.stages.insert(key, Stage::Refusing(response, left));
                }
            }
            Err(_) => self.fail_answer(key),
        }
        Some(taken)
    }

    /// More of the content with which a server refuses. What is too long is cut.
    fn refuse(
        &mut self,
        key: ChannelKey,
        mut response: Vec<u8>,
        left: Option<usize>,
        bytes: &[u8],
    ) -> Option<usize> {
        let room = self.limits.bytes.saturating_sub(response.len());
        let most = left.unwrap_or(usize::MAX).min(bytes.len());
        response.extend_from_slice(bytes.get(..most.min(room)).unwrap_or(bytes));
        match left.map(|left| left - most) {
            Some(0) => self.channels.answer(key, true, &response),
            left => {
                self.stages.insert(key, Stage::Refusing(response, left));
            }
        }
        Some(bytes.len())
    }

    /// Answers a request that this end cannot answer.
    fn fail_answer(&mut self, key: ChannelKey) {
        const BROKEN: u16 = 500;
        let response = refusal::response(BROKEN, &[], &[]);
        self.channels.answer(key, true, &response);
    }

    /// Nothing more is written to a channel: what waits is sent, and then it is dropped.
    pub(crate) fn finish(&mut self, key: ChannelKey) {
        match self.stages.remove(&key) {
            None => self.channels.finish(key),
            Some(Stage::Refusing(response, _)) => self.channels.answer(key, true, &response),
            Some(Stage::Answering { .. }) => self.fail_answer(key),
            Some(Stage::Asking(_)) => self.channels.end(key),
            Some(asked @ Stage::Asked(_)) => {
                self.stages.insert(key, asked);
                self.channels.finish(key);
            }
        }
    }

    /// Lets go of a channel.
    pub(crate) fn release(&mut self, key: ChannelKey) {
        if !matches!(self.stages.get(&key), None | Some(Stage::Asked(_))) {
            self.finish(key);
        }
        self.stages.remove(&key);
        self.channels.release(key);
    }
}
