//! Extensions as data: what is built in, and what is wrong with faulty ones.

use std::{collections::BTreeSet, path::Path};

use wsdraft_spec::{Database, Source};

fn database() -> Database {
    Database::built_in().expect("no errors").clone()
}

fn errors(text: &str) -> Vec<String> {
    let source = Source {
        file: "faulty.ron".into(),
        text: text.into(),
    };
    let errors = database().with([source]).expect_err("it is faulty");
    errors.0.iter().map(ToString::to_string).collect()
}

#[test]
fn every_revision_belongs_to_one_dialect() {
    let database = database();
    let mut seen = BTreeSet::new();
    for extension in database.extensions().iter() {
        for document in &extension.documents {
            assert!(
                seen.insert(&document.name),
                "{} is listed twice",
                document.name
            );
        }
    }
    let newest = database.extensions().iter().find(|extension| {
        let mut documents = extension.documents.iter();
        documents.any(|document| document.short == "permessage-compression-15")
    });
    assert_eq!(newest.expect("known").short, "permessage-deflate");
}

#[test]
fn a_child_states_its_delta_only() {
    let database = database();
    let resolved = database
        .extensions()
        .get("permessage-deflate")
        .expect("known");
    assert_eq!(
        resolved.lineage,
        [
            "permessage-compress",
            "permessage-deflate-s2c",
            "permessage-deflate"
        ]
    );
    let names: Vec<_> = resolved.parameters.keys().collect();
    assert_eq!(names.len(), 4);
    assert!(names.iter().all(|name| !name.contains("2")), "{names:?}");
    let inherited = resolved.rules.get("payload-complete").expect("inherited");
    assert_eq!(inherited.since, "permessage-compress");
}

#[test]
fn faults_are_told_where_they_stand() {
    let found = errors(
        r#"Extension(
    short: "ours-1",
    summary: "Ours.",
    evidence: [Own("We say so")],
    tokens: Add((names: ["not a token"], evidence: [Own("We say so")])),
    transform: Add((apply: DeflateFrames, evidence: [])),
    parameters: (add: {
        "bits": (offer: Number(7, 15), effect: WindowBits(Receiver), summary: "Bits.", evidence: [Own("We say so")]),
    }),
    rules: (add: {
        "known": (variant: "Known", level: Must, scope: Payload, require: KnownParameters, otherwise: Fail(1007), summary: "Known.", evidence: [Own("We say so")]),
    }),
)"#,
    );
    assert_eq!(
        found,
        ["faulty.ron:6:43: transform.evidence: a fact needs evidence"]
    );
    let found = errors(
        r#"Extension(
    short: "ours-1",
    summary: "Ours.",
    evidence: [Own("We say so")],
    extends: "deflate-frame",
    tokens: Replace((names: ["not a token"], evidence: [Own("We say so")])),
    claims: Remove,
    parameters: (add: {
        "bits": (offer: Number(7, 15), effect: WindowBits(Receiver), summary: "Bits.", evidence: [Own("We say so")]),
    }),
    rules: (add: {
        "known": (variant: "Known", level: Must, scope: Payload, require: KnownParameters, otherwise: Fail(1007), summary: "Known.", evidence: [Own("We say so")]),
    }),
)"#,
    );
    assert_eq!(
        found,
        [
            "faulty.ron:6:30: tokens.names[0]: \"not a token\" is not an HTTP token",
            "faulty.ron:5:5: extends: DeflateFrames needs one claimed bit, on every data frame",
            "faulty.ron:9:18: parameters.add[\"bits\"].offer: a window must have 8 to 15 bits",
            "faulty.ron:12:66: rules.add[\"known\"].require: KnownParameters does not apply to the scope Payload",
        ]
    );
    let found = errors(
        r#"Extension(
    short: "ours-1",
    summary: "Ours.",
    evidence: [Own("We say so")],
    tokens: Add((names: ["ours"], evidence: [Own("We say so")])),
    transform: Add((apply: DeflateStream, evidence: [Own("We say so")])),
)"#,
    );
    assert_eq!(
        found,
        [
            "faulty.ron:6:21: transform.apply: invalid DEFLATE data must violate a rule; state a rule that requires Deflate"
        ]
    );
    let found = errors(
        r#"Extension(
    short: "ours-1",
    summary: "Ours.",
    evidence: [Own("We say so")],
    tokens: Add((names: ["ours"], evidence: [Own("We say so")])),
    transform: Add((apply: DeflateStream, evidence: [Own("We say so")])),
    rules: (add: {
        "deflated": (variant: "Deflated", level: Must, scope: Payload, require: Deflate, otherwise: FailWithoutCode, summary: "It is DEFLATE.", evidence: [Own("We say so")]),
    }),
)"#,
    );
    assert_eq!(
        found,
        [
            "faulty.ron:6:21: transform.apply: data must not be compressed twice; state a rule that requires CompressedOnce"
        ]
    );
    let found = errors(
        r#"Extension(short: "a-1", summary: "A.", evidence: [Own("x")], extends: "deflate-fram", coverage: Partial)"#,
    );
    assert_eq!(
        found,
        [
            "faulty.ron:1:62: extends: no extension \"deflate-fram\"; did you mean \"deflate-frame\"?"
        ]
    );
}

