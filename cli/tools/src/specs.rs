//! The drafts that a command works on, and how users name them.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use wsdraft::{
    Draft,
    extension::{ExtensionInfo, Extensions, UnknownExtension},
    grammar,
    versions::{Version, Versions},
};
use wsdraft_exports::facts::speech::Speech;
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::{
    Database, LoadError, ResolvedDraft, ResolvedExtension, Topics, did_you_mean, model, sort,
};

mod named;
mod relaxed;
mod versions;

pub use self::named::Named;
use self::versions::table;
use crate::{failure::Failure, output::quoted};

/// A draft that is spoken.
pub type Spoken = &'static dyn Draft;

/// The built-in drafts and those of `--spec-dir`.
#[derive(Debug)]
pub struct Specs {
    database: Cow<'static, Database>,
    versions: Versions,
    /// The folder of drafts that are not compiled in.
    folder: Option<PathBuf>,
}

impl Specs {
    /// Loads the drafts.
    pub fn load(folder: Option<&Path>) -> Result<Self, Failure> {
        let built_in = Database::built_in().map_err(|errors| LoadError::Spec(errors.clone()))?;
        let Some(folder) = folder else {
            return Ok(Self {
                database: Cow::Borrowed(built_in),
                versions: Versions::built_in(),
                folder: None,
            });
        };
        let database = built_in.clone().with_folder(folder)?;
        let versions = Versions::new(table(&database));
        Ok(Self {
            database: Cow::Owned(database),
            versions,
            folder: Some(folder.to_owned()),
        })
    }

    /// All drafts.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The topics, those of the user before the built-in ones.
    pub fn topics(&self) -> Result<&[Topics], Failure> {
        let all = self.database.topics();
        Ok(all.map_err(|errors| LoadError::Spec(errors.clone()))?)
    }

    /// All drafts' places in the history.
    pub const fn versions(&self) -> Versions {
        self.versions
    }

    /// The draft that a user named.
    pub fn version(&self, name: &str) -> Result<Version, Failure> {
        self.versions.find(name).ok_or_else(|| {
            if let Some(extension) = self.extension_of(name).map(|one| &one.short) {
                return Failure::input(format!(
                    "{name:?} is a draft of the extension {extension:?}, and not of the protocol: `list` has its dates, and `generate {extension}` its rules"
                ));
            }
            let shorts = self.versions.iter().map(Version::short);
            let hint = did_you_mean(name, shorts);
            let hint = match hint.as_str() {
                "" => "; `wsdraft list` shows all drafts",
                hint => hint,
            };
            Failure::input(format!("no draft {name:?}{hint}"))
        })
    }

    /// The extension that a user named, by itself or by one of its drafts.
    pub fn extension_of(&self, name: &str) -> Option<&ResolvedExtension> {
        let mut extensions = self.database.extensions().iter();
        extensions.find(|extension| {
            let documents = &extension.documents;
            extension.short == name
                || documents
                    .iter()
                    .any(|one| one.name == name || one.short == name)
        })
    }

    /// The option that leads to these drafts, and a space before it; empty for the built-in ones.
    pub fn option(&self) -> String {
        let folder = self.folder.as_ref();
        folder.map_or_else(String::new, |folder| {
            format!(" --spec-dir {}", quoted(folder))
        })
    }

    /// The draft that a user named, with everything that it inherits.
    pub fn resolved(&self, name: &str) -> Result<&ResolvedDraft, Failure> {
        let short = self.version(name)?.short();
        self.database
            .resolved(short)
            .ok_or_else(|| Failure::input(format!("{name:?} is not resolved")))
    }

    /// The draft that a user named, as written.
    pub fn written(&self, name: &str) -> Result<&model::Draft, Failure> {
        let short = self.version(name)?.short();
        self.database
            .draft(short)
            .ok_or_else(|| Failure::input(format!("{name:?} is not written")))
    }

    /// The draft that a user named, ready to be spoken: compiled in, or else interpreted. Of a number
    /// on the wire, it is the draft that a peer takes it for.
    pub fn spoken(&self, name: &str) -> Result<Spoken, Failure> {
        self.spoken_or_newest(Some(name))
    }

