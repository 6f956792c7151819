//! Completeness: for every rule of every draft an input that breaks only it, and a near miss
//! that breaks nothing. Both are derived from the draft's own data, so that new drafts and new
//! rules are covered as they are written; a predicate that is not known here fails the test.

use std::collections::BTreeSet;

use wsdraft::{
    Config, Connection, Draft, Error, Event, Interpreted, Limits, NoEntropy, Policy, Role,
    Violation,
    frame::{Outgoing, Session},
    handshake::{
        Answer, HeadLimits, Opening,
        client::{ClientError, ClientHandshake, ClientOptions},
        parse,
        server::{Progress, RefusalCause, ServerHandshake, ServerOptions},
    },
    info::{Kind, Level, Outcome, Purpose, RuleInfo},
    inspect::{Inspector, Observed},
    mask,
};
use wsdraft_spec::{
    Database, ResolvedDraft,
    model::Rule,
    vocabulary::{self as spec, Cover, Delimiter, Form, Grammar, LayoutField, Predicate, Source},
};

/// Runs a check on every rule of a scope, with generated code and with the interpreter.
fn each(scope: spec::Scope, mut check: impl FnMut(&Subject, &Rule, &'static RuleInfo)) {
    let database = Database::built_in().unwrap();
    let mut checked = BTreeSet::new();
    for compiled in wsdraft::drafts::ALL {
        let short = compiled.info().short;
        let spec = database.resolved(short).unwrap();
        let interpreted = Interpreted::new(spec.clone()).unwrap();
        let interpreted: &'static dyn Draft = Box::leak(Box::new(interpreted));
        for draft in [*compiled, interpreted] {
            let subject = Subject { draft, spec };
            for (id, rule) in spec.rules.iter() {
                let rule = &rule.value;
                if rule.scope != scope
                    || rule.level == spec::Level::May
                    || rule.require == Predicate::Documented
                {
                    continue;
                }
                let info = draft.info().rule(id).unwrap();
                check(&subject, rule, info);
                checked.insert(format!("{short} {id}"));
            }
        }
    }
    println!("{} rules of scope {scope:?}", checked.len());
    assert!(!checked.is_empty());
}

/// A draft in one of its two forms.
struct Subject {
    draft: &'static dyn Draft,
    spec: &'static ResolvedDraft,
}

impl Subject {
    fn at(&self, rule: &RuleInfo) -> String {
        format!("{} of {}", rule.id, self.spec.short)
    }
}

// ---- Handshakes ----

/// A request or a response that can be changed.
#[derive(Clone)]
struct Message {
    first: [String; 3],
    fields: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl Message {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        let text = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = text.split("\r\n");
        let mut first = lines.next().unwrap().splitn(3, ' ').map(str::to_owned);
        Self {
            first: std::array::from_fn(|_| first.next().unwrap_or_default()),
            fields: lines
                .map(|line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    (name.to_owned(), value.into())
                })
                .collect(),
            body: bytes[end + 4..].into(),
        }
    }

    fn head(&self) -> Vec<u8> {
        let mut out = self.first.join(" ").into_bytes();
        out.extend(b"\r\n");
        for (name, value) in &self.fields {
            out.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        out.extend(b"\r\n");
        out
    }

    fn bytes(&self) -> Vec<u8> {
        [self.head(), self.body.clone()].concat()
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn has(&self, name: &str) -> bool {
        self.fields
            .iter()
            .any(|(found, _)| found.eq_ignore_ascii_case(name))
    }

    fn remove(&mut self, name: &str) {
        self.fields
            .retain(|(found, _)| !found.eq_ignore_ascii_case(name));
    }

    /// Gives a field this value, adding the field where it is not there.
    fn set(&mut self, name: &str, value: &[u8]) {
        match self
            .fields
            .iter_mut()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
        {
            Some((_, found)) => *found = value.into(),
            None => self.fields.push((name.into(), value.into())),
        }
    }

    /// Puts the field there a second time, after the first.
    fn repeat(&mut self, name: &str) {
        let at = self
            .fields
            .iter()
            .position(|(found, _)| found.eq_ignore_ascii_case(name))
            .unwrap();
        let field = self.fields[at].clone();
        self.fields.insert(at + 1, field);
    }
}

fn fixed(bytes: &mut [u8]) {
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = at as u8 ^ 0x35;
    }
}

/// A client that offers these.
fn client(
    subject: &Subject,
    subprotocol: &str,
    extensions: Option<&str>,
    strict: bool,
) -> ClientHandshake<&'static dyn Draft> {
    let opening = Opening {
        host: "example.com",
        resource: "/chat?room=1",
        origin: Some("http://example.com"),
        subprotocols: &[subprotocol],
        extensions,
        cookie: None,
        fields: &[],
        entropy: &fixed,
    };
    let options = ClientOptions {
        strict,
        ..ClientOptions::default()
    };
    ClientHandshake::new(subject.draft, &opening, options)
}

