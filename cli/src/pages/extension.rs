//! The page of an extension's dialect.

use wsdraft_exports::facts::sentences;
use wsdraft_spec::{
    Item, ResolvedExtension,
    extension::{Bootstrap, Parameter},
    vocabulary::Role,
};

use super::{
    history::{changes, conflicts},
    multiplexing,
    page::{Page, cited, code, link, or_dash},
};
use crate::words;

/// Everything that the database holds of an extension.
pub(crate) fn page(extension: &ResolvedExtension, mut page: Page) -> String {
    page.heading(1, &extension.short);
    if page.is_plain() {
        page.paragraph(&extension.summary);
    } else {
        page.paragraph(&format!(
            "{} ({}).",
            extension.summary.trim_end_matches('.'),
            cited(&extension.evidence)
        ));
    }
    let rows = extension.documents.iter().map(|document| {
        [
            document.name.clone(),
            or_dash(document.issued),
            or_dash(document.expires),
            document.status.clone(),
            cited(&document.evidence),
        ]
    });
    page.table(
        ["defined in", "issued", "expires", "status", "source"],
        rows,
    );
    if !extension.drafts.is_empty() {
        let drafts: Vec<String> = extension.drafts.iter().map(|one| link(one)).collect();
        page.paragraph(&format!("Defined in the text of {}.", drafts.join(", ")));
    }
    changes(&extension.changes, &mut page);
    negotiation(extension, &mut page);
    if let Some(bootstrap) = &extension.bootstrap {
        describe(bootstrap, &mut page);
    }
    if let Some(stated) = &extension.multiplexing {
        multiplexing::describe(stated, &mut page);
    }
    rules(extension, &mut page);
    conflicts(&extension.conflicts, &mut page);
    page.finish()
}

fn negotiation(extension: &ResolvedExtension, page: &mut Page) {
    if let Some(tokens) = &extension.tokens {
        page.heading(2, "Negotiation");
        let names: Vec<String> = tokens.value.names.iter().map(|name| code(name)).collect();
        let text = format!("It is offered as {}", names.join(" or "));
        page.sourced(&text, tokens, &tokens.value.evidence);
    }
    if let Some(method) = &extension.method {
        let (parameter, name) = (&method.value.parameter, &method.value.name);
        let text = format!(
            "The parameter `{parameter}` lists methods; this one is `{name}`, and has the parameters below"
        );
        page.sourced(&text, method, &method.value.evidence);
    }
    let rows = extension.parameters.iter();
    let head = [
        "parameter",
        "in an offer",
        "in an answer",
        "sets",
        "says",
        "since",
        "source",
    ];
    page.table(head, rows.map(|(name, item)| parameter(name, item)));
    if let Some(transform) = &extension.transform {
        let text = sentences::transform(transform.value.apply);
        let evidence = &transform.value.evidence;
        page.sourced(text, transform, evidence);
    }
    if let Some(claims) = &extension.claims {
        let text = sentences::claims(&claims.value);
        page.sourced(&text, claims, &claims.value.evidence);
    }
}

fn parameter(name: &str, item: &Item<Parameter>) -> [String; 7] {
    let parameter = &item.value;
    [
        code(name),
        words::value(parameter.offer),
        sentences::answer(parameter),
        words::effect(parameter.effect),
        parameter.summary.clone(),
        item.since.clone(),
        cited(&parameter.evidence),
    ]
}

fn describe(bootstrap: &Item<Bootstrap>, page: &mut Page) {
    let value = &bootstrap.value;
    page.heading(2, "Opening");
    let fields = |fields: &[String]| {
        let fields: Vec<String> = fields.iter().map(|field| code(field)).collect();
        fields.join(", ")
    };
    let rows = [
        ("over HTTP", value.http.clone()),
        (
            "setting of the server",
            format!("{} ({})", value.setting.1, value.setting.0),
        ),
        ("method", code(&value.method)),
        ("`:protocol`", code(&value.protocol)),
        (
            "`:scheme`",
            format!(
                "{} without TLS, {} with TLS",
                code(&value.schemes.0),
                code(&value.schemes.1)
            ),
        ),
        ("fields that are there", fields(&value.required)),
        ("fields that may be there", fields(&value.optional)),
        ("fields that are not there", fields(&value.forbidden)),
        ("fields that mean nothing here", fields(&value.unprocessed)),
        (
            "accepted with",
            format!("status {} to {}", value.success.0, value.success.1),
        ),
        (
            "an unknown protocol is answered with",
            or_dash(value.unknown_protocol),
        ),
        ("closed by", value.end.clone()),
        ("broken off by", value.abort.clone()),
        ("source", cited(&value.evidence)),
    ];
    page.table(["", ""], rows.map(|(name, value)| [name.into(), value]));
}

fn rules(extension: &ResolvedExtension, page: &mut Page) {
    if extension.rules.is_empty() {
        return;
    }
    page.heading(2, "Rules");
    if page.is_plain() {
        let rows = extension.rules.iter().map(|(id, item)| {
            [
                id.clone(),
                item.value.level.as_str().into(),
                words::consequence(item.value.otherwise.outcome()),
                item.since.clone(),
                item.value.summary.clone(),
            ]
        });
        page.table(["rule", "level", "broken", "since", "says"], rows);
        return;
    }
    let rows = extension.rules.iter().map(|(id, item)| {
        [
            code(id),
            item.value.level.as_str().into(),
            item.value.by.map_or("both ends", Role::as_str).into(),
            item.value.summary.clone(),
            words::broken(
                item.value.require.visibility(),
                words::failure(item.value.otherwise),
            ),
            item.since.clone(),
            cited(&item.value.evidence),
        ]
    });
    let head = [
        "rule", "level", "kept by", "says", "broken", "since", "source",
    ];
    page.table(head, rows);
}
