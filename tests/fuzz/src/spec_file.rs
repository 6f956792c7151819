//! Files of the database: any text is a spec or explained.

use wsdraft_codegen::Options;
use wsdraft_spec::{Database, Source};

/// A test case: the text of a file.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let source = Source {
        file: "fuzz.ron".into(),
        text: text.into(),
    };
    match Database::default().with([source]) {
        Ok(database) => {
            // What was found to be right can be turned into code.
            let options = Options::default();
            for draft in database.drafts() {
                let resolved = database
                    .resolved(&draft.short)
                    .expect("a draft that is there");
                let _ = wsdraft_codegen::tokens(resolved, &options);
            }
        }
        Err(errors) => {
            assert!(!errors.0.is_empty(), "refused without a reason");
            for error in &errors.0 {
                assert!(!error.to_string().is_empty());
                let _ = error.excerpt();
            }
        }
    }
}
