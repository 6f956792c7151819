//! Rules that find out what a flow is, and report nothing.

use wsdraft_spec::{ResolvedDraft, vocabulary::Purpose};

/// The flow is of the draft's version.
pub(super) const VERSION: &str = "wsdraft.version";

/// The server agreed to an extension.
pub(super) const EXTENDED: &str = "wsdraft.extended";

/// Suricata may no longer know where frames begin.
pub(super) const LOST: &str = "wsdraft.lost";

/// The length of a payload from which on Suricata may skip the rest wrongly.
pub(super) const LIMIT: u32 = 65_535;

/// The rules, each without its number.
pub(super) fn rules(draft: &ResolvedDraft) -> Vec<String> {
    let named = |purpose: Purpose, request: bool| {
        let headers = if request {
            &draft.request_headers
        } else {
            &draft.response_headers
        };
        let mut headers = headers.iter();
        let found = headers.find(|(_, header)| header.value.purpose == purpose);
        found.map(|(name, _)| name.clone())
    };
    let mut rules = Vec::new();
    if let (Some(version), Some(field)) = (draft.wire_version, named(Purpose::Version, true)) {
        rules.push(format!(
            "alert http any any -> any any (msg:\"wsdraft: version {version} is asked for\"; flow:to_server; \
             http.header; content:\"{field}|3a 20|{version}|0d 0a|\"; nocase; flowbits:set,{VERSION}; flowbits:noalert;"
        ));
    }
    if let (Some(line), Some(field)) = (&draft.status_line, named(Purpose::Extensions, false)) {
        // Suricata has left HTTP when it looks at the head of this response, so the bytes are searched.
        let status = line.value.status;
        rules.push(format!(
            "alert tcp any any -> any any (msg:\"wsdraft: an extension is agreed on\"; flow:to_client; \
             content:\"HTTP/\"; startswith; content:\" {status} \"; distance:3; within:5; \
             content:\"|0d 0a|{field}|3a|\"; nocase; flowbits:set,{EXTENDED}; flowbits:noalert;"
        ));
    }
    rules.push(format!(
        "alert websocket any any -> any any (msg:\"wsdraft: a payload that is not held whole\"; \
         websocket.payload; bsize:>={LIMIT}; flowbits:set,{LOST}; flowbits:noalert;"
    ));
    rules
}
