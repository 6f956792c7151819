//! Requests.

use wsdraft::Role;
use wsdraft_spec::{
    model::{Header, Rule},
    vocabulary::{Grammar, Predicate},
};

use super::{Case, Input, NoVector, Offered, Vectors, message::Message};

impl Vectors<'_> {
    pub(super) fn requests(&self, rule: &Rule) -> Result<Vec<Case>, NoVector> {
        let plain = Message::read(&Offered::default().request(self.draft));
        let header = |name: &str| self.spec.request_headers.get(name).map(|item| &item.value);
        let base = match &rule.when {
            Predicate::Always => plain,
            Predicate::Present(name) => plain.having(name, &form(header(name))),
            other => return Err(NoVector::unknown_form(other)),
        };
        let cases = match &rule.require {
            Predicate::Method => vec![(base.first(0, "POST"), base)],
            Predicate::HttpVersion => {
                let line = self.spec.request_line.as_ref();
                if line.is_none_or(|line| line.value.minor_version == 0) {
                    let why = "every version of HTTP/1 is allowed";
                    return Err(NoVector::Unbreakable(why.into()));
                }
                vec![(base.first(2, "HTTP/1.0"), base)]
            }
            Predicate::Target => self.targets(&base),
            Predicate::NothingFollows => {
                let followed = base.with(|message| message.body = b"x".into());
                vec![(followed, base)]
            }
            require => vec![base.changed(require, |name| form(header(name)))?],
        };
        let case = |(broken, kept): (Message, Message)| Case {
            by: Role::Client,
            broken: Input::Request(broken.bytes()),
            kept: Input::Request(kept.bytes()),
        };
        Ok(cases.into_iter().map(case).collect())
    }

    /// A path without a slash, and a URI of another scheme.
    fn targets(&self, base: &Message) -> Vec<(Message, Message)> {
        let line = self.spec.request_line.as_ref();
        let scheme = line.and_then(|line| line.value.absolute.first());
        let good = scheme.map_or_else(
            || "/".into(),
            |scheme| format!("{scheme}://example.com/chat"),
        );
        let kept = base.first(1, &good);
        ["chat", "ftp://example.com/"]
            .map(|bad| (base.first(1, bad), kept.clone()))
            .into()
    }
}

/// What a field's value looks like; anything where the draft does not know the field.
pub(super) fn form(header: Option<&Header>) -> Grammar {
    header.map_or(Grammar::Any, |header| header.value.clone())
}
