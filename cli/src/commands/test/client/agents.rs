//! What is kept of each agent that plays cases.

use wsdraft_conformance::Played;

/// The agents, in the order in which they came, and what they have played.
#[derive(Default)]
pub(super) struct Agents {
    agents: Vec<Agent>,
    /// Bytes of the logs that are kept.
    kept: usize,
}

/// An agent that plays cases, and what it has played.
pub(super) struct Agent {
    pub(super) name: String,
    /// By the place of the case in the suite.
    pub(super) played: Vec<Option<Played>>,
    /// The cases that it plays now.
    running: Vec<usize>,
    /// Whether it has asked for its report.
    pub(super) reported: bool,
}

/// Why an agent cannot play.
#[derive(Clone, Copy, Debug)]
pub(super) enum Unfit {
    /// Its name is too long.
    Name,
    /// There are too many agents.
    Many,
}

impl Agent {
    fn is_tested(&self) -> bool {
        self.played.iter().any(Option::is_some)
    }
}

impl Agents {
    /// The most agents. Anyone can connect and give many names.
    pub(super) const MOST: usize = 64;
    /// The most bytes of a name.
    pub(super) const LONGEST: usize = 256;
    /// The most bytes of logs. What comes after that is judged, and its log is not kept.
    pub(super) const KEPT: usize = 24 << 20;

    /// The agent with this name, if it has come.
    pub(super) fn find(&self, name: &str) -> Option<&Agent> {
        self.agents.iter().find(|agent| agent.name == name)
    }

    /// Whether the agent plays this case now, or any case.
    pub(super) fn plays(&self, name: &str, case: Option<usize>) -> bool {
        self.find(name).is_some_and(|agent| match case {
            Some(at) => agent.running.contains(&at),
            None => !agent.running.is_empty(),
        })
    }

    /// The agents that have played a case.
    pub(super) fn tested(&self) -> impl Iterator<Item = &Agent> {
        self.agents.iter().filter(|agent| agent.is_tested())
    }

    /// How many agents have asked for their report.
    pub(super) fn reported(&self) -> usize {
        self.agents.iter().filter(|agent| agent.reported).count()
    }

    /// An agent asks for its report; `false` if it has played no case. Then anyone may have asked.
    pub(super) fn report(&mut self, name: &str) -> bool {
        let mut agents = self.agents.iter_mut();
        match agents.find(|agent| agent.name == name && agent.is_tested()) {
            Some(agent) => {
                agent.reported = true;
                true
            }
            None => false,
        }
    }

    /// An agent starts to play one of the cases of a suite with so many.
    pub(super) fn start(&mut self, name: &str, cases: usize, at: usize) -> Result<(), Unfit> {
        let mut agents = self.agents.iter_mut();
        if let Some(agent) = agents.find(|agent| agent.name == name) {
            agent.running.push(at);
            return Ok(());
        }
        if name.len() > Self::LONGEST {
            return Err(Unfit::Name);
        }
        if self.agents.len() >= Self::MOST {
            return Err(Unfit::Many);
        }
        self.agents.push(Agent {
            name: name.to_owned(),
            played: vec![None; cases],
            running: vec![at],
            reported: false,
        });
        Ok(())
    }

    /// An agent has played a case. What it has played last counts.
    pub(super) fn finish(&mut self, name: &str, at: usize, mut played: Played) {
        let Some(agent) = self.agents.iter_mut().find(|agent| agent.name == name) else {
            return;
        };
        if let Some(place) = agent.running.iter().position(|running| *running == at) {
            agent.running.swap_remove(place);
        }
        let Some(slot) = agent.played.get_mut(at) else {
            return;
        };
        let before = slot.as_ref().map_or(0, |before| before.log.size());
        self.kept -= before;
        if self.kept + played.log.size() > Self::KEPT {
            played.log.forget();
        }
        self.kept += played.log.size();
        *slot = Some(played);
    }
}
