//! Lowers the requirements of rules to the conditions and the checks of their guards.
//!
//! Every match is exhaustive: a new requirement does not compile until it has a guard.

use wsdraft_spec::{
    Item, ResolvedDraft,
    model::Rule,
    requirement::{self as spec, Requirement},
    vocabulary::{Evidence, Level},
};

use super::value::value;
use crate::{
    model::{
        CloseGuard, FieldTest, FrameCheck, FrameGuard, Guard, LayoutModel, RequestCondition,
        RequestGuard, RequestTest, ResponseCondition, ResponseGuard, ResponseTest,
    },
    naming::constant,
};

mod frame;

/// The checks of frames.
pub(super) fn frame<'a>(draft: &'a ResolvedDraft, layout: &LayoutModel<'a>) -> Vec<FrameGuard<'a>> {
    guards(draft, |requirement| match requirement {
        Requirement::Frame { when, test } => Some((*when, frame::test(test, layout)?)),
        Requirement::Request { .. }
        | Requirement::Response { .. }
        | Requirement::Message(_)
        | Requirement::Close(_)
        | Requirement::Conversation(_)
        | Requirement::Hidden(_) => None,
    })
}

/// The checks of the bodies of close frames.
pub(super) fn close(draft: &ResolvedDraft) -> Vec<CloseGuard<'_>> {
    guards(draft, |requirement| match requirement {
        Requirement::Close(test) => Some((None, *test)),
        Requirement::Request { .. }
        | Requirement::Response { .. }
        | Requirement::Frame { .. }
        | Requirement::Message(_)
        | Requirement::Conversation(_)
        | Requirement::Hidden(_) => None,
    })
}

/// The checks of requests.
pub(super) fn request(draft: &ResolvedDraft) -> Vec<RequestGuard<'_>> {
    guards(draft, |requirement| match requirement {
        Requirement::Request { when, test } => {
            Some((when.as_ref().map(request_condition), request_test(test)))
        }
        Requirement::Response { .. }
        | Requirement::Frame { .. }
        | Requirement::Message(_)
        | Requirement::Close(_)
        | Requirement::Conversation(_)
        | Requirement::Hidden(_) => None,
    })
}

/// The checks of responses.
pub(super) fn response(draft: &ResolvedDraft) -> Vec<ResponseGuard<'_>> {
    guards(draft, |requirement| match requirement {
        Requirement::Response { when, test } => {
            Some((when.as_ref().map(response_condition), response_test(test)))
        }
        Requirement::Request { .. }
        | Requirement::Frame { .. }
        | Requirement::Message(_)
        | Requirement::Close(_)
        | Requirement::Conversation(_)
        | Requirement::Hidden(_) => None,
    })
}

/// The checks of the rules whose requirement `lower` accepts.
///
/// The machine checks text, an observer judges conversations, and nothing shows the rest.
fn guards<'a, Condition, Test>(
    draft: &'a ResolvedDraft,
    lower: impl Fn(&'a Requirement) -> Option<(Option<Condition>, Test)>,
) -> Vec<Guard<'a, Condition, Test>> {
    let rules = draft.requirements();
    let checked = rules.filter(|(_, rule, _)| rule.value.level != Level::May);
    let guards = checked.filter_map(|(id, rule, requirement)| {
        let (when, test) = lower(requirement)?;
        Some(guard(id, rule, when, test))
    });
    guards.collect()
}

fn guard<'a, Condition, Test>(
    id: &str,
    rule: &'a Item<Rule>,
    when: Option<Condition>,
    test: Test,
) -> Guard<'a, Condition, Test> {
    let rule = &rule.value;
    Guard {
        comment: format!(
            "{}, {}: {id}",
            Evidence::citation(&rule.evidence),
            rule.level
        ),
        variant: &rule.variant,
        by: rule.by,
        when,
        test,
    }
}

fn request_condition(when: &spec::RequestCondition) -> RequestCondition {
    match when {
        spec::RequestCondition::Present(name) => RequestCondition::Present(constant(name)),
    }
}

fn response_condition(when: &spec::ResponseCondition) -> ResponseCondition {
    match when {
        spec::ResponseCondition::Present(name) => ResponseCondition::Present(constant(name)),
        spec::ResponseCondition::Accepts => ResponseCondition::Accepts,
        spec::ResponseCondition::Refuses => ResponseCondition::Refuses,
        spec::ResponseCondition::StatusIs(status) => ResponseCondition::StatusIs(*status),
        spec::ResponseCondition::VersionRefused(status) => {
            ResponseCondition::VersionRefused(*status)
        }
    }
}

fn request_test(test: &spec::RequestTest) -> RequestTest<'_> {
    match test {
        spec::RequestTest::Method(method) => RequestTest::Method(method),
        spec::RequestTest::HttpVersion(minor) => RequestTest::HttpVersion(*minor),
        spec::RequestTest::Target(schemes) => RequestTest::Target(schemes),
        spec::RequestTest::NothingFollows => RequestTest::NothingFollows,
        spec::RequestTest::Field(test) => RequestTest::Field(field_test(test)),
    }
}

