//! The JSON Schema of reports.

/// The JSON Schema of what a report is in JSON.
pub const SCHEMA: &str = include_str!("../../schemas/report.json");

#[cfg(test)]
mod tests {
    use std::{env, fs};

    use schemars::generate::SchemaSettings;

    use super::SCHEMA;
    use crate::report::Document;

    /// `WSDRAFT_UPDATE=1 cargo test -p wsdraft-conformance schema` writes the file.
    #[test]
    fn the_schema_is_that_of_the_types() {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let schema = settings.into_generator().into_root_schema_for::<Document>();
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        if env::var_os("WSDRAFT_UPDATE").is_some() {
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/report.json");
            fs::write(file, &text).unwrap();
            return;
        }
        assert!(
            text == SCHEMA,
            "schemas/report.json; to accept: WSDRAFT_UPDATE=1 cargo test -p wsdraft-conformance schema"
        );
    }
}
