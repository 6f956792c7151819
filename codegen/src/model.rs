//! The Rust model: it contains every name, doc comment and number.
//!
//! Lowering (`lower`) creates it from a resolved draft. The emitters turn it into tokens and make
//! no decisions.

use wsdraft_spec::{ResolvedDraft, model as written, vocabulary as spec};

/// A draft as a Rust module.
#[derive(Clone, Debug)]
pub(crate) struct Module<'a> {
    /// The source draft.
    pub(crate) draft: &'a ResolvedDraft,
    /// Doc comment of the marker type.
    pub(crate) doc: String,
    pub(crate) rules: Vec<RuleModel<'a>>,
    pub(crate) opcodes: Vec<OpcodeModel<'a>>,
    pub(crate) codes: Vec<CodeModel<'a>>,
    pub(crate) code_policy: CodePolicy,
    pub(crate) layout: LayoutModel<'a>,
    /// The form of nearly all frames.
    pub(crate) plain: Option<Plain>,
    pub(crate) request_fields: Vec<FieldModel<'a>>,
    pub(crate) response_fields: Vec<FieldModel<'a>>,
    pub(crate) request_guards: Vec<Guard<'a>>,
    pub(crate) response_guards: Vec<Guard<'a>>,
    pub(crate) frame_guards: Vec<Guard<'a>>,
    pub(crate) close_guards: Vec<Guard<'a>>,
    /// Name of the request field that contains the host.
    pub(crate) host: &'a str,
    /// Variant of the rule that text must be valid UTF-8.
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

impl RuleModel<'_> {
    /// Whether an end can see that the rule is broken.
    pub(crate) fn is_breakable(&self) -> bool {
        self.rule.level != spec::Level::May
            && !matches!(self.rule.require.visibility(), spec::Visibility::Hidden(_))
    }
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

/// The close codes that are allowed on the wire, and those that only one endpoint may send.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodePolicy {
    /// Listed codes that are allowed on the wire.
    pub(crate) listed: Vec<u16>,
    /// Listed codes that only one endpoint may send.
    pub(crate) one: Vec<(u16, spec::Role)>,
    /// Listed codes that are not allowed on the wire.
    pub(crate) never: Vec<u16>,
    /// Ranges whose codes are all allowed on the wire.
    pub(crate) open: Vec<(u16, u16)>,
    /// Whether a code that is neither listed nor in a range is allowed on the wire.
    pub(crate) otherwise: bool,
}

/// A header field with its position in the index of fields.
#[derive(Clone, Debug)]
pub(crate) struct FieldModel<'a> {
    pub(crate) name: &'a str,
    pub(crate) constant: String,
    pub(crate) header: &'a written::Header,
}

/// How frames are decoded and encoded.
#[derive(Clone, Debug)]
pub(crate) enum LayoutModel<'a> {
    /// The database does not contain the layout.
    Unknown,
    Prefixed(Prefixed<'a>),
    Delimited(&'a [spec::TypeRange]),
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
    pub(crate) masked: Option<Bit>,
    pub(crate) length: Bits,
    /// Extended forms of the length, in ascending order.
    pub(crate) forms: Vec<LengthForm>,
    /// Maximum length in the length field itself.
    pub(crate) short: u64,
    pub(crate) masking: Option<&'a written::Masking>,
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
    pub(crate) first: Vec<(u8, spec::Kind)>,
    /// The endpoint that masks.
    pub(crate) masked_by: Option<spec::Role>,
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

/// A check of one rule.
#[derive(Clone, Debug)]
pub(crate) struct Guard<'a> {
    /// For example `RFC 6455 §5.5, MUST: control-frame-length`.
    pub(crate) comment: String,
    pub(crate) variant: &'a str,
    /// The only endpoint that the rule concerns.
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

/// What a guard checks, with every name resolved.
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
    /// A field with the URL of the connection, and the request field with the host.
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
