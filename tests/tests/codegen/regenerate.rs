//! An edit of a RON file, or of the file that it extends, regenerates on the next build: for
//! the attribute and for a build script.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// A crate of its own, outside the workspace, that prints what its dialect says.
struct Project {
    root: PathBuf,
}

impl Project {
    fn new(name: &str) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("src")).unwrap();
        fs::create_dir_all(root.join("dialects")).unwrap();
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let dependency = |folder: &str| workspace.join(folder).display().to_string();
        // A name of its own: in a shared target folder, cargo tells roots of workspaces apart by it.
        let manifest = format!(
            "[package]\nname = \"dialect-{name}\"\nedition = \"2024\"\n[workspace]\n[dependencies]\nwsdraft = {{ path = {:?}, features = [\"macros\"] }}\n[build-dependencies]\nwsdraft-codegen = {{ path = {:?} }}\n",
            dependency("runtime"),
            dependency("codegen")
        );
        fs::write(root.join("Cargo.toml"), manifest).unwrap();
        fs::copy(workspace.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
        let project = Self { root };
        project.write("dialects/parent-1.ron", &draft("parent-1", "rfc6455", 100));
        project.write("dialects/child-1.ron", "Draft(name: \"child-1\", short: \"child-1\", type: \"child\", status: \"private\", evidence: [Own(\"A test\")], extends: \"parent-1\")");
        project
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.root.join(file), text).unwrap();
    }

    fn output(&self) -> Output {
        Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline"])
            .current_dir(&self.root)
            .env(
                "CARGO_TARGET_DIR",
                Path::new(env!("CARGO_TARGET_TMPDIR")).join("regenerate"),
            )
            .output()
            .unwrap()
    }

    fn run(&self) -> String {
        let output = self.output();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

/// A dialect whose control frames have at most `limit` bytes.
fn draft(short: &str, extends: &str, limit: u32) -> String {
    format!(
        "Draft(name: {short:?}, short: {short:?}, type: \"test\", status: \"private\", evidence: [Own(\"A test\")], extends: {extends:?}, rules: (replace: {{\"control-frame-length\": (variant: \"ControlFrameLength\", level: Must, scope: Frame, when: Control, require: PayloadAtMost({limit}), otherwise: Fail(1002), summary: \"At most {limit} bytes.\", evidence: [Own(\"A test\")])}}))"
    )
}

fn follows_edits(project: &Project) {
    assert_eq!(project.run(), "At most 100 bytes.");
    project.write("dialects/parent-1.ron", &draft("parent-1", "rfc6455", 90));
    assert_eq!(project.run(), "At most 90 bytes.", "an edit of the parent");
    project.write("dialects/child-1.ron", &draft("child-1", "parent-1", 80));
    assert_eq!(
        project.run(),
        "At most 80 bytes.",
        "an edit of the file itself"
    );
}

#[test]
fn the_attribute_follows_edits() {
    let project = Project::new("attribute");
    project.write(
        "src/main.rs",
        "#[wsdraft::websocket_draft(path = \"dialects/child-1.ron\")]\npub mod ws {}\nfn main() { println!(\"{}\", ws::Rule::ControlFrameLength.info().summary); }",
    );
    follows_edits(&project);
}

const BUILD: &str = "fn main() -> Result<(), Box<dyn std::error::Error>> { wsdraft_codegen::write(&wsdraft_codegen::Input::File(\"dialects/child-1.ron\".into()), \"ws.rs\") }";

#[test]
fn a_build_script_shows_where_a_file_is_faulty() {
    let project = Project::new("faulty-build-script");
    project.write("build.rs", BUILD);
    project.write("src/main.rs", "fn main() {}");
    let parent = draft("parent-1", "rfc6455", 100);
    let faulty = parent.replace("PayloadAtMost", "PayloadAtMots");
    project.write("dialects/parent-1.ron", &faulty);
    let output = project.output();
    assert!(!output.status.success());
    let errors = String::from_utf8(output.stderr).unwrap();
    let message = "  Error: dialects/parent-1.ron:1:";
    assert!(errors.contains(message), "{errors}");
    let hint = "; did you mean PayloadAtMost?\n    |\n  1 | …";
    assert!(errors.contains(hint), "{errors}");
    assert!(errors.contains("require: PayloadAtMots(100)"), "{errors}");
}

#[test]
fn a_build_script_follows_edits() {
    let project = Project::new("build-script");
    project.write("build.rs", BUILD);
    project.write(
        "src/main.rs",
        "pub mod ws { include!(concat!(env!(\"OUT_DIR\"), \"/ws.rs\")); }\nfn main() { println!(\"{}\", ws::Rule::ControlFrameLength.info().summary); }",
    );
    follows_edits(&project);
}
