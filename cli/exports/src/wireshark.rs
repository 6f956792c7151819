//! A dissector for Wireshark and tshark, in Lua.
//!
//! The plug-in is one file: tables that are made from the database, and an engine that interprets them. The engine
//! names no draft; it is in the files beside this one.

mod drafts;
mod extensions;
mod lua;
mod rules;
mod words;

use std::fmt::Write as _;

use wsdraft_spec::Database;

use self::{lua::Lua, rules::Rules};
use crate::{Document, origin, texts::text};

/// The name of the file.
const FILE: &str = "wsdraft.lua";

/// The parts of the engine, in the order in which they build on each other.
fn parts() -> [&'static str; 9] {
    [
        text!("wireshark/bytes.lua"),
        text!("wireshark/grammar.lua"),
        text!("wireshark/heads.lua"),
        text!("wireshark/handshakes.lua"),
        text!("wireshark/inflate.lua"),
        text!("wireshark/frames.lua"),
        text!("wireshark/messages.lua"),
        text!("wireshark/extensions.lua"),
        text!("wireshark/connection.lua"),
    ]
}

/// What shows it in Wireshark.
fn shown() -> [&'static str; 2] {
    [
        text!("wireshark/tree.lua"),
        text!("wireshark/dissector.lua"),
    ]
}

/// The plug-in for every draft of a database that states a wire format.
#[must_use]
pub fn wireshark(database: &Database) -> Vec<Document> {
    let mut rules = Rules::default();
    let listed = drafts::listed(database);
    let drafts: Vec<Lua> = listed
        .iter()
        .map(|draft| drafts::table(draft, &mut rules))
        .collect();
    let extensions = extensions::tables(database, &mut rules);
    let mut text = head(database);
    text.push_str(
        "\nlocal W = {}\n\n-- Rules that are not checked here, and why.\nW.unchecked = {\n",
    );
    for (id, why) in rules.unchecked() {
        let _ = writeln!(text, "  {},", Lua::list([id, why]));
    }
    text.push_str("}\n\nlocal R = {\n");
    for rule in &rules.all {
        let _ = writeln!(text, "  {rule},");
    }
    text.push_str("}\n\nW.drafts = {\n");
    for draft in &drafts {
        spread(&mut text, draft);
    }
    text.push_str("}\n\nW.extensions = {\n");
    if let Lua::List(extensions) = &extensions {
        for extension in extensions {
            spread(&mut text, extension);
        }
    }
    let _ = writeln!(text, "}}\n\nW.asking = {}", drafts::asking(&listed));
    for part in parts() {
        let _ = write!(text, "\ndo\n{part}end\n");
    }
    // Without Wireshark around it, the file is a module for tests.
    text.push_str("\nif not rawget(_G, \"Proto\") then return W end\n");
    for part in shown() {
        let _ = write!(text, "\ndo\n{part}end\n");
    }
    vec![Document {
        path: FILE.into(),
        text,
    }]
}

/// A table with a line for each entry.
fn spread(text: &mut String, table: &Lua) {
    let Lua::Table(entries) = table else {
        return;
    };
    text.push_str("  {\n");
    for entry in entries {
        // The braces of a table with this entry alone.
        let one = Lua::Table(vec![entry.clone()]).to_string();
        let inner = one.trim_start_matches("{ ");
        let inner = inner.strip_suffix(" }").unwrap_or(inner);
        let _ = writeln!(text, "    {inner},");
    }
    text.push_str("  },\n");
}

/// The comment at the start. It names the folder of drafts that are not built in, if there are some.
fn head(database: &Database) -> String {
    let head = text!("wireshark/head.lua");
    match origin::specs(database) {
        None => head.into(),
        Some(specs) => head
            .replace("export wireshark", "export wireshark --spec-dir SPECS")
            .replacen("--\n", &format!("-- {specs}\n--\n"), 1),
    }
}
