//! Looks up the items that predicates refer to.

use super::{Place, UNSAID};
use crate::{
    diagnostic::did_you_mean,
    keyword::is_keyword,
    model::{Header, RequestLine, StatusLine},
    requirement::{
        CloseTest, FieldTest, FrameCondition, FrameTest, RequestTest, ResponseCondition,
        ResponseTest,
    },
    vocabulary::{CloseBody, Conversation, Form, Kind, Role, Scope, Separator, Source},
};

type Found<T> = Result<T, String>;

fn must(holds: bool, otherwise: &str) -> Found<()> {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

impl<'a> Place<'a> {
    fn request_line(&self) -> Found<&'a RequestLine> {
        let line = self.draft.request_line.as_ref();
        line.map(|line| &line.value)
            .ok_or_else(|| "the draft has no request_line".into())
    }

    fn status_line(&self) -> Found<&'a StatusLine> {
        let line = self.draft.status_line.as_ref();
        line.map(|line| &line.value)
            .ok_or_else(|| "the draft has no status_line".into())
    }

    pub(super) fn minor_version(&self) -> Found<u8> {
        Ok(self.request_line()?.minor_version)
    }

    pub(super) fn method(&self) -> Found<RequestTest> {
        Ok(RequestTest::Method(self.request_line()?.method.clone()))
    }

    pub(super) fn target(&self) -> Found<RequestTest> {
        Ok(RequestTest::Target(self.request_line()?.absolute.clone()))
    }

    pub(super) fn nothing_follows(&self) -> Found<RequestTest> {
        must(self.draft.request_body.is_none(), "the request has a body")?;
        Ok(RequestTest::NothingFollows)
    }

    pub(super) fn status(&self) -> Found<ResponseTest> {
        Ok(ResponseTest::Status(self.status_line()?.status))
    }

    pub(super) fn reason(&self) -> Found<ResponseTest> {
        Ok(ResponseTest::Reason(self.status_line()?.reason.clone()))
    }

    /// The header field with this name in the request or response that the rule concerns.
    fn header(&self, name: &str) -> Found<&'a Header> {
        let headers = if self.rule.scope == Scope::Response {
            &self.draft.response_headers
        } else {
            &self.draft.request_headers
        };
        let header = headers.get(name).map(|item| &item.value);
        header.ok_or_else(|| {
            let hint = did_you_mean(name, headers.keys().map(String::as_str));
            let scope = self.rule.scope;
            format!("the draft's {scope:?} has no header field {name:?}{hint}")
        })
    }

    /// The name of an existing header field.
    pub(super) fn named(&self, name: &str) -> Found<String> {
        self.header(name).map(|_| name.to_owned())
    }

    pub(super) fn all_named(&self, names: &[String]) -> Found<Vec<String>> {
        names.iter().map(|name| self.named(name)).collect()
    }

    pub(super) fn distinct(&self, name: &str) -> Found<FieldTest> {
        let separator = self.header(name)?.value.separator();
        must(
            separator != Separator::None,
            &format!("{name:?} does not contain a list"),
        )?;
        Ok(FieldTest::Distinct {
            field: name.to_owned(),
            separator,
        })
    }

    pub(super) fn conforms(&self, name: &str) -> Found<FieldTest> {
        Ok(FieldTest::Conforms {
            field: name.to_owned(),
            grammar: self.header(name)?.value.clone(),
        })
    }

    pub(super) fn answers(&self, name: &str) -> Found<ResponseTest> {
        let field = name.to_owned();
        match &self.header(name)?.send {
            Source::Value(value) => Ok(ResponseTest::Computed {
                field,
                value: value.clone(),
            }),
            Source::Echo(of) => Ok(ResponseTest::Echoes {
                field,
                of: of.clone(),
            }),
            Source::Nothing
            | Source::Text(_)
            | Source::Given
            | Source::Random
            | Source::Location
            | Source::Version => Err(format!("{name:?} is not computed from the request")),
        }
    }

    pub(super) fn answers_body(&self) -> Found<ResponseTest> {
        let body = self.draft.response_body.as_ref();
        let body = body.ok_or_else(|| "the draft has no response_body".to_owned())?;
        Ok(ResponseTest::ComputedBody(body.value.value.clone()))
    }

    pub(super) fn locates(&self, name: &str) -> Found<ResponseTest> {
        must(
            self.header(name)?.send == Source::Location,
            &format!("{name:?} is not a location"),
        )?;
        Ok(ResponseTest::Locates {
            field: name.to_owned(),
            host: self.draft.host().to_owned(),
        })
    }

    pub(super) fn offered(&self, name: &str) -> Found<ResponseTest> {
        let purpose = self.header(name)?.purpose;
        let mut offers = self.draft.request_headers.iter();
        let (of, offer) = offers
            .find(|(_, offer)| offer.value.purpose == purpose)
            .ok_or_else(|| format!("no request header field has the purpose {purpose:?}"))?;
        Ok(ResponseTest::Offered {
            field: name.to_owned(),
            of: of.clone(),
            separator: offer.value.value.separator(),
        })
    }

    pub(super) fn condition_refers(&self, when: &ResponseCondition) -> Found<()> {
        match when {
            ResponseCondition::Present(name) => self.header(name).map(drop),
            ResponseCondition::Accepts | ResponseCondition::Refuses => self.status_line().map(drop),
            ResponseCondition::StatusIs(status) | ResponseCondition::VersionRefused(status) => {
                must(
                    (100..=599).contains(status),
                    "that is not an HTTP status code",
                )
            }
        }
    }

    /// The kind of the opcode with this name.
    pub(super) fn opcode(&self, name: &str) -> Found<FrameCondition> {
        let opcodes = &self.draft.opcodes;
        let opcode = opcodes.get(name).ok_or_else(|| {
            let hint = did_you_mean(name, opcodes.keys().map(String::as_str));
            format!("the draft has no opcode {name:?}{hint}")
        })?;
        Ok(FrameCondition::Kind(opcode.value.kind))
    }

    pub(super) fn frame_test_refers(&self, test: &FrameTest) -> Found<()> {
        match test {
            FrameTest::KnownOpcode
            | FrameTest::PayloadAtMost(_)
            | FrameTest::Final
            | FrameTest::MessageOpen
            | FrameTest::NoMessageOpen
            | FrameTest::BeforeClose => Ok(()),
            FrameTest::ReservedClear => must(
                !self.draft.reserved_bits().is_empty(),
                "the layout has no reserved bit",
            ),
            FrameTest::MinimalLength | FrameTest::LengthFits => {
                let form = self.draft.layout.as_ref().map(|layout| &layout.value.form);
                let is_prefixed = matches!(form, Some(Form::Prefixed { .. }));
                must(is_prefixed, "the layout has no length field")
            }
            FrameTest::Masked | FrameTest::Unmasked => {
                must(self.draft.masking.is_some(), "the draft has no masking")
            }
            FrameTest::Function(name) => must(
                is_snake(name),
                "that is not a valid name of a Rust function",
            ),
        }
    }

    fn close_body(&self) -> Option<CloseBody> {
        let closing = self.draft.closing.as_ref();
        closing.map(|closing| closing.value.body)
    }

    pub(super) fn has_close_codes(&self) -> Found<()> {
        must(
            self.close_body() == Some(CloseBody::Status),
            "the draft's close frames contain no close code",
        )
    }

    pub(super) fn letter(&self) -> Found<CloseTest> {
        match self.close_body() {
            Some(CloseBody::Letter { client, server }) => Ok(CloseTest::Letter { client, server }),
            Some(CloseBody::Empty | CloseBody::Opaque | CloseBody::Status) | None => {
                Err("the draft's close frames contain no letter".into())
            }
        }
    }

    pub(super) fn conversation_refers(&self, asked: Conversation) -> Found<()> {
        let closes = || {
            must(
                self.close_body().is_some(),
                "the draft has no closing handshake",
            )
        };
        match asked {
            Conversation::PingAnswered => must(
                self.has_frames(Kind::Ping) && self.has_frames(Kind::Pong),
                "the draft has no pings and pongs",
            ),
            Conversation::CloseAnswered | Conversation::CloseBodyMatches => closes(),
            Conversation::ServerEndsTransport => {
                closes()?;
                self.binds(Role::Client)
            }
            Conversation::WaitsForResponse => self.binds(Role::Client),
            Conversation::MaskingKeysVary => match &self.draft.masking {
                Some(masking) => self.binds(masking.value.by),
                None => Err("the draft has no masking".into()),
            },
        }
    }

    fn has_frames(&self, kind: Kind) -> bool {
        let mut opcodes = self.draft.opcodes.values();
        opcodes.any(|opcode| opcode.value.kind == kind)
    }

    fn binds(&self, role: Role) -> Found<()> {
        if self.rule.by == Some(role) {
            Ok(())
        } else {
            Err(format!("it applies to one endpoint; write `by: {role:?}`"))
        }
    }

    pub(super) fn reason_given(&self, why: &str) -> Found<String> {
        must(!why.trim().is_empty(), UNSAID)?;
        Ok(why.to_owned())
    }
}

fn is_snake(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !is_keyword(word)
}
