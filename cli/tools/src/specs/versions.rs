//! Which versions there are.

use wsdraft::versions::VersionInfo;
use wsdraft_spec::Database;

/// The version table of a database that is not the built-in one.
pub(super) fn table(database: &Database) -> &'static [VersionInfo] {
    let text = |text: &str| -> &'static str { Box::leak(text.into()) };
    let entries = database.drafts().into_iter().map(|draft| VersionInfo {
        name: text(&draft.name),
        short: text(&draft.short),
        aliases: Box::leak(draft.aliases.iter().map(|alias| text(alias)).collect()),
        series: text(&draft.series),
        revision: draft.revision,
        serial: draft.serial,
        issued: draft.issued,
        expires: draft.expires,
        status: text(&draft.status),
        wire_version: database
            .resolved(&draft.short)
            .and_then(|resolved| resolved.wire_version),
    });
    Box::leak(entries.collect())
}