    /// The draft that a user named, ready to be spoken; the newest by default.
    pub fn spoken_or_newest(&self, name: Option<&str>) -> Result<Spoken, Failure> {
        self.speak(self.resolved_or_newest(name)?)
    }

    /// The draft that a user named, as [`spoken`](Self::spoken) takes it, with everything that it
    /// inherits; the newest by default.
    pub fn resolved_or_newest(&self, name: Option<&str>) -> Result<&ResolvedDraft, Failure> {
        let Some(name) = name else {
            let newest = self.database.newest();
            return newest
                .and_then(|draft| self.database.resolved(&draft.short))
                .ok_or_else(|| Failure::input("no draft says that it is the newest: name one"));
        };
        let number = name.trim().parse().ok();
        let taken_for = number.and_then(|number| self.taken_for(number));
        self.resolved(taken_for.unwrap_or(name))
    }

    /// Every draft that can be spoken, the oldest first.
    pub fn all_spoken(&self) -> Result<Vec<Spoken>, Failure> {
        let mut drafts = self.database.drafts();
        drafts.reverse();
        sort::by_key(&mut drafts, |draft| draft.serial.is_none());
        let resolved = drafts
            .into_iter()
            .filter_map(|draft| self.database.resolved(&draft.short));
        resolved
            .filter(|draft| draft.is_complete())
            .map(|draft| self.speak(draft))
            .collect()
    }

    /// The draft that a request with this version number is taken to be of, unless it shows
    /// another one: the newest, the RFC included.
    pub fn taken_for(&self, number: u16) -> Option<&str> {
        let mut drafts = self.database.drafts();
        drafts.reverse();
        sort::by_key(&mut drafts, |draft| draft.serial.is_none());
        let mut resolved = drafts
            .into_iter()
            .filter_map(|draft| self.database.resolved(&draft.short));
        let speaks = |draft: &&ResolvedDraft| {
            draft.is_complete() && !draft.undetectable && draft.wire_version == Some(number)
        };
        resolved.rfind(speaks).map(|draft| draft.short.as_str())
    }

