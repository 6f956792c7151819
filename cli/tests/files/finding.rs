//! The session in `docs/finding-a-1006.md` is what the command prints.

use std::{fs, path::Path, process::Command};

/// The commands in the blocks of a terminal, and what the page says that each prints.
fn shown(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                found.push((command.to_owned(), String::new()));
            } else {
                let (_, printed) = found.last_mut().expect("a command first");
                printed.push_str(line);
                printed.push('\n');
            }
        }
    }
    found
}

#[test]
fn the_session_is_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/finding-a-1006.md")).unwrap();
    let data = root.join("tests/data/finding");
    let mut compared = 0;
    for (command, printed) in shown(&page) {
        let Some(arguments) = command.strip_prefix("wsdraft ") else {
            continue;
        };
        // The others need a server.
        if !arguments.starts_with("lint ") && !arguments.starts_with("explain ") {
            continue;
        }
        let output = Command::new(env!("CARGO_BIN_EXE_wsdraft"))
            .current_dir(&data)
            .args(arguments.split(' '))
            .output()
            .unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        assert_eq!(found.trim_end(), printed.trim_end(), "{command}");
        compared += 1;
    }
    assert!(compared > 0);
    // The page quotes the server.
    let server = fs::read_to_string(data.join("chat.py")).unwrap();
    let quoted = page.split("```python\n").nth(1).unwrap();
    let quoted = quoted.split("```").next().unwrap();
    assert!(server.contains(quoted), "{quoted}");
    let line = server.lines().position(|line| line.contains("len(text)"));
    assert!(page.contains(&format!("line {} of `chat.py`", line.unwrap() + 1)));
}
