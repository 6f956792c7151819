//! The format of a dialect, for programs that look at what others send.

use alloc::vec::Vec;

use super::{
    codec::{self, Block},
    judge::{Broken, Judge},
    numbers,
};
use crate::{
    machine::extension::ExtensionInfo,
    protocol::{info::Role, violation::Relaxed},
};

/// Reads and writes channel IDs and control blocks of a dialect.
///
/// ```
/// use wsdraft::{
///     Role,
///     extension::{builtin, multiplex::BlockKind},
///     multiplex::{Block, Format},
/// };
///
/// let dialects = builtin::ALL.iter().copied();
/// let format = dialects.rev().find_map(Format::of).expect("an extension that multiplexes");
/// let mut bytes = Vec::new();
/// format.write(&Block::new(BlockKind::Drop, 300), &mut bytes);
/// let (block, length) = format.read(Role::Client, &bytes)?;
/// assert_eq!((block.channel, length), (300, bytes.len()));
/// # Ok::<(), wsdraft::multiplex::Broken>(())
/// ```
#[derive(Debug)]
pub struct Format {
    judge: Judge,
}

impl Format {
    /// The format of an extension; `None` if it does not multiplex.
    #[must_use]
    pub fn of(extension: &'static ExtensionInfo) -> Option<Self> {
        let table = extension.multiplexing.as_ref()?;
        let judge = Judge::new(extension, table, Relaxed::NONE, false);
        Some(Self { judge })
    }

    /// Reads the channel ID at the start of these bytes. Returns it and its length.
    ///
    /// # Errors
    /// The violated rule.
    pub fn channel_id(&self, bytes: &[u8]) -> Result<(u32, usize), Broken> {
        numbers::read_id(&self.judge, bytes)
    }

    /// Appends a channel ID in its shortest form. Appends nothing if it is too large.
    pub fn write_channel_id(&self, id: u32, out: &mut Vec<u8>) {
        numbers::write_id(self.judge.table, id, out);
    }

    /// Reads the block at the start of these bytes, which `from` has sent. Returns it and its length.
    ///
    /// # Errors
    /// The violated rule.
    pub fn read<'a>(&self, from: Role, bytes: &'a [u8]) -> Result<(Block<'a>, usize), Broken> {
        codec::read_block(&self.judge, from, bytes)
    }

    /// Appends a block. Appends nothing if the dialect has no such block.
    pub fn write(&self, block: &Block<'_>, out: &mut Vec<u8>) {
        codec::write_block(self.judge.table, block, out);
    }
}
