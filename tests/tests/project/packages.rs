//! What crates.io and docs.rs ask of a package, before anything is published.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The categories of crates.io that suit a crate of this project, by their slugs. crates.io drops any
/// other with a warning. The whole list is in `src/boot/categories.toml` of its source.
const CATEGORIES: [&str; 20] = [
    "api-bindings",
    "asynchronous",
    "command-line-interface",
    "command-line-utilities",
    "compression",
    "concurrency",
    "data-structures",
    "development-tools",
    "development-tools::build-utils",
    "development-tools::debugging",
    "development-tools::procedural-macro-helpers",
    "development-tools::testing",
    "embedded",
    "encoding",
    "network-programming",
    "no-std",
    "parser-implementations",
    "web-programming::http-client",
    "web-programming::http-server",
    "web-programming::websocket",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The packages of the workspace that are published, as `cargo metadata` prints them.
fn published() -> Vec<Value> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["metadata", "--offline", "--no-deps", "--format-version=1"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let published = packages.filter(|package| package["publish"].is_null());
    let published: Vec<Value> = published.cloned().collect();
    assert!(published.len() >= 8, "{} packages", published.len());
    published
}

fn folder(package: &Value) -> PathBuf {
    let manifest = Path::new(package["manifest_path"].as_str().unwrap());
    manifest.parent().unwrap().to_owned()
}

fn texts<'a>(package: &'a Value, list: &str) -> Vec<&'a str> {
    let values = package[list].as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

/// Whether crates.io takes a word as a keyword.
fn is_keyword(word: &str) -> bool {
    word.len() <= 20
        && word.starts_with(|first: char| first.is_ascii_alphanumeric())
        && word
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "_-+".contains(letter))
}

#[test]
fn keywords_are_those_that_crates_io_takes() {
    for package in published() {
        let keywords = texts(&package, "keywords");
        let name = &package["name"];
        assert!((1..=5).contains(&keywords.len()), "{name}: {keywords:?}");
        for keyword in keywords {
            assert!(is_keyword(keyword), "{name}: {keyword}");
        }
    }
    for bad in ["", "-x", "two words", "naïve", "longer-than-is-allowed"] {
        assert!(!is_keyword(bad), "{bad}");
    }
}

#[test]
fn categories_exist_on_crates_io() {
    for package in published() {
        let categories = texts(&package, "categories");
        let name = &package["name"];
        assert!((1..=5).contains(&categories.len()), "{name}");
        for category in categories {
            assert!(CATEGORIES.contains(&category), "{name}: {category}");
        }
    }
}

#[test]
fn every_package_describes_itself() {
    for package in published() {
        let name = package["name"].as_str().unwrap();
        let description = package["description"].as_str().unwrap();
        assert!(description.len() <= 1000, "{name}");
        assert_eq!(package["license"], "MIT OR Apache-2.0", "{name}");
        assert!(package["rust_version"].is_string(), "{name}");
        let readme = folder(&package).join(package["readme"].as_str().unwrap());
        let readme = fs::read_to_string(readme).unwrap();
        let title = readme.lines().next().unwrap().replace('`', "");
        assert!(title.contains("wsdraft"), "{name}: {title}");
        // crates.io has only the package, so a link into the project's folder leads nowhere.
        for (at, _) in readme.match_indices("](") {
            let target = &readme[at + 2..];
            assert!(
                target.starts_with(['#']) || target.starts_with("http"),
                "{name}: {target:.40}"
            );
        }
    }
}

/// An address that is not true is worse than none.
#[test]
fn no_package_names_a_repository() {
    for package in published() {
        for field in ["repository", "homepage", "documentation"] {
            assert!(package[field].is_null(), "{}: {field}", package["name"]);
        }
    }
}

#[test]
fn every_package_contains_the_licences() {
    for package in published() {
        for file in ["LICENSE-APACHE", "LICENSE-MIT"] {
            let copy = fs::read(folder(&package).join(file));
            let copy = copy.unwrap_or_else(|error| panic!("{}: {file}: {error}", package["name"]));
            assert!(
                copy == fs::read(root().join(file)).unwrap(),
                "{}",
                package["name"]
            );
        }
    }
}

/// cargo publishes no path, so a dependency by path alone would not be found.
#[test]
fn dependencies_between_packages_state_the_version() {
    for package in published() {
        for dependency in package["dependencies"].as_array().unwrap() {
            if dependency["path"].is_string() {
                let expected = format!("^{}", package["version"].as_str().unwrap());
                assert_eq!(
                    dependency["req"], expected,
                    "{}: {dependency}",
                    package["name"]
                );
            }
        }
    }
}

#[test]
fn libraries_say_how_docs_rs_builds_them() {
    for package in published() {
        let targets = package["targets"].as_array().unwrap();
        if targets.iter().any(|target| target["doc"] == true) {
            let docs = &package["metadata"]["docs"]["rs"];
            assert_eq!(docs["all-features"], true, "{}", package["name"]);
        }
    }
}

/// A feature that CI never builds alone may not compile alone.
#[test]
fn ci_builds_every_feature_alone() {
    let script = fs::read_to_string(root().join(".ci/run")).unwrap();
    let lists: Vec<&str> = script
        .lines()
        .filter(|line| line.starts_with("for features in "))
        .flat_map(|line| line.split([' ', ';']))
        .collect();
    for package in published() {
        if package["name"] != "wsdraft" {
            continue;
        }
        let features = package["features"].as_object().unwrap().keys();
        let missing: Vec<&String> = features
            .filter(|feature| *feature != "default" && !lists.contains(&feature.as_str()))
            .collect();
        assert!(missing.is_empty(), "not in .ci/run: {missing:?}");
    }
}
