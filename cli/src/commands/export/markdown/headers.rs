//! The page with the header fields of every draft.

use wsdraft_exports::facts::headers::{LEGEND, Table};
use wsdraft_spec::Database;

use crate::pages::page::{Page, code};

/// Name of the page's file, without the ending.
pub(super) const NAME: &str = "headers";

/// The page: which drafts have a field, and the fields down and the drafts across.
pub(super) fn page(database: &Database) -> String {
    let table = Table::of(database);
    let mut page = Page::markdown();
    page.heading(1, "Header fields by draft");
    let rows = table.fields.iter().map(|field| {
        let (request, response) = table.spans(field);
        [code(field.name), request, response]
    });
    page.table(["field", "request", "response"], rows);
    page.heading(2, "Drafts across");
    page.paragraph(&format!(
        "Drafts in a row that have the same fields stand together. {LEGEND}"
    ));
    let columns = table.columns();
    let titles = columns.iter().map(|column| column.title());
    let head: Vec<String> = std::iter::once("field".to_owned()).chain(titles).collect();
    let rows = table.fields.iter().map(|field| {
        let cells = columns
            .iter()
            .map(|column| field.in_column(column).to_owned());
        std::iter::once(code(field.name)).chain(cells).collect()
    });
    page.wide_table(&head, rows);
    page.finish()
}
