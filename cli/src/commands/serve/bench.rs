//! `serve --fault` and `serve --script`: cases of the conformance tester, for any client.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use wsdraft::{
    Role,
    handshake::parse,
    info::{DraftInfo, Purpose},
};
use wsdraft_conformance::{Case, Logged, Setup, Side, Suite, Tolerance};
use wsdraft_interpreter::vectors::{NoVector, Vectors};
use wsdraft_spec::{LoadError, ResolvedDraft, Scenarios, did_you_mean};

use super::{journal::Entry, record::Record, stage::Stage, watched::Watched};
use crate::{
    failure::Failure,
    input::hex,
    specs::{Specs, Spoken},
};

/// The word for faults that the path names.
pub(super) const BY_PATH: &str = "any";
/// The word that lists the faults.
pub(super) const LIST: &str = "list";
/// The path under which faults are.
pub(super) const FAULTS: &str = "/fault";

/// The most bytes that are logged of what one end sends at once.
const SHOWN: usize = 256;

/// Plays cases for clients.
#[derive(Debug)]
pub(super) struct Bench {
    what: What,
    drafts: Vec<(Spoken, ResolvedDraft)>,
    scenarios: Vec<Scenarios>,
    tolerance: Tolerance,
    extensions: Vec<&'static wsdraft::extension::ExtensionInfo>,
    /// The cases of the drafts that clients have asked for so far.
    ready: Mutex<HashMap<&'static str, Arc<Cases>>>,
    stage: Stage,
}

/// Which cases are played.
#[derive(Debug)]
enum What {
    /// What breaks this rule.
    Fault(Fault),
    /// What breaks the rule that the path names.
    ByPath,
    /// The scenario that the path names, or else the first one.
    Script(String),
}

/// A rule, and which of the inputs that break it.
#[derive(Clone, Debug)]
struct Fault {
    rule: String,
    number: usize,
}

/// The cases for a draft.
#[derive(Debug)]
struct Cases {
    setup: Arc<Setup>,
    cases: Vec<Arc<Case>>,
}

/// A case for a client.
pub(super) struct Chosen {
    setup: Arc<Setup>,
    case: Arc<Case>,
}

impl Fault {
    /// `RULE`, or `RULE/N`.
    fn parse(text: &str) -> Self {
        let numbered = text
            .rsplit_once('/')
            .and_then(|(rule, number)| Some((rule, number.parse().ok()?)));
        let (rule, number) = numbered.unwrap_or((text, 1));
        Self {
            rule: rule.to_owned(),
            number,
        }
    }
}

impl Bench {
    /// Commits the fault that is named, or that each path names.
    pub(super) fn faults(name: &str, specs: &Specs, drafts: &[Spoken]) -> Result<Self, Failure> {
        let built_in = Scenarios::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let what = match name {
            BY_PATH => What::ByPath,
            rule => What::Fault(Fault::parse(rule)),
        };
        let bench = Self::new(what, specs, drafts, built_in.to_vec())?;
        if let What::Fault(fault) = &bench.what {
            bench.check(fault)?;
        }
        Ok(bench)
    }

    /// Plays the scenarios of a file.
    pub(super) fn script(file: &Path, specs: &Specs, drafts: &[Spoken]) -> Result<Self, Failure> {
        let scenarios = Scenarios::read(file, specs.database())?;
        let for_clients = |section: &Scenarios| {
            let mut scenarios = section.scenarios.iter();
            scenarios.any(|(_, one)| one.subject.is_none_or(|of| of == Role::Client))
        };
        let Some(section) = scenarios.iter().find(|section| for_clients(section)) else {
            let file = file.display();
            return Err(Failure::input(format!(
                "{file}: no scenario in it is for clients"
            )));
        };
        let what = What::Script(section.section.clone());
        Self::new(what, specs, drafts, scenarios)
    }

    fn new(
        what: What,
        specs: &Specs,
        drafts: &[Spoken],
        scenarios: Vec<Scenarios>,
    ) -> Result<Self, Failure> {
        let resolved = |draft: &Spoken| Ok((*draft, specs.resolved(draft.info().short)?.clone()));
        let drafts: Result<Vec<_>, Failure> = drafts.iter().map(resolved).collect();
        Ok(Self {
            what,
            drafts: drafts?,
            tolerance: Tolerance::new(&scenarios, specs.database().extensions()),
            scenarios,
            extensions: specs.extensions(),
            ready: Mutex::default(),
            stage: Stage::new().map_err(Failure::io("a thread"))?,
        })
    }

