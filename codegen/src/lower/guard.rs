//! Lowers the requirement of a rule to the condition and the check of its guard.
//!
//! Every match is exhaustive: a new requirement does not compile until it has a guard or a reason
//! to have none.

use wsdraft_spec::requirement::{
    CloseTest, FieldTest, FrameCondition, FrameTest, RequestCondition, RequestTest, Requirement,
    ResponseCondition, ResponseTest,
};

use crate::model::{Check, Condition};

/// Condition and check of a rule; `None` if generated code has no guard for it.
pub(super) fn lower(requirement: &Requirement) -> Option<(Condition<'_>, Check<'_>)> {
    Some(match requirement {
        Requirement::Request { when, test } => {
            let when = when.as_ref().map_or(Condition::Always, request_condition);
            (when, request(test))
        }
        Requirement::Response { when, test } => {
            let when = when.as_ref().map_or(Condition::Always, response_condition);
            (when, response(test))
        }
        Requirement::Frame { when, test } => {
            (when.map_or(Condition::Always, frame_condition), frame(test))
        }
        Requirement::Close(test) => (Condition::Always, close(*test)),
        // The machine checks text; an observer judges conversations; nothing shows the rest.
        Requirement::Message(_) | Requirement::Conversation(_) | Requirement::Hidden(_) => {
            return None;
        }
    })
}

fn request_condition(when: &RequestCondition) -> Condition<'_> {
    match when {
        RequestCondition::Present(name) => Condition::Present(name),
    }
}

fn response_condition(when: &ResponseCondition) -> Condition<'_> {
    match when {
        ResponseCondition::Present(name) => Condition::Present(name),
        ResponseCondition::Accepts => Condition::Accepts,
        ResponseCondition::Refuses => Condition::Refuses,
        ResponseCondition::StatusIs(status) => Condition::StatusIs(*status),
        ResponseCondition::VersionRefused(status) => Condition::VersionRefused(*status),
    }
}

const fn frame_condition(when: FrameCondition) -> Condition<'static> {
    match when {
        FrameCondition::Control => Condition::Control,
        FrameCondition::Data => Condition::Data,
        FrameCondition::Starts => Condition::Starts,
        FrameCondition::Kind(kind) => Condition::Opcode(kind),
        FrameCondition::MessageOpen => Condition::MessageOpen,
        FrameCondition::NoMessageOpen => Condition::NoMessageOpen,
    }
}

fn request(test: &RequestTest) -> Check<'_> {
    match test {
        RequestTest::Method(method) => Check::Method(method),
        RequestTest::HttpVersion(minor) => Check::HttpVersion(*minor),
        RequestTest::Target(schemes) => Check::Target(schemes),
        RequestTest::NothingFollows => Check::NothingFollows,
        RequestTest::Field(test) => field(test),
    }
}

fn response(test: &ResponseTest) -> Check<'_> {
    match test {
        ResponseTest::HttpVersion(minor) => Check::HttpVersion(*minor),
        ResponseTest::Status(status) => Check::Status(*status),
        ResponseTest::Reason(reason) => Check::Reason(reason),
        ResponseTest::Computed { field, value } => Check::Computed(field, value),
        ResponseTest::Echoes { field, of } => Check::Echoes { field, of },
        ResponseTest::ComputedBody(value) => Check::ComputedBody(value),
        ResponseTest::Locates { field, host } => Check::Locates { field, host },
        ResponseTest::Offered {
            field,
            of,
            separator,
        } => Check::Offered {
            field,
            of,
            separator: *separator,
        },
        ResponseTest::Field(test) => field(test),
    }
}

fn field(test: &FieldTest) -> Check<'_> {
    match test {
        FieldTest::Present(name) => Check::Present(name),
        FieldTest::Absent(name) => Check::Absent(name),
        FieldTest::Once(name) => Check::Once(name),
        FieldTest::Distinct { field, separator } => Check::Distinct(field, *separator),
        FieldTest::LowerCase(name) => Check::LowerCase(name),
        FieldTest::Conforms { field, grammar } => Check::Conforms(field, grammar),
        FieldTest::Order(names) => Check::Order(names.iter().map(String::as_str).collect()),
        FieldTest::First(names) => Check::First(names.iter().map(String::as_str).collect()),
    }
}

fn frame(test: &FrameTest) -> Check<'_> {
    match test {
        FrameTest::KnownOpcode => Check::KnownOpcode,
        FrameTest::ReservedClear => Check::ReservedClear,
        FrameTest::MinimalLength => Check::MinimalLength,
        FrameTest::LengthFits => Check::LengthFits,
        FrameTest::PayloadAtMost(limit) => Check::PayloadAtMost(*limit),
        FrameTest::Final => Check::Final,
        FrameTest::Masked => Check::Masked(true),
        FrameTest::Unmasked => Check::Masked(false),
        FrameTest::MessageOpen => Check::MessageOpen(true),
        FrameTest::NoMessageOpen => Check::MessageOpen(false),
        FrameTest::BeforeClose => Check::BeforeClose,
        FrameTest::Function(name) => Check::Function(name),
    }
}

const fn close(test: CloseTest) -> Check<'static> {
    match test {
        CloseTest::CodeComplete => Check::CodeComplete,
        CloseTest::CodeAllowed => Check::CodeAllowed,
        CloseTest::ReasonUtf8 => Check::ReasonUtf8,
        CloseTest::Letter { client, server } => Check::Letter { client, server },
    }
}
