//! What is kept of each agent that plays cases.

use wsdraft_conformance::Played;

/// The agents, in the order in which they came, and what they have played.
#[derive(Default)]
pub(super) struct Agents {
    agents: Vec<Agent>,
    /// Bytes of the logs that are kept.
    kept: usize,
}

/// An agent, and what it has played.
pub(super) struct Agent {
    pub(super) name: String,
    /// By the place of the case in the suite.
    pub(super) played: Vec<Option<Played>>,
    /// The cases that it plays now.
    running: Vec<usize>,
    /// Whether it has asked for its report.
    pub(super) reported: bool,
}

impl Agents {
    /// The most agents. Anyone can connect and give many names.
    const MOST: usize = 64;
    /// The most bytes of a name.
    const LONGEST: usize = 256;
    /// The most bytes of logs. What comes after that is judged, and its log is not kept.
    const KEPT: usize = 24 << 20;

    /// An agent with this name; `None` if there are too many.
    pub(super) fn named(&mut self, name: &str, cases: usize) -> Option<&mut Agent> {
        let at = match self.agents.iter().position(|agent| agent.name == name) {
            Some(at) => at,
            None if self.agents.len() < Self::MOST && name.len() <= Self::LONGEST => {
                self.agents.push(Agent {
                    name: name.to_owned(),
                    played: vec![None; cases],
                    running: Vec::new(),
                    reported: false,
                });
                self.agents.len() - 1
            }
            None => return None,
        };
        self.agents.get_mut(at)
    }

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

    /// All agents.
    pub(super) fn all(&self) -> &[Agent] {
        &self.agents
    }

    /// All agents, to change what they have played.
    pub(super) fn all_mut(&mut self) -> &mut [Agent] {
        &mut self.agents
    }

    /// How many agents have asked for their report.
    pub(super) fn reported(&self) -> usize {
        self.agents.iter().filter(|agent| agent.reported).count()
    }

    /// An agent starts to play a case; `false` if there are too many agents.
    pub(super) fn start(&mut self, name: &str, cases: usize, at: usize) -> bool {
        let agent = self.named(name, cases);
        agent.is_some_and(|agent| {
            agent.running.push(at);
            true
        })
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
