//! Modules import from the layers below them, and not in circles.

use std::{fs, path::Path};

use wsdraft_tests::structure::Structure;

#[test]
fn the_runtime_imports_downwards_and_not_in_circles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src/lib.rs");
    let runtime = Structure::of(&root);
    let layers = ["payload", "protocol", "machine", "handshake", "adapters"];
    assert_eq!(runtime.upward(&layers), [""; 0]);
    assert_eq!(runtime.circles(), Vec::<Vec<String>>::new());
}

/// A crate of two layers, with this in the lower one.
fn planted(name: &str, lower: &str) -> Structure {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let files = [
        (
            "lib.rs",
            "mod lower { mod ground; mod wall; }\nmod upper;\npub use upper::Roof;\nuse lower::wall::Wall;",
        ),
        ("lower/ground.rs", lower),
        (
            "lower/wall.rs",
            "use super::ground::Stone;\npub struct Wall(Stone);",
        ),
        (
            "upper.rs",
            "use crate::lower::wall;\npub struct Roof(wall::Wall);",
        ),
    ];
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Structure::of(&folder.join("lib.rs"))
}

#[test]
fn upward_imports_and_circles_are_found() {
    let upward = |name, text| planted(name, text).upward(&["lower", "upper"]);
    let ties = |name, text| planted(name, text).circles();
    let good = "use core::fmt;\npub struct Stone(fmt::Error);";
    assert_eq!(upward("good", good), [""; 0]);
    assert_eq!(ties("good", good), Vec::<Vec<String>>::new());

    // An import, a path, a name of the root, and a path that a macro gets.
    for (name, text, path) in [
        ("import", "use crate::upper::Roof;", "crate::upper::Roof"),
        (
            "path",
            "fn f(_: super::super::upper::Roof) {}",
            "super::super::upper::Roof",
        ),
        ("root", "use crate::{Roof as R};", "crate::Roof"),
        (
            "macro",
            "fn f() { vec![crate::upper::Roof] }",
            "crate::upper::Roof",
        ),
    ] {
        let arrow = format!("lower::ground imports {path}");
        assert_eq!(upward(name, text), std::slice::from_ref(&arrow));
        let circle = ties(name, text).concat();
        assert!(circle.contains(&arrow), "{circle:?}");
        assert_eq!(circle.len(), 2, "{circle:?}");
    }

    let beside = "use super::wall::Wall;\npub struct Stone;";
    assert_eq!(upward("beside", beside), [""; 0]);
    assert_eq!(
        ties("beside", beside),
        [[
            "lower::ground imports super::wall::Wall",
            "lower::wall imports super::ground::Stone"
        ]]
    );
}

/// A crate of the workspace, given the file of its root.
fn of(root: &str) -> Structure {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    Structure::of(&workspace.join(root))
}

#[test]
fn the_analysis_keeps_its_layers() {
    let analysis = of("cli/analysis/src/lib.rs");
    let layers = [
        "error",
        "bytes",
        "settings",
        "capture",
        "tcp",
        "conversation",
        "finding",
        "report",
        "analyser",
        "records",
    ];
    assert_eq!(analysis.upward(&layers), [""; 0]);
    assert_eq!(analysis.circles(), Vec::<Vec<String>>::new());
}

#[test]
fn the_command_and_the_tester_import_in_no_circles() {
    for root in [
        "cli/src/main.rs",
        "cli/conformance/src/lib.rs",
        "cli/exports/src/lib.rs",
        "cli/tools/src/lib.rs",
    ] {
        assert_eq!(of(root).circles(), Vec::<Vec<String>>::new(), "{root}");
    }
}

#[test]
fn the_specification_and_the_back_ends_import_in_no_circles() {
    for root in [
        "spec/vocabulary/src/lib.rs",
        "spec/packed/src/lib.rs",
        "spec/src/lib.rs",
        "codegen/macros/src/lib.rs",
        "runtime/interpreter/src/lib.rs",
    ] {
        assert_eq!(of(root).circles(), Vec::<Vec<String>>::new(), "{root}");
    }
    // An expression contains statements, and a statement expressions, so what prints them calls
    // each other.
    let circles = of("codegen/src/lib.rs").circles();
    let prints = |tie: &String| tie.starts_with("print::");
    let (printer, others): (Vec<_>, Vec<_>) = circles
        .into_iter()
        .partition(|circle| circle.iter().all(prints));
    assert_eq!(others, Vec::<Vec<String>>::new());
    assert_eq!(printer.len(), 1, "{printer:?}");
}
