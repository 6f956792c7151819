//! The opening handshake: checks and writers.

use std::collections::BTreeSet;

use wsdraft::{
    Draft, Seen, digest, grammar,
    handshake::{Answer, Field, Fields, Opening, Request, Response},
    info::Separator,
    support,
};
use wsdraft_spec::{
    model::Header,
    requirement::{FieldTest, RequestCondition, RequestTest, ResponseCondition, ResponseTest},
    vocabulary::{GivenInRequest, GivenInResponse, Grammar, RandomValue, Source},
};

use crate::{
    Interpreted,
    expression::{self, Scope},
    rules::Checked,
};

/// A finding that violates a rule, and its position.
type Breach = Option<(u64, Seen)>;

impl Interpreted {
    /// The name of a field, as in the static tables.
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
        rule: &Checked<RequestCondition, RequestTest>,
        request: &Request<'_>,
    ) -> Breach {
        let fields = &request.fields;
        let holds = match &rule.when {
            None => true,
            Some(RequestCondition::Present(name)) => fields.get(name).is_some(),
        };
        if !holds {
            return None;
        }
        match &rule.test {
            RequestTest::Method(method) => {
                (request.method != method).then(|| (0, Seen::text(request.method.as_bytes())))
            }
            RequestTest::HttpVersion(minor) => (request.minor_version < *minor).then(|| {
                let seen = support::http_version(request.minor_version);
                (support::version_offset(request), seen)
            }),
            RequestTest::Target(schemes) => {
                let schemes: Vec<&str> = schemes.iter().map(String::as_str).collect();
                (!support::target_is(request.target, &schemes)).then(|| {
                    (
                        request.method.len() as u64 + 1,
                        Seen::text(request.target.as_bytes()),
                    )
                })
            }
            RequestTest::NothingFollows => {
                (!request.body.is_empty()).then(|| (fields.end() as u64, Seen::text(request.body)))
            }
            RequestTest::Field(test) => self.fields_break(test, fields),
        }
    }

    pub(super) fn response_breaks(
        &self,
        rule: &Checked<ResponseCondition, ResponseTest>,
        request: &Request<'_>,
        response: &Response<'_>,
    ) -> Breach {
        let fields = &response.fields;
        if !rule
            .when
            .as_ref()
            .is_none_or(|when| self.response_is(when, request, response))
        {
            return None;
        }
        let scope = Scope {
            response: Some(response),
            ..Scope::request(request)
        };
        match &rule.test {
            ResponseTest::HttpVersion(minor) => (response.minor_version < *minor)
                .then(|| (0, support::http_version(response.minor_version))),
            ResponseTest::Status(status) => (response.status != *status && !self.refuses(response))
                .then(|| (9, Seen::Number(u64::from(response.status)))),
            ResponseTest::Reason(reason) => {
                (response.reason != reason).then(|| (13, Seen::text(response.reason.as_bytes())))
            }
            ResponseTest::Computed { field, value } => {
                self.differs(fields, field, &expression::evaluate(value, &scope))
            }
            ResponseTest::Echoes { field, of } => {
                self.differs(fields, field, request.fields.value(of))
            }
            ResponseTest::ComputedBody(value) => {
                let expected = expression::evaluate(value, &scope);
                (response.body != expected)
                    .then(|| (fields.end() as u64, Seen::text(response.body)))
            }
            ResponseTest::Locates { field, host } => {
                self.differs(fields, field, support::location(request, host).as_bytes())
            }
            ResponseTest::Offered {
                field: name,
                of,
                separator,
            } => {
                let wrong = not_offered(fields.all(name), request.fields.all(of), *separator)?;
                Some(self.value(&wrong, name))
            }
            ResponseTest::Field(test) => self.fields_break(test, fields),
        }
    }

    /// Whether a rule applies to a response.
    fn response_is(
        &self,
        when: &ResponseCondition,
        request: &Request<'_>,
        response: &Response<'_>,
    ) -> bool {
        match when {
            ResponseCondition::Present(name) => response.fields.get(name).is_some(),
            ResponseCondition::Accepts => self.info.accepts(response),
            ResponseCondition::Refuses => self.refuses(response),
            ResponseCondition::StatusIs(status) => response.status == *status,
            ResponseCondition::VersionRefused(status) => {
                response.status == *status
                    && support::only_version_refuses(|report| self.check_request(request, report))
            }
        }
    }

    /// Whether a response is final and does not accept the request.
    fn refuses(&self, response: &Response<'_>) -> bool {
        !self.info.accepts(response) && response.status >= 200
    }

    /// The first occurrence of a field with another value.
    fn differs(&self, fields: &Fields<'_>, name: &str, expected: &[u8]) -> Breach {
        let wrong = fields.all(name).find(|field| field.value != expected)?;
        Some(self.value(&wrong, name))
    }

    /// Checks that requests and responses share.
    fn fields_break(&self, test: &FieldTest, fields: &Fields<'_>) -> Breach {
        match test {
            FieldTest::Present(name) => fields
                .get(name)
                .is_none()
                .then(|| (fields.end() as u64, Seen::Missing(self.name(name)))),
            FieldTest::Absent(name) => Some(self.value(&fields.get(name)?, name)),
            FieldTest::Once(name) => Some(self.value(&fields.all(name).nth(1)?, name)),
            FieldTest::Distinct {
                field: name,
                separator,
            } => {
                let mut seen = BTreeSet::new();
                let again = fields.all(name).find(|field| {
                    grammar::items(field.value, *separator).any(|item| !seen.insert(item))
                })?;
                Some(self.value(&again, name))
            }
            FieldTest::LowerCase(name) => {
                let upper = |field: &Field<'_>| field.value.iter().any(u8::is_ascii_uppercase);
                Some(self.value(&fields.all(name).find(upper)?, name))
            }
            FieldTest::Conforms {
                field: name,
                grammar,
            } => Some(self.value(&not_conforming(fields, name, grammar)?, name)),
            FieldTest::Order(names) => Some(named(&out_of_order(fields, names)?)),
            FieldTest::First(names) => {
                let present = names.iter().filter(|name| fields.get(name).is_some());
                let mut pairs = fields.iter().zip(present);
                let (field, _) = pairs.find(|(field, name)| field.name != **name)?;
                Some(named(&field))
            }
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
            match &header.send {
                Source::Text(text) => support::push_field(out, name, text.as_bytes()),
                Source::Version => {
                    if let Some(version) = header.value.versions().first() {
                        support::push_field(out, name, format!("{version}").as_bytes());
                    }
                }
                Source::Random => match header.value.random() {
                    Some(RandomValue::Base64(length)) => {
                        let mut bytes = vec![0; length];
                        (opening.entropy)(&mut bytes);
                        support::push_field(out, name, digest::base64(&bytes).as_bytes());
                    }
                    Some(RandomValue::SpacedNumber) => {
                        support::push_spaced_number(out, name, opening);
                    }
                    None => {}
                },
                Source::Given => given(header, name, opening, out),
                // A request is not a response to anything.
                Source::Nothing | Source::Value(_) | Source::Echo(_) | Source::Location => {}
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
                        support::location(request, self.spec.host()).as_bytes(),
                    );
                }
                Source::Given => match header.purpose.given_in_response() {
                    Some(GivenInResponse::Subprotocol) => {
                        support::push_optional(out, name, answer.subprotocol);
                    }
                    Some(GivenInResponse::Extensions) => {
                        support::push_optional(out, name, answer.extensions);
                    }
                    None => {}
                },
                Source::Version | Source::Nothing => {}
            }
        }
        support::push_fields(out, answer.fields);
        out.extend_from_slice(b"\r\n");
    }
}

