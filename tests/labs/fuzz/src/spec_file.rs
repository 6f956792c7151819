//! Files of the database: any text is a spec or explained.

use wsdraft_codegen::Options;
use wsdraft_spec::{Database, Source};

/// A test case: the text of a file.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Some(database) = load("fuzz.ron", text.into()) else {
        return;
    };
    // What was found to be right can be turned into code.
    let options = Options::default();
    for draft in database.drafts() {
        let resolved = database
            .resolved(&draft.short)
            .expect("a draft that is there");
        let _ = wsdraft_codegen::tokens(resolved, &options);
    }
}

/// The database of a file alone; `None` where the file is wrong, and what is wrong is told.
pub fn load(file: &str, text: String) -> Option<Database> {
    let source = Source {
        file: file.into(),
        text,
    };
    match Database::default().with([source]) {
        Ok(database) => Some(database),
        Err(errors) => {
            assert!(!errors.0.is_empty(), "refused without a reason");
            for error in &errors.0 {
                assert!(!error.to_string().is_empty());
                let _ = error.excerpt();
            }
            None
        }
    }
}
