//! What tests of servers and tests of clients have in common.

use std::time::Duration;

use clap::Args;
use wsdraft::Role;
use wsdraft_conformance::{Setup, Suite, Tolerance};
use wsdraft_spec::{LoadError, Scenarios};

use super::{
    cases::Selection,
    outputs::{Outputs, Prepared},
};
use crate::{
    failure::Failure,
    specs::{Specs, Spoken},
};

/// Which cases are played, in which draft, and how long answers may take.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Draft to test; the newest by default.
    #[arg(long)]
    draft: Option<String>,
    /// Leave out the cases for which the peer has to echo messages.
    #[arg(long)]
    pub(super) no_echo: bool,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Seconds to wait for each answer.
    #[arg(long, value_name = "S", default_value_t = 5.0)]
    timeout: f64,
    #[command(flatten)]
    pub(super) outputs: Outputs,
}

/// What is tested, and with which scenarios.
pub(super) struct Plan {
    pub(super) setup: Setup,
    scenarios: &'static [Scenarios],
}

impl Common {
    /// The plan to test an endpoint with this role.
    pub(super) fn plan(&self, specs: &Specs, subject: Role) -> Result<Plan, Failure> {
        let patience = Duration::try_from_secs_f64(self.timeout)
            .map_err(|error| Failure::input(format!("--timeout: {error}")))?;
        let draft = match &self.draft {
            Some(name) => specs.spoken(name)?,
            None => specs
                .spoken_by_age()?
                .pop()
                .ok_or_else(|| Failure::input("no draft is available"))?,
        };
        let spec = specs.resolved(draft.info().short)?.clone();
        let scenarios = Scenarios::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let mut setup = Setup::new(draft, spec, subject);
        setup.tolerance = Tolerance::new(scenarios);
        setup.extensions = specs.extensions();
        setup.taken_for = taken_for(specs, draft)?;
        setup.patience = patience;
        setup.echoes = !self.no_echo;
        Ok(Plan { setup, scenarios })
    }

    /// What is written about the test; fails if something cannot be written.
    pub(super) fn prepare(&self, plan: &Plan) -> Result<Prepared<'_>, Failure> {
        let (subject, draft) = (plan.setup.subject, plan.setup.draft.info().short);
        self.outputs
            .prepare(&self.selection, subject.as_str(), draft)
    }

    /// The selected cases.
    pub(super) fn suite(&self, plan: &Plan) -> Result<Suite, Failure> {
        let mut suite = Suite::new(&plan.setup, plan.scenarios);
        self.selection.apply(&mut suite)?;
        Ok(suite)
    }
}

/// The newer draft that a peer may take this one for, since both have the same number.
fn taken_for(specs: &Specs, draft: Spoken) -> Result<Option<Spoken>, Failure> {
    let number = draft.info().wire_version;
    let newer = number.and_then(|number| specs.taken_for(number));
    match newer.filter(|newer| *newer != draft.info().short) {
        Some(newer) => specs.spoken(newer).map(Some),
        None => Ok(None),
    }
}
