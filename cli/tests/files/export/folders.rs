//! What `--check` says of folders, and what stands in the way of one.

use std::{fs, path::Path};

use super::export;
use crate::common::folder;

/// Exports; gives the exit status and what is said.
fn said(arguments: &[&str]) -> (i32, String) {
    let output = export(arguments);
    assert_eq!(output.stdout, b"");
    let told = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), told)
}

/// Writes an export, puts a file of ours beside another file, and one of the user's.
fn left(what: &str, file: &str, ending: &str) {
    let folder = folder(&format!("export-left-{what}"));
    let out = folder.to_str().unwrap();
    assert_eq!(said(&[what, "--out", out]), (0, String::new()));
    assert_eq!(said(&[what, "--out", out, "--check"]), (0, String::new()));
    let beside = |name: &str| folder.join(file).with_file_name(format!("{name}.{ending}"));
    fs::copy(folder.join(file), beside("gone")).unwrap();
    fs::write(
        beside("own"),
        format!("run `wsdraft export {what} --out {out}` now"),
    )
    .unwrap();
    let gone = format!(
        "{}: is left from an earlier export\n",
        beside("gone").display()
    );
    for (arguments, expected) in [(&["--check"][..], 1), (&[], 0)] {
        let (status, told) = said(&[&[what, "--out", out], arguments].concat());
        assert_eq!(status, expected, "{told}");
        assert!(told.starts_with(&gone), "{told}");
        assert!(
            told.contains("1 file in") && !told.contains("own."),
            "{told}"
        );
        assert!(!told.contains("run:"), "{told}");
    }
    assert!(
        beside("gone").exists() && beside("own").exists(),
        "nothing is deleted"
    );
}

#[test]
fn a_file_of_an_earlier_export_is_found() {
    left("site", "drafts/rfc6455.html", "html");
    left("kaitai", "websocket_hixie_75.ksy", "ksy");
}

#[test]
fn many_differences_have_one_hint() {
    let folder = folder("export many");
    let out = folder.to_str().unwrap();
    let (status, told) = said(&["markdown", "--out", out, "--check"]);
    assert_eq!(status, 1);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 12, "{told}");
    assert!(lines[10].starts_with("and "), "{told}");
    let hint = format!("files must be written anew; run: wsdraft export markdown --out '{out}'");
    assert!(lines[11].ends_with(&hint), "{told}");
}

#[test]
fn pages_that_nobody_asks_for_are_not_left() {
    let folder = folder("export-some");
    let out = folder.to_str().unwrap();
    assert_eq!(said(&["markdown", "rfc6455", "hybi-04", "--out", out]).0, 0);
    let some = ["markdown", "rfc6455", "--out", out, "--check"];
    assert_eq!(said(&some), (0, String::new()));
    fs::copy(folder.join("hybi-04.md"), folder.join("hybi-99.md")).unwrap();
    assert_eq!(said(&["markdown", "--out", out]).0, 0);
    let (status, told) = said(&["markdown", "--out", out, "--check"]);
    assert_eq!(status, 1);
    assert!(told.contains("hybi-99.md: is left"), "{told}");
}

#[test]
fn a_file_that_is_no_text_differs() {
    let folder = folder("export-bytes");
    let out = folder.to_str().unwrap();
    said(&["python", "--out", out]);
    let file = folder.join("wsdraft.py");
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend(b"\xff");
    fs::write(&file, bytes).unwrap();
    let (status, told) = said(&["python", "--out", out, "--check"]);
    assert_eq!(status, 1, "{told}");
    assert!(
        told.contains("wsdraft.py:") && told.contains("differs"),
        "{told}"
    );
}

#[test]
fn what_is_in_the_way_is_named() {
    let folder = folder("export-in-the-way");
    let file = folder.join("file");
    fs::write(&file, "").unwrap();
    fs::create_dir_all(folder.join("out/wsdraft.py")).unwrap();
    let expect = |what: &str, out: &Path, expected: String| {
        for check in [&[][..], &["--check"]] {
            let (status, told) = said(&[&[what, "--out", out.to_str().unwrap()], check].concat());
            assert_eq!(status, 2, "{told}");
            assert!(told.contains(&expected), "{told}");
        }
    };
    let is = format!(
        "{}: is a file, and the export needs a folder there",
        file.display()
    );
    expect("site", &file, is.clone());
    expect("java", &file, is);
    let out = folder.join("out");
    let file = out.join("wsdraft.py");
    let is = format!(
        "{}: is a folder, and the export needs a file there",
        file.display()
    );
    expect("python", &out, is);
}
