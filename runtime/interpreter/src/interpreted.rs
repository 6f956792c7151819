//! A draft that interprets its resolved spec.

use std::sync::Arc;

use wsdraft::{
    Draft, Flow, Report, Role, Seen, Violation,
    frame::{Context, Decode, Encoded, FrameHeader, Outgoing, Session},
    handshake::{Answer, Opening, Request, Response},
    info::{DraftInfo, RuleInfo},
};
use wsdraft_spec::{
    ResolvedDraft,
    requirement::{FrameCondition, FrameTest, Requirement},
};

use crate::{expression, rules::Rules, tables};

/// A draft that is interpreted. A clone shares its data.
#[derive(Clone, Debug)]
pub struct Interpreted {
    pub(crate) spec: Arc<ResolvedDraft>,
    pub(crate) info: &'static DraftInfo,
    rules: Arc<Rules>,
}

/// Why a draft cannot be interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsupported {
    /// The database does not contain the complete draft.
    Partial(String),
    /// A rule calls a function that its author wrote in Rust.
    Function {
        /// Id of the rule.
        rule: String,
        /// Name of the function.
        function: String,
    },
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Partial(draft) => {
                write!(
                    f,
                    "the database contains only the identity of {draft}, so it cannot be used"
                )
            }
            Self::Function { rule, function } => {
                write!(
                    f,
                    "rule {rule} calls the function {function}, which only compiled code has"
                )
            }
        }
    }
}

impl std::error::Error for Unsupported {}

impl Interpreted {
    /// Prepares a draft for interpretation.
    ///
    /// The data that violations refer to lives as long as the process. Each call keeps the draft's
    /// metadata permanently, some tens of kilobytes. Prepare a draft once, not per connection.
    ///
    /// # Errors
    /// The draft is incomplete, or needs a function written in Rust.
    pub fn new(spec: ResolvedDraft) -> Result<Self, Unsupported> {
        if !spec.is_complete() {
            return Err(Unsupported::Partial(spec.short));
        }
        for (id, _, requirement) in spec.requirements() {
            if let Requirement::Frame {
                test: FrameTest::Function(function),
                ..
            } = requirement
            {
                return Err(Unsupported::Function {
                    rule: id.clone(),
                    function: function.clone(),
                });
            }
        }
        let info = Box::leak(Box::new(tables::info(&spec)));
        let rules = Arc::new(Rules::of(&spec, info));
        let spec = Arc::new(spec);
        Ok(Self { spec, info, rules })
    }

    fn broken(&self, rule: &'static RuleInfo, by: Role, offset: u64, seen: Seen) -> Violation {
        Violation {
            rule,
            draft: self.info,
            by,
            offset,
            seen,
        }
    }
}

impl Draft for Interpreted {
    fn info(&self) -> &'static DraftInfo {
        self.info
    }

    fn decode(&self, bytes: &[u8], from: Role, session: &Session) -> Decode {
        self.decode_frame(bytes, from, session)
    }

    fn check_frame(
        &self,
        header: &FrameHeader,
        context: &Context,
        report: &mut dyn Report,
    ) -> Flow {
        for rule in &self.rules.frames {
            let concerned = rule.info.by.is_none_or(|by| by == context.from);
            let holds = rule.when.is_none_or(|when| frame_is(when, header, context));
            if !concerned || !holds {
                continue;
            }
            if let Some((byte, seen)) = self.frame_breaks(&rule.test, header, context) {
                report.violation(self.broken(
                    rule.info,
                    context.from,
                    self.place(context, byte),
                    seen,
                ))?;
            }
        }
        Ok(())
    }

    fn check_close(&self, body: &[u8], from: Role, offset: u64, report: &mut dyn Report) -> Flow {
        for rule in &self.rules.closes {
            if rule.info.by.is_some_and(|by| by != from) {
                continue;
            }
            if let Some((byte, seen)) = self.close_breaks(rule.test, body, from) {
                report.violation(self.broken(rule.info, from, offset + byte, seen))?;
            }
        }
        Ok(())
    }

    fn encode(
        &self,
        frame: &Outgoing,
        from: Role,
        nonce: [u8; 4],
        session: &Session,
    ) -> Option<Encoded> {
        self.encode_frame(frame, from, nonce, session)
    }

    fn check_request(&self, request: &Request<'_>, report: &mut dyn Report) -> Flow {
        for rule in &self.rules.requests {
            if let Some((offset, seen)) = self.request_breaks(rule, request) {
                report.violation(self.broken(rule.info, Role::Client, offset, seen))?;
            }
        }
        Ok(())
    }

    fn write_response(&self, request: &Request<'_>, answer: &Answer<'_>, out: &mut Vec<u8>) {
        self.write_answer(request, answer, out);
    }

    fn write_response_body(&self, request: &Request<'_>, out: &mut Vec<u8>) {
        if let Some(body) = &self.spec.response_body {
            out.extend(expression::evaluate(
                &body.value.value,
                &expression::Scope::request(request),
            ));
        }
    }

    fn write_request(&self, opening: &Opening<'_>, out: &mut Vec<u8>) {
        self.write_opening(opening, out);
    }

    fn check_response(
        &self,
        request: &Request<'_>,
        response: &Response<'_>,
        report: &mut dyn Report,
    ) -> Flow {
        for rule in &self.rules.responses {
            if let Some((offset, seen)) = self.response_breaks(rule, request, response) {
                report.violation(self.broken(rule.info, Role::Server, offset, seen))?;
            }
        }
        Ok(())
    }

    fn session(&self, request: &Request<'_>, response: &Response<'_>) -> Session {
        let masking_key = self.spec.session_key.as_ref().and_then(|key| {
            let scope = expression::Scope {
                response: Some(response),
                ..expression::Scope::request(request)
            };
            expression::evaluate(&key.value.value, &scope)
                .try_into()
                .ok()
        });
        Session { masking_key }
    }
}

/// Whether a rule applies to a frame.
fn frame_is(condition: FrameCondition, header: &FrameHeader, context: &Context) -> bool {
    match condition {
        FrameCondition::Control => header.kind.is_control(),
        FrameCondition::Data => header.kind.is_data(),
        FrameCondition::Starts => header.kind.starts_message(),
        FrameCondition::Kind(kind) => kind == header.kind,
        FrameCondition::MessageOpen => context.open,
        FrameCondition::NoMessageOpen => !context.open,
    }
}
