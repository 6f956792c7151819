//! The tables of the model as values.

use wsdraft_spec::{
    model::{CloseCode, CodeRange, Opcode},
    sort,
    vocabulary::Role,
};

use super::{
    frames::{Check, Covering, Layout},
    model::{Closing, Field, Format, Model, Shared},
    records::Of,
    rules::Rule,
    value::{Definition, Numbers, Value, Value::*, visible},
    words,
};

/// The tables, each after those that it refers to.
pub(super) fn tables(model: &Model<'_>) -> Vec<Definition> {
    let mut tables = Vec::new();
    shared(
        &mut tables,
        "layout",
        Of::Record("layout"),
        &model.layouts,
        layout,
    );
    shared(
        &mut tables,
        "opcodes",
        Of::List("opcode-info"),
        &model.opcodes,
        |opcodes| List("opcode-info", opcodes.iter().map(opcode).collect()),
    );
    shared(
        &mut tables,
        "closing",
        Of::Record("closing"),
        &model.closings,
        closing,
    );
    shared(
        &mut tables,
        "checks",
        Of::List("check"),
        &model.checks,
        |checks| List("check", checks.iter().map(check).collect()),
    );
    public(&mut tables, model);
    tables
}

/// Those that others use.
fn public(tables: &mut Vec<Definition>, model: &Model<'_>) {
    let mut add = |name: &str, of, doc, values| {
        tables.push(Definition {
            name: name.into(),
            doc,
            of: Of::List(of),
            value: List(of, values),
        });
    };
    add(
        "drafts",
        "draft-info",
        "All drafts, the oldest first.",
        model.drafts.iter().map(draft).collect(),
    );
    add(
        "formats",
        "format",
        "The wire formats of the drafts that are known completely.",
        model.formats.iter().map(format).collect(),
    );
    add(
        "header-fields",
        "header-field",
        "The header fields of the opening handshake. A field has a row for each span of drafts.",
        model.fields.iter().map(field).collect(),
    );
    add(
        "rules",
        "rule",
        "The rules of the drafts that are known completely. A rule has a row for each span of drafts that says the same.",
        model.rules.iter().map(rule).collect(),
    );
}

fn shared<T>(
    tables: &mut Vec<Definition>,
    what: &str,
    table: Of,
    shared: &Shared<'_, T>,
    value: impl Fn(&T) -> Value,
) {
    let of = shared.of.iter();
    tables.extend(of.map(|(draft, one)| Definition {
        name: format!("{what}-{draft}"),
        doc: "",
        of: table,
        value: value(one),
    }));
}

/// The opcodes and the close codes of the newest draft, as numbers with names.
pub(super) fn numbers(model: &Model<'_>) -> Vec<Numbers> {
    let Some(newest) = model.newest else {
        return Vec::new();
    };
    let doc = |what: &str| visible(&format!("{what} in {}.", newest.name));
    let opcodes = newest.opcodes.iter().map(|(name, opcode)| {
        let doc = format!("A {} frame.", opcode.value.kind);
        (name.clone(), u64::from(opcode.value.value), doc)
    });
    let codes = newest.close_codes.iter().map(|(code, entry)| {
        let doc = visible(&format!("{}.", entry.value.meaning));
        (entry.value.name.clone(), u64::from(*code), doc)
    });
    let sorted = |mut of: Vec<(String, u64, String)>| {
        sort::by_key(&mut of, |(_, number, _)| *number);
        of
    };
    vec![
        Numbers {
            name: "opcode",
            doc: doc("The opcodes"),
            hex: true,
            of: sorted(opcodes.collect()),
        },
        Numbers {
            name: "close-code",
            doc: doc("The close codes"),
            hex: false,
            of: sorted(codes.collect()),
        },
    ]
}

fn word(name: &'static str, word: &str) -> Value {
    Word(name, word.into())
}

fn optional_role(role: Option<Role>) -> Value {
    OptionalWord("role", role.map(|role| words::role(role).into()))
}

fn draft(draft: &&wsdraft_spec::ResolvedDraft) -> Value {
    let date = |date: Option<wsdraft_spec::vocabulary::Date>| {
        OptionalText(date.map(|date| date.to_string()))
    };
    Record(
        "draft-info",
        vec![
            word("draft", &draft.short),
            Text(draft.name.clone()),
            OptionalNumber(draft.wire_version.map(u64::from)),
            date(draft.issued),
            date(draft.expires),
            Text(draft.status.clone()),
            Flag(draft.is_complete()),
        ],
    )
}

fn format(format: &Format<'_>) -> Value {
    Record(
        "format",
        vec![
            word("draft", format.draft),
            Shared(format!("layout-{}", format.layout)),
            SharedList(format!("opcodes-{}", format.opcodes)),
            Shared(format!("closing-{}", format.closing)),
            SharedList(format!("checks-{}", format.checks)),
        ],
    )
}

