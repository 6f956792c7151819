//! Drafts as the plug-in reads them.

use wsdraft_spec::{
    Database, Item, ResolvedDraft, Table,
    model::Header,
    sort,
    vocabulary::{Cover, Delimiter, Extended, Form, LayoutField, Purpose, TypeRange},
};

use super::{lua::Lua, rules::Rules, words};

/// The drafts that state a wire format, in the order in which a request is compared with them.
pub(super) fn listed(database: &Database) -> Vec<&ResolvedDraft> {
    let mut drafts = database.drafts();
    drafts.reverse();
    sort::by_key(&mut drafts, |draft| draft.serial.is_none());
    let resolved = drafts.into_iter();
    let resolved = resolved.filter_map(|draft| database.resolved(&draft.short));
    let mut complete: Vec<_> = resolved.filter(|draft| draft.is_complete()).collect();
    sort::by_key(&mut complete, |draft| (draft.issued, draft.serial));
    complete
}

/// The table of a draft.
pub(super) fn table(draft: &ResolvedDraft, rules: &mut Rules) -> Lua {
    let mut scopes = rules.of(draft);
    let text = scopes.text.take();
    let mut entries = vec![
        ("name", Some((&draft.name).into())),
        ("short", Some((&draft.short).into())),
    ];
    entries.extend(handshake(draft));
    entries.extend(frames(draft));
    entries.push(("text_rule", text));
    entries.push(("rules", Some(scopes.table())));
    Lua::table(entries)
}