fn request(subject: &Subject) -> Message {
    Message::read(client(subject, "chat", None, false).request())
}

/// A value that the grammar allows, and one that it does not; the first one is out of the
/// ordinary. `None` where anything is allowed.
fn values(grammar: &Grammar) -> Option<(Vec<u8>, Vec<u8>)> {
    let swapped = |text: &str| {
        text.chars()
            .map(|letter| {
                if letter.is_ascii_uppercase() {
                    letter.to_ascii_lowercase()
                } else {
                    letter.to_ascii_uppercase()
                }
            })
            .collect::<String>()
            .into_bytes()
    };
    let texts = |good: &str, bad: &str| Some((good.into(), bad.into()));
    match grammar {
        Grammar::Literal(text) => Some((text.clone().into(), swapped(text))),
        Grammar::Keyword(text) => Some((swapped(text), format!("{text}x").into())),
        Grammar::Includes(token) => {
            let good = [b"keep-alive, ".as_slice(), &swapped(token), b" ,x"].concat();
            Some((good, format!("keep-alive, {token}x").into()))
        }
        Grammar::Host => texts("[::1]:8080", "example.com:70000"),
        Grammar::Origin => texts("null", "http://ex\u{e4}mple.com"),
        Grammar::Url | Grammar::Printable => texts("a b", "\u{e4}"),
        Grammar::Token => texts("a!b", "a b"),
        Grammar::TokenList => texts("chat,, a!b", "chat, a b"),
        Grammar::List => texts("a b, c", "\u{e4}"),
        Grammar::Words => texts("chat  a,b", "chat \u{e4}"),
        Grammar::Extensions => texts("a;b=c , d", "a; b=\"c\""),
        Grammar::QuotedExtensions => texts("a; b=\"c\", d;e", "a; b=\"c d\""),
        Grammar::Base64(length) => {
            let good = wsdraft::digest::base64(&vec![0xff; *length]);
            let bad = wsdraft::digest::base64(&vec![0xff; *length + 3]);
            Some((good.into(), bad.into()))
        }
        Grammar::SpacedNumber => texts("x1 2 4", "x1 2 5"),
        Grammar::Version(versions) => {
            let last = versions.last().unwrap();
            let next = (0..).find(|number| !versions.contains(number)).unwrap();
            Some((last.to_string().into(), next.to_string().into()))
        }
        Grammar::Versions => texts("13,8 , 7", "13, eight"),
        Grammar::Any => None,
    }
}

/// What breaks a rule about header fields, and what comes near to it.
fn change_fields(
    require: &Predicate,
    base: &Message,
    grammar: impl Fn(&str) -> Grammar,
    at: &str,
) -> (Message, Message) {
    let base = base.clone();
    let with_field = |name: &str| {
        base.clone().with(|message| {
            if !message.has(name) {
                let (good, _) = values(&grammar(name)).unwrap_or_default();
                message.set(name, &good);
            }
        })
    };
    match require {
        Predicate::Present(name) => (
            with_field(name).with(|message| message.remove(name)),
            with_field(name),
        ),
        Predicate::Absent(name) => (with_field(name), base.with(|message| message.remove(name))),
        Predicate::Once(name) => (
            with_field(name).with(|message| message.repeat(name)),
            with_field(name),
        ),
        Predicate::Distinct(name) => {
            // What differs in case alone is not the same.
            let separator = match grammar(name).separator() {
                spec::Separator::Space => " ",
                _ => ", ",
            };
            let list = |items: [&str; 3]| items.join(separator).into_bytes();
            let set = |items| base.clone().with(|message| message.set(name, &list(items)));
            (
                set(["chat", "other", "chat"]),
                set(["chat", "other", "Chat"]),
            )
        }
        Predicate::Conforms(name) => {
            let values = values(&grammar(name));
            let (good, bad) = values.unwrap_or_else(|| panic!("{at} cannot be broken"));
            (
                base.clone().with(|message| message.set(name, &bad)),
                base.with(|message| message.set(name, &good)),
            )
        }
        Predicate::First(names) => {
            let first = names.first().unwrap();
            let in_capitals = |message: &mut Message| {
                for (name, _) in &mut message.fields {
                    if name == first {
                        name.make_ascii_uppercase();
                    }
                }
            };
            (base.clone().with(in_capitals), base)
        }
        Predicate::Order(names) => {
            // Those that are there swap places, the last two of them.
            let places: Vec<usize> = names
                .iter()
                .filter_map(|name| {
                    let mut fields = base.fields.iter();
                    fields.position(|(found, _)| found.eq_ignore_ascii_case(name))
                })
                .collect();
            let [.., one, other] = places[..] else {
                panic!("{at}: no two fields");
            };
            (
                base.clone().with(|message| message.fields.swap(one, other)),
                base,
            )
        }
        other => panic!("{at}: no input is known for {other:?}"),
    }
}

