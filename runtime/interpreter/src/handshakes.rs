//! The opening handshake: checks and builders.

use std::collections::BTreeSet;

use wsdraft::{
    Draft, Seen, digest, grammar,
    handshake::{Answer, Field, Fields, Opening, Request, Response},
    info::{RuleInfo, Separator},
    support,
};
use wsdraft_spec::{
    model::{Header, Rule},
    vocabulary::{Grammar, Predicate, Purpose, Source},
};

use crate::{
    Interpreted,
    expression::{self, Scope},
};

/// What breaks a rule, and where.
type Breach = Option<(u64, Seen)>;

impl Interpreted {
    fn host(&self) -> &str {
        let headers = &self.spec.request_headers;
        headers
            .iter()
            .find(|(_, header)| header.value.purpose == Purpose::Host)
            .map_or("", |(name, _)| name)
    }

    /// The name of a field as the static tables have it.
    fn name(&self, name: &str) -> &'static str {
        let headers = self
            .info
            .request_headers
            .iter()
            .chain(self.info.response_headers);
        headers
            .map(|header| header.name)
            .find(|known| *known == name)
            .unwrap_or_default()
    }

    fn value(&self, field: &Field<'_>, name: &str) -> (u64, Seen) {
        (
            field.offset as u64,
            Seen::value(self.name(name), field.value),
        )
    }

    pub(super) fn request_breaks(
        &self,
        rule: &Rule,
        _info: &RuleInfo,
        request: &Request<'_>,
    ) -> Breach {
        let fields = &request.fields;
        if !applies(&rule.when, fields, None) {
            return None;
        }
        let line = self.spec.request_line.as_ref().map(|line| &line.value);
        match &rule.require {
            Predicate::Method => {
                (request.method != line?.method).then(|| (0, Seen::text(request.method.as_bytes())))
            }
            Predicate::HttpVersion => (request.minor_version < line?.minor_version).then(|| {
                let seen = support::http_version(request.minor_version);
                (support::version_offset(request), seen)
            }),
            Predicate::Target => {
                let schemes: Vec<&str> = line?
                    .absolute
                    .iter()
                    .map(|scheme| scheme.as_str())
                    .collect();
                (!support::target_is(request.target, &schemes)).then(|| {
                    (
                        request.method.len() as u64 + 1,
                        Seen::text(request.target.as_bytes()),
                    )
                })
            }
            Predicate::NothingFollows => {
                (!request.body.is_empty()).then(|| (fields.end() as u64, Seen::text(request.body)))
            }
            other => self.fields_break(other, fields, |name| {
                self.spec
                    .request_headers
                    .get(name)
                    .map(|header| &header.value)
            }),
        }
    }

    pub(super) fn response_breaks(
        &self,
        rule: &Rule,
        request: &Request<'_>,
        response: &Response<'_>,
    ) -> Breach {
        let fields = &response.fields;
        let answer = Reply {
            status: response.status,
            accepts: self.info.accepts(response),
            only_version_refuses: &|| {
                support::only_version_refuses(|report| self.check_request(request, report))
            },
        };
        if !applies(&rule.when, fields, Some(answer)) {
            return None;
        }
        let line = self.spec.status_line.as_ref().map(|line| &line.value);
        let headers = |name: &str| {
            self.spec
                .response_headers
                .get(name)
                .map(|header| &header.value)
        };
        let scope = Scope {
            response: Some(response),
            ..Scope::request(request)
        };
        match &rule.require {
            Predicate::HttpVersion => {
                let minor = self.spec.request_line.as_ref()?.value.minor_version;
                (response.minor_version < minor)
                    .then(|| (0, support::http_version(response.minor_version)))
            }
            Predicate::Status => (response.status != line?.status && !answer.refuses())
                .then(|| (9, Seen::Number(u64::from(response.status)))),
            Predicate::Reason => (response.reason != line?.reason)
                .then(|| (13, Seen::text(response.reason.as_bytes()))),
            Predicate::Answers(name) => {
                let expected = match &headers(name)?.send {
                    Source::Value(expr) => expression::evaluate(expr, &scope),
                    Source::Echo(of) => request.fields.value(of).to_vec(),
                    _ => return None,
                };
                let wrong = fields.all(name).find(|field| field.value != expected)?;
                Some(self.value(&wrong, name))
            }
            Predicate::AnswersBody => {
                let expected =
                    expression::evaluate(&self.spec.response_body.as_ref()?.value.value, &scope);
                (response.body != expected)
                    .then(|| (fields.end() as u64, Seen::text(response.body)))
            }
            Predicate::Locates(name) => {
                let expected = support::location(request, self.host());
                let wrong = fields
                    .all(name)
                    .find(|field| field.value != expected.as_bytes())?;
                Some(self.value(&wrong, name))
            }
            Predicate::Offered(name) => {
                let purpose = headers(name)?.purpose;
                let offers = self.spec.request_headers.iter();
                let (of, offer) = offers
                    .into_iter()
                    .find(|(_, header)| header.value.purpose == purpose)?;
                let separator = offer.value.value.separator();
                let element = |item| grammar::element_name(item);
                let offered: Vec<&[u8]> = request
                    .fields
                    .all(of)
                    .flat_map(|field| {
                        grammar::items(field.value, separator)
                            .map(element)
                            .collect::<Vec<_>>()
                    })
                    .collect();
                let wrong = fields.all(name).find(|field| {
                    grammar::items(field.value, separator)
                        .any(|item| !offered.contains(&element(item)))
                })?;
                Some(self.value(&wrong, name))
            }
            other => self.fields_break(other, fields, headers),
        }
    }

    /// What requests and responses have in common.
    fn fields_break<'h>(
        &self,
        require: &Predicate,
        fields: &Fields<'_>,
        header: impl Fn(&str) -> Option<&'h Header>,
    ) -> Breach {
        match require {
            Predicate::Present(name) => fields
                .get(name)
                .is_none()
                .then(|| (fields.end() as u64, Seen::Missing(self.name(name)))),
            Predicate::Absent(name) => Some(self.value(&fields.get(name)?, name)),
            Predicate::Once(name) => Some(self.value(&fields.all(name).nth(1)?, name)),
            Predicate::Distinct(name) => {
                let separator = header(name)?.value.separator();
                let mut seen = BTreeSet::new();
                for field in fields.all(name) {
                    for item in grammar::items(field.value, separator) {
                        if !seen.insert(item) {
                            return Some(self.value(&field, name));
                        }
                    }
                }
                None
            }
            Predicate::LowerCase(name) => {
                let upper = |field: &Field<'_>| field.value.iter().any(u8::is_ascii_uppercase);
                Some(self.value(&fields.all(name).find(upper)?, name))
            }
            Predicate::Conforms(name) => {
                let value = &header(name)?.value;
                if let Grammar::Includes(token) = value {
                    let includes = fields
                        .all(name)
                        .any(|field| grammar::includes_token(field.value, token));
                    let first = fields.get(name)?;
                    return (!includes).then(|| self.value(&first, name));
                }
                let wrong = fields
                    .all(name)
                    .find(|field| !conforms(value, field.value))?;
                Some(self.value(&wrong, name))
            }
            Predicate::Order(names) => {
                let mut expected = 0;
                for field in fields.iter() {
                    match names
                        .iter()
                        .position(|name| name.eq_ignore_ascii_case(field.name))
                    {
                        Some(rank) if rank >= expected => expected = rank,
                        _ => return Some((field.offset as u64, Seen::text(field.name.as_bytes()))),
                    }
                }
                None
            }
            Predicate::First(names) => {
                let present = names.iter().filter(|name| fields.get(name).is_some());
                let (field, _) = fields
                    .iter()
                    .zip(present)
                    .find(|(field, name)| field.name != **name)?;
                Some((field.offset as u64, Seen::text(field.name.as_bytes())))
            }
            _ => None,
        }
    }

    pub(super) fn write_opening(&self, opening: &Opening<'_>, out: &mut Vec<u8>) {
        let line = self.spec.request_line.as_ref().map(|line| &line.value);
        out.extend_from_slice(line.map_or("GET", |line| &line.method).as_bytes());
        out.push(b' ');
        support::push_text(out, opening.resource.as_bytes());
        out.extend_from_slice(
            format!(" HTTP/1.{}\r\n", line.map_or(1, |line| line.minor_version)).as_bytes(),
        );
        for (name, header) in self.spec.request_headers.iter() {
            let header = &header.value;
            match (&header.send, &header.value) {
                (Source::Text(text), _) => support::push_field(out, name, text.as_bytes()),
                (Source::Version, Grammar::Version(versions)) => {
                    let version = versions.first().copied().unwrap_or_default();
                    support::push_field(out, name, format!("{version}").as_bytes());
                }
                (Source::Random, Grammar::Base64(length)) => {
                    let mut bytes = vec![0; *length];
                    (opening.entropy)(&mut bytes);
                    support::push_field(out, name, digest::base64(&bytes).as_bytes());
                }
                (Source::Random, _) => support::push_spaced_number(out, name, opening),
                (Source::Given, grammar) => given(header, grammar, name, opening, out),
                _ => {}
            }
        }
        support::push_fields(out, opening.fields);
        out.extend_from_slice(b"\r\n");
        if let Some(body) = &self.spec.request_body {
            let mut bytes = vec![0; body.value.length];
            (opening.entropy)(&mut bytes);
            out.extend_from_slice(&bytes);
        }
    }

    pub(super) fn write_answer(
        &self,
        request: &Request<'_>,
        answer: &Answer<'_>,
        out: &mut Vec<u8>,
    ) {
        let minor = self
            .spec
            .request_line
            .as_ref()
            .map_or(1, |line| line.value.minor_version);
        if let Some(line) = &self.spec.status_line {
            let (status, reason) = (line.value.status, &line.value.reason);
            out.extend_from_slice(format!("HTTP/1.{minor} {status} {reason}\r\n").as_bytes());
        }
        let scope = Scope::request(request);
        for (name, header) in self.spec.response_headers.iter() {
            let header = &header.value;
            match &header.send {
                Source::Text(text) => support::push_field(out, name, text.as_bytes()),
                Source::Random => {
                    support::push_field(out, name, digest::base64(&answer.nonce).as_bytes())
                }
                Source::Value(expr) => {
                    support::push_field(out, name, &expression::evaluate(expr, &scope))
                }
                Source::Echo(of) => {
                    if let Some(field) = request.fields.get(of) {
                        support::push_field(out, name, field.value);
                    }
                }
                Source::Location => {
                    support::push_field(
                        out,
                        name,
                        support::location(request, self.host()).as_bytes(),
                    );
                }
                Source::Given => match header.purpose {
                    Purpose::Subprotocol => support::push_optional(out, name, answer.subprotocol),
                    Purpose::Extensions => support::push_optional(out, name, answer.extensions),
                    _ => {}
                },
                Source::Version | Source::Nothing => {}
            }
        }
        support::push_fields(out, answer.fields);
        out.extend_from_slice(b"\r\n");
    }
}

