//! What became of a handshake, as JSON and as text for people.

use serde::Serialize;
use wsdraft::handshake::server::Refusal;
use wsdraft_analysis::{from_hex, hex};

use super::response::ResponseReport;
use crate::events::{AgreedExtension, ViolationReport};

/// What became of a handshake.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) draft: Option<&'static str>,
    pub(super) valid: bool,
    pub(super) violations: Vec<ViolationReport>,
    pub(super) status: Option<u16>,
    pub(super) response_hex: Option<String>,
    pub(super) accept: Option<String>,
    pub(super) subprotocols: Vec<String>,
    pub(super) extensions: Option<String>,
    pub(super) agreed: Vec<AgreedExtension>,
    pub(super) origin: Option<String>,
    pub(super) resource: Option<String>,
    /// Whether the request alone is valid: a server has nothing in it to refuse.
    pub(super) request_valid: bool,
    /// The response that was given.
    pub(super) response: Option<ResponseReport>,
    /// What is wrong where no rule says it: a head that is not HTTP, or not all there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// Where no draft fits the request: which one it is held to instead, and what rules that out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

impl Report {
    /// There is nothing to check.
    pub(super) fn failed(error: String) -> Self {
        Self {
            draft: None,
            valid: false,
            violations: Vec::new(),
            status: None,
            response_hex: None,
            accept: None,
            subprotocols: Vec::new(),
            extensions: None,
            agreed: Vec::new(),
            origin: None,
            resource: None,
            request_valid: false,
            response: None,
            error: Some(error),
            note: None,
        }
    }

    /// There is no request that a server would read on.
    pub(super) fn refused(refusal: &Refusal) -> Self {
        Self {
            status: refusal.status,
            response_hex: (!refusal.response.is_empty()).then(|| hex(&refusal.response)),
            ..Self::failed(refusal.to_string())
        }
    }

    /// Text for people.
    pub(super) fn text(&self) -> String {
        let mut out = match (self.draft, self.request_valid) {
            (Some(draft), true) => format!("a valid request of {draft}\n"),
            (Some(draft), false) => format!("not a valid request of {draft}\n"),
            (None, _) => "no request\n".to_owned(),
        };
        if let Some(response) = &self.response {
            out.push_str(&format!("{}\n", visible(&response.text())));
        }
        for line in self.note.iter().chain(&self.error) {
            out.push_str(&format!("  {line}\n"));
        }
        for violation in &self.violations {
            out.push_str(&format!("  {violation}\n"));
        }
        let fields = [
            ("resource", self.resource.clone()),
            ("origin", self.origin.clone()),
            (
                "subprotocols",
                (!self.subprotocols.is_empty()).then(|| self.subprotocols.join(", ")),
            ),
            ("extensions", self.extensions.clone()),
            ("dialects", AgreedExtension::dialects(&self.agreed)),
            ("status", self.status.map(|status| status.to_string())),
            ("accept", self.accept.clone()),
        ];
        for (name, value) in fields {
            if let Some(value) = value {
                out.push_str(&format!("{name:<13} {value}\n"));
            }
        }
        if let Some(hex) = &self.response_hex {
            let bytes = from_hex(hex).unwrap_or_default();
            out.push_str("\nthe answer that a server owes:\n");
            for line in String::from_utf8_lossy(&bytes).lines() {
                out.push_str(&format!("  {}\n", visible(line)));
            }
        }
        out
    }
}

/// A line in which control characters are written out, and nothing else is.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for char in line.chars() {
        if char.is_control() {
            out.extend(char.escape_debug());
        } else {
            out.push(char);
        }
    }
    out
}