fn checked_request(subject: &Subject, message: &Message) -> Vec<Violation> {
    let mut broken = Vec::new();
    let (head, limits) = (message.head(), HeadLimits::default());
    parse::with_request(&head, &message.body, false, &limits, |request| {
        let mut observe = |violation| {
            broken.push(violation);
            Ok(())
        };
        subject.draft.check_request(request, &mut observe).unwrap();
    })
    .unwrap();
    broken
}

fn ids(broken: &[Violation]) -> Vec<&'static str> {
    broken.iter().map(|violation| violation.rule.id).collect()
}

#[test]
fn requests() {
    each(spec::Scope::Request, |subject, rule, info| {
        let at = subject.at(info);
        let (bad, near) = change_request(subject, rule, &at);
        assert_eq!(ids(&checked_request(subject, &near)), [""; 0], "{at}");
        assert_eq!(ids(&checked_request(subject, &bad)), [info.id], "{at}");

        let strict = info.level == Level::Should;
        let options = ServerOptions {
            strict,
            ..ServerOptions::default()
        };
        let serve = |message: &Message| {
            ServerHandshake::new(vec![subject.draft], options).receive(&message.bytes())
        };
        let offered = serve(&near);
        assert!(
            matches!(offered, Ok(Progress::Offered(_))),
            "{at}: {offered:?}"
        );
        let refusal = match serve(&bad) {
            Err(refusal) => refusal,
            // Without a sign of the protocol it is a request like any other.
            Ok(Progress::Plain { .. }) => {
                let upgrade = subject.draft.info().request_header(Purpose::Upgrade);
                assert!(!bad.has(upgrade.unwrap().name), "{at}");
                return;
            }
            Ok(progress) => panic!("{at}: {progress:?}"),
        };
        let RefusalCause::Violation(violation) = refusal.cause else {
            panic!("{at}: {refusal:?}");
        };
        assert_eq!(violation.rule.id, info.id, "{at}");
        assert_eq!(refusal.status, info.http_status(), "{at}");
        let answer = String::from_utf8(refusal.response).unwrap();
        match info.outcome {
            Outcome::Reject { status, versions } => {
                assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{at}");
                let header = subject.draft.info().request_header(Purpose::Version);
                let listed = header.is_some_and(|header| answer.contains(header.name));
                // The text explains, and may name the field; a list is a line of its own.
                assert!(listed || !versions, "{at}: {answer}");
            }
            _ => assert_eq!(answer, "", "{at}"),
        }
    });
}

fn change_request(subject: &Subject, rule: &Rule, at: &str) -> (Message, Message) {
    let base = request(subject);
    let line = &subject.spec.request_line.as_ref().unwrap().value;
    let base = match &rule.when {
        Predicate::Always => base,
        Predicate::Present(name) => base.with(|message| {
            if !message.has(name) {
                let header = &subject.spec.request_headers.get(name).unwrap().value;
                message.set(name, &values(&header.value).unwrap_or_default().0);
            }
        }),
        other => panic!("{at}: no input is known for {other:?}"),
    };
    let change = |message: &Message, part: usize, text: &str| {
        message
            .clone()
            .with(|message| message.first[part] = text.into())
    };
    match &rule.require {
        Predicate::Method => (change(&base, 0, "POST"), base),
        Predicate::HttpVersion => {
            assert!(line.minor_version > 0, "{at} cannot be broken");
            (change(&base, 2, "HTTP/1.0"), base)
        }
        Predicate::Target => {
            let near = match line.absolute.first() {
                Some(scheme) => format!("{scheme}://example.com/chat"),
                None => "/".to_owned(),
            };
            let near = change(&base, 1, &near);
            // A path without a slash, and a URI of another scheme.
            let bad = [
                change(&base, 1, "chat"),
                change(&base, 1, "ftp://example.com/"),
            ];
            for bad in &bad {
                assert_eq!(checked_request(subject, bad).len(), 1, "{at}");
            }
            let [bad, _] = bad;
            (bad, near)
        }
        Predicate::NothingFollows => (
            base.clone().with(|message| message.body = b"x".into()),
            base,
        ),
        require => {
            let grammar = |name: &str| {
                let header = subject.spec.request_headers.get(&name.to_owned());
                header.map_or(Grammar::Any, |header| header.value.value.clone())
            };
            change_fields(require, &base, grammar, at)
        }
    }
}

/// A response, and the client that waits for it.
struct Exchange {
    subprotocol: String,
    extensions: Option<String>,
    response: Message,
}

