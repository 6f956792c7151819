//! Private dialects.

use wsdraft::{
    Draft,
    drafts::rfc6455 as ws,
    handshake::{
        Requested, bootstrap,
        server::{ServerHandshake, ServerOptions},
    },
};
use wsdraft_interpreter::Interpreted;
use wsdraft_spec::{Database, Source};

use super::{receive, server, valid, with};

/// A dialect that extends a carried draft is carried, too, and its own rules apply.
#[test]
fn a_dialect_inherits_its_bootstraps() {
    let text = r#"Draft(
        name: "own-1", short: "own-1", type: "own", status: "private",
        extends: "rfc6455", evidence: [Own("test")],
        request_headers: (add: {
            "X-Tenant": (purpose: Other, value: Printable, evidence: [Own("test")]),
        }, amend: {
            "Upgrade": (value: Includes("own"), send: Text("own"), evidence: [Own("test")]),
        }),
        signs: (add: { "tenant": (header: "X-Tenant", test: Present, evidence: [Own("test")]) }),
        rules: (add: {
            "tenant-present": (
                level: Must, scope: Request, by: Client,
                require: Present("X-Tenant"), otherwise: Reject(400),
                summary: "A client must name its tenant.", evidence: [Own("test")],
            ),
        }),
    )"#;
    let source = Source {
        file: "own-1.ron".into(),
        text: text.into(),
    };
    let database = Database::built_in()
        .unwrap()
        .clone()
        .with([source])
        .unwrap();
    let dialect = Interpreted::new(database.resolved("own-1").unwrap().clone()).unwrap();
    let sent = valid(bootstrap::of(&ws::INFO, "2").unwrap(), &ws::Draft);
    let refused = receive(&mut server(dialect.clone()), "2", &sent);
    assert_eq!(refused.unwrap_err(), (Some("tenant-present"), Some(400)));
    let received = receive(
        &mut server(dialect.clone()),
        "2",
        &with(sent.clone(), "x-tenant", "a"),
    );
    assert!(matches!(received, Ok(Requested::Upgrade(_))));
    // A request that shows its sign belongs to it, and every other one to its parent.
    let both: [&dyn Draft; 2] = [&ws::Draft, &dialect];
    let mut both = ServerHandshake::new(both, ServerOptions::default());
    let Ok(Requested::Upgrade(offer)) = receive(&mut both, "2", &sent) else {
        panic!("it is valid in the parent");
    };
    assert_eq!(offer.draft, ws::Draft.info());
}