/// What a response says as a whole.
#[derive(Clone, Copy)]
struct Reply<'a> {
    status: u16,
    accepts: bool,
    only_version_refuses: &'a dyn Fn() -> bool,
}

impl Reply<'_> {
    const fn refuses(self) -> bool {
        !self.accepts && self.status >= 200
    }
}

/// Whether a rule holds for a head; `reply` is there where that is a response.
fn applies(when: &Predicate, fields: &Fields<'_>, reply: Option<Reply<'_>>) -> bool {
    match when {
        Predicate::Present(name) => fields.get(name).is_some(),
        Predicate::Accepts => reply.is_some_and(|reply| reply.accepts),
        Predicate::Refuses => reply.is_some_and(Reply::refuses),
        Predicate::StatusIs(status) => reply.is_some_and(|reply| reply.status == *status),
        Predicate::VersionRefused(status) => {
            reply.is_some_and(|reply| reply.status == *status && (reply.only_version_refuses)())
        }
        _ => true,
    }
}

fn given(header: &Header, grammar: &Grammar, name: &str, opening: &Opening<'_>, out: &mut Vec<u8>) {
    match header.purpose {
        Purpose::Host => support::push_field(out, name, opening.host.as_bytes()),
        Purpose::Origin => support::push_optional(out, name, opening.origin),
        Purpose::Extensions => support::push_optional(out, name, opening.extensions),
        Purpose::Cookie => support::push_optional(out, name, opening.cookie),
        Purpose::Subprotocol => {
            let separator = match grammar.separator() {
                Separator::Comma => Some(", "),
                Separator::Space => Some(" "),
                Separator::None => None,
            };
            support::push_list(out, name, opening.subprotocols, separator);
        }
        _ => {}
    }
}

