//! Vectors for rules about responses.

use wsdraft::{
    Role,
    handshake::{Answer, HeadLimits, parse},
};
use wsdraft_spec::{
    model::Header,
    requirement::{FieldTest, ResponseCondition, ResponseTest},
    vocabulary::{GivenInResponse, Purpose},
};

use super::{
    Bytes, Case, Input, NoVector, Offered, Vectors, grammar, message::Message, requests::form,
};

/// The client's offer, and the response to it.
type Exchange = (Offered, Message);

impl Vectors<'_> {
    pub(super) fn responses(
        &self,
        when: Option<&ResponseCondition>,
        test: &ResponseTest,
    ) -> Result<Vec<Case>, NoVector> {
        let plain = self.offered.clone();
        let base = match when {
            None | Some(ResponseCondition::Accepts) => self.answer(&plain)?,
            Some(ResponseCondition::Refuses) => self.with_status(&plain, 400)?,
            Some(
                ResponseCondition::StatusIs(status) | ResponseCondition::VersionRefused(status),
            ) => self.with_status(&plain, *status)?,
            Some(when @ ResponseCondition::Present(_)) => {
                return Err(NoVector::unknown_form(when));
            }
        };
        let (broken, kept) = self.exchanges(test, plain, base)?;
        let input = |(offered, message): Exchange| Input::Response(offered, message.bytes());
        Ok(vec![Case {
            by: Role::Server,
            broken: input(broken),
            kept: input(kept),
        }])
    }

    fn exchanges(
        &self,
        test: &ResponseTest,
        plain: Offered,
        base: Message,
    ) -> Result<(Exchange, Exchange), NoVector> {
        let with = |message: Message| (plain.clone(), message);
        let against = |message: Message| Ok((with(message), with(base.clone())));
        match test {
            ResponseTest::HttpVersion(_) => against(base.first(0, "HTTP/1.0")),
            ResponseTest::Status(_) => against(base.first(1, "200")),
            ResponseTest::Reason(_) => against(base.first(2, "Fine")),
            ResponseTest::ComputedBody(_) => against(base.with(|message| {
                if let Some(byte) = message.body.get_mut(3) {
                    *byte ^= 1;
                }
            })),
            ResponseTest::Computed { field, .. } => {
                let other = grammar::values(&self.response_header(field)?.value);
                against(base.set(field, &other.unwrap_or_default().0))
            }
            ResponseTest::Echoes { field, .. } => against(base.set(field, b"null")),
            ResponseTest::Locates { field, .. } => {
                against(base.set(field, b"ws://example.com/other"))
            }
            ResponseTest::Offered { field, .. } => {
                let is_list = self.response_header(field)?.purpose == Purpose::Extensions;
                if plain.given.is_some() {
                    // Whatever the client offers, it does not offer this.
                    return against(base.set(field, b"never-offered"));
                }
                let offered = Offered {
                    extensions: is_list.then(|| "one, two".into()),
                    ..plain
                };
                let answer = self.answer(&offered)?;
                let good: &[u8] = if is_list {
                    b"two"
                } else {
                    offered.subprotocol.as_bytes()
                };
                let kept = answer.set(field, good);
                let broken = answer.set(field, b"three");
                Ok(((offered.clone(), broken), (offered, kept)))
            }
            ResponseTest::Field(test) => match test {
                FieldTest::Present(name)
                | FieldTest::Absent(name)
                | FieldTest::Once(name)
                | FieldTest::LowerCase(name)
                | FieldTest::Conforms { field: name, .. } => self.about(test, name, &base),
                FieldTest::First(names) | FieldTest::Order(names) => {
                    let first = names.first().map(String::as_str);
                    self.about(test, first.unwrap_or_default(), &base)
                }
                FieldTest::Distinct { .. } => Err(NoVector::unknown_form(test)),
            },
        }
    }

    fn response_header(&self, name: &str) -> Result<&Header, NoVector> {
        let header = self.spec.response_headers.get(name);
        header
            .map(|item| &item.value)
            .ok_or_else(|| NoVector::Unbreakable(format!("the response has no field {name}")))
    }

    /// Changes fields. The client's offer includes the value of the field that the rule is about,
    /// whether or not that value is well formed.
    fn about(
        &self,
        test: &FieldTest,
        name: &str,
        base: &Message,
    ) -> Result<(Exchange, Exchange), NoVector> {
        let header = |name: &str| self.spec.response_headers.get(name).map(|item| &item.value);
        let (broken, kept) = base.changed(test, |name| form(header(name)))?;
        let offered = |message: Message| {
            let value = message.get(name).map(String::from_utf8_lossy);
            let value = value.map(|value| value.into_owned());
            let plain = self.offered.clone();
            let given = header(name).and_then(|header| header.purpose.given_in_response());
            let offered = match given {
                Some(GivenInResponse::Subprotocol) => Offered {
                    subprotocol: value.unwrap_or(plain.subprotocol),
                    ..plain
                },
                Some(GivenInResponse::Extensions) => Offered {
                    extensions: value,
                    ..plain
                },
                None => plain,
            };
            (offered, message)
        };
        Ok((offered(broken), offered(kept)))
    }

    /// The valid response if it has this status code, or otherwise a bare refusal with this status
    /// code.
    fn with_status(&self, offered: &Offered, status: u16) -> Result<Message, NoVector> {
        let answer = self.answer(offered)?;
        if answer.first[1] == format!("{status}") {
            return Ok(answer);
        }
        Ok(Message {
            first: [
                answer.first[0].clone(),
                format!("{status}"),
                "Refused".into(),
            ],
            fields: Vec::new(),
            body: Vec::new(),
        })
    }

    /// The valid response that accepts every offer.
    pub(super) fn answer(&self, offered: &Offered) -> Result<Message, NoVector> {
        let Bytes { head, body } = offered.request(self.draft);
        let answer = Answer {
            subprotocol: Some(&*offered.subprotocol).filter(|name| !name.is_empty()),
            extensions: offered.extensions.as_deref(),
            ..Answer::default()
        };
        let limits = HeadLimits::default();
        let mut out = Vec::new();
        let written = parse::with_request(&head, &body, false, &limits, |request| {
            self.draft.write_response(request, &answer, &mut out);
            self.draft.write_response_body(request, &mut out);
        });
        written.map_err(|error| NoVector::Unbreakable(format!("the request: {error}")))?;
        let body = out.split_off(parse::head_end(&out).unwrap_or(out.len()));
        Ok(Message::read(&Bytes { head: out, body }))
    }
}
