//! Names of rooms and users.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest name, in bytes.
const LONGEST: usize = 32;

/// A name that is safe as one token of a subject of NATS: letters, digits, `-` and `_` of ASCII.
///
/// A subject gives a meaning to `.`, `*` and `>`. A room with such a name would receive what is
/// said in others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

/// The text is not a [`Name`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadName;

impl TryFrom<String> for Name {
    type Error = BadName;

    fn try_from(name: String) -> Result<Self, BadName> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self(name))
        } else {
            Err(BadName)
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a name has 1 to {LONGEST} letters, digits, '-' or '_' of ASCII"
        )
    }
}

impl std::error::Error for BadName {}

/// Reads `/rooms/<room>?name=<user>`. Both names need no escapes, so none are decoded.
///
/// `None` if the path is another one.
pub fn of_resource(resource: &str) -> Option<Result<(Name, Name), BadName>> {
    let (path, query) = resource.split_once('?').unwrap_or((resource, ""));
    let room = path.strip_prefix("/rooms/")?;
    let mut pairs = query.split('&');
    let user = pairs
        .find_map(|pair| pair.strip_prefix("name="))
        .unwrap_or("");
    let names = Name::try_from(room.to_owned())
        .and_then(|room| Ok((room, Name::try_from(user.to_owned())?)));
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_token_of_a_subject() {
        for name in ["lobby", "a", "Room-1_b", &"x".repeat(32)] {
            assert!(Name::try_from(name.to_owned()).is_ok(), "{name}");
        }
        for name in ["", ">", "*", "a.b", "a b", "a\r\nPUB", "ü", &"x".repeat(33)] {
            assert_eq!(Name::try_from(name.to_owned()), Err(BadName), "{name}");
        }
        assert!(serde_json::from_str::<Name>("\">\"").is_err());
    }

    #[test]
    fn a_resource_names_a_room_and_a_user() {
        let (room, user) = of_resource("/rooms/lobby?x=1&name=ada").unwrap().unwrap();
        assert_eq!((room.0.as_str(), user.0.as_str()), ("lobby", "ada"));
        assert_eq!(of_resource("/rooms/lobby"), Some(Err(BadName)));
        assert_eq!(of_resource("/rooms/%3E?name=ada"), Some(Err(BadName)));
        assert_eq!(of_resource("/rooms/a.b?name=ada"), Some(Err(BadName)));
        assert_eq!(of_resource("/other?name=ada"), None);
    }
}
