//! What shells and terminals expect of the command.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use crate::common::{folder, told as run};

/// What `wsdraft COMMAND --help` lists as its subcommands.
fn subcommands(command: &[&str]) -> Vec<String> {
    let (_, help, _) = run(&[command, &["-h"]].concat(), b"");
    let list = help.split_once("Commands:\n").map_or("", |(_, list)| list);
    let lines = list.lines().take_while(|line| !line.is_empty());
    // Lines that go on with a description are indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  "));
    let names = names.filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

/// The names of the pages that there have to be.
fn pages(command: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::from([format!("{}.1", [&["wsdraft"], command].concat().join("-"))]);
    for name in subcommands(command) {
        found.extend(pages(&[command, &[&*name]].concat()));
    }
    found
}

#[test]
fn every_subcommand_has_a_page() {
    let out = folder("man").join("man1");
    let out = out.to_str().unwrap();
    let (status, printed, err) = run(&["man", "--out", out], b"");
    assert_eq!((status, &*printed), (0, ""), "{err}");
    let files = fs::read_dir(out).unwrap();
    let files = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.collect();
    assert_eq!(files, pages(&[]));
    assert!(files.contains("wsdraft-test-client.1"), "{files:?}");
    let read = |name: &str| fs::read_to_string(format!("{out}/{name}")).unwrap();
    let (_, page, _) = run(&["man"], b"");
    assert_eq!(page, read("wsdraft.1"));
    assert!(page.contains("wsdraft\\-lint(1)"), "{page}");
    assert_eq!(run(&["man", "lint"], b"").1, read("wsdraft-lint.1"));
    assert_eq!(
        run(&["man", "test", "server"], b"").1,
        read("wsdraft-test-server.1")
    );
    let (status, _, err) = run(&["man", "lnt"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("did you mean \"lint\""), "{err}");
    for name in &files {
        let text = read(name);
        let version = env!("CARGO_PKG_VERSION");
        let title = format!(" 1 \"\" \"wsdraft {version}\" \"User Commands\"\n");
        assert!(
            text.contains(".TH wsdraft") && text.contains(&title),
            "{name}: {text}"
        );
        assert!(!text.contains('`'), "{name}: {text}");
        check_page(&format!("{out}/{name}"));
    }
    let site = read("wsdraft-export-site.1");
    assert!(
        site.contains("\\fBwsdraft export site\\fR [\\-\\-check] "),
        "{site}"
    );
    assert!(site.contains(" \\-\\-out DIR\n"), "{site}");
    assert!(read("wsdraft-lint.1").contains(" [\\-\\-only RULE]... "));
    let (status, _, err) = run(&["man", "serve", "--out", out], b"");
    assert_eq!(status, 2);
    assert!(err.contains("Usage: wsdraft man [SUBCOMMAND]..."), "{err}");
    // Nothing in it depends on when or where it is made.
    run(&["man", "--out", out], b"");
    assert_eq!(read("wsdraft.1"), page);
}

/// Has groff look at a page, where it is installed.
fn check_page(file: &str) {
    let groff = Command::new("groff")
        .args(["-man", "-Tutf8", "-ww", "-z", file])
        .output();
    if let Ok(groff) = groff {
        let complaints = String::from_utf8_lossy(&groff.stderr);
        assert!(groff.status.success(), "{file}: {complaints}");
        assert_eq!(complaints, "", "{file}");
    }
}

/// Has a shell read a script without running it, where it is installed.
fn check_script(shell: &str, script: &str) {
    let child = Command::new(shell)
        .arg("-n")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    if let Ok(mut child) = child {
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(script.as_bytes()).unwrap();
        drop(pipe);
        let output = child.wait_with_output().unwrap();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{shell}: {complaints}");
        assert_eq!(complaints, "", "{shell}");
    }
}

#[test]
fn completions_know_subcommands_arguments_drafts_and_rules() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (status, script, err) = run(&["completions", shell], b"");
        assert_eq!(status, 0, "{shell}: {err}");
        let flag = if shell == "fish" {
            "max-findings"
        } else {
            "--max-findings"
        };
        for part in ["lint", flag] {
            assert!(script.contains(part), "{shell}: {part}");
        }
        if matches!(shell, "bash" | "fish" | "zsh") {
            for part in ["hixie-76", "hybi-17", "client-frame-masked"] {
                assert!(script.contains(part), "{shell}: {part}");
            }
            check_script(shell, &script);
        }
        assert!(script.len() < 512 << 10, "{shell}: {}", script.len());
    }
    let (status, _, err) = run(&["completions", "dash"], b"");
    assert_eq!(status, 2);
    assert!(err.contains("possible values: bash"), "{err}");
}