    /// The cases for a draft.
    fn cases(&self, short: &str) -> Option<Arc<Cases>> {
        let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(cases) = ready.get(short) {
            return Some(Arc::clone(cases));
        }
        let (draft, spec) = self
            .drafts
            .iter()
            .find(|(draft, _)| draft.info().short == short)?;
        let mut setup = Setup::new(*draft, spec.clone(), Role::Client);
        setup.tolerance.clone_from(&self.tolerance);
        setup.extensions.clone_from(&self.extensions);
        // A script waits for messages; of a client that meets a fault, they are its own affair.
        setup.echoes = matches!(self.what, What::Script(_));
        let mut suite = Suite::new(&setup, &self.scenarios);
        suite.cases.retain(|case| match &self.what {
            What::Fault(_) | What::ByPath => {
                case.breaks_a_rule()
                    && case.applies(&setup)
                    && case.rules.iter().all(|rule| has(&setup, rule))
            }
            What::Script(_) => self.scenarios.iter().any(|one| one.section == case.section),
        });
        let cases = Arc::new(Cases {
            setup: Arc::new(setup),
            cases: suite.cases.into_iter().map(Arc::new).collect(),
        });
        ready.insert(draft.info().short, Arc::clone(&cases));
        Some(cases)
    }

    /// The case for a client of this draft that asks for this resource; `None` if there is none to
    /// be played for it. `Err` says why the case is not to be had.
    pub(super) fn choose(
        &self,
        draft: &DraftInfo,
        resource: &str,
    ) -> Option<Result<Chosen, String>> {
        let path = resource.split('?').next().unwrap_or_default();
        let by_path;
        let fault = match &self.what {
            What::Fault(fault) => fault,
            What::ByPath => {
                let name = path.strip_prefix(FAULTS)?.strip_prefix('/')?;
                by_path = Fault::parse(name);
                &by_path
            }
            What::Script(section) => return self.scene(draft, section, path),
        };
        let cases = self.cases(draft.short)?;
        let index = fault.number.checked_sub(1);
        let case = index.and_then(|index| cases.breaking(&fault.rule).nth(index));
        Some(match case {
            Some(case) => Ok(Chosen {
                setup: Arc::clone(&cases.setup),
                case: Arc::clone(case),
            }),
            None => Err(format!(
                "{}. {}",
                cases.why_not(fault),
                format_args!(
                    "These are the faults in {}:\n\n{}",
                    draft.short,
                    cases.list()
                )
            )),
        })
    }