impl Exchange {
    /// A valid exchange, with these agreed.
    fn new(subject: &Subject, subprotocol: &str, extensions: Option<&str>) -> Self {
        let client = client(subject, subprotocol, extensions, false);
        let request = Message::read(client.request());
        let (head, limits) = (request.head(), HeadLimits::default());
        let mut out = Vec::new();
        parse::with_request(&head, &request.body, false, &limits, |request| {
            let answer = Answer {
                subprotocol: Some(subprotocol),
                extensions,
                ..Answer::default()
            };
            subject.draft.write_response(request, &answer, &mut out);
            subject.draft.write_response_body(request, &mut out);
        })
        .unwrap();
        let end = out.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
        let body = out.split_off(end);
        let response = Message::read(&out).with(|message| message.body = body);
        Self {
            subprotocol: subprotocol.into(),
            extensions: extensions.map(str::to_owned),
            response,
        }
    }

    fn with(mut self, change: impl FnOnce(&mut Message)) -> Self {
        change(&mut self.response);
        self
    }

    fn client(&self, subject: &Subject, strict: bool) -> ClientHandshake<&'static dyn Draft> {
        client(
            subject,
            &self.subprotocol,
            self.extensions.as_deref(),
            strict,
        )
    }

    fn broken(&self, subject: &Subject) -> Vec<Violation> {
        let client = self.client(subject, false);
        let request = Message::read_latin(client.request());
        let mut broken = Vec::new();
        let (head, limits) = (self.response.head(), HeadLimits::default());
        parse::with_request(&request.0, &request.1, false, &limits, |request| {
            parse::with_response(&head, &self.response.body, &limits, |response| {
                let mut observe = |violation| {
                    broken.push(violation);
                    Ok(())
                };
                let draft = subject.draft;
                draft
                    .check_response(request, response, &mut observe)
                    .unwrap();
            })
            .unwrap();
        })
        .unwrap();
        broken
    }
}

impl Message {
    /// Head and body.
    fn read_latin(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .unwrap();
        let (head, body) = bytes.split_at(end + 4);
        (head.into(), body.into())
    }
}

#[test]
fn responses() {
    each(spec::Scope::Response, |subject, rule, info| {
        let at = subject.at(info);
        let (bad, near) = change_response(subject, rule, &at);
        assert_eq!(ids(&near.broken(subject)), [""; 0], "{at}");
        assert_eq!(ids(&bad.broken(subject)), [info.id], "{at}");

        let strict = info.level == Level::Should;
        let mut client = near.client(subject, strict);
        let agreed = client.receive(&near.response.bytes());
        assert!(matches!(agreed, Ok(Some(_))), "{at}: {agreed:?}");
        let mut client = bad.client(subject, strict);
        match client.receive(&bad.response.bytes()) {
            Err(ClientError::Violation(violation)) => {
                assert_eq!(violation.rule.id, info.id, "{at}")
            }
            // A server that does not switch has its reasons.
            Err(ClientError::Refused { status, .. }) => {
                assert_eq!(rule.require, Predicate::Status, "{at}: {status}")
            }
            other => panic!("{at}: {other:?}"),
        }
    });
}

fn change_response(subject: &Subject, rule: &Rule, at: &str) -> (Exchange, Exchange) {
    assert_eq!(rule.when, Predicate::Always, "{at}: no input is known");
    let base = || Exchange::new(subject, "chat", None);
    let header = |name: &str| {
        let header = subject.spec.response_headers.get(&name.to_owned());
        header.map(|header| &header.value)
    };
    let first = |part: usize, text: &str| base().with(|message| message.first[part] = text.into());
    match &rule.require {
        Predicate::HttpVersion => (first(0, "HTTP/1.0"), base()),
        Predicate::Status => (first(1, "200"), base()),
        Predicate::Reason => (first(2, "Fine"), base()),
        Predicate::AnswersBody => (base().with(|message| message.body[3] ^= 1), base()),
        Predicate::Answers(name) => {
            let other = match &header(name).unwrap().send {
                Source::Value(_) => values(&header(name).unwrap().value).unwrap().0,
                Source::Echo(_) => b"null".to_vec(),
                other => panic!("{at}: no input is known for {other:?}"),
            };
            (base().with(|message| message.set(name, &other)), base())
        }
        Predicate::Locates(name) => (
            base().with(|message| message.set(name, b"ws://example.com/other")),
            base(),
        ),
        Predicate::Offered(name) => {
            let extensions = header(name).unwrap().purpose == spec::Purpose::Extensions;
            let near = Exchange::new(subject, "chat", extensions.then_some("one, two"));
            let bad = Exchange::new(subject, "chat", extensions.then_some("one, two"));
            (
                bad.with(|message| message.set(name, b"three")),
                near.with(|message| message.set(name, if extensions { b"two" } else { b"chat" })),
            )
        }
        require => {
            let name = match require {
                Predicate::Present(name)
                | Predicate::Absent(name)
                | Predicate::Once(name)
                | Predicate::Conforms(name) => name,
                Predicate::First(names) | Predicate::Order(names) => &names[0],
                other => panic!("{at}: no input is known for {other:?}"),
            };
            let grammar =
                |name: &str| header(name).map_or(Grammar::Any, |found| found.value.clone());
            // What is agreed must have been offered, be it well formed or not.
            let agreed = |message: &Message| {
                let mut fields = message.fields.iter();
                let value = fields
                    .find(|(found, _)| found.eq_ignore_ascii_case(name))
                    .map(|(_, value)| String::from_utf8(value.clone()).unwrap());
                let message = message.clone();
                let exchange = match header(name).map(|header| header.purpose) {
                    Some(spec::Purpose::Subprotocol) => {
                        Exchange::new(subject, value.as_deref().unwrap_or("chat"), None)
                    }
                    Some(spec::Purpose::Extensions) => {
                        Exchange::new(subject, "chat", value.as_deref())
                    }
                    _ => base(),
                };
                exchange.with(|response| *response = message)
            };
            let (bad, near) = change_fields(require, &base().response, grammar, at);
            (agreed(&bad), agreed(&near))
        }
    }
}

