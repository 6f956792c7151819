//! `wsdraft export typescript|python|c|go|java`: files in a folder, and their drift.

use std::fs;

use crate::common::{self, folder};

#[test]
fn modules_are_written_and_compared() {
    let folder = folder("export-languages");
    for (language, file) in [
        ("typescript", "wsdraft.ts"),
        ("python", "wsdraft.py"),
        ("c", "wsdraft.h"),
        ("go", "wsdraft.go"),
        ("java", "wsdraft/Wsdraft.java"),
    ] {
        let out = folder.join(language).display().to_string();
        let run = |more: &[&str]| {
            let all = [&["export", language, "--out", &out], more].concat();
            let output = common::run(&all, b"");
            let told = String::from_utf8(output.stderr).unwrap();
            (output.status.code(), told)
        };
        let file = folder.join(language).join(file);
        assert_eq!(run(&["--check"]).0, Some(1), "{language} is not there");
        assert!(!file.exists());
        assert_eq!(run(&[]).0, Some(0), "{language}");
        assert_eq!(run(&["--check"]).0, Some(0), "{language}");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(&file, text.replacen("MIT", "no", 1)).unwrap();
        let (status, told) = run(&["--check"]);
        assert_eq!(status, Some(1), "{language}");
        let again = format!("wsdraft export {language} --out {out}");
        assert!(told.contains(&again), "{told}");
    }
}
