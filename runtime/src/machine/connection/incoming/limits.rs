//! Checks that what arrives is within the limits.

use super::super::Core;
use crate::{
    machine::{error::ConnectionError, limits::Limit, receive::MessagePart},
    protocol::{draft::Draft, frame::Length, info::Kind},
};

impl<D: Draft> Core<D> {
    /// Begins a payload: checks its announced length before any of it is kept.
    pub(super) fn begin_payload(
        &mut self,
        part: Option<MessagePart>,
        length: Length,
        so_far: usize,
    ) -> Result<(), ConnectionError> {
        let limits = &self.config.limits;
        self.incoming.wanted = part.is_some();
        self.incoming.length = 0;
        if let Some(part) = part {
            self.incoming.fragments = if part.first {
                1
            } else {
                self.incoming.fragments + 1
            };
            if self.incoming.fragments > limits.fragments {
                return Err(self.exceed(Limit::Fragments));
            }
        }
        match length {
            Length::Bytes(length) => self.check_length(length, length, so_far),
            Length::Until(_) => Ok(()),
        }
    }

    /// Checks the length of a frame that is not a data frame.
    pub(super) fn check_other_frame(
        &mut self,
        kind: Kind,
        length: usize,
    ) -> Result<(), ConnectionError> {
        let limits = &self.config.limits;
        if kind.is_control() && limits.control < limits.frame {
            if length > limits.control {
                return Err(self.exceed(Limit::Control));
            }
        } else if length > limits.frame {
            return Err(self.exceed(Limit::Frame));
        }
        Ok(())
    }

    /// Counts a chunk of a payload, of `length` bytes.
    pub(super) fn count_chunk(
        &mut self,
        length: usize,
        so_far: usize,
    ) -> Result<(), ConnectionError> {
        self.incoming.length += length;
        self.check_length(self.incoming.length as u64, length as u64, so_far)?;
        if self.incoming.coding.frame {
            self.incoming.coding.length += length;
        }
        Ok(())
    }

    /// Checks the length of a frame, and of its message with `more` bytes added.
    fn check_length(
        &mut self,
        frame: u64,
        more: u64,
        so_far: usize,
    ) -> Result<(), ConnectionError> {
        let limits = &self.config.limits;
        if frame > limits.frame as u64 {
            return Err(self.exceed(Limit::Frame));
        }
        if self.incoming.coding.frame {
            // The inflated bytes are checked as they come out. This bounds data that inflates to nothing.
            let most = limits.message.saturating_add(limits.message / 8 + 1024);
            if more.saturating_add(self.incoming.coding.length as u64) > most as u64 {
                return Err(self.exceed(Limit::Message));
            }
        } else if self.incoming.wanted && more.saturating_add(so_far as u64) > limits.message as u64
        {
            return Err(self.exceed(Limit::Message));
        }
        Ok(())
    }
}
