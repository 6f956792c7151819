//! What a driver for the Autobahn testsuite asks for.

/// What a driver asks for. Cases are numbered from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// How many cases there are.
    Count,
    /// What a case is.
    Info(usize),
    /// To play a case with this agent.
    Run(usize, String),
    /// What came of a case.
    Status(usize, String),
    /// That the report of this agent is written.
    Update(String),
}

/// The name of a client that states none.
const UNNAMED: &str = "client";

impl Asked {
    /// Reads the target of a request; `None` if it is none of these.
    pub(super) fn read(target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        let case = || value("case")?.parse().ok();
        let agent = || match value("agent").map(decoded) {
            Some(agent) if !agent.is_empty() => agent,
            _ => UNNAMED.to_owned(),
        };
        Some(match path.trim_end_matches('/').rsplit('/').next()? {
            "getCaseCount" => Self::Count,
            "getCaseInfo" => Self::Info(case()?),
            "runCase" => Self::Run(case()?, agent()),
            "getCaseStatus" => Self::Status(case()?, agent()),
            "updateReports" => Self::Update(agent()),
            _ => return None,
        })
    }
}

/// A value of a query as the text that it stands for.
fn decoded(value: &str) -> String {
    let mut bytes = value.as_bytes().iter();
    let mut out = Vec::new();
    while let Some(&byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = bytes.as_slice().get(..2);
                let hex = hex.and_then(|hex| std::str::from_utf8(hex).ok());
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(byte) => {
                        bytes.nth(1);
                        byte
                    }
                    None => b'%',
                }
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Asked;

    #[test]
    fn what_drivers_ask_for_is_read() {
        let read = |target| Asked::read(target);
        assert_eq!(read("/getCaseCount"), Some(Asked::Count));
        assert_eq!(read("/getCaseInfo?case=7"), Some(Asked::Info(7)));
        let run = |agent: &str| Some(Asked::Run(12, agent.into()));
        assert_eq!(read("/runCase?case=12&agent=a%20b%2Fc"), run("a b/c"));
        assert_eq!(read("/runCase?agent=a+b&case=12"), run("a b"));
        assert_eq!(read("/runCase?case=12&agent=100%"), run("100%"));
        assert_eq!(read("/runCase?case=12"), run("client"));
        assert_eq!(read("/runCase?agent=a"), None);
        assert_eq!(read("/runCase?case=-1&agent=a"), None);
        assert_eq!(read("/chat"), None);
        let update = Some(Asked::Update("x".into()));
        assert_eq!(read("/updateReports?agent=x"), update);
    }
}
