//! `wsdraft export`: the database for other programs and for people.

use std::path::Path;

use schemars::{JsonSchema, generate::SchemaSettings};
use serde::Serialize;

use crate::{
    Outcome,
    arguments::{Export, Exported, File},
    failure::Failure,
    output::{Output, json_escaped},
    specs::Specs,
    written::Target,
};

mod json;
mod markdown;
mod vectors;

/// Exports.
pub(crate) fn run(specs: &Specs, export: &Export, output: &Output) -> Result<Outcome, Failure> {
    match &export.what {
        Exported::Json { schema, file } => {
            let document = json::Document::new(specs)?;
            let again = Again {
                specs,
                what: "json",
                names: &[],
            };
            write(&document, &again, *schema, file, output)
        }
        Exported::Vectors {
            drafts,
            schema,
            file,
        } => {
            let document = vectors::Document::new(specs, drafts)?;
            let again = Again {
                specs,
                what: "vectors",
                names: drafts,
            };
            write(&document, &again, *schema, file, output)
        }
        Exported::Markdown { names, out, check } => {
            let asked = markdown::Asked {
                names,
                out: out.as_deref(),
                check: *check,
            };
            markdown::run(specs, &asked, output)
        }
    }
}

/// The command that writes an export anew.
struct Again<'a> {
    specs: &'a Specs,
    what: &'a str,
    /// Names of what is exported, where not all is.
    names: &'a [String],
}

impl Again<'_> {
    /// The command with this option and a space before it, writing to this place.
    fn command(&self, option: &str, out: &Path) -> String {
        let names: String = self.names.iter().map(|name| format!(" {name}")).collect();
        let (what, out, specs) = (self.what, out.display(), self.specs.option());
        format!("wsdraft export {what}{names}{option} --out {out}{specs}")
    }
}

/// Writes a document, or its schema; to a file both, one beside the other.
fn write<T: Serialize + JsonSchema>(
    document: &T,
    again: &Again<'_>,
    only_schema: bool,
    file: &File,
    output: &Output,
) -> Result<Outcome, Failure> {
    let schema = || {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        pretty(&settings.into_generator().into_root_schema_for::<T>())
    };
    let Some(target) = file.target() else {
        let text = if only_schema {
            schema()?
        } else {
            pretty(document)?
        };
        output.file(&text)?;
        return Ok(Outcome::Fine);
    };
    if only_schema {
        return target.put(&schema()?, &again.command(" --schema", target.file));
    }
    let command = again.command("", target.file);
    let beside = File::beside(target.file);
    let beside = Target {
        file: &beside,
        ..target
    };
    let outcomes = [
        target.put(&pretty(document)?, &command)?,
        beside.put(&schema()?, &command)?,
    ];
    Ok(outcomes
        .into_iter()
        .find(|outcome| *outcome != Outcome::Fine)
        .unwrap_or(Outcome::Fine))
}

fn pretty(value: &impl Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    let text = text.map_err(|error| Failure::input(error.to_string()))?;
    Ok(json_escaped(text) + "\n")
}
