//! Slots that are not used.

use alloc::collections::VecDeque;

/// Slots that are not used: how many, and the quota that comes with each.
#[derive(Debug, Default)]
pub(super) struct Slots {
    all: VecDeque<(u64, u64)>,
}

impl Slots {
    /// Slots with different quotas are kept up to this number of blocks.
    const MOST: usize = 1024;

    /// The quota of the next slot, which is used now.
    pub(super) fn take(&mut self) -> Option<u64> {
        let (left, quota) = self.all.front_mut()?;
        let quota = *quota;
        *left -= 1;
        if *left == 0 {
            self.all.pop_front();
        }
        Some(quota)
    }

    /// Adds slots. Returns whether they are kept.
    pub(super) fn grant(&mut self, slots: u64, quota: u64) -> bool {
        let full = self.all.len() >= Self::MOST;
        match self.all.back_mut() {
            _ if slots == 0 => true,
            Some((left, same)) if *same == quota => {
                *left = left.saturating_add(slots);
                true
            }
            _ if full => false,
            _ => {
                self.all.push_back((slots, quota));
                true
            }
        }
    }

    /// How many they are.
    pub(super) fn left(&self) -> u64 {
        let slots = self.all.iter().map(|(slots, _)| *slots);
        slots.fold(0, u64::saturating_add)
    }

    /// Bytes of memory that they take.
    pub(super) fn held(&self) -> usize {
        self.all.capacity() * size_of::<(u64, u64)>()
    }
}