// ---- Frames ----

/// A frame to be written as it is, right or wrong.
#[derive(Clone, Default)]
struct Raw {
    opcode: u8,
    more: bool,
    reserved: u8,
    payload: Vec<u8>,
    /// Bits of the length form, where it is not the shortest one.
    form: Option<u8>,
    /// A length other than the payload's.
    length: Option<u64>,
    /// Whether it is masked, where that is not as the draft has it.
    masked: Option<bool>,
}

const SESSION: Session = Session {
    masking_key: Some([7; 20]),
};
const NONCE: [u8; 4] = [0x11, 0x22, 0x33, 0x44];

impl Subject {
    fn form(&self) -> &Form {
        &self.spec.layout.as_ref().unwrap().value.form
    }

    /// An opcode with its kind; the first of these kinds that there is.
    fn opcode(&self, kinds: &[Kind]) -> Option<(Kind, u8)> {
        let opcodes = self.draft.info().opcodes;
        kinds.iter().find_map(|kind| {
            let found = opcodes.iter().find(|opcode| opcode.kind == *kind)?;
            Some((*kind, found.value))
        })
    }

    fn raw(&self, kind: Kind, payload: &[u8]) -> Raw {
        let (_, opcode) = self.opcode(&[kind]).unwrap();
        Raw {
            opcode,
            payload: payload.into(),
            ..Raw::default()
        }
    }

    /// A close frame's body that breaks nothing.
    fn close_body(&self, from: Role) -> Vec<u8> {
        match self.spec.closing.as_ref().map(|closing| closing.value.body) {
            Some(spec::CloseBody::Letter { client, server }) => {
                vec![if from == Role::Client { client } else { server }]
            }
            _ => Vec::new(),
        }
    }

    /// The key with which a draft masks that masks whole frames.
    fn key(&self, from: Role) -> Vec<u8> {
        let (kind, _) = self.opcode(&[Kind::Text]).unwrap();
        let frame = Outgoing {
            kind,
            fin: true,
            reserved: 0,
            length: 0,
        };
        let encoded = self.draft.encode(&frame, from, NONCE, &SESSION).unwrap();
        match encoded.mask {
            wsdraft::frame::Mask::Twenty { key, .. } => key.into(),
            _ => NONCE.into(),
        }
    }

    fn bytes(&self, from: Role, frame: &Raw) -> Vec<u8> {
        let Form::Prefixed { fields, extended } = self.form() else {
            return self.delimited(frame);
        };
        let masking = self.spec.masking.as_ref().map(|masking| &masking.value);
        let masks = masking.filter(|masking| match masking.by {
            spec::Role::Client => from == Role::Client,
            spec::Role::Server => from == Role::Server,
        });
        let covers = masks.map(|masking| masking.covers);
        let masked = frame
            .masked
            .unwrap_or_else(|| covers == Some(Cover::Payload));
        let length = frame.length.unwrap_or(frame.payload.len() as u64);
        let short = extended
            .first()
            .map_or(127, |form| u64::from(form.marker) - 1);
        let form = match frame.form {
            Some(bits) => extended.iter().find(|form| form.bits == bits),
            None if length <= short => None,
            None => extended.iter().find(|form| length >> form.bits == 0),
        };
        let mut two = 0u16;
        let mut names = 0;
        for field in fields {
            let (value, bits) = match field {
                LayoutField::Final => (u16::from(!frame.more), 1),
                LayoutField::More => (u16::from(frame.more), 1),
                LayoutField::Reserved(_) => {
                    names += 1;
                    (u16::from(frame.reserved >> (names - 1) & 1), 1)
                }
                LayoutField::Opcode(bits) => (u16::from(frame.opcode), *bits),
                LayoutField::Masked => (u16::from(masked), 1),
                LayoutField::Length(bits) => {
                    let value = form.map_or(length as u16, |form| u16::from(form.marker));
                    (value, *bits)
                }
            };
            two = two << bits | value;
        }
        let mut out = two.to_be_bytes().to_vec();
        if let Some(form) = form {
            let count = usize::from(form.bits.div_ceil(8));
            out.extend(&length.to_be_bytes()[8 - count..]);
        }
        let mut payload = frame.payload.clone();
        if masked {
            out.extend(NONCE);
            mask::apply(&mut payload, NONCE, 0);
        }
        out.extend(payload);
        if covers == Some(Cover::Frame) {
            mask::apply_cyclic(&mut out, &self.key(from), 0);
            out.splice(0..0, NONCE);
        }
        out
    }

