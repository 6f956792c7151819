//! Sets of opcodes.

/// A set of opcodes, empty by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpcodeSet([u64; 4]);

impl OpcodeSet {
    /// A set of these opcodes.
    #[must_use]
    pub fn of(opcodes: &[u8]) -> Self {
        let mut set = Self::default();
        for &opcode in opcodes {
            let (word, bit) = place(opcode);
            if let Some(word) = set.0.get_mut(word) {
                *word |= bit;
            }
        }
        set
    }

    /// Whether the set contains an opcode.
    #[must_use]
    pub fn contains(&self, opcode: u8) -> bool {
        let (word, bit) = place(opcode);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The union of two sets.
    #[must_use]
    pub fn with(self, others: &Self) -> Self {
        let mut words = self.0.into_iter().zip(others.0);
        Self(core::array::from_fn(|_| {
            words.next().map_or(0, |(ours, theirs)| ours | theirs)
        }))
    }

    /// Whether two sets have an opcode in common.
    #[must_use]
    pub fn meets(&self, others: &Self) -> bool {
        let mut words = self.0.into_iter().zip(others.0);
        words.any(|(ours, theirs)| ours & theirs != 0)
    }
}

/// The index of the word and the bit of an opcode.
const fn place(opcode: u8) -> (usize, u64) {
    ((opcode / 64) as usize, 1 << (opcode % 64))
}
