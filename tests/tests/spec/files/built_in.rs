//! The files of the database itself.

use super::*;

/// Lines of the built-in files are short enough to be read beside one another.
#[test]
fn no_line_is_too_long() {
    for (file, text) in wsdraft_spec::files() {
        for (at, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            assert!(columns <= 160, "spec/{file}:{}: {columns} columns", at + 1);
        }
    }
}

/// A built-in draft or extension changes fields with `amend`, and replaces only what it states
/// wholly anew.
#[test]
fn built_in_files_state_what_changes_and_nothing_else() {
    let database = Database::built_in().unwrap();
    let mut count = 0;
    for draft in database.drafts() {
        let written = serde_json::to_value(draft).unwrap();
        let parent = draft.extends.as_ref().and_then(|it| database.resolved(it));
        let parent = parent.map(|parent| serde_json::to_value(parent).unwrap());
        count += restated(&draft.short, &written, parent.as_ref());
    }
    for extension in database.extensions().iter() {
        let written = database.extensions().written(&extension.short).unwrap();
        let parent = written.extends.as_ref();
        let parent = parent.and_then(|it| database.extensions().get(it));
        let parent = parent.map(|parent| serde_json::to_value(parent).unwrap());
        let written = serde_json::to_value(written).unwrap();
        count += restated(&extension.short, &written, parent.as_ref());
    }
    assert!(count > 5, "{count}");
}

/// Looks at what a file replaces: no field has the value that is inherited, except by default.
fn restated(short: &str, written: &Value, parent: Option<&Value>) -> usize {
    let mut count = 0;
    for (section, stated) in written.as_object().unwrap() {
        let Some(Value::Object(parent)) = parent.and_then(|parent| parent.get(section)) else {
            continue;
        };
        let mut pairs = Vec::new();
        match stated.get("Replace") {
            Some(new) => pairs.push((section.clone(), new, &parent["value"])),
            None => {
                let replaced = stated.get("replace").and_then(Value::as_object);
                for (key, new) in replaced.into_iter().flatten() {
                    pairs.push((format!("{section}/{key}"), new, &parent[key]["value"]));
                }
            }
        }
        for (item, new, old) in pairs {
            count += 1;
            let same = [
                "value", "kind", "level", "scope", "require", "name", "purpose",
            ];
            for field in same {
                let (new, old) = (new.get(field), old.get(field));
                assert!(new.is_none() || new != old, "{short}: {item}.{field}");
            }
        }
    }
    count
}