/// The entries about the opening handshake.
fn handshake(draft: &ResolvedDraft) -> [(&'static str, Option<Lua>); 11] {
    let names = draft.request_headers.keys();
    let names = Lua::set(names.map(|name| name.to_ascii_lowercase()));
    let body = draft.request_body.as_ref();
    let body = body.map_or(0, |body| body.value.length);
    let answer = draft.response_body.as_ref();
    let answer = answer.map_or(0, |body| body.value.value.length());
    let line = draft.status_line.as_ref();
    let key = draft.session_key.as_ref();
    let undetectable = draft.undetectable.then_some(Lua::Bool(true));
    let subprotocol = named(&draft.response_headers, Purpose::Subprotocol);
    [
        ("undetectable", undetectable),
        ("signs", Some(signs(draft))),
        ("named", Some(names)),
        ("version", version(draft)),
        ("request_body", Some(Lua::Number(body as u64))),
        ("response_body", Some(Lua::Number(answer as u64))),
        (
            "accepting",
            line.map(|line| u64::from(line.value.status).into()),
        ),
        ("answers", Some(answers(draft))),
        (
            "session",
            key.map(|key| words::expression(&key.value.value)),
        ),
        ("extensions", Some(extensions(draft))),
        ("subprotocol", subprotocol),
    ]
}

/// The entries about frames.
fn frames(draft: &ResolvedDraft) -> [(&'static str, Option<Lua>); 7] {
    let form = draft.layout.as_ref().map(|layout| &layout.value.form);
    let bits = draft.opcode_bits().unwrap_or(8);
    [
        ("masking", masking(draft)),
        ("layout", form.map(layout)),
        ("opcode_bits", Some(u64::from(bits).into())),
        ("opcodes", Some(opcodes(draft))),
        ("codes", Some(codes(draft))),
        ("ranges", ranges(draft)),
        ("status", Some(Lua::Bool(has_status(draft)))),
    ]
}

/// What shows that a request asks for a connection of any of these drafts.
pub(super) fn asking(drafts: &[&ResolvedDraft]) -> Lua {
    let mut signs: Vec<Lua> = Vec::new();
    for draft in drafts {
        for (name, header) in draft.request_headers.iter() {
            let header = &header.value;
            let item = match header.purpose {
                Purpose::Upgrade => match header.send.text() {
                    Some(text) => Some(text.to_ascii_lowercase().into()),
                    None => continue,
                },
                Purpose::Key | Purpose::Version => None,
                Purpose::Connection
                | Purpose::Host
                | Purpose::Origin
                | Purpose::Accept
                | Purpose::Nonce
                | Purpose::Subprotocol
                | Purpose::Extensions
                | Purpose::Location
                | Purpose::Cookie
                | Purpose::Http
                | Purpose::Other => continue,
            };
            let sign = Lua::table([("header", Some(name.into())), ("item", item)]);
            if !signs.contains(&sign) {
                signs.push(sign);
            }
        }
    }
    Lua::List(signs)
}

fn signs(draft: &ResolvedDraft) -> Lua {
    let signs = draft.signs.values().map(|sign| {
        let sign = &sign.value;
        let (test, value) = words::sign(&sign.test);
        Lua::table([
            ("header", Some((&sign.header).into())),
            ("test", Some(test.into())),
            ("value", value),
            ("hint", draft.is_hint(sign).then_some(Lua::Bool(true))),
        ])
    });
    Lua::list(signs)
}

/// The name of the header field with this purpose.
fn named(headers: &Table<String, Item<Header>>, purpose: Purpose) -> Option<Lua> {
    let mut headers = headers.iter();
    let found = headers.find(|(_, header)| header.value.purpose == purpose);
    found.map(|(name, _)| name.into())
}

fn version(draft: &ResolvedDraft) -> Option<Lua> {
    let mut headers = draft.request_headers.iter();
    let (name, header) = headers.find(|(_, header)| header.value.purpose == Purpose::Version)?;
    let versions = header.value.value.versions().iter();
    let versions = versions.map(|version| u64::from(*version));
    Some(Lua::table([
        ("name", Some(name.into())),
        ("versions", Some(Lua::list(versions))),
    ]))
}

fn answers(draft: &ResolvedDraft) -> Lua {
    let headers = draft.response_headers.iter();
    let answers = headers.filter(|(_, header)| header.value.send.answers());
    Lua::list(answers.map(|(name, _)| name))
}

fn extensions(draft: &ResolvedDraft) -> Lua {
    Lua::table([
        (
            "request",
            named(&draft.request_headers, Purpose::Extensions),
        ),
        (
            "response",
            named(&draft.response_headers, Purpose::Extensions),
        ),
    ])
}

fn masking(draft: &ResolvedDraft) -> Option<Lua> {
    let masking = &draft.masking.as_ref()?.value;
    let covers = match masking.covers {
        Cover::Payload => "payload",
        Cover::Frame => "frame",
    };
    Some(Lua::table([
        ("by", Some(words::role(masking.by))),
        ("covers", Some(covers.into())),
        ("key", Some(words::expression(&masking.key))),
    ]))
}

fn opcodes(draft: &ResolvedDraft) -> Lua {
    let opcodes = draft.opcodes.iter().map(|(name, opcode)| {
        let opcode = &opcode.value;
        let entry = Lua::table([
            ("name", Some(name.into())),
            ("kind", Some(words::kind(opcode.kind).into())),
            ("only_empty", opcode.only_empty.then_some(Lua::Bool(true))),
        ]);
        (u64::from(opcode.value), entry)
    });
    Lua::Numbered(opcodes.collect())
}

fn codes(draft: &ResolvedDraft) -> Lua {
    let codes = draft.close_codes.iter().map(|(code, entry)| {
        let entry = Lua::table([
            ("name", Some((&entry.value.name).into())),
            ("on_wire", entry.value.on_wire.then_some(Lua::Bool(true))),
        ]);
        (u64::from(*code), entry)
    });
    Lua::Numbered(codes.collect())
}

fn ranges(draft: &ResolvedDraft) -> Option<Lua> {
    let ranges = draft.close_ranges.as_ref()?.value.ranges.iter();
    Some(Lua::list(ranges.map(|range| {
        Lua::table([
            ("from", Some(Lua::Number(u64::from(range.from)))),
            ("to", Some(Lua::Number(u64::from(range.to)))),
            ("open", range.usage.is_open().then_some(Lua::Bool(true))),
        ])
    })))
}

/// Whether the body of a close frame is a close code and a reason.
fn has_status(draft: &ResolvedDraft) -> bool {
    use wsdraft_spec::vocabulary::CloseBody;
    let body = draft.closing.as_ref().map(|closing| closing.value.body);
    matches!(body, Some(CloseBody::Status))
}

fn layout(form: &Form) -> Lua {
    match form {
        Form::Prefixed { fields, extended } => prefixed(fields, extended),
        Form::Delimited { types } => {
            Lua::table([("types", Some(Lua::list(types.iter().map(type_range))))])
        }
    }
}

fn type_range(range: &TypeRange) -> Lua {
    let stop = match range.payload {
        Delimiter::Until(byte) => Some(Lua::Number(u64::from(byte))),
        Delimiter::Counted => None,
    };
    Lua::table([
        ("from", Some(Lua::Number(u64::from(range.from)))),
        ("to", Some(Lua::Number(u64::from(range.to)))),
        ("stop", stop),
    ])
}

fn prefixed(fields: &[LayoutField], extended: &[Extended]) -> Lua {
    let (mut all, mut reserved, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    let mut bits = 0;
    let mut short = 0;
    for field in fields {
        let byte = Lua::Number(bits / 8);
        let (is, about) = match field {
            LayoutField::Final => ("final", "final"),
            LayoutField::More => ("more", "final"),
            LayoutField::Opcode(_) => ("opcode", "opcode"),
            LayoutField::Masked => ("masked", "masked"),
            LayoutField::Length(bits) => {
                short = *bits;
                ("length", "length")
            }
            LayoutField::Reserved(name) => {
                reserved.push(Lua::table([
                    ("name", Some(name.into())),
                    ("byte", Some(byte.clone())),
                ]));
                ("reserved", "reserved")
            }
        };
        bytes.push((about.to_owned(), byte));
        let width = u64::from(field.bits());
        all.push(Lua::table([
            ("is", Some(is.into())),
            ("bits", Some(Lua::Number(width))),
        ]));
        bits += width;
    }
    bytes.retain(|(about, _)| about != "reserved");
    let mut shorter = extended
        .first()
        .map_or((1 << short) - 1, |form| u64::from(form.marker) - 1);
    let extended = extended.iter().map(|form| {
        let before = shorter;
        shorter = u64::MAX >> (64 - u32::from(form.bits).clamp(1, 64));
        Lua::table([
            ("marker", Some(Lua::Number(u64::from(form.marker)))),
            ("bits", Some(Lua::Number(u64::from(form.bits)))),
            ("shorter", Some(Lua::Number(before))),
        ])
    });
    let extended: Vec<_> = extended.collect();
    Lua::table([
        ("fields", Some(Lua::List(all))),
        ("reserved", Some(Lua::List(reserved))),
        ("bytes", Some(Lua::Table(bytes))),
        ("extended", Some(Lua::List(extended))),
    ])
}
