//! How frames are decoded and encoded.

use wsdraft_spec::vocabulary::{Cover, Delimiter, Kind, Role, TypeRange};

use super::Sha1;

/// A layout.
#[derive(Clone, Debug)]
pub(crate) enum LayoutModel<'a> {
    /// The database does not contain the layout.
    Unknown,
    Prefixed(Prefixed<'a>),
    Delimited(Delimited<'a>),
}

/// A type byte and a delimited payload.
#[derive(Clone, Debug)]
pub(crate) struct Delimited<'a> {
    pub(crate) types: &'a [TypeRange],
    pub(crate) opcodes: Vec<DelimitedOpcode>,
}

/// An opcode in a delimited layout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DelimitedOpcode {
    pub(crate) value: u8,
    pub(crate) kind: Kind,
    pub(crate) only_empty: bool,
    pub(crate) payload: Delimiter,
}

/// The positions of the fields in the first two bytes.
#[derive(Clone, Debug)]
pub(crate) struct Prefixed<'a> {
    /// The bit that shows whether a message ends or continues.
    pub(crate) fin: Bit,
    /// Whether that bit is 1 if the message continues.
    pub(crate) more: bool,
    pub(crate) reserved: Vec<Bit>,
    pub(crate) opcode: Bits,
    /// The purpose of each value of the opcode.
    pub(crate) kinds: Vec<Kind>,
    /// The defined opcodes and their purpose.
    pub(crate) opcodes: Vec<(u8, Kind)>,
    pub(crate) masked: Option<Bit>,
    pub(crate) length: Bits,
    /// Extended forms of the length, in ascending order.
    pub(crate) forms: Vec<LengthForm>,
    /// Maximum length in the length field itself.
    pub(crate) short: u64,
    /// Maximum size in bytes of a header without a masking key.
    pub(crate) longest_header: usize,
    /// Maximum length in the longest form.
    pub(crate) longest: u64,
    pub(crate) masking: Option<Masking<'a>>,
}

impl Prefixed<'_> {
    /// The bit that shows that a masking key follows the length.
    pub(crate) fn mask_bit(&self) -> Option<Bit> {
        let in_header = self.masking.is_some_and(|masking| match masking.covers {
            Cover::Payload => true,
            Cover::Frame => false,
        });
        self.masked.filter(|_| in_header)
    }
}

/// How frames are masked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Masking<'a> {
    pub(crate) by: Role,
    pub(crate) covers: Cover,
    /// The key; `None` if it is the nonce of the frame itself.
    pub(crate) key: Option<Sha1<'a>>,
}

/// An extended form of the length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LengthForm {
    /// Value of the length field that announces it.
    pub(crate) marker: u8,
    /// Number of significant bits.
    pub(crate) bits: u8,
    /// Size in bytes.
    pub(crate) bytes: usize,
    /// Maximum length of the next shorter form.
    pub(crate) shorter: u64,
    /// Maximum length of this form.
    pub(crate) longest: u64,
}

/// A bit of the frame header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bit {
    /// Index of the byte, 0 or 1.
    pub(crate) byte: usize,
    /// Number of places to shift left.
    pub(crate) shift: u32,
}

/// Several bits of one byte of the frame header.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    /// Index of the byte, 0 or 1.
    pub(crate) byte: usize,
    /// Number of places to shift left.
    pub(crate) shift: u32,
    /// Mask before the shift.
    pub(crate) mask: u8,
}

/// The first two bytes of plain frames: they contain a complete message, have no reserved bit set,
/// and have the length in its shortest form.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    /// The first byte of a frame of each kind.
    pub(crate) first: Vec<(u8, Kind)>,
    /// The endpoint that masks.
    pub(crate) masked_by: Option<Role>,
    /// The bit of the second byte that shows that the frame is masked.
    pub(crate) masked: Option<Bit>,
    /// Whether a key precedes the frame and masks its header.
    pub(crate) covered: bool,
    /// Maximum length in the second byte itself.
    pub(crate) short: u64,
    /// Marker and minimum length of an extended form of two bytes.
    pub(crate) longer: Option<(u8, u64)>,
    /// Whether such frames follow every rule of the draft.
    pub(crate) keeps_every_rule: bool,
}
