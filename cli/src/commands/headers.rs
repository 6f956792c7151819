//! `wsdraft headers`: which header fields each draft has.

use clap::Args;
use wsdraft_exports::facts::headers::{Column, LEGEND, Table};

use crate::{failure::Failure, outcome::Outcome, output::Output, specs::Specs};

/// Show which header fields the requests and responses of each draft contain, as a table with a
/// row for each field and a column for each draft or range of drafts.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Shows the table: fields down, drafts across.
pub(crate) fn run(specs: &Specs, output: Output) -> Result<Outcome, Failure> {
    let table = Table::of(specs.database());
    if output.is_json() {
        output.document(&table.fields)?;
        return Ok(Outcome::Fine);
    }
    let columns = table.columns();
    let width = |names: &mut dyn Iterator<Item = usize>| names.max().unwrap_or(0);
    let name = width(&mut table.fields.iter().map(|field| field.name.len()));
    let cell = width(
        &mut columns
            .iter()
            .map(|one| one.first.len().max(one.last.len())),
    );
    let mut text = String::new();
    let mut line = |first: &str, cells: &mut dyn Iterator<Item = &str>| {
        let mut row = format!("{first:<name$}");
        for one in cells {
            row.push_str(&format!("  {one:<cell$}"));
        }
        text.push_str(row.trim_end());
        text.push('\n');
    };
    line("field", &mut columns.iter().map(|column| column.first));
    let to = |column: &&Column<'_>| column.first != column.last;
    line(
        "  to",
        &mut columns
            .iter()
            .map(|one| if to(&one) { one.last } else { "" }),
    );
    for field in &table.fields {
        let cells = columns.iter().map(|column| field.in_column(column));
        line(field.name, &mut cells.into_iter());
    }
    text.push_str(&format!("\n{}\n", LEGEND.replace('`', "")));
    output.text(&text)?;
    Ok(Outcome::Fine)
}