#[test]
fn bash_completes_what_is_begun() {
    let (_, script, _) = run(&["completions", "bash"], b"");
    let completed = |words: &[&str]| {
        let last = words.len() - 1;
        let words: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
        let ask = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={last}\n_wsdraft wsdraft \"${{COMP_WORDS[{last}]}}\" \
            \"${{COMP_WORDS[{}]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
            words.join(" "),
            last - 1
        );
        let output = Command::new("bash").args(["-c", &ask]).output();
        output.map(|output| String::from_utf8(output.stdout).unwrap())
    };
    let Ok(found) = completed(&["wsdraft", "li"]) else {
        return;
    };
    assert_eq!(found, "list\nlint\n");
    let drafts = completed(&["wsdraft", "lint", "--draft", "hixie-7"]).unwrap();
    assert!(drafts.lines().any(|line| line == "hixie-76"), "{drafts}");
    let rules = completed(&["wsdraft", "lint", "--allow", "client-frame-m"]).unwrap();
    assert_eq!(rules, "client-frame-masked\n");
}

/// Runs the command in this environment; gives what it prints.
fn within(variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wsdraft"));
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM"] {
        command.env_remove(name);
    }
    let output = command
        .envs(variables.iter().copied())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn colours_are_as_they_are_asked_for() {
    // A frame without its mask: a finding, and the help of the command.
    let lint = [
        "lint", "--draft", "rfc6455", "--from", "client", "--hex", "8100",
    ];
    for arguments in [&lint[..], &["--help"], &["help", "lint"]] {
        let coloured = |variables: &[(&str, &str)], more: &[&str]| {
            within(variables, &[more, arguments].concat()).contains('\u{1b}')
        };
        assert!(!coloured(&[], &[]), "{arguments:?}: into a pipe");
        assert!(coloured(&[], &["--color", "always"]), "{arguments:?}");
        assert!(coloured(&[], &["--color=always"]), "{arguments:?}");
        assert!(coloured(&[("CLICOLOR_FORCE", "1")], &[]), "{arguments:?}");
        let both = [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")];
        assert!(!coloured(&both, &[]), "{arguments:?}");
        let forced = [("CLICOLOR_FORCE", "1")];
        assert!(!coloured(&forced, &["--color", "never"]), "{arguments:?}");
        let asked = [("NO_COLOR", "1")];
        assert!(coloured(&asked, &["--color", "always"]), "{arguments:?}");
    }
}

#[test]
fn wrong_usage_is_said_with_what_may_be_meant() {
    for (arguments, part) in [
        (&["lnt"][..], "'lint'"),
        (&["lint", "--max-finding", "1", "-"], "'--max-findings'"),
        (&["list", "--color", "sometimes"], "auto, always, never"),
        (&["show"], "wsdraft show"),
        (&["completions", "bas"], "a similar value exists: 'bash'"),
    ] {
        let (status, out, err) = run(arguments, b"");
        assert_eq!((status, &*out), (2, ""), "{arguments:?}");
        assert!(err.contains(part), "{arguments:?}: {err}");
    }
    let (status, out, _) = run(&["help", "lint"], b"");
    assert_eq!(status, 0);
    assert!(out.contains("--max-findings"), "{out}");
    let version = env!("CARGO_PKG_VERSION");
    let (status, out, _) = run(&["-V"], b"");
    assert_eq!((status, out), (0, format!("wsdraft {version}\n")));
    let (status, out, _) = run(&["--version"], b"");
    assert_eq!(status, 0);
    assert!(out.starts_with(&format!("wsdraft {version} (")), "{out}");
}

#[test]
fn the_arguments_of_every_subcommand_come_last() {
    for command in ["connect", "serve", "bridge", "lint", "show"] {
        let (_, help, _) = run(&[command, "--help"], b"");
        let at = |text: &str| help.find(text).unwrap_or_else(|| panic!("{text}: {help}"));
        let heading = at("\nOptions of every subcommand:");
        for shared in ["--json", "--spec-dir", "--color"] {
            assert!(
                at(&format!("\n      {shared}")) > heading,
                "{command}: {help}"
            );
        }
    }
    let (_, help, _) = run(&["connect", "-h"], b"");
    for short in [
        "-H, --header",
        "-k, --insecure",
        "-L, --location",
        "-u, --auth",
        "-x, --proxy",
    ] {
        assert!(help.contains(short), "{short}: {help}");
    }
    let (_, help, _) = run(&["--help"], b"");
    assert!(help.contains("wsdraft explain 1006"), "{help}");
}

#[test]
fn what_is_wrong_comes_with_what_to_write() {
    for (arguments, hint) in [
        (&["connect", "localhost:9001"][..], "ws://"),
        (&["show", "nonsense"], "`wsdraft list`"),
        (&["serve", "--listen", ":8080"], "127.0.0.1:8080"),
        (&["serve", "--listen", "localhost"], "127.0.0.1:9001"),
        (
            &["bridge", "--upstream", "ws://x/", "--status", ":1"],
            "127.0.0.1:1 ",
        ),
    ] {
        let (status, _, err) = run(arguments, b"");
        assert_eq!(status, 2, "{arguments:?}: {err}");
        assert!(err.contains(hint), "{arguments:?}: {err}");
    }
}
