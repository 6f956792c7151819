//! Replaces compression in a build without the feature `deflate`.

use alloc::{boxed::Box, vec::Vec};

use super::Agreed;
use crate::{
    payload::buffer::{Assembly, Input},
    protocol::{
        info::{Kind, Role, RuleInfo},
        violation::Relaxed,
    },
};

/// The state of a compressing extension; it cannot exist.
#[derive(Debug)]
pub(crate) enum Coding {}

/// A window of inflated bytes; always empty.
#[derive(Debug, Default)]
pub(crate) struct Window;

impl Window {
    pub(crate) const fn held(&self) -> usize {
        0
    }
}

/// How a message is compressed that refers to no other one; it cannot exist.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alone {}

#[cfg(feature = "std")]
impl Alone {
    pub(crate) const fn compress(self, _: &[u8]) -> Vec<u8> {
        match self {}
    }
}

/// Why received data could not be inflated.
#[derive(Clone, Copy, Debug)]
#[expect(dead_code, reason = "nothing is inflated in this build")]
pub(crate) enum Failed {
    Rule(&'static RuleInfo),
    TooLarge,
    Memory,
}

macro_rules! absent {
    ($($name:ident(&$($mut:ident)? $(, $argument:ty)*) -> $result:ty;)*) => {$(
        pub(crate) fn $name(&$($mut)? self $(, _: $argument)*) -> $result {
            match *self {}
        }
    )*};
}

#[cfg(feature = "std")]
impl Coding {
    absent! {
        alone(&, usize) -> Option<(Alone, u8)>;
        interrupted(&mut) -> ();
    }
}

impl Coding {
    pub(crate) const fn new(_: &Agreed, _: Role, _: Relaxed) -> Option<Box<Self>> {
        None
    }

    absent! {
        is_by_frame(&) -> bool;
        is_stream(&) -> bool;
        others(&, u8) -> u8;
        compresses(&, u8, u8) -> bool;
        encode(&mut, Kind, bool, &[u8]) -> Option<u8>;
        scratch(&) -> &[u8];
        encoded(&mut, bool) -> ();
        stream(&mut, &mut Vec<u8>, impl FnOnce(&mut Vec<u8>)) -> ();
        wire(&mut) -> &mut Input;
        pump(&mut, &mut Input, usize) -> Result<bool, Failed>;
        decode(&mut, &[u8], &mut Assembly, usize) -> Result<(), Failed>;
        finish(&mut, &mut Assembly, usize) -> Result<(), Failed>;
        look(&mut, &[u8], &mut Window, &mut dyn FnMut(&[u8])) -> Result<(), Failed>;
        look_last(&mut, &mut Window, &mut dyn FnMut(&[u8])) -> Result<(), Failed>;
        held(&) -> usize;
        rest(&mut) -> ();
        take_back(&mut) -> ();
    }
}