fn layout(layout: &Layout) -> Value {
    let bits = |mask: u16| Hex(u64::from(mask), 4);
    let reserved = layout.reserved.iter();
    let reserved = reserved.map(|(name, mask)| {
        let fields = vec![Text(name.clone()), bits(*mask)];
        Record("reserved-bit", fields)
    });
    let extended = layout.extended.iter().map(|longer| {
        let small = |number: u8| Number(u64::from(number));
        let fields = vec![
            small(longer.marker),
            small(longer.bytes),
            small(longer.bits),
            Wide(longer.least),
        ];
        Record("extended-length", fields)
    });
    let types = layout.types.iter().map(|(first, last, until)| {
        let byte = |byte: u8| Hex(u64::from(byte), 2);
        let until = OptionalHex(until.map(u64::from), 2);
        Record("frame-type", vec![byte(*first), byte(*last), until])
    });
    Record(
        "layout",
        vec![
            bits(layout.end),
            Flag(layout.end_is_set),
            List("reserved-bit", reserved.collect()),
            bits(layout.opcode),
            bits(layout.masked),
            bits(layout.length),
            List("extended-length", extended.collect()),
            List("frame-type", types.collect()),
            OptionalRecord("frame-mask", layout.cover.as_ref().map(cover)),
        ],
    )
}

fn cover(cover: &Covering) -> Vec<Value> {
    let parts = cover.parts.iter().map(|part| {
        let text = match part {
            super::frames::KeyPart::Text(text) => text.clone(),
            super::frames::KeyPart::Nonce | super::frames::KeyPart::Session => String::new(),
        };
        let source = word("key-source", words::key_source(part));
        Record("key-part", vec![source, Text(text)])
    });
    vec![
        word("role", words::role(cover.by)),
        List("key-part", parts.collect()),
        Flag(cover.hashed),
    ]
}

fn opcode((name, opcode): &(&str, &Opcode)) -> Value {
    Record(
        "opcode-info",
        vec![
            Text((*name).into()),
            Hex(u64::from(opcode.value), 1),
            word("kind", words::kind(opcode.kind)),
            Flag(opcode.only_empty),
        ],
    )
}

fn closing(closing: &Closing<'_>) -> Value {
    let codes = closing.codes.iter().map(close_code);
    let ranges = closing.ranges.unwrap_or_default().iter().map(close_range);
    Record(
        "closing",
        vec![
            Flag(closing.has_codes),
            OptionalText(closing.rule.map(Into::into)),
            List("close-code-info", codes.collect()),
            List("close-range", ranges.collect()),
            Flag(closing.ranges.is_none()),
        ],
    )
}

fn close_code((code, entry): &(u16, &CloseCode)) -> Value {
    let local = entry.local.map(|usage| words::code_use(usage).into());
    Record(
        "close-code-info",
        vec![
            Number(u64::from(*code)),
            Text(entry.name.clone()),
            Text(entry.meaning.clone()),
            Flag(entry.on_wire),
            optional_role(entry.by),
            OptionalWord("code-use", local),
        ],
    )
}

fn close_range(range: &CodeRange) -> Value {
    Record(
        "close-range",
        vec![
            Number(u64::from(range.from)),
            Number(u64::from(range.to)),
            word("range-use", words::range_use(range.usage)),
            Flag(range.usage.is_open()),
        ],
    )
}

fn check(check: &Check) -> Value {
    Record(
        "check",
        vec![
            Text(check.rule.clone()),
            optional_role(check.by),
            word("condition", words::condition(check.when)),
            word("test", words::test(check.test)),
            Wide(check.limit),
        ],
    )
}

fn field(field: &Field<'_>) -> Value {
    Record(
        "header-field",
        vec![
            Text(field.name.into()),
            word("direction", words::direction(field.direction)),
            word("purpose", words::purpose(field.purpose)),
            word("draft", field.span.since),
            word("draft", field.span.until),
        ],
    )
}

fn rule(rule: &Rule<'_>) -> Value {
    let said = &rule.said;
    let evidence = said.evidence.iter();
    Record(
        "rule",
        vec![
            Text(rule.id.into()),
            word("level", words::level(said.level)),
            word("scope", words::scope(said.scope)),
            optional_role(said.by),
            word("outcome", words::outcome(said.outcome)),
            OptionalNumber(said.outcome.close_code().map(u64::from)),
            OptionalNumber(said.outcome.http_status().map(u64::from)),
            Text(said.summary.into()),
            Texts(evidence.map(ToString::to_string).collect()),
            word("shown", words::shown(said.shown)),
            word("draft", rule.span.since),
            word("draft", rule.span.until),
        ],
    )
}
