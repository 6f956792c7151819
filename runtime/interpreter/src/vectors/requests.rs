//! Vectors for rules about requests.

use wsdraft::Role;
use wsdraft_spec::{
    model::Header,
    requirement::{RequestCondition, RequestTest},
    vocabulary::Grammar,
};

use super::{Case, Input, NoVector, Vectors, message::Message};

impl Vectors<'_> {
    pub(super) fn requests(
        &self,
        when: Option<&RequestCondition>,
        test: &RequestTest,
    ) -> Result<Vec<Case>, NoVector> {
        let plain = Message::read(&self.offered.request(self.draft));
        let header = |name: &str| self.spec.request_headers.get(name).map(|item| &item.value);
        let base = match when {
            None => plain,
            Some(RequestCondition::Present(name)) => plain.having(name, &form(header(name))),
        };
        let cases = match test {
            RequestTest::Method(_) => vec![(base.first(0, "POST"), base)],
            RequestTest::HttpVersion(0) => {
                let why = "every version of HTTP/1 is allowed";
                return Err(NoVector::Unbreakable(why.into()));
            }
            RequestTest::HttpVersion(_) => vec![(base.first(2, "HTTP/1.0"), base)],
            RequestTest::Target(schemes) => self.targets(&base, schemes),
            RequestTest::NothingFollows => {
                let followed = base.with(|message| message.body = b"x".into());
                vec![(followed, base)]
            }
            RequestTest::Field(test) => vec![base.changed(test, |name| form(header(name)))?],
        };
        let case = |(broken, kept): (Message, Message)| Case {
            by: Role::Client,
            broken: Input::Request(broken.bytes()),
            kept: Input::Request(kept.bytes()),
        };
        Ok(cases.into_iter().map(case).collect())
    }

    /// A target that is a path without a slash, and one that is a URI with another scheme.
    fn targets(&self, base: &Message, schemes: &[String]) -> Vec<(Message, Message)> {
        let (host, resource) = (&self.offered.host, &self.offered.resource);
        let good = schemes.first().map_or_else(
            || "/".into(),
            |scheme| format!("{scheme}://{host}{resource}"),
        );
        let kept = base.first(1, &good);
        ["chat", &format!("ftp://{host}/")]
            .map(|bad| (base.first(1, bad), kept.clone()))
            .into()
    }
}

/// The grammar of a field's value. If the draft does not define the field, anything is valid.
pub(super) fn form(header: Option<&Header>) -> Grammar {
    header.map_or(Grammar::Any, |header| header.value.clone())
}
