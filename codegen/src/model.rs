//! The Rust-shaped model: every name, every doc comment and every number decided.
//!
//! Lowering (`lower`) makes it from a resolved draft; the emitters turn it into tokens and
//! decide nothing.

use wsdraft_spec::{ResolvedDraft, model as written, vocabulary as spec};

/// A draft as a Rust module.
#[derive(Clone, Debug)]
pub(crate) struct Module<'a> {
    /// The draft that it is made from.
    pub(crate) draft: &'a ResolvedDraft,
    /// Doc comment of the marker type.
    pub(crate) doc: String,
    pub(crate) rules: Vec<RuleModel<'a>>,
    pub(crate) opcodes: Vec<OpcodeModel<'a>>,
    pub(crate) codes: Vec<CodeModel<'a>>,
    pub(crate) code_policy: CodePolicy,
    pub(crate) layout: LayoutModel<'a>,
    /// What nearly all frames are like.
    pub(crate) plain: Option<Plain>,
    pub(crate) request_fields: Vec<FieldModel<'a>>,
    pub(crate) response_fields: Vec<FieldModel<'a>>,
    pub(crate) request_guards: Vec<Guard<'a>>,
    pub(crate) response_guards: Vec<Guard<'a>>,
    pub(crate) frame_guards: Vec<Guard<'a>>,
    pub(crate) close_guards: Vec<Guard<'a>>,
    /// Name of the request's field with the host.
    pub(crate) host: &'a str,
    /// Variant of the rule that text is UTF-8.
    pub(crate) text_rule: Option<&'a str>,
}

/// A rule as a variant.
#[derive(Clone, Debug)]
pub(crate) struct RuleModel<'a> {
    pub(crate) id: &'a str,
    pub(crate) variant: &'a str,
    pub(crate) doc: String,
    pub(crate) rule: &'a written::Rule,
    pub(crate) citation: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) stated_in: &'a str,
}

/// An opcode as a variant.
#[derive(Clone, Debug)]
pub(crate) struct OpcodeModel<'a> {
    pub(crate) name: &'a str,
    pub(crate) variant: String,
    pub(crate) doc: String,
    pub(crate) opcode: &'a written::Opcode,
}

/// A close code as a constant.
#[derive(Clone, Debug)]
pub(crate) struct CodeModel<'a> {
    pub(crate) code: u16,
    pub(crate) constant: String,
    pub(crate) doc: String,
    pub(crate) entry: &'a written::CloseCode,
}

/// Which close codes may stand on the wire, and which of them one end alone sends.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodePolicy {
    /// Listed codes that may stand on the wire.
    pub(crate) listed: Vec<u16>,
    /// Those among them that one end alone sends.
    pub(crate) one: Vec<(u16, spec::Role)>,
    /// Listed codes that never stand on the wire.
    pub(crate) never: Vec<u16>,
    /// Ranges whose codes may all stand on the wire.
    pub(crate) open: Vec<(u16, u16)>,
    /// Whether a code that is neither listed nor in a range may stand on the wire.
    pub(crate) otherwise: bool,
}

/// A header field with its place in the index of fields.
#[derive(Clone, Debug)]
pub(crate) struct FieldModel<'a> {
    pub(crate) name: &'a str,
    pub(crate) constant: String,
    pub(crate) header: &'a written::Header,
}

/// How frames are decoded and encoded.
#[derive(Clone, Debug)]
pub(crate) enum LayoutModel<'a> {
    /// A draft that the database does not hold completely.
    Unknown,
    Prefixed(Prefixed<'a>),
    Delimited(&'a [spec::TypeRange]),
}

/// Where each field of a two-byte head stands.
#[derive(Clone, Debug)]
pub(crate) struct Prefixed<'a> {
    /// The bit that says that a message ends or goes on.
    pub(crate) fin: Bit,
    /// Whether that bit is 1 where the message goes on.
    pub(crate) more: bool,
    pub(crate) reserved: Vec<Bit>,
    pub(crate) opcode: Bits,
    pub(crate) masked: Option<Bit>,
    pub(crate) length: Bits,
    /// Longer forms of the length, in ascending order.
    pub(crate) forms: Vec<LengthForm>,
    /// Largest length in the length field itself.
    pub(crate) short: u64,
    pub(crate) masking: Option<&'a written::Masking>,
}

