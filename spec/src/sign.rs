//! Decides which signs exclude a draft and which only make it more likely.

use crate::{
    model::Sign,
    requirement::{FieldTest, RequestTest, Requirement},
    resolved::ResolvedDraft,
    vocabulary::{Grammar, Level, SignTest},
};

impl ResolvedDraft {
    /// Whether a request without this sign can still be valid in the draft, because no rule
    /// requires the sign. Such a sign makes one draft more likely than another but excludes none.
    ///
    /// If all signs of a draft are of this kind, each of them is decisive and none is a hint.
    #[must_use]
    pub fn is_hint(&self, sign: &Sign) -> bool {
        let decided = |sign: &Sign| self.asks_for(&sign.header, &sign.test);
        !decided(sign) && self.signs.values().any(|item| decided(&item.value))
    }

    /// Whether every valid request passes this test.
    fn asks_for(&self, header: &str, test: &SignTest) -> bool {
        let present = || self.requires(|test| shows(test, header) == Some(true));
        let absent = || self.requires(|test| shows(test, header) == Some(false));
        match test {
            SignTest::Present => present(),
            SignTest::Absent => absent(),
            SignTest::OneOf(values) => present() && self.restricts(header, &among(values)),
            SignTest::AbsentOr(values) => absent() || self.restricts(header, &among(values)),
            SignTest::Exactly(value) => {
                let is_exact = |grammar: &Grammar| *grammar == Grammar::Literal(value.clone());
                present() && self.restricts(header, &is_exact)
            }
        }
    }

    /// Whether a rule that applies to every request requires this.
    fn requires(&self, test: impl Fn(&RequestTest) -> bool) -> bool {
        self.requirements().any(|(_, rule, requirement)| {
            let Requirement::Request { when, test: asked } = requirement else {
                return false;
            };
            rule.value.level == Level::Must && when.is_none() && test(asked)
        })
    }

    /// Whether a rule restricts the values of a request header field to a grammar like this.
    fn restricts(&self, header: &str, like: &dyn Fn(&Grammar) -> bool) -> bool {
        self.requires(|test| {
            matches!(
                test,
                RequestTest::Field(FieldTest::Conforms { field, grammar })
                    if field.eq_ignore_ascii_case(header) && like(grammar)
            )
        })
    }
}

/// Whether a request that follows a rule contains the header field; `None` if the rule does not
/// decide it.
fn shows(test: &RequestTest, header: &str) -> Option<bool> {
    let same = |name: &String| name.eq_ignore_ascii_case(header);
    let RequestTest::Field(test) = test else {
        return None;
    };
    match test {
        FieldTest::Present(name) => same(name).then_some(true),
        FieldTest::Absent(name) => same(name).then_some(false),
        FieldTest::Order(names) => (!names.iter().any(same)).then_some(false),
        FieldTest::Once(_)
        | FieldTest::Distinct { .. }
        | FieldTest::LowerCase(_)
        | FieldTest::Conforms { .. }
        | FieldTest::First(_) => None,
    }
}

/// Whether a grammar allows only these values, compared case-insensitively.
fn among(values: &[String]) -> impl Fn(&Grammar) -> bool + '_ {
    let listed = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text));
    move |grammar| match grammar {
        Grammar::Literal(text) | Grammar::Keyword(text) => listed(text),
        Grammar::Version(versions) => versions.iter().all(|version| listed(&version.to_string())),
        Grammar::Includes(_)
        | Grammar::Host
        | Grammar::Origin
        | Grammar::Url
        | Grammar::Printable
        | Grammar::Token
        | Grammar::TokenList
        | Grammar::Words
        | Grammar::List
        | Grammar::Extensions
        | Grammar::QuotedExtensions
        | Grammar::Base64(_)
        | Grammar::SpacedNumber
        | Grammar::Versions
        | Grammar::Any => false,
    }
}
