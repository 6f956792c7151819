//! IANA's registries for the protocol, as data.
//!
//! Entries from RFC 6455 §11 cite it; later registrations are marked as recalled.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::{
    diagnostic::Diagnostics,
    file::{self, Origin, Source},
    files::files_in,
    locate::Path,
    table::Table,
    vocabulary::Evidence,
};

/// A registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registry {
    /// The name in this database.
    pub short: String,
    /// IANA's name for it.
    pub name: String,
    /// The documents that created it.
    pub evidence: Vec<Evidence>,
    /// The registrations, by the number or name on the wire.
    pub entries: Table<String, Registration>,
}

/// A registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Its name, meaning or standing in the registry.
    pub name: String,
    /// The document that the registry refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Evidence, strongest first.
    pub evidence: Vec<Evidence>,
}

impl Registry {
    /// The built-in registries.
    ///
    /// # Errors
    /// All errors in the built-in files. A released database has none.
    pub fn built_in() -> Result<&'static [Self], &'static Diagnostics> {
        static BUILT_IN: OnceLock<Result<Vec<Registry>, Diagnostics>> = OnceLock::new();
        let loaded =
            BUILT_IN.get_or_init(|| Self::load_all(files_in("registries"), Origin::BuiltIn));
        loaded.as_ref().map(Vec::as_slice)
    }

    /// Reads registries from files.
    ///
    /// # Errors
    /// All errors in the files.
    pub fn load(sources: impl IntoIterator<Item = Source>) -> Result<Vec<Self>, Diagnostics> {
        Self::load_all(sources, Origin::Own)
    }

    fn load_all(
        sources: impl IntoIterator<Item = Source>,
        origin: Origin,
    ) -> Result<Vec<Self>, Diagnostics> {
        let (mut registries, mut errors) = (Vec::<Self>::new(), Vec::new());
        for source in sources {
            let registry = match file::value::<Self>(&source, origin).0 {
                Ok(registry) => registry,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let mut report = |path: Path, message: &str| {
                file::report(&mut errors, &source, 0, &path, message.into());
            };
            let root = Path::root();
            if registry.evidence.is_empty() {
                report(root.field("evidence"), "a registry needs evidence");
            }
            for (key, entry) in registry.entries.iter() {
                if entry.evidence.is_empty() {
                    let path = root.field("entries").key(key).field("evidence");
                    report(path, "a registration needs evidence");
                }
            }
            if registries.iter().any(|known| known.short == registry.short) {
                report(
                    root.field("short"),
                    "there is already a registry with this name",
                );
            }
            registries.push(registry);
        }
        if errors.is_empty() {
            Ok(registries)
        } else {
            Err(Diagnostics(errors))
        }
    }

    /// The built-in registry of this name.
    #[must_use]
    pub fn find(short: &str) -> Option<&'static Self> {
        Self::built_in()
            .ok()?
            .iter()
            .find(|registry| registry.short == short)
    }

    /// The registration of a number or name.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Registration> {
        self.entries.get(key)
    }
}