/// What a claim of these opcodes is told, in these drafts.
fn claims(drafts: &str, opcodes: &str) -> Vec<String> {
    let text = format!(
        r#"Extension(
    short: "ours-1",
    summary: "Ours.",
    evidence: [Own("We say so")],
    drafts: {drafts},
    tokens: Add((names: ["ours"], evidence: [Own("We say so")])),
    transform: Add((apply: Nothing, evidence: [Own("We say so")])),
    claims: Add(({opcodes}, evidence: [Own("We say so")])),
)"#
    );
    let source = Source {
        file: "claims.ron".into(),
        text,
    };
    let wide = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/dialects/wide-opcodes-1.ron");
    let known = database().with_file(&wide).expect("no errors");
    let errors = match known.with([source]) {
        Ok(_) => return Vec::new(),
        Err(errors) => errors.0,
    };
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn claimed_opcodes_fit_the_drafts_layout() {
    let none: [&str; 0] = [];
    for (drafts, opcodes) in [
        (r#"["hybi-17"]"#, "opcodes: [3, 15], control_opcodes: [11]"),
        (
            r#"["wide-opcodes-1"]"#,
            "opcodes: [3, 31], control_opcodes: [16]",
        ),
        ("[]", "opcodes: [15, 31]"),
    ] {
        assert_eq!(claims(drafts, opcodes), none, "{opcodes} in {drafts}");
    }
    assert_eq!(
        claims(
            r#"["hybi-17"]"#,
            "opcodes: [16, 3], control_opcodes: [3, 10]"
        ),
        [
            "claims.ron:8:28: claims.opcodes[0]: 16: the opcode field of hybi-17 has 4 bits",
            "claims.ron:8:54: claims.control_opcodes[0]: 3: it is claimed twice",
            "claims.ron:8:57: claims.control_opcodes[1]: 10: hybi-17 already defines it as \"pong\"",
        ]
    );
    assert_eq!(
        claims(r#"["wide-opcodes-1", "rfc6455"]"#, "opcodes: [31, 32]"),
        [
            "claims.ron:8:28: claims.opcodes[0]: 31: the opcode field of rfc6455 has 4 bits",
            "claims.ron:8:32: claims.opcodes[1]: 32: the opcode field of rfc6455 has 4 bits",
        ]
    );
}

#[test]
fn the_rules_of_a_bootstrap_fit_it() {
    let rule = |rule: &str| {
        let text = format!(
            r#"Extension(
    short: "ours-1", summary: "Ours.", evidence: [Own("We say so")], extends: "rfc8441",
    rules: (add: {{
        "ours": (level: Must, scope: Request, by: Client, {rule}, summary: "A client must.", evidence: [Own("We say so")]),
    }}),
)"#
        );
        errors(&text)
    };
    assert_eq!(
        rule(r#"require: FieldAbsent("conection"), otherwise: Reject(400)"#),
        [
            "faulty.ron:4:59: rules.add[\"ours\"].require: the bootstrap does not forbid \"conection\"; did you mean \"connection\"?"
        ]
    );
    assert_eq!(
        rule("require: Scheme, otherwise: Reject(101)"),
        [
            "faulty.ron:4:76: rules.add[\"ours\"].otherwise: a request is refused with a status code of 400 to 599"
        ]
    );
    let found = errors(
        r#"Extension(
    short: "ours-1", summary: "Ours.", evidence: [Own("We say so")], extends: "permessage-deflate",
    rules: (add: {
        "ours": (level: Must, scope: Request, require: Scheme, otherwise: Reject(400), summary: "A client must.", evidence: [Own("We say so")]),
    }),
)"#,
    );
    assert_eq!(
        found,
        [
            "faulty.ron:4:31: rules.add[\"ours\"].scope: a rule about a request needs a bootstrap; state one"
        ]
    );
}

/// Servers of every draft look for a bootstrap in the runtime, which has the built-in ones alone.
#[test]
fn a_bootstrap_of_ones_own_is_refused_where_a_draft_names_it() {
    let sources = [
        r#"Extension(
    short: "ours-1", summary: "Ours.", evidence: [Own("We say so")], extends: "rfc8441",
    bootstrap: Amend((http: "4", evidence: [Own("We say so")])),
)"#,
        r#"Draft(
    name: "ours-2", short: "ours-2", type: "private", status: "private",
    extends: "rfc6455", evidence: [Own("We say so")],
    bootstraps: Amend((extensions: ["rfc8441", "ours-1"], evidence: [Own("We say so")])),
)"#,
    ];
    let sources = sources.map(|text| Source {
        file: "ours.ron".into(),
        text: text.into(),
    });
    let errors = database()
        .with(sources)
        .expect_err("nothing would look for it");
    let errors: Vec<_> = errors.0.iter().map(ToString::to_string).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].contains("ours-1 is a file of your own"),
        "{errors:?}"
    );
}