    /// The scenario that a path names, or else the first one.
    fn scene(
        &self,
        draft: &DraftInfo,
        section: &str,
        path: &str,
    ) -> Option<Result<Chosen, String>> {
        let cases = self.cases(draft.short)?;
        let id = format!("{section}{path}");
        let named = cases.cases.iter().find(|case| {
            let rest = case.id.strip_prefix(&id);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        Some(match named.or_else(|| cases.cases.first()) {
            Some(case) => Ok(Chosen {
                setup: Arc::clone(&cases.setup),
                case: Arc::clone(case),
            }),
            None => Err(format!("No scenario is for {}.\n", draft.short)),
        })
    }

    /// Whether some draft has the fault; says why not.
    fn check(&self, fault: &Fault) -> Result<(), Failure> {
        let mut why = None;
        // The preferred ones are last.
        for (draft, _) in self.drafts.iter().rev() {
            let Some(cases) = self.cases(draft.info().short) else {
                continue;
            };
            if fault.number > 0 && cases.breaking(&fault.rule).nth(fault.number - 1).is_some() {
                return Ok(());
            }
            let reason = cases.why_not(fault);
            let known = cases.setup.spec.rules.get(&fault.rule).is_some();
            if why.is_none() || known {
                why = Some(reason);
            }
            if known {
                break;
            }
        }
        let why = why.unwrap_or_else(|| "no draft is served".into());
        Err(Failure::input(format!(
            "--fault: {why}; `wsdraft serve --fault {LIST}` lists the faults"
        )))
    }

    /// The faults of the newest draft.
    pub(super) fn list(&self) -> String {
        let newest = self.drafts.last();
        let cases = newest.and_then(|(draft, _)| self.cases(draft.info().short));
        cases.map_or_else(String::new, |cases| cases.list())
    }

    /// Whether paths name faults.
    pub(super) const fn is_by_path(&self) -> bool {
        matches!(self.what, What::ByPath)
    }

    /// Plays a case for a client whose request is still to be read.
    pub(super) async fn play(&self, chosen: &Chosen, stream: Watched, record: &Record) {
        let Chosen { setup, case } = chosen;
        let Some(played) = self.stage.play(setup, case, stream).await else {
            return;
        };
        for entry in played.log.entries() {
            show(entry, record);
        }
        record.note(&Entry::Played {
            case: &case.id,
            verdict: played.judgement.verdict.as_str(),
            why: &played.judgement.why,
            strict: &case.strict,
        });
    }
}

/// Whether the draft has a rule, or negotiates the extension that does.
fn has(setup: &Setup, rule: &str) -> bool {
    let info = setup.draft.info();
    let negotiates = info.request_header(Purpose::Extensions).is_some();
    let mut extensions = setup.extensions.iter().filter(|_| negotiates);
    info.rules.iter().any(|one| one.id == rule) || extensions.any(|one| one.rule(rule).is_some())
}

/// Logs what one end sent. The head of the request is in the log already.
fn show(entry: &wsdraft_conformance::Entry, record: &Record) {
    let (from, is_client) = match entry.by {
        Side::Tester => (Role::Server.as_str(), false),
        Side::Peer => (Role::Client.as_str(), true),
    };
    let Logged::Bytes { start, length } = &entry.what else {
        return;
    };
    let head = parse::head_end(start).unwrap_or_default();
    let (head, rest) = start.split_at(head);
    if !head.is_empty() && !is_client {
        let head = String::from_utf8_lossy(head);
        record.note(&Entry::Head {
            from,
            head: head.trim_end(),
        });
    }
    let length = length - head.len() as u64;
    if length > 0 {
        record.note(&Entry::Bytes {
            from,
            start: &hex(&rest[..rest.len().min(SHOWN)]),
            length,
        });
    }
}

impl Cases {
    /// What breaks a rule.
    fn breaking<'a>(&'a self, rule: &'a str) -> impl Iterator<Item = &'a Arc<Case>> {
        let cases = self.cases.iter();
        cases.filter(move |case| case.rules.iter().any(|id| id == rule))
    }

    /// Why there is no such fault.
    fn why_not(&self, fault: &Fault) -> String {
        let (rule, short) = (&fault.rule, self.setup.draft.info().short);
        let count = self.breaking(rule).count();
        if count > 0 {
            return format!("{short} has {count} inputs that break {rule}, numbered from 1");
        }
        let vectors = Vectors::new(&self.setup.spec, self.setup.draft);
        match vectors.of(rule) {
            Ok(_) => format!("a server cannot break {rule}: it is about what clients send"),
            Err(NoVector::Unknown) => {
                let known = self.cases.iter().flat_map(|case| case.rules.iter());
                let near = did_you_mean(rule, known.map(String::as_str));
                format!("{short} has no rule {rule:?} that a server can break{near}")
            }
            Err(why) => format!("a server cannot break {rule}: {why}"),
        }
    }

    /// The rules that can be broken: how many inputs there are for each, and what it says.
    fn list(&self) -> String {
        let mut rules: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
        for case in &self.cases {
            for rule in &case.rules {
                rules.entry(rule).or_insert((0, &case.title)).0 += 1;
            }
        }
        let longest = rules
            .keys()
            .map(|rule| rule.len())
            .max()
            .unwrap_or_default();
        let mut text = String::new();
        for (rule, (count, title)) in rules {
            let what = title.split_once(": ").map_or(title, |(_, summary)| summary);
            let _ = writeln!(text, "{rule:longest$}  {count:3}  {what}");
        }
        text
    }
}
