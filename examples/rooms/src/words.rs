//! What is said: to clients, and between processes.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use wsdraft::{Budget, Prepared, Reserved};

use crate::names::Name;

/// What a client is told, as JSON: `{"said":{"from":"ada","text":"hello"}}`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Told<'a> {
    /// Who is known to be in the room, the client included. This comes first. Whoever else is there
    /// is told as `Joined` when their process answers.
    Present(BTreeSet<&'a Name>),
    Joined(&'a Name),
    Left(&'a Name),
    Said {
        from: &'a Name,
        text: &'a str,
    },
    /// The client's own message reached nobody, for this reason.
    Unsent(&'a str),
    /// Messages to this room may be missing, for this reason.
    Missed(&'a str),
}

impl Told<'_> {
    /// The message for all clients: one copy of its payload in memory, which the budget counts once.
    pub fn prepare(&self, budget: &Budget) -> Waiting {
        let text = serde_json::to_string(self).expect("names and texts are JSON");
        Waiting {
            memory: budget.reserve(text.len() + OVERHEAD).map(Arc::new),
            message: Prepared::new(text),
        }
    }
}

/// What a message takes beside its text, roughly.
const OVERHEAD: usize = 256;

/// A message that waits for clients.
#[derive(Clone)]
pub struct Waiting {
    pub message: Prepared,
    /// Its memory. `None` if there was none left: then it must not wait.
    pub memory: Option<Arc<Reserved>>,
}

impl Waiting {
    pub const fn is_reserved(&self) -> bool {
        self.memory.is_some()
    }
}

/// What a process tells the others about a room, as JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    /// The process.
    pub by: String,
    pub word: Word,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    Said {
        from: Name,
        text: String,
    },
    /// All users of this process in the room. A report with a lower serial is out of date.
    Here {
        serial: u64,
        names: BTreeSet<Name>,
    },
    /// A process that is new in the room asks the others to report.
    Who,
}
