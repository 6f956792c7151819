//! `wsdraft version`: a draft's place in the history.

use clap::Args;
use serde::Serialize;
use wsdraft::versions::Version;
use wsdraft_spec::sort;

use crate::{failure::Failure, identity::Identity, outcome::Outcome, output::Output, specs::Specs};

/// Show a draft's place in the history: the next and the previous draft, and dates.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Name of the draft, or version number on the wire.
    ///
    /// An operator and a whole number may follow, separated by spaces. `+`, `-`, `*`, `/` and `%`
    /// apply to the draft's serial: `hybi-12 + 1` is hybi-13. Quote `*` for the shell.
    #[arg(
        required_unless_present_any = ["serial", "offset", "series"],
        allow_negative_numbers = true
    )]
    expression: Vec<String>,
    /// Draft with this serial. 0 is hybi-00; earlier drafts have negative serials.
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        conflicts_with = "offset"
    )]
    serial: Option<i16>,
    /// Draft with this many newer drafts. 0 is the last draft before the RFC.
    #[arg(long, value_name = "N")]
    offset: Option<u16>,
    /// Series of the draft, `hixie` or `hybi`; needs `--revision`.
    #[arg(
        long = "type",
        value_name = "TYPE",
        requires = "revision",
        conflicts_with_all = ["serial", "offset"]
    )]
    series: Option<String>,
    /// Revision of the draft within the series; needs `--type`.
    #[arg(long, value_name = "N", requires = "series")]
    revision: Option<u16>,
}

#[derive(Serialize)]
struct Place<'a> {
    draft: &'static str,
    #[serde(flatten)]
    identity: Identity<'static>,
    number: Option<u16>,
    next: Option<&'static str>,
    previous: Option<&'static str>,
    /// The draft that a request with this number is taken to be of, unless it shows another one.
    taken_for: Option<&'a str>,
    /// The drafts with this number, the oldest first.
    same_number: Vec<&'static str>,
}

/// Shows a draft's place.
pub(crate) fn run(
    arguments: &Arguments,
    specs: &Specs,
    output: Output,
) -> Result<Outcome, Failure> {
    let version = evaluate(arguments, specs)?;
    let place = Place {
        draft: version.name(),
        identity: Identity::new(version),
        number: version.number(),
        next: version.next().map(Version::short),
        previous: version.previous().map(Version::short),
        taken_for: version.number().and_then(|number| specs.taken_for(number)),
        same_number: same_number(specs, version),
    };
    if output.is_json() {
        output.document(&place)?;
        return Ok(Outcome::Fine);
    }
    output.text(&text(&place, specs))?;
    Ok(Outcome::Fine)
}

/// The drafts with the number of this one, the oldest first.
fn same_number(specs: &Specs, version: Version) -> Vec<&'static str> {
    let mut versions: Vec<Version> = specs.versions().iter().collect();
    versions.retain(|one| one.number().is_some() && one.number() == version.number());
    sort::by_key(&mut versions, |one| (one.serial().is_none(), one.serial()));
    versions.into_iter().map(Version::short).collect()
}

/// A place as text. Where a later draft builds on this one and keeps its number, both are the same
/// on the wire.
fn text(place: &Place<'_>, specs: &Specs) -> String {
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "-".into());
    let number = |value: Option<u16>| or_none(value.map(|value| value.to_string()));
    let identity = &place.identity;
    let database = specs.database();
    let later = place.taken_for.and_then(|short| database.resolved(short));
    let later = later.filter(|draft| {
        let mut lineage = draft.lineage.iter().rev().skip(1);
        lineage
            .next()
            .is_some_and(|parent| parent == identity.short)
    });
    let title = match later {
        Some(later) => format!("{} = {}", later.short, identity.short),
        None => identity.short.to_owned(),
    };
    let same = later.map_or_else(String::new, |later| {
        format!(
            "same      {} builds on {} and keeps its version on the wire\n",
            later.short, identity.short
        )
    });
    format!(
        "{title} ({})\nversion   {}\n{same}type      {}\nrevision  {}\nserial    {}\noffset    {}\nissued    {}\nexpires   {}\nstatus    {}\nnext      {}\nprevious  {}\ntaken for {}\n",
        identity.name,
        number(place.number),
        identity.series,
        number(identity.revision),
        or_none(identity.serial.map(|serial| serial.to_string())),
        number(identity.offset),
        or_none(identity.issued.clone()),
        or_none(identity.expires.clone()),
        identity.status,
        place.next.unwrap_or("-"),
        place.previous.unwrap_or("-"),
        place.taken_for.unwrap_or("-"),
    )
}

/// A version, perhaps with an operator and a whole number behind it, with spaces around it.
fn evaluate(arguments: &Arguments, specs: &Specs) -> Result<Version, Failure> {
    let expression = arguments.expression.join(" ");
    let words: Vec<&str> = expression.split_whitespace().collect();
    let [name @ .., operator @ ("+" | "-" | "*" | "/" | "%"), operand] = words.as_slice() else {
        return base(arguments, specs, &expression);
    };
    let version = base(arguments, specs, &name.join(" "))?;
    let operand: i32 = operand
        .parse()
        .map_err(|_| Failure::input(format!("{operand:?} is not a whole number")))?;
    let result = match *operator {
        "+" => version.plus(operand),
        "-" => version.minus(operand),
        "*" => version.times(operand),
        "/" => version.divided_by(operand),
        _ => version.modulo(operand),
    };
    result.ok_or_else(|| {
        Failure::input(format!(
            "there is no draft {} {operator} {operand}",
            version.short()
        ))
    })
}

/// The version that is named, or that has the serial, the offset or the revision.
fn base(arguments: &Arguments, specs: &Specs, name: &str) -> Result<Version, Failure> {
    let versions = specs.versions();
    let (found, what) = match arguments {
        Arguments {
            serial: Some(serial),
            ..
        } => (versions.by_serial(*serial), format!("serial {serial}")),
        Arguments {
            offset: Some(offset),
            ..
        } => (versions.by_offset(*offset), format!("offset {offset}")),
        Arguments {
            series: Some(series),
            revision: Some(revision),
            ..
        } => (
            versions.by_revision(series, *revision),
            format!("type {series:?} and revision {revision}"),
        ),
        _ => return specs.version(name),
    };
    if !name.is_empty() {
        let what = format!("{name:?} is a second draft beside the one with the {what}");
        return Err(Failure::input(what));
    }
    found.ok_or_else(|| Failure::input(format!("there is no draft with the {what}")))
}
