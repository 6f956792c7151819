//! Extensions that both endpoints agreed on.

use std::collections::BTreeMap;

use serde::Serialize;
use wsdraft::extension::Agreed;
use wsdraft_spec::sort;

/// An agreed extension, in the dialect that the connection uses.
#[derive(Clone, Debug, Serialize)]
pub struct AgreedExtension {
    /// The name of the dialect.
    pub dialect: &'static str,
    /// The token of the extension on the wire.
    token: String,
    /// The parameters of the server's element. A parameter without a value is null.
    parameters: BTreeMap<String, Option<String>>,
    /// Whether it carries channels.
    #[serde(skip)]
    carries: bool,
}

impl AgreedExtension {
    /// All that were agreed, in the order in which they are applied to what is sent.
    pub fn list(agreed: &Agreed) -> Vec<Self> {
        let agreed = agreed.iter().map(|agreement| Self {
            dialect: agreement.extension.short,
            token: agreement.answer.token.clone(),
            parameters: sort::map(agreement.answer.parameters.iter().cloned()),
            carries: agreement.extension.carries(),
        });
        agreed.collect()
    }

    /// Names the dialect that channels are of. They can be of `dialects`, the newest first; the others that the
    /// extension could be have been excluded.
    pub(crate) fn settle(agreed: &mut [Self], dialects: &[&'static str]) {
        let carries = |one: &&mut Self| one.carries;
        if let (Some(one), [first, ..]) = (agreed.iter_mut().find(carries), dialects) {
            one.dialect = first;
        }
    }

    /// The names of dialects, with commas between them; `None` where nothing was agreed.
    pub fn dialects(agreed: &[Self]) -> Option<String> {
        let names: Vec<&str> = agreed.iter().map(|one| one.dialect).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}
