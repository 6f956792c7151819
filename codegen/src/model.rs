//! The Rust model: it contains every name, doc comment and number.
//!
//! Lowering (`lower`) creates it from a resolved draft or extension. The emitters turn it into
//! tokens and make no decisions: the model refers to nothing of the spec except words of the
//! vocabulary, texts, and requirements that need no lowering.

use wsdraft_spec::vocabulary::{
    CloseBody, CloseReply, Date, Kind, Level, LocalCodes, Outcome, Purpose, Role, Scope, Separator,
    SignTest, Visibility,
};

mod extension;
mod guard;
mod handshake;
mod layout;

pub(crate) use self::{
    extension::{
        ExtensionModule, ExtensionRuleModel, MethodModel, MultiplexModel, ParameterModel, Term,
        Terms,
    },
    guard::{
        CloseGuard, CloseTest, FieldTest, FrameCheck, FrameCondition, FrameGuard, FrameTest, Guard,
        RequestCondition, RequestGuard, RequestTest, ResponseCondition, ResponseGuard,
        ResponseTest, Sha1, Value,
    },
    handshake::{RequestLine, RequestModel, ResponseLine, ResponseModel},
    layout::{
        Bit, Bits, Delimited, DelimitedOpcode, LayoutModel, LengthForm, Masking, Plain, Prefixed,
    },
};

/// A draft as a Rust module.
#[derive(Clone, Debug)]
pub(crate) struct Module<'a> {
    /// Doc comment of the marker type.
    pub(crate) doc: String,
    pub(crate) tables: Tables<'a>,
    /// The rules that an endpoint can violate, by scope.
    pub(crate) rules: Vec<RuleGroup<'a>>,
    pub(crate) opcodes: Vec<OpcodeModel<'a>>,
    pub(crate) codes: Vec<CodeModel<'a>>,
    pub(crate) code_policy: CodePolicy,
    pub(crate) layout: LayoutModel<'a>,
    /// The form of nearly all frames.
    pub(crate) plain: Option<Plain>,
    pub(crate) frames: FrameModel<'a>,
    pub(crate) request: RequestModel<'a>,
    pub(crate) response: ResponseModel<'a>,
}

/// The identity of a draft.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity<'a> {
    pub(crate) name: &'a str,
    pub(crate) short: &'a str,
    pub(crate) aliases: &'a [String],
    pub(crate) series: &'a str,
    pub(crate) revision: Option<u16>,
    pub(crate) serial: Option<i16>,
    pub(crate) issued: Option<Date>,
    pub(crate) expires: Option<Date>,
    pub(crate) status: &'a str,
    pub(crate) wire_version: Option<u16>,
}

/// The static data of a draft.
#[derive(Clone, Debug)]
pub(crate) struct Tables<'a> {
    pub(crate) identity: Identity<'a>,
    pub(crate) rules: Vec<RuleModel<'a>>,
    pub(crate) opcode_bits: u8,
    pub(crate) local_codes: LocalCodes,
    /// The body of close frames and of the responses to them.
    pub(crate) closing: Option<(CloseBody, CloseReply)>,
    /// Variant of the rule that text must be valid UTF-8.
    pub(crate) text_rule: Option<&'a str>,
    /// Names of the reserved bits, in wire order.
    pub(crate) reserved_bits: Vec<&'a str>,
    /// Whether messages can have several frames.
    pub(crate) fragments: bool,
    pub(crate) request_fields: Vec<FieldModel<'a>>,
    pub(crate) response_fields: Vec<FieldModel<'a>>,
    pub(crate) accepting_status: Option<u16>,
    /// Length in bytes.
    pub(crate) request_body: usize,
    /// Length in bytes.
    pub(crate) response_body: usize,
    /// Names of the extensions that open a connection over other versions of HTTP.
    pub(crate) bootstraps: &'a [String],
    pub(crate) signs: Vec<SignModel<'a>>,
    pub(crate) derives_key: bool,
    pub(crate) undetectable: bool,
}

/// A rule of a draft or of an extension, as an entry of its table of rules.
#[derive(Clone, Debug)]
pub(crate) struct RuleModel<'a> {
    pub(crate) id: &'a str,
    pub(crate) variant: &'a str,
    pub(crate) level: Level,
    pub(crate) scope: Scope,
    pub(crate) by: Option<Role>,
    pub(crate) summary: &'a str,
    pub(crate) citation: String,
    pub(crate) evidence: Vec<String>,
    pub(crate) stated_in: &'a str,
    pub(crate) outcome: Outcome,
    pub(crate) visibility: Visibility<'a>,
}

/// The rules of one scope that an endpoint can violate.
#[derive(Clone, Debug)]
pub(crate) struct RuleGroup<'a> {
    pub(crate) heading: &'static str,
    pub(crate) variants: Vec<RuleVariant<'a>>,
}

/// A rule as a variant.
#[derive(Clone, Debug)]
pub(crate) struct RuleVariant<'a> {
    pub(crate) name: &'a str,
    pub(crate) doc: String,
    /// Index in the table of rules.
    pub(crate) index: usize,
}

/// An opcode as a variant.
#[derive(Clone, Debug)]
pub(crate) struct OpcodeModel<'a> {
    pub(crate) name: &'a str,
    pub(crate) variant: String,
    pub(crate) doc: String,
    pub(crate) value: u8,
    pub(crate) kind: Kind,
}

/// A close code as a constant.
#[derive(Clone, Debug)]
pub(crate) struct CodeModel<'a> {
    pub(crate) code: u16,
    pub(crate) constant: String,
    pub(crate) doc: String,
    pub(crate) name: &'a str,
    pub(crate) meaning: &'a str,
    pub(crate) on_wire: bool,
    pub(crate) by: Option<Role>,
}

/// The close codes that are allowed on the wire, and those that only one endpoint may send.
#[derive(Clone, Debug, Default)]
pub(crate) struct CodePolicy {
    /// Listed codes that are allowed on the wire.
    pub(crate) listed: Vec<u16>,
    /// Listed codes that only one endpoint may send.
    pub(crate) one: Vec<(u16, Role)>,
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
    pub(crate) purpose: Purpose,
    pub(crate) separator: Separator,
    /// Whether the parameters of its elements may be quoted-strings.
    pub(crate) quoted: bool,
    /// The text that an implementation always sends.
    pub(crate) text: Option<&'a str>,
    /// The allowed version numbers.
    pub(crate) versions: &'a [u16],
    /// Whether its value is computed from the request.
    pub(crate) answers: bool,
}

/// A sign that identifies a request.
#[derive(Clone, Debug)]
pub(crate) struct SignModel<'a> {
    pub(crate) header: &'a str,
    pub(crate) test: &'a SignTest,
    pub(crate) hint: bool,
}

/// The checks of frames and of the bodies of close frames.
#[derive(Clone, Debug)]
pub(crate) struct FrameModel<'a> {
    pub(crate) guards: Vec<FrameGuard<'a>>,
    /// Whether a guard needs the payload length as a number.
    pub(crate) needs_length: bool,
    /// The endpoint whose frames follow four bytes of a masking key.
    pub(crate) covered_by: Option<Role>,
    pub(crate) close_guards: Vec<CloseGuard<'a>>,
}
