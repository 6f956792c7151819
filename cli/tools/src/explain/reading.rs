//! One thing that a word stands for, as JSON and as text.

use serde::Serialize;
use serde_json::Value;
use wsdraft_spec::vocabulary::Evidence;

use super::sheet::Sheet;
use crate::{failure::Failure, output};

/// One thing that a word stands for.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    pub(super) json: Value,
    pub(super) sheet: Sheet,
    /// What the text says first of all that was asked about, if anything.
    pub(super) note: String,
    /// The address of its page in the site, where somebody asked for it.
    pub(super) page: Option<String>,
}

impl Reading {
    /// A reading; the value has a field `kind`.
    pub(super) fn new(value: &impl Serialize, sheet: Sheet) -> Result<Self, Failure> {
        let json = output::value(value)?;
        Ok(Self {
            json,
            sheet,
            note: String::new(),
            page: None,
        })
    }

    /// What it is.
    pub(super) fn kind(&self) -> &str {
        self.json["kind"].as_str().unwrap_or_default()
    }

    /// Its number or name.
    pub(super) fn name(&self) -> String {
        let fields = ["rule", "code", "name", "version", "draft", "from"];
        let mut values = fields.iter().filter_map(|field| self.json.get(*field));
        match values.next() {
            Some(Value::String(name)) => name.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        }
    }

    /// The reading as a part of JSON.
    pub(super) fn into_json(mut self) -> Value {
        if let (Some(page), Value::Object(fields)) = (self.page, &mut self.json) {
            fields.insert("page".into(), page.into());
        }
        self.json
    }
}

/// Where facts are from, as text.
pub(super) fn cited(evidence: &[Evidence]) -> Vec<String> {
    evidence.iter().map(ToString::to_string).collect()
}

/// A number, decimal or hexadecimal.
pub(super) fn number(word: &str) -> Option<u16> {
    match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => u16::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}
