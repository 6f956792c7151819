//! What the tester knows of the peer, the tested endpoint.

use std::time::Duration;

use wsdraft::{
    Draft, Role,
    extension::{ExtensionInfo, elements},
    frame::{Outgoing, Session},
    info::{Kind, RuleInfo},
};
use wsdraft_interpreter::vectors::Offered;
use wsdraft_spec::{ResolvedDraft, Scenario};

use crate::{removed::Removed, tolerance::Tolerance};

/// What is tested, how, and what is known of it.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The draft.
    pub draft: &'static dyn Draft,
    /// A newer draft with the same version, which the peer may speak instead.
    pub taken_for: Option<&'static dyn Draft>,
    /// The data of the draft.
    pub spec: ResolvedDraft,
    /// Rules that the draft has removed, if the cases shall look whether the peer applies them.
    pub removed: Vec<Removed>,
    /// The extensions that the tester knows.
    pub extensions: Vec<&'static ExtensionInfo>,
    /// Whether only cases about these extensions are played.
    pub limits_extensions: bool,
    /// The role of the peer.
    pub subject: Role,
    /// What the tester asks for as a client; unused if the peer is a client.
    pub offered: Offered,
    /// What the peer may tolerate.
    pub tolerance: Tolerance,
    /// Whether the peer echoes messages.
    pub echoes: bool,
    /// Whether the peer answers pings.
    pub pongs: bool,
    /// Text messages that the tester sends first on each connection.
    pub hello: Vec<String>,
    /// Number of messages that the peer sends first, on its own.
    pub greeting: usize,
    /// How long to wait for an answer.
    pub patience: Duration,
    /// How long the peer may take to react to a violation before the tester probes the
    /// connection.
    pub grace: Duration,
}

impl Setup {
    /// The default of [`patience`](Self::patience).
    pub const PATIENCE: Duration = Duration::from_secs(5);
    /// The default of [`grace`](Self::grace).
    pub const GRACE: Duration = Duration::from_millis(250);

    /// A test of a peer with this role, of which nothing is known yet.
    #[must_use]
    pub fn new(draft: &'static dyn Draft, spec: ResolvedDraft, subject: Role) -> Self {
        Self {
            draft,
            taken_for: None,
            spec,
            removed: Vec::new(),
            extensions: wsdraft::extension::builtin::ALL.to_vec(),
            limits_extensions: false,
            subject,
            offered: Offered {
                subprotocol: String::new(),
                ..Offered::default()
            },
            tolerance: Tolerance::default(),
            echoes: true,
            pongs: has_pings(draft, subject.peer()),
            hello: Vec::new(),
            greeting: 0,
            patience: Self::PATIENCE,
            grace: Self::GRACE,
        }
    }

    /// The draft whose rules bind what the peer sends.
    #[must_use]
    pub fn spoken(&self) -> &'static dyn Draft {
        self.taken_for.unwrap_or(self.draft)
    }

    /// Whether the draft has removed this rule.
    pub(crate) fn has_removed(&self, rule: &RuleInfo) -> bool {
        self.removed.iter().any(|one| one.rule.id == rule.id)
    }

    /// Whether the scenario is about no extension, or about one whose cases are to be played.
    pub(crate) fn plays(&self, scenario: &Scenario) -> bool {
        let wanted = scenario.opening.extensions.as_deref().unwrap_or_default();
        let mut tokens = elements(wanted).map(|element| element.token);
        tokens.all(|token| {
            let mut known = self.extensions.iter();
            !self.limits_extensions || known.any(|one| one.tokens.contains(&&*token))
        })
    }

    /// Whether the peer answers anything while a connection works.
    pub(crate) const fn answers(&self) -> bool {
        self.echoes || self.pongs
    }

    /// The role of the tester.
    #[must_use]
    pub const fn tester(&self) -> Role {
        self.subject.peer()
    }
}

/// Whether the draft has pings.
fn has_pings(draft: &dyn Draft, by: Role) -> bool {
    let ping = Outgoing {
        kind: Kind::Ping,
        fin: true,
        reserved: 0,
        length: 0,
        opcode: 0,
    };
    draft
        .encode(&ping, by, [0; 4], &Session::default())
        .is_some()
}
