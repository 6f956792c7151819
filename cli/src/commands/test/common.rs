//! What tests of servers and tests of clients have in common.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use clap::Args;
use serde::Serialize;
use wsdraft::{Role, drafts};
use wsdraft_conformance::{Removed, Setup, Suite, Tolerance};
use wsdraft_spec::{LoadError, ResolvedDraft, Scenarios};

use super::{
    cases::Selection,
    outputs::{Outputs, Prepared},
};
use crate::{
    failure::Failure,
    input,
    outcome::Outcome,
    output::Output,
    specs::{Specs, Spoken},
};

/// What leaves out the cases of every extension.
const NONE: &str = "none";

/// Which cases are played, in which draft, and how long answers may take.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// Draft to test; the newest by default.
    #[arg(long)]
    pub(super) draft: Option<String>,
    /// Leave out the cases for which the peer has to echo messages.
    #[arg(long)]
    pub(super) no_echo: bool,
    #[command(flatten)]
    pub(super) selection: Selection,
    /// Extensions whose cases are played, separated by commas; `none` for none, and all by default.
    #[arg(long, value_name = "NAMES")]
    extensions: Option<String>,
    /// Add the scenarios in the RON files of this folder.
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
    /// Text that the peer wants to hear first: the tester sends each line of this file as a message
    /// on every connection, and passes over the answers.
    #[arg(long, value_name = "FILE")]
    hello: Option<PathBuf>,
    /// Seconds to wait for each answer.
    #[arg(
        long,
        value_name = "S",
        default_value_t = 5.0,
        allow_negative_numbers = true
    )]
    timeout: f64,
    /// Only list the selected cases: the id and the title of each.
    #[arg(long)]
    pub(super) list: bool,
    #[command(flatten)]
    pub(super) outputs: Outputs,
}

/// The shortest and the longest time to wait for an answer, in seconds.
const SHORTEST: f64 = 0.001;
const LONGEST: f64 = 86400.0;

/// A case that is listed.
#[derive(Serialize)]
struct Listed<'a> {
    id: &'a str,
    title: &'a str,
}

/// Checks the number of cases that are played at the same time.
pub(super) fn check_jobs(jobs: Option<usize>) -> Result<(), Failure> {
    match jobs {
        Some(0) => Err(Failure::input(
            "--jobs: at least one case is played at a time",
        )),
        Some(_) | None => Ok(()),
    }
}

/// What is tested, and with which scenarios.
pub(super) struct Plan {
    pub(super) setup: Setup,
    scenarios: Vec<Scenarios>,
}

impl Common {
    /// The plan to test a peer with this role.
    pub(super) fn plan(&self, specs: &Specs, subject: Role) -> Result<Plan, Failure> {
        let patience = self.patience()?;
        let draft = specs.spoken_or_newest(self.draft.as_deref())?;
        let spec = specs.resolved(draft.info().short)?.clone();
        let scenarios = self.scenarios(specs)?;
        let mut setup = Setup::new(draft, spec, subject);
        setup.tolerance = Tolerance::new(&scenarios, specs.database().extensions());
        setup.extensions = match self.extensions.as_deref() {
            None => specs.extensions(),
            Some(NONE) => Vec::new(),
            Some(names) => specs.named_extensions(names, false)?.supported().collect(),
        };
        setup.limits_extensions = self.extensions.is_some();
        if let Some(file) = &self.hello {
            let bytes = input::read_file(file)?;
            let text = String::from_utf8(bytes)
                .map_err(|error| Failure::input(format!("{}: {error}", file.display())))?;
            setup.hello = text.lines().map(str::to_owned).collect();
        }
        setup.taken_for = taken_for(specs, draft)?;
        setup.removed = removed(specs, &setup.spec)?;
        setup.patience = patience;
        setup.echoes = !self.no_echo;
        Ok(Plan { setup, scenarios })
    }

    fn patience(&self) -> Result<Duration, Failure> {
        let given = self.timeout;
        // The tester waits for several times as long.
        if (SHORTEST..=LONGEST).contains(&given) {
            return Ok(Duration::from_secs_f64(given));
        }
        Err(Failure::input(format!(
            "--timeout: it has to be a number of seconds from {SHORTEST} to {LONGEST}"
        )))
    }

    /// Prints the id and the title of each selected case.
    pub(super) fn show_cases(&self, plan: &Plan, output: Output) -> Result<Outcome, Failure> {
        let cases = self.suite(plan)?.cases;
        if output.is_json() {
            let listed = cases.iter().map(|case| Listed {
                id: &case.id,
                title: &case.title,
            });
            output.document(&listed.collect::<Vec<_>>())?;
        } else {
            for case in &cases {
                output.line(&format!("{}  {}", case.id, case.title))?;
            }
        }
        Ok(Outcome::Fine)
    }

    /// The built-in scenarios, and those of the user's folder.
    fn scenarios(&self, specs: &Specs) -> Result<Vec<Scenarios>, Failure> {
        let built_in = Scenarios::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let mut all = built_in.to_vec();
        if let Some(folder) = &self.scenarios {
            all.extend(Scenarios::read(folder, specs.database())?);
        }
        Ok(all)
    }

    /// What is written about the test; fails if something cannot be written.
    pub(super) fn prepare(&self, plan: &Plan) -> Result<Prepared<'_>, Failure> {
        let (subject, draft) = (plan.setup.subject, plan.setup.draft.info().short);
        self.outputs
            .prepare(&self.selection, subject.as_str(), draft)
    }

    /// The selected cases.
    pub(super) fn suite(&self, plan: &Plan) -> Result<Suite, Failure> {
        let mut suite = Suite::new(&plan.setup, &plan.scenarios);
        let mut names = BTreeSet::new();
        if let Some((name, _)) = suite.sections.iter().find(|(name, _)| !names.insert(name)) {
            let why = format!("--scenarios: there is already a section {name:?}");
            return Err(Failure::input(why));
        }
        self.selection.apply(&mut suite)?;
        Ok(suite)
    }
}

/// The newer draft that a peer may take this one for, since both have the same number. Whoever tests a
/// dialect of their own knows that the peer speaks it.
fn taken_for(specs: &Specs, draft: Spoken) -> Result<Option<Spoken>, Failure> {
    let info = draft.info();
    if info.wire_version.is_none() || is_own(info.short) {
        return Ok(None);
    }
    for newest in drafts::ALL.iter().rev().map(|newest| newest.info()) {
        let shows = !specs.resolved(newest.short)?.undetectable;
        if shows && newest.wire_version == info.wire_version {
            let another = newest.short != info.short;
            return another.then(|| specs.spoken(newest.short)).transpose();
        }
    }
    Ok(None)
}

/// Whether a draft is not one of those that this program has.
fn is_own(name: &str) -> bool {
    !drafts::ALL.iter().any(|known| known.info().short == name)
}

/// The rules that a dialect of one's own has removed from the drafts that it builds on.
fn removed(specs: &Specs, draft: &ResolvedDraft) -> Result<Vec<Removed>, Failure> {
    let mut ancestors = Vec::new();
    let mut own = is_own(&draft.short);
    for ancestor in draft.lineage.iter().rev().skip(1) {
        if !own {
            break;
        }
        own = is_own(ancestor);
        let from = specs.resolved(ancestor)?;
        if from.is_complete() {
            ancestors.push((specs.spoken(ancestor)?, from));
        }
    }
    Ok(Removed::all(draft, ancestors))
}