/// A longer form of the length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LengthForm {
    /// Value of the length field that announces it.
    pub(crate) marker: u8,
    /// Bits that count.
    pub(crate) bits: u8,
    /// Bytes that it fills.
    pub(crate) bytes: usize,
    /// Largest length that a shorter form could hold.
    pub(crate) shorter: u64,
    /// Largest length that it holds.
    pub(crate) longest: u64,
}

/// A bit of the head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bit {
    /// Byte of the head, 0 or 1.
    pub(crate) byte: usize,
    /// Places to shift left.
    pub(crate) shift: u32,
}

/// Several bits of one byte of the head.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    /// Byte of the head, 0 or 1.
    pub(crate) byte: usize,
    /// Places to shift left.
    pub(crate) shift: u32,
    /// Mask before shifting.
    pub(crate) mask: u8,
}

/// The first two bytes of plain frames: each holds a whole message, no reserved bit is set, the
/// length is in its shortest form.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    /// The first byte of a frame of each kind.
    pub(crate) first: Vec<(u8, spec::Kind)>,
    /// The end that masks.
    pub(crate) masked_by: Option<spec::Role>,
    /// The bit of the second byte that says that the frame is masked.
    pub(crate) masked: Option<Bit>,
    /// Whether a key precedes the frame and covers its head.
    pub(crate) covered: bool,
    /// Largest length in the second byte itself.
    pub(crate) short: u64,
    /// Marker and least length of a longer form, which fills two bytes.
    pub(crate) longer: Option<(u8, u64)>,
    /// Whether such frames keep every rule of the draft.
    pub(crate) keeps_every_rule: bool,
}

/// A check of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Guard<'a> {
    /// For instance `RFC 6455 §5.5, MUST: control-frame-length`.
    pub(crate) comment: String,
    pub(crate) variant: &'a str,
    /// The only end that it concerns.
    pub(crate) by: Option<spec::Role>,
    pub(crate) when: Condition<'a>,
    pub(crate) check: Check<'a>,
}

/// When a guard applies.
#[derive(Clone, Debug)]
pub(crate) enum Condition<'a> {
    Always,
    Control,
    Data,
    Starts,
    Opcode(spec::Kind),
    MessageOpen,
    NoMessageOpen,
    /// A header field, by its constant.
    Present(&'a str),
    Accepts,
    Refuses,
    StatusIs(u16),
    VersionRefused(u16),
}

/// What a guard checks, with every name looked up.
#[derive(Clone, Debug)]
pub(crate) enum Check<'a> {
    Method(&'a str),
    HttpVersion(u8),
    Target(&'a [String]),
    Status(u16),
    Reason(&'a str),
    Present(&'a str),
    Absent(&'a str),
    Once(&'a str),
    Distinct(&'a str, spec::Separator),
    LowerCase(&'a str),
    Conforms(&'a str, &'a spec::Grammar),
    Order(Vec<&'a str>),
    First(Vec<&'a str>),
    NothingFollows,
    Computed(&'a str, &'a spec::Expr),
    Echoes {
        field: &'a str,
        of: &'a str,
    },
    ComputedBody(&'a spec::Expr),
    /// A field with the connection's URL, and the request's field with the host.
    Locates {
        field: &'a str,
        host: &'a str,
    },
    Offered {
        field: &'a str,
        of: &'a str,
        separator: spec::Separator,
    },
    KnownOpcode,
    ReservedClear,
    MinimalLength,
    LengthFits,
    PayloadAtMost(u64),
    Final,
    Masked(bool),
    MessageOpen(bool),
    BeforeClose,
    Function(&'a str),
    CodeComplete,
    CodeAllowed,
    ReasonUtf8,
    Letter {
        client: u8,
        server: u8,
    },
}