fn conforms(grammar: &Grammar, value: &[u8]) -> bool {
    match grammar {
        Grammar::Literal(text) => value == text.as_bytes(),
        Grammar::Keyword(text) => value.eq_ignore_ascii_case(text.as_bytes()),
        Grammar::Includes(token) => grammar::includes_token(value, token),
        Grammar::Host => grammar::is_host(value),
        Grammar::Origin => grammar::is_origin(value),
        Grammar::Url | Grammar::Printable => grammar::is_printable(value),
        Grammar::Token => grammar::is_token(value),
        Grammar::TokenList => grammar::is_token_list(value),
        Grammar::Words => grammar::is_words(value),
        Grammar::List => grammar::is_list(value),
        Grammar::Extensions => grammar::is_extension_list(value, false).is_ok(),
        Grammar::QuotedExtensions => grammar::is_extension_list(value, true).is_ok(),
        Grammar::Base64(length) => digest::is_base64_of(value, *length).is_ok(),
        Grammar::SpacedNumber => grammar::spaced_number(value).is_ok(),
        Grammar::Version(versions) => {
            let number = grammar::is_number(value, 255);
            number
                .is_some_and(|number| versions.iter().any(|&version| u32::from(version) == number))
        }
        Grammar::Versions => grammar::numbers(value).all(|number| number.is_ok()),
        Grammar::Any => true,
    }
}