fn given(header: &Header, name: &str, opening: &Opening<'_>, out: &mut Vec<u8>) {
    match header.purpose.given_in_request() {
        Some(GivenInRequest::Host) => support::push_field(out, name, opening.host.as_bytes()),
        Some(GivenInRequest::Origin) => support::push_optional(out, name, opening.origin),
        Some(GivenInRequest::Subprotocols) => {
            let separator = header.value.separator().text();
            support::push_list(out, name, opening.subprotocols, separator);
        }
        Some(GivenInRequest::Extensions) => support::push_optional(out, name, opening.extensions),
        Some(GivenInRequest::Cookie) => support::push_optional(out, name, opening.cookie),
        None => {}
    }
}

/// The name of a field, and its position.
fn named(field: &Field<'_>) -> (u64, Seen) {
    (field.offset as u64, Seen::text(field.name.as_bytes()))
}

/// The first occurrence of a field whose value breaks the grammar. A list that must include a token
/// may extend over all of them.
fn not_conforming<'a>(fields: &Fields<'a>, name: &str, grammar: &Grammar) -> Option<Field<'a>> {
    if let Grammar::Includes(_) = grammar {
        let includes = fields.all(name).any(|field| conforms(grammar, field.value));
        return if includes { None } else { fields.get(name) };
    }
    fields
        .all(name)
        .find(|field| !conforms(grammar, field.value))
}

/// The first field that the list does not name, or that the list puts before an earlier field.
fn out_of_order<'a>(fields: &Fields<'a>, names: &[String]) -> Option<Field<'a>> {
    let mut expected = 0;
    fields.iter().find(|field| {
        let mut names = names.iter();
        match names.position(|name| name.eq_ignore_ascii_case(field.name)) {
            Some(rank) if rank >= expected => {
                expected = rank;
                false
            }
            Some(_) | None => true,
        }
    })
}

/// The first field with an element that no offer has.
fn not_offered<'a>(
    mut fields: impl Iterator<Item = Field<'a>>,
    offers: impl Iterator<Item = Field<'a>>,
    separator: Separator,
) -> Option<Field<'a>> {
    let mut offered = BTreeSet::new();
    for offer in offers {
        offered.extend(grammar::items(offer.value, separator).map(grammar::element_name));
    }
    fields.find(|field| {
        let mut items = grammar::items(field.value, separator);
        items.any(|item| !offered.contains(grammar::element_name(item)))
    })
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
