//! The types of the tables' rows, as records of each language.

/// The type of a row.
#[derive(Debug)]
pub(super) struct Record {
    /// Its name, in words that hyphens join.
    pub(super) name: &'static str,
    /// What it is.
    pub(super) doc: &'static str,
    /// Its fields, in the order of the values.
    pub(super) fields: &'static [Field],
}

/// A field of a record: its name in words that hyphens join, its type, and what it is.
pub(super) type Field = (&'static str, Of, &'static str);

/// The type of a field. Enumerations and records have their names.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    Text,
    OptionalText,
    /// A number of at most 16 bits.
    Number,
    OptionalNumber,
    OptionalByte,
    /// A number of at most 64 bits.
    Wide,
    Flag,
    Word(&'static str),
    OptionalWord(&'static str),
    Record(&'static str),
    OptionalRecord(&'static str),
    List(&'static str),
    Texts,
}

/// The record of this name.
pub(super) fn named(name: &str) -> Option<&'static Record> {
    RECORDS.iter().find(|record| record.name == name)
}

/// All records, each after those that it contains.
pub(super) const RECORDS: [Record; 15] = [
    Record {
        name: "draft-info",
        doc: "A draft in the table of drafts.",
        fields: &[
            ("draft", Of::Word("draft"), "The short name."),
            ("name", Of::Text, "The full name."),
            (
                "wire-version",
                Of::OptionalNumber,
                "The version number on the wire.",
            ),
            (
                "issued",
                Of::OptionalText,
                "The day of issue, or the month if only that is known.",
            ),
            ("expires", Of::OptionalText, "The day of expiry."),
            ("status", Of::Text, "Its standing."),
            (
                "complete",
                Of::Flag,
                "Whether the database has the whole draft, and not just single facts.",
            ),
        ],
    },
    Record {
        name: "opcode-info",
        doc: "An opcode of a draft.",
        fields: &[
            ("name", Of::Text, "Its name."),
            ("value", Of::Number, "The value on the wire."),
            ("kind", Of::Word("kind"), "What its frames are for."),
            (
                "only-empty",
                Of::Flag,
                "Whether it has this meaning only in a frame without payload.",
            ),
        ],
    },
    Record {
        name: "close-code-info",
        doc: "A close code of a draft.",
        fields: &[
            ("code", Of::Number, "The code."),
            ("name", Of::Text, "Its name."),
            ("meaning", Of::Text, "What it means."),
            ("on-wire", Of::Flag, "Whether a close frame may contain it."),
            (
                "by",
                Of::OptionalWord("role"),
                "The only end that may send it, if one alone may.",
            ),
            (
                "local",
                Of::OptionalWord("code-use"),
                "The case in which an end itself uses it, if there is one.",
            ),
        ],
    },
    Record {
        name: "close-range",
        doc: "A range of close codes.",
        fields: &[
            ("first", Of::Number, "The first code."),
            ("last", Of::Number, "The last code."),
            ("usage", Of::Word("range-use"), "Who uses the codes."),
            (
                "free",
                Of::Flag,
                "Whether a close frame may contain codes of the range that the draft does not define.",
            ),
        ],
    },
    Record {
        name: "closing",
        doc: "The close codes of a draft.",
        fields: &[
            ("has-codes", Of::Flag, "Whether close frames have a code."),
            (
                "rule",
                Of::OptionalText,
                "The rule that a code breaks that is not allowed.",
            ),
            (
                "codes",
                Of::List("close-code-info"),
                "The codes that the draft defines.",
            ),
            (
                "ranges",
                Of::List("close-range"),
                "The ranges, without overlap.",
            ),
            (
                "otherwise",
                Of::Flag,
                "Whether codes are allowed that are neither defined nor in a range.",
            ),
        ],
    },
    Record {
        name: "header-field",
        doc: "A header field of the opening handshake, in the drafts from `since` to `until`.",
        fields: &[
            ("name", Of::Text, "Its name."),
            ("direction", Of::Word("direction"), "The head that has it."),
            ("purpose", Of::Word("purpose"), "What it is for."),
            ("since", Of::Word("draft"), "The first draft of the span."),
            ("until", Of::Word("draft"), "The last draft of the span."),
        ],
    },
    Record {
        name: "rule",
        doc: "A rule, as the drafts from `since` to `until` say it.",
        fields: &[
            (
                "id",
                Of::Text,
                "Its id, which keeps its meaning in all drafts.",
            ),
            ("level", Of::Word("level"), "How binding it is."),
            ("scope", Of::Word("scope"), "What it is about."),
            (
                "by",
                Of::OptionalWord("role"),
                "The only end that has to follow it, if one alone has.",
            ),
            ("outcome", Of::Word("outcome"), "What breaking it leads to."),
            (
                "close-code",
                Of::OptionalNumber,
                "The close code that the connection is failed with.",
            ),
            (
                "http-status",
                Of::OptionalNumber,
                "The HTTP status that the request is refused with.",
            ),
            ("summary", Of::Text, "What it says."),
            (
                "evidence",
                Of::Texts,
                "Where it is written: the citation first, then weaker sources.",
            ),
            ("shown", Of::Word("shown"), "What shows whether it is kept."),
            ("since", Of::Word("draft"), "The first draft of the span."),
            ("until", Of::Word("draft"), "The last draft of the span."),
        ],
    },
    Record {
        name: "reserved-bit",
        doc: "A reserved bit.",
        fields: &[
            ("name", Of::Text, "Its name."),
            ("mask", Of::Number, "Its place in the first two bytes."),
        ],
    },
    Record {
        name: "extended-length",
        doc: "A length behind the first two bytes.",
        fields: &[
            (
                "marker",
                Of::Number,
                "The value of the length field that announces it.",
            ),
            ("size", Of::Number, "Its number of bytes."),
            ("bits", Of::Number, "The number of bits that may be set."),
            (
                "least",
                Of::Wide,
                "The least length that no shorter form has.",
            ),
        ],
    },
    Record {
        name: "frame-type",
        doc: "A range of types of delimited frames.",
        fields: &[
            ("first", Of::Number, "The first type."),
            ("last", Of::Number, "The last type."),
            (
                "until",
                Of::OptionalByte,
                "The byte that ends the payload, unless a count precedes the payload.",
            ),
        ],
    },
    Record {
        name: "key-part",
        doc: "A part of a masking key.",
        fields: &[
            ("source", Of::Word("key-source"), "Where it comes from."),
            ("text", Of::Text, "The text, where it is one."),
        ],
    },
    Record {
        name: "frame-mask",
        doc: "A mask over whole frames, with four bytes in front of them.",
        fields: &[
            ("by", Of::Word("role"), "The end that masks."),
            (
                "parts",
                Of::List("key-part"),
                "What the key is joined from.",
            ),
            (
                "hashed",
                Of::Flag,
                "Whether the key is the SHA-1 hash of that.",
            ),
        ],
    },
    Record {
        name: "layout",
        doc: "Where the parts of a head are. Masks are of the first two bytes, as one number.",
        fields: &[
            (
                "end",
                Of::Number,
                "The bit that tells whether the message goes on.",
            ),
            (
                "end-is-set",
                Of::Flag,
                "Whether that bit is set in the last frame of a message, and not in the others.",
            ),
            ("reserved", Of::List("reserved-bit"), "The reserved bits."),
            ("opcode", Of::Number, "The opcode."),
            (
                "masked",
                Of::Number,
                "The bit that announces a masking key; 0 if there is none.",
            ),
            (
                "length",
                Of::Number,
                "The length, or the marker of an extended one.",
            ),
            (
                "extended",
                Of::List("extended-length"),
                "The extended lengths.",
            ),
            (
                "types",
                Of::List("frame-type"),
                "The types of delimited frames. If there are some, a frame is a type and a delimited payload.",
            ),
            (
                "mask",
                Of::OptionalRecord("frame-mask"),
                "The mask over whole frames, if there is one.",
            ),
        ],
    },
    Record {
        name: "check",
        doc: "What a head is checked for.",
        fields: &[
            (
                "rule",
                Of::Text,
                "The rule that a frame breaks that fails the test.",
            ),
            (
                "by",
                Of::OptionalWord("role"),
                "The only end whose frames are checked, if one's alone are.",
            ),
            (
                "condition",
                Of::Word("condition"),
                "The frames that are checked.",
            ),
            ("test", Of::Word("test"), "The test."),
            (
                "limit",
                Of::Wide,
                "The longest payload, in the test of the payload.",
            ),
        ],
    },
    Record {
        name: "format",
        doc: "The wire format of a draft.",
        fields: &[
            ("draft", Of::Word("draft"), "The draft."),
            ("layout", Of::Record("layout"), "The layout of a head."),
            ("opcodes", Of::List("opcode-info"), "The opcodes."),
            ("closing", Of::Record("closing"), "The close codes."),
            (
                "checks",
                Of::List("check"),
                "The checks of a head, in their order.",
            ),
        ],
    },
];