fn response_test(test: &spec::ResponseTest) -> ResponseTest<'_> {
    match test {
        spec::ResponseTest::HttpVersion(minor) => ResponseTest::HttpVersion(*minor),
        spec::ResponseTest::Status(status) => ResponseTest::Status(*status),
        spec::ResponseTest::Reason(reason) => ResponseTest::Reason(reason),
        spec::ResponseTest::Computed { field, value: expr } => ResponseTest::Computed {
            field: constant(field),
            value: value(expr),
        },
        spec::ResponseTest::Echoes { field, of } => ResponseTest::Echoes {
            field: constant(field),
            of,
        },
        spec::ResponseTest::ComputedBody(expr) => ResponseTest::ComputedBody(value(expr)),
        spec::ResponseTest::Locates { field, host } => ResponseTest::Locates {
            field: constant(field),
            host,
        },
        spec::ResponseTest::Offered {
            field,
            of,
            separator,
        } => ResponseTest::Offered {
            field: constant(field),
            of,
            separator: *separator,
        },
        spec::ResponseTest::Field(test) => ResponseTest::Field(field_test(test)),
    }
}

fn field_test(test: &spec::FieldTest) -> FieldTest<'_> {
    let constants = |names: &[String]| names.iter().map(|name| constant(name)).collect();
    match test {
        spec::FieldTest::Present(name) => FieldTest::Present(constant(name)),
        spec::FieldTest::Absent(name) => FieldTest::Absent(constant(name)),
        spec::FieldTest::Once(name) => FieldTest::Once(constant(name)),
        spec::FieldTest::Distinct { field, separator } => {
            FieldTest::Distinct(constant(field), *separator)
        }
        spec::FieldTest::LowerCase(name) => FieldTest::LowerCase(constant(name)),
        spec::FieldTest::Conforms { field, grammar } => {
            FieldTest::Conforms(constant(field), grammar)
        }
        spec::FieldTest::Order(names) => FieldTest::Order(constants(names)),
        spec::FieldTest::First(names) => FieldTest::First(constants(names)),
    }
}

/// Whether a guard needs the payload length as a number.
pub(super) const fn needs_length(guard: &FrameGuard<'_>) -> bool {
    match guard.test.check {
        FrameCheck::MinimalLength(_) | FrameCheck::LengthFits(_) | FrameCheck::PayloadAtMost(_) => {
            true
        }
        FrameCheck::KnownOpcode
        | FrameCheck::ReservedClear(_)
        | FrameCheck::Final
        | FrameCheck::Masked
        | FrameCheck::Unmasked
        | FrameCheck::MessageOpen
        | FrameCheck::NoMessageOpen
        | FrameCheck::BeforeClose
        | FrameCheck::Function(_) => false,
    }
}

/// Whether a guard looks up a header field.
pub(super) const fn request_reads_fields(guard: &RequestGuard<'_>) -> bool {
    let tested = match guard.test {
        RequestTest::Field(_) => true,
        RequestTest::Method(_)
        | RequestTest::HttpVersion(_)
        | RequestTest::Target(_)
        | RequestTest::NothingFollows => false,
    };
    let asked = match guard.when {
        Some(RequestCondition::Present(_)) => true,
        None => false,
    };
    tested || asked
}

/// Whether a guard looks up a header field.
pub(super) const fn response_reads_fields(guard: &ResponseGuard<'_>) -> bool {
    let tested = match guard.test {
        ResponseTest::Computed { .. }
        | ResponseTest::Echoes { .. }
        | ResponseTest::Locates { .. }
        | ResponseTest::Offered { .. }
        | ResponseTest::Field(_) => true,
        ResponseTest::HttpVersion(_)
        | ResponseTest::Status(_)
        | ResponseTest::Reason(_)
        | ResponseTest::ComputedBody(_) => false,
    };
    let asked = match guard.when {
        Some(ResponseCondition::Present(_)) => true,
        Some(
            ResponseCondition::Accepts
            | ResponseCondition::Refuses
            | ResponseCondition::StatusIs(_)
            | ResponseCondition::VersionRefused(_),
        )
        | None => false,
    };
    tested || asked
}

/// Whether a guard depends on whether the response accepts the request.
pub(super) const fn reads_acceptance(guard: &ResponseGuard<'_>) -> bool {
    let asked = match guard.when {
        Some(ResponseCondition::Accepts | ResponseCondition::Refuses) => true,
        Some(
            ResponseCondition::Present(_)
            | ResponseCondition::StatusIs(_)
            | ResponseCondition::VersionRefused(_),
        )
        | None => false,
    };
    let tested = match guard.test {
        ResponseTest::Status(_) => true,
        ResponseTest::HttpVersion(_)
        | ResponseTest::Reason(_)
        | ResponseTest::Computed { .. }
        | ResponseTest::Echoes { .. }
        | ResponseTest::ComputedBody(_)
        | ResponseTest::Locates { .. }
        | ResponseTest::Offered { .. }
        | ResponseTest::Field(_) => false,
    };
    asked || tested
}

/// Whether a guard compares a response with the request.
pub(super) const fn reads_request(guard: &ResponseGuard<'_>) -> bool {
    let asked = match guard.when {
        Some(ResponseCondition::VersionRefused(_)) => true,
        Some(
            ResponseCondition::Present(_)
            | ResponseCondition::Accepts
            | ResponseCondition::Refuses
            | ResponseCondition::StatusIs(_),
        )
        | None => false,
    };
    let tested = match guard.test {
        ResponseTest::Computed { value, .. } | ResponseTest::ComputedBody(value) => value.request,
        ResponseTest::Echoes { .. }
        | ResponseTest::Locates { .. }
        | ResponseTest::Offered { .. } => true,
        ResponseTest::HttpVersion(_)
        | ResponseTest::Status(_)
        | ResponseTest::Reason(_)
        | ResponseTest::Field(_) => false,
    };
    asked || tested
}