    fn delimited(&self, frame: &Raw) -> Vec<u8> {
        let Form::Delimited { types } = self.form() else {
            unreachable!()
        };
        let range = types
            .iter()
            .find(|range| (range.from..=range.to).contains(&frame.opcode))
            .unwrap();
        let mut out = vec![frame.opcode];
        match range.payload {
            Delimiter::Until(end) => {
                out.extend(&frame.payload);
                out.push(end);
            }
            Delimiter::Counted => {
                let mut encoded = wsdraft::frame::Encoded::new();
                wsdraft::frame::write_counted(frame.payload.len() as u64, &mut encoded);
                out.extend(encoded.bytes());
                out.extend(&frame.payload);
            }
        }
        out
    }

    fn stream(&self, from: Role, frames: &[Raw]) -> Vec<u8> {
        let frames = frames.iter();
        frames.flat_map(|frame| self.bytes(from, frame)).collect()
    }

    fn inspect(&self, from: Role, claimed: u8, bytes: &[u8]) -> Vec<Observed> {
        let limits = Limits::default();
        let mut inspector = Inspector::with(self.draft, from, SESSION, claimed, limits);
        inspector.push(bytes);
        inspector.end_of_input();
        inspector.collect()
    }

    fn broken(&self, from: Role, claimed: u8, bytes: &[u8]) -> Vec<Violation> {
        let seen = self.inspect(from, claimed, bytes).into_iter();
        seen.filter_map(|seen| match seen {
            Observed::Violation(violation) => Some(violation),
            _ => None,
        })
        .collect()
    }

    /// What a connection that enforces makes of it: the error, and what it sends.
    fn enforce(
        &self,
        from: Role,
        claimed: u8,
        strict: bool,
        bytes: &[u8],
    ) -> (Option<Error>, Vec<u8>) {
        let mut policy = if strict {
            Policy::strict()
        } else {
            Policy::default()
        };
        policy.claimed = claimed;
        let config = Config::with_policy(policy);
        let mut connection = match from {
            Role::Client => Connection::server(self.draft, SESSION, config),
            Role::Server => {
                let entropy = |bytes: &mut [u8]| -> Result<(), NoEntropy> {
                    fixed(bytes);
                    Ok(())
                };
                Connection::client(self.draft, SESSION, entropy, config)
            }
        };
        connection.feed(bytes);
        let error = loop {
            match connection.receive() {
                Ok(Some(Event::Closed(_)) | None) => break None,
                Ok(Some(_)) => {}
                Err(error) => break Some(error),
            }
        };
        (error, connection.output().to_vec())
    }

    /// Checks that a stream breaks a rule and no other, and that the connection ends as the
    /// rule has it; and that another one breaks none.
    fn expect(&self, rule: &'static RuleInfo, from: Role, bad: &[u8], near: &[u8], claimed: u8) {
        let at = format!("{} by a {from}", self.at(rule));
        assert_eq!(ids(&self.broken(from, claimed, near)), [""; 0], "{at}");
        assert_eq!(ids(&self.broken(from, 0, bad)), [rule.id], "{at}");

        let strict = rule.level == Level::Should;
        let (error, _) = self.enforce(from, claimed, strict, near);
        assert_eq!(error, None, "{at}");
        if rule.outcome == Outcome::Discard {
            assert_eq!(self.enforce(from, 0, true, bad).0, None, "{at}");
            return;
        }
        if strict {
            assert_eq!(self.enforce(from, 0, false, bad).0, None, "{at}");
        }
        let (error, output) = self.enforce(from, 0, strict, bad);
        let Some(Error::Violation(violation)) = error else {
            panic!("{at}: {error:?}");
        };
        assert_eq!(violation.rule.id, rule.id, "{at}");
        let answers = self.inspect(from.peer(), 0, &output);
        let code = answers.iter().find_map(|seen| match seen {
            Observed::Close(close) => Some(close.code),
            Observed::Violation(violation) => panic!("{at}: the answer: {violation}"),
            _ => None,
        });
        // Without a code there is nothing to say, and the connection just ends.
        assert_eq!(code, rule.close_code().map(Some), "{at}: {answers:?}");
    }
}

fn senders(rule: &Rule) -> &'static [Role] {
    match rule.by {
        None => &[Role::Client, Role::Server],
        Some(spec::Role::Client) => &[Role::Client],
        Some(spec::Role::Server) => &[Role::Server],
    }
}

