//! The folder with HTML pages, into which several tests may write, also at the same time.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use wsdraft_conformance::report::{Document, Report, html};
use wsdraft_spec::sort;

use crate::{failure::Failure, input, output::json_escaped, written};

/// How often the overview is written again, if other tests write reports meanwhile.
const ROUNDS: usize = 16;

/// A file with reports, and what changes when it is written.
type Kept = (PathBuf, u64, Option<SystemTime>);

/// Makes the folder, and tries what is needed after the test.
pub(super) fn prepare(folder: &Path) -> Result<(), Failure> {
    for (folder, file) in [
        (folder, "index.html"),
        (folder, "index.json"),
        (&folder.join(html::DATA), "report.json"),
    ] {
        made(folder)?;
        written::probe_replaced(&folder.join(file))?;
    }
    for (file, ..) in kept(folder)? {
        read(&file)?;
    }
    Ok(())
}

/// Writes the pages of reports, and the overview of all reports in the folder.
pub(super) fn write<'a>(
    folder: &Path,
    reports: impl Iterator<Item = &'a Report> + Clone,
) -> Result<(), Failure> {
    let mut stale = BTreeSet::new();
    for report in reports.clone() {
        pages(report, folder, &mut stale)?;
    }
    overview(folder, reports.clone())?;
    for report in reports {
        for case in &report.cases {
            stale.remove(&html::page_of(report, case));
        }
    }
    for page in stale {
        // It is of a case that is gone; that it stays there does no harm.
        let _ = fs::remove_file(folder.join(page));
    }
    Ok(())
}

/// Writes the pages of a report, and what the overview is made from; `stale` gets the pages of the
/// report that it replaces.
fn pages(report: &Report, folder: &Path, stale: &mut BTreeSet<String>) -> Result<(), Failure> {
    let data = html::data_of(report);
    let file = folder.join(&data);
    for old in read(&file)? {
        if html::data_of(&old) == data {
            stale.extend(old.cases.iter().map(|case| html::page_of(&old, case)));
        }
    }
    for page in html::pages(report) {
        let file = folder.join(&page.path);
        if let Some(parent) = file.parent() {
            made(parent)?;
        }
        written::replaced(&file, &page.text)?;
    }
    let json = serde_json::to_string(report);
    let json = json.map_err(|error| Failure::input(error.to_string()))?;
    written::replaced(&file, &(json_escaped(json) + "\n"))
}

/// Writes the overview of these reports and of all others in the folder.
///
/// Another test may add a report and write its own overview at any time. So the reports are read
/// just before, and whoever writes last looks whether there are others by then.
fn overview<'a>(folder: &Path, own: impl Iterator<Item = &'a Report>) -> Result<(), Failure> {
    let own = sort::map(own.map(|report| (folder.join(html::data_of(report)), report)));
    let mut now = kept(folder)?;
    for _ in 0..ROUNDS {
        let mut reports: Vec<Report> = own.values().map(|report| (*report).clone()).collect();
        for (file, ..) in &now {
            if !own.contains_key(file) {
                reports.extend(read(file)?);
            }
        }
        sort::by(&mut reports, |a, b| {
            (&a.agent, &a.draft).cmp(&(&b.agent, &b.draft))
        });
        for file in html::overview(&reports) {
            written::replaced(&folder.join(&file.path), &file.text)?;
        }
        let before = std::mem::replace(&mut now, kept(folder)?);
        if before == now {
            break;
        }
    }
    Ok(())
}

/// The files with the reports that tests left in the folder.
fn kept(folder: &Path) -> Result<Vec<Kept>, Failure> {
    let data = folder.join(html::DATA);
    let name = data.display().to_string();
    let entries = fs::read_dir(&data).map_err(Failure::io(name.clone()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Failure::io(name.clone()))?.path();
        let is_json = path.extension().is_some_and(|form| form == "json");
        if let Some(present) = regular(&path).filter(|_| is_json) {
            files.push((path, present.len(), present.modified().ok()));
        }
    }
    sort::all(&mut files);
    Ok(files)
}

/// A pipe would never end, and a link may lead to one.
fn regular(file: &Path) -> Option<fs::Metadata> {
    let present = fs::symlink_metadata(file).ok();
    present.filter(fs::Metadata::is_file)
}

/// The reports in a file; none if it is no regular file.
fn read(file: &Path) -> Result<Vec<Report>, Failure> {
    if regular(file).is_none() {
        return Ok(Vec::new());
    }
    let wrong = |failure: Failure| {
        Failure::input(format!("{failure}; remove the file to go on without it"))
    };
    let unread = |why: String| wrong(Failure::input(format!("{}: {why}", file.display())));
    let bytes = match input::read_file(file) {
        Ok(bytes) => bytes,
        // Somebody removed it just now.
        Err(Failure::Io(_, error)) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Vec::new());
        }
        Err(failure) => return Err(wrong(failure)),
    };
    let text = String::from_utf8(bytes).map_err(|error| unread(error.to_string()))?;
    Document::from_json(&text).map_err(unread)
}

fn made(folder: &Path) -> Result<(), Failure> {
    fs::create_dir_all(folder).map_err(Failure::io(folder.display().to_string()))
}
