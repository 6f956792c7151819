//! Whether what comes is within the limits.

use super::super::Core;
use crate::{
    machine::{error::Error, limits::Limit, receive::Place},
    protocol::{draft::Draft, frame::Length, info::Kind},
};

impl<D: Draft> Core<D> {
    /// A data frame begins: checks what it announces before any of it is kept.
    pub(super) fn begin(
        &mut self,
        place: Option<Place>,
        length: Length,
        so_far: usize,
    ) -> Result<(), Error> {
        let limits = &self.config.limits;
        self.incoming.wanted = place.is_some();
        self.incoming.length = 0;
        if let Some(place) = place {
            self.incoming.fragments = if place.first {
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

    /// Checks the length of a frame that is handed out as a whole.
    pub(super) fn check_whole(&mut self, kind: Kind, length: usize) -> Result<(), Error> {
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

    /// So many bytes more of a payload have come.
    pub(super) fn extend(&mut self, length: usize, so_far: usize) -> Result<(), Error> {
        self.incoming.length += length;
        self.check_length(self.incoming.length as u64, length as u64, so_far)?;
        if self.incoming.coded.frame {
            self.incoming.coded.length += length;
        }
        Ok(())
    }

    /// Checks the length of a frame, and of the message with so much more of it.
    fn check_length(&mut self, frame: u64, more: u64, so_far: usize) -> Result<(), Error> {
        let limits = &self.config.limits;
        if frame > limits.frame as u64 {
            return Err(self.exceed(Limit::Frame));
        }
        if self.incoming.coded.frame {
            // What it inflates to is checked as it comes. This bounds what inflates to nothing.
            let most = limits.message.saturating_add(limits.message / 8 + 1024);
            if more.saturating_add(self.incoming.coded.length as u64) > most as u64 {
                return Err(self.exceed(Limit::Message));
            }
        } else if self.incoming.wanted && more.saturating_add(so_far as u64) > limits.message as u64
        {
            return Err(self.exceed(Limit::Message));
        }
        Ok(())
    }
}