#[test]
fn frames() {
    each(spec::Scope::Frame, |subject, rule, info| {
        for &from in senders(rule) {
            for (bad, near, claimed) in change_frames(subject, rule, from, info) {
                let (bad, near) = (subject.stream(from, &bad), subject.stream(from, &near));
                subject.expect(info, from, &bad, &near, claimed);
            }
        }
    });
}

/// Streams that break a rule, each with one that does not and the reserved bits that are
/// claimed in that.
fn change_frames(
    subject: &Subject,
    rule: &Rule,
    from: Role,
    info: &RuleInfo,
) -> Vec<(Vec<Raw>, Vec<Raw>, u8)> {
    let at = subject.at(info);
    let text = subject.raw(Kind::Text, b"text");
    let unfinished = |payload: &[u8]| Raw {
        more: true,
        ..subject.raw(Kind::Text, payload)
    };
    // The frame that the rule is about, and what stands around it.
    let (kind, frame) = match &rule.when {
        Predicate::Always | Predicate::Data | Predicate::Starts => (Kind::Text, text.clone()),
        Predicate::Control => {
            let kinds = [Kind::Ping, Kind::Pong, Kind::Close];
            let (kind, _) = subject.opcode(&kinds).unwrap();
            (kind, subject.raw(kind, b""))
        }
        Predicate::Opcode(name) => {
            let name = subject.spec.opcodes.get(name).unwrap();
            let kind = match name.value.kind {
                spec::Kind::Continuation => Kind::Continuation,
                spec::Kind::Text => Kind::Text,
                spec::Kind::Binary => Kind::Binary,
                spec::Kind::Close => Kind::Close,
                spec::Kind::Ping => Kind::Ping,
                spec::Kind::Pong => Kind::Pong,
            };
            let payload = match kind {
                Kind::Close => subject.close_body(from),
                _ => Vec::new(),
            };
            (kind, subject.raw(kind, &payload))
        }
        other => panic!("{at}: no input is known for {other:?}"),
    };
    let alone = |frame: Raw| match kind {
        Kind::Continuation => vec![unfinished(b"a"), frame],
        _ => vec![frame],
    };
    let extended = match subject.form() {
        Form::Prefixed { extended, .. } => extended.as_slice(),
        Form::Delimited { .. } => &[],
    };
    let one = |bad: Vec<Raw>, near: Vec<Raw>| vec![(bad, near, 0)];
    match &rule.require {
        Predicate::KnownOpcode => {
            let known = |value: u8| {
                let opcodes = subject.draft.info().opcodes;
                opcodes.iter().any(|opcode| opcode.value == value)
            };
            let unknown = (0..16).filter(|value| !known(*value));
            unknown
                .map(|opcode| {
                    (
                        vec![Raw {
                            opcode,
                            ..frame.clone()
                        }],
                        vec![frame.clone()],
                        0,
                    )
                })
                .collect()
        }
        Predicate::ReservedClear => (0..subject.draft.info().reserved_bits.len())
            .map(|bit| {
                let set = Raw {
                    reserved: 1 << bit,
                    ..frame.clone()
                };
                (alone(set.clone()), alone(set), 1 << bit)
            })
            .collect(),
        Predicate::MinimalLength => {
            let mut largest = u64::from(extended[0].marker) - 1;
            let mut cases = Vec::new();
            for form in extended {
                let of = |length: u64| Raw {
                    payload: vec![b'a'; length as usize],
                    form: Some(form.bits),
                    ..frame.clone()
                };
                cases.push((alone(of(largest)), alone(of(largest + 1)), 0));
                cases.push((alone(of(0)), alone(of(largest + 2)), 0));
                largest = (1 << form.bits) - 1;
            }
            cases
        }
        Predicate::LengthFits => {
            let form = extended.last().unwrap();
            let of = |length: Option<u64>| Raw {
                payload: vec![b'a'; 1 << 16],
                form: Some(form.bits),
                length,
                ..frame.clone()
            };
            let over = 1 << form.bits | 1 << 16;
            one(alone(of(Some(over))), alone(of(None)))
        }
        Predicate::PayloadAtMost(limit) => {
            let of = |length: u64| Raw {
                payload: vec![b'a'; length as usize],
                ..frame.clone()
            };
            one(alone(of(limit + 1)), alone(of(*limit)))
        }
        Predicate::Final => {
            let open = Raw {
                more: true,
                ..frame.clone()
            };
            one(alone(open), alone(frame))
        }
        Predicate::Masked | Predicate::Unmasked => {
            let masked = |masked| Raw {
                masked: Some(masked),
                ..frame.clone()
            };
            let right = rule.require == Predicate::Masked;
            one(alone(masked(!right)), alone(masked(right)))
        }
        Predicate::MessageOpen => one(vec![frame.clone(), text], vec![unfinished(b"a"), frame]),
        Predicate::BeforeClose => {
            let close = subject.raw(Kind::Close, &subject.close_body(from));
            one(vec![close.clone(), frame.clone()], vec![frame, close])
        }
        Predicate::NoMessageOpen => one(vec![unfinished(b"a"), frame.clone()], vec![text, frame]),
        other => panic!("{at}: no input is known for {other:?}"),
    }
}

