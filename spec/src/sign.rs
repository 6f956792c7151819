//! Which signs of a draft rule its requests out, and which only hint at it.

use crate::{
    model::Sign,
    resolved::ResolvedDraft,
    vocabulary::{Grammar, Level, Predicate, Scope, SignTest},
};

impl ResolvedDraft {
    /// Whether a request that lacks this sign can still be a valid one of the draft: no rule asks
    /// for the sign. Such a sign makes one draft more likely than another, and rules none out.
    ///
    /// A draft all of whose signs are like that has no hints: each of them decides.
    #[must_use]
    pub fn is_hint(&self, sign: &Sign) -> bool {
        let decided = |sign: &Sign| self.asks_for(&sign.header, &sign.test);
        !decided(sign) && self.signs.values().any(|item| decided(&item.value))
    }

    /// Whether every valid request shows this.
    fn asks_for(&self, header: &str, test: &SignTest) -> bool {
        let same = |name: &String| name.eq_ignore_ascii_case(header);
        let present =
            || self.requires(|rule| matches!(rule, Predicate::Present(name) if same(name)));
        let absent = || {
            self.requires(|rule| match rule {
                Predicate::Absent(name) => same(name),
                Predicate::Order(names) => !names.iter().any(same),
                _ => false,
            })
        };
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

    /// Whether a rule that binds every request asks for this.
    fn requires(&self, test: impl Fn(&Predicate) -> bool) -> bool {
        self.rules.values().any(|rule| {
            let rule = &rule.value;
            rule.level == Level::Must
                && rule.scope == Scope::Request
                && rule.when == Predicate::Always
                && test(&rule.require)
        })
    }

    /// Whether the values of a request's header field have to be of a grammar like this.
    fn restricts(&self, header: &str, grammar: &dyn Fn(&Grammar) -> bool) -> bool {
        let mut headers = self.request_headers.iter();
        let named = headers.find(|(name, _)| name.eq_ignore_ascii_case(header));
        let like_this = named.is_some_and(|(_, item)| grammar(&item.value.value));
        like_this
            && self.requires(|rule| {
                matches!(rule, Predicate::Conforms(name) if name.eq_ignore_ascii_case(header))
            })
    }
}

/// Whether a grammar has no values but these, compared without regard to case.
fn among(values: &[String]) -> impl Fn(&Grammar) -> bool + '_ {
    let listed = |text: &str| values.iter().any(|value| value.eq_ignore_ascii_case(text));
    move |grammar| match grammar {
        Grammar::Literal(text) | Grammar::Keyword(text) => listed(text),
        Grammar::Version(versions) => versions.iter().all(|version| listed(&version.to_string())),
        _ => false,
    }
}