    /// The extensions that can be negotiated: compiled in, or else interpreted.
    pub fn extensions(&self) -> Vec<&'static ExtensionInfo> {
        let compiled = wsdraft::extension::builtin::ALL;
        if self.folder.is_none() {
            return compiled.to_vec();
        }
        let built_in = Database::built_in().ok().map(Database::extensions);
        let all = self.database.extensions().iter();
        all.filter(|extension| extension.is_negotiable())
            .map(|extension| {
                let unchanged = built_in.and_then(|all| all.get(&extension.short));
                let compiled = compiled.iter().find(|info| info.short == extension.short);
                match compiled {
                    Some(compiled) if unchanged == Some(extension) => compiled,
                    _ => wsdraft_interpreter::interpreted_extension(extension),
                }
            })
            .collect()
    }

    /// The extensions that a user named in this option, to be spoken. `carries` is whether the command
    /// runs the channels of those that multiplex.
    pub fn named_extensions(&self, names: &str, carries: bool) -> Result<Extensions, Failure> {
        let named = self.find_extensions(names)?;
        let named = if carries {
            named.with_channels()
        } else {
            named
        };
        match named.unspoken() {
            None => Ok(named),
            Some(extension) => Err(self.unspoken(extension.short)),
        }
    }

    /// The value of a list of extensions in which a user may also name a dialect in a token's
    /// place, with the tokens that go over the wire, and the dialects that it can be read as.
    /// `carries` is as for [`named_extensions`](Self::named_extensions).
    pub fn extension_list(
        &self,
        value: &str,
        carries: bool,
    ) -> Result<(String, Vec<&'static ExtensionInfo>), Failure> {
        let known = self.extensions();
        let mut dialects: Vec<&'static ExtensionInfo> = Vec::new();
        let mut items = Vec::new();
        for item in grammar::list_items(value.as_bytes()) {
            let item = String::from_utf8_lossy(item);
            let (name, parameters) = item.split_at(item.find(';').unwrap_or(item.len()));
            let name = name.trim();
            let mut read_as: Vec<_> = known.clone();
            read_as.retain(|info| info.tokens.contains(&name));
            let mut token = name;
            if read_as.is_empty() {
                read_as.extend(self.find_extensions(name)?.supported());
                token = read_as.first().map_or(name, |info| info.tokens[0]);
            }
            if !read_as
                .iter()
                .any(|info| info.runs() || carries && info.carries())
            {
                return Err(self.unspoken(name));
            }
            items.push(format!("{token}{parameters}"));
            read_as.retain(|info| !dialects.contains(info));
            dialects.extend(read_as);
        }
        Ok((items.join(", "), dialects))
    }

    /// Why an extension cannot be named here.
    fn unspoken(&self, name: &str) -> Failure {
        if name.is_empty() {
            return Failure::input("--extensions: an extension has no name");
        }
        let all = self.database.extensions().iter();
        let mut named =
            all.filter(|one| one.short == name || one.tokens().iter().any(|token| token == name));
        let carries = named.any(|one| Speech::of(one) == Speech::Channels);
        let speech = if carries {
            Speech::Channels
        } else {
            Speech::Never
        };
        Failure::input(format!("--extensions: {name} {}", speech.why_not()))
    }

    fn find_extensions(&self, names: &str) -> Result<Extensions, Failure> {
        let known = self.extensions();
        Extensions::named(names, &known).map_err(|unknown| {
            let (near, built_in) = match &unknown {
                UnknownExtension::Name(name) if self.is_data_alone(name) => {
                    (String::new(), " can be spoken: it is known as data alone")
                }
                UnknownExtension::Name(name) => {
                    let shorts = known.iter().map(|info| info.short);
                    let tokens = known.iter().flat_map(|info| info.tokens.iter().copied());
                    (did_you_mean(name, tokens.chain(shorts)), " is built in")
                }
                UnknownExtension::Parameter {
                    extension,
                    parameter,
                } => {
                    let name = parameter.split('=').next().unwrap_or_default();
                    let named = known.iter().filter(|info| info.short == *extension);
                    let parameters = named.flat_map(|info| info.parameters);
                    let names = parameters.map(|parameter| parameter.name);
                    (did_you_mean(name.trim(), names), " with such a value")
                }
            };
            Failure::input(format!("--extensions: {unknown}{built_in}{near}"))
        })
    }

    /// Whether an extension of this name is described, but not so that it can be negotiated.
    fn is_data_alone(&self, token: &str) -> bool {
        let mut all = self.database.extensions().iter();
        all.any(|extension| {
            let mut tokens = extension.tokens().iter();
            let named = extension.short == token || tokens.any(|known| known == token);
            named && !extension.is_negotiable()
        })
    }

    /// Every draft that can be spoken, in the order of issue: those that were never issued
    /// first, the current one last.
    pub fn spoken_by_age(&self) -> Result<Vec<Spoken>, Failure> {
        let mut drafts = self.all_spoken()?;
        sort::by_key(&mut drafts, |draft| {
            let version = self.versions.of(draft.info());
            (
                version.and_then(Version::issued),
                version.and_then(Version::serial),
            )
        });
        Ok(drafts)
    }

    fn speak(&self, draft: &ResolvedDraft) -> Result<Spoken, Failure> {
        let compiled = wsdraft::drafts::ALL
            .iter()
            .copied()
            .find(|compiled| compiled.info().short == draft.short);
        let unchanged = || {
            let built_in = Database::built_in()
                .ok()
                .and_then(|built_in| built_in.resolved(&draft.short));
            built_in == Some(draft)
        };
        match compiled {
            Some(compiled) if self.folder.is_none() || unchanged() => Ok(compiled),
            // Kept for the life of the process, like the metadata that it carries.
            _ => match Interpreted::new(draft.clone()) {
                Ok(interpreted) => Ok(Box::leak(Box::new(interpreted))),
                Err(error) => Err(Failure::input(error.to_string())),
            },
        }
    }
}