#[test]
fn messages() {
    each(spec::Scope::Message, |subject, rule, info| {
        let at = subject.at(info);
        assert_eq!(rule.require, Predicate::Utf8, "{at}: no input is known");
        for &from in senders(rule) {
            // A surrogate, a long form, what is too large, half of a character.
            let faulty: [&[u8]; 4] = [b"\xed\xa0\x80", b"a\xc1\x81", b"\xf4\x90\x80\x80", b"b\xc3"];
            for bad in faulty {
                let near = subject.bytes(
                    from,
                    &subject.raw(Kind::Text, "h\u{e9}\u{10ffff}".as_bytes()),
                );
                let bytes = subject.bytes(from, &subject.raw(Kind::Text, bad));
                if info.outcome != Outcome::Replace {
                    subject.expect(info, from, &bytes, &near, 0);
                    continue;
                }
                let seen = subject.inspect(from, 0, &bytes);
                let repaired = String::from_utf8_lossy(bad).into_owned();
                assert_eq!(seen.last(), Some(&Observed::Text(repaired)), "{at}");
                assert_eq!(subject.broken(from, 0, &bytes), [], "{at}");
                assert_eq!(subject.enforce(from, 0, false, &bytes).0, None, "{at}");
            }
            if subject.draft.info().fragments && info.outcome != Outcome::Replace {
                let piece = |kind, payload: &[u8], more| Raw {
                    more,
                    ..subject.raw(kind, payload)
                };
                let parts = |second: &[u8]| {
                    let first = piece(Kind::Text, b"\xc3", true);
                    subject.stream(from, &[first, piece(Kind::Continuation, second, false)])
                };
                subject.expect(info, from, &parts(b"\x28"), &parts(b"\xa9"), 0);
                subject.expect(info, from, &parts(b""), &parts(b"\xa9"), 0);
            }
        }
    });
}

#[test]
fn close_frames() {
    each(spec::Scope::Close, |subject, rule, info| {
        let at = subject.at(info);
        for &from in senders(rule) {
            let normal = subject.draft.info().local_codes.normal;
            let coded = |code: u16, reason: &[u8]| [&code.to_be_bytes(), reason].concat();
            let cases: Vec<(Vec<u8>, Vec<u8>)> = match &rule.require {
                Predicate::CodeComplete => {
                    vec![(vec![3], vec![]), (vec![3], coded(normal.unwrap(), b""))]
                }
                Predicate::ReasonUtf8 => vec![(
                    coded(normal.unwrap(), b"\xc3"),
                    coded(normal.unwrap(), b"\xc3\xa9"),
                )],
                Predicate::CodeAllowed => {
                    let (bad, good): (Vec<u16>, Vec<u16>) =
                        (0..=u16::MAX).partition(|code| !may_send(subject.spec, *code, from));
                    // Each class of codes begins and ends somewhere.
                    let edges = |codes: &[u16]| -> Vec<u16> {
                        let apart = |a: &u16, b: &u16| b - a == 1;
                        codes
                            .chunk_by(apart)
                            .flat_map(|run| [run[0], run[run.len() - 1]])
                            .collect()
                    };
                    let (bad, good) = (edges(&bad), edges(&good));
                    assert!(!bad.is_empty() && !good.is_empty(), "{at}");
                    (0..bad.len().max(good.len()))
                        .map(|at| {
                            let bad = bad[at % bad.len()];
                            (coded(bad, b""), coded(good[at % good.len()], b"\xc3\xa9"))
                        })
                        .collect()
                }
                Predicate::Letter => {
                    let own = subject.close_body(from);
                    let others = subject.close_body(from.peer());
                    vec![(others, own.clone()), (vec![], own)]
                }
                other => panic!("{at}: no input is known for {other:?}"),
            };
            for (bad, near) in cases {
                let bytes = |body: &[u8]| subject.bytes(from, &subject.raw(Kind::Close, body));
                subject.expect(info, from, &bytes(&bad), &bytes(&near), 0);
            }
        }
    });
}

/// Whether a code may stand in a close frame, by the data alone.
fn may_send(spec: &ResolvedDraft, code: u16, from: Role) -> bool {
    if let Some(known) = spec.close_codes.get(&code) {
        return known.value.on_wire
            && known.value.by.is_none_or(|by| match by {
                spec::Role::Client => from == Role::Client,
                spec::Role::Server => from == Role::Server,
            });
    }
    let Some(ranges) = &spec.close_ranges else {
        return true;
    };
    ranges.value.ranges.iter().any(|range| {
        let free = matches!(
            range.usage,
            spec::RangeUse::Registered | spec::RangeUse::Private
        );
        free && (range.from..=range.to).contains(&code)
    })
}
