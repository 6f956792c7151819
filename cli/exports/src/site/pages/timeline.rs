//! All drafts over the years: as a picture, and as a list.

use std::collections::BTreeMap;

use wsdraft_spec::{ResolvedDraft, sort, vocabulary::Date};

use crate::site::{
    addresses::TIMELINE,
    html::{Html, element, h2, p, plain, scrolls, span},
    page::{Page, Site},
    widgets::lead,
};

/// Room for a month, a dot and a lane of the picture, in its own units.
const MONTH: u32 = 28;
const DOT: u32 = 11;
const LANE: u32 = 22;
/// Room at the left, for the names of lanes, and at the top, for years.
const LEFT: u32 = 60;
const TOP: u32 = 34;
/// Room at the right, for the name of the last draft.
const RIGHT: u32 = 70;

/// The page.
pub(super) fn page(site: &Site<'_>) -> Page {
    let dated: Vec<(Date, &ResolvedDraft)> = site
        .atlas
        .history
        .iter()
        .filter_map(|draft| Some((draft.issued?, *draft)))
        .collect();
    let mut body = lead(
        "All drafts by the day of their issue. A filled dot is a draft that is known as a whole.",
    );
    body.push(scrolls("The timeline as a picture", picture(&dated)));
    body.push(h2("list", "Month by month"));
    body.push(months(site, &dated));
    Page {
        address: TIMELINE.into(),
        title: "Timeline".into(),
        description: "The drafts of the WebSocket protocol over the years, month by month.".into(),
        heading: "Timeline".into(),
        body,
    }
}

fn months(site: &Site<'_>, dated: &[(Date, &ResolvedDraft)]) -> Html {
    let mut by_month: BTreeMap<(u16, u8), Vec<&(Date, &ResolvedDraft)>> = BTreeMap::new();
    for one in dated {
        by_month
            .entry((one.0.year, one.0.month))
            .or_default()
            .push(one);
    }
    let mut out = Html::default();
    let mut year = 0;
    let mut rows = Html::default();
    let close = |year: u16, rows: &mut Html, out: &mut Html| {
        let rows = std::mem::take(rows);
        if !rows.is_empty() {
            out.push(plain("h3", year.to_string()));
            out.push(element("dl", &[("class", "months")], rows));
        }
    };
    for ((of, month), mut drafts) in by_month {
        if of != year {
            close(year, &mut rows, &mut out);
            year = of;
        }
        sort::by_key(&mut drafts, |(date, draft)| (*date, draft.serial));
        let items = drafts.iter().map(|(date, draft)| {
            let name = site.link("draft", &draft.short);
            let version = draft
                .wire_version
                .map(|version| format!(", version {version}"));
            let day = date.day.map(|_| format!(", {date}")).unwrap_or_default();
            let more = span("quiet", format!("{day}{}", version.unwrap_or_default()));
            let class = if draft.is_complete() { "whole" } else { "part" };
            element("li", &[("class", class)], name.and(more))
        });
        let items = items.collect::<Html>();
        let name = plain("dt", format!("{of:04}-{month:02}"));
        let list = plain("dd", element("ul", &[("class", "chips")], items));
        rows.push(plain("div", name.and(list)));
    }
    close(year, &mut rows, &mut out);
    out
}

/// A place in the picture, from the left.
fn across(date: Date, first: u16) -> u32 {
    let months = u32::from(date.year - first) * 12 + u32::from(date.month) - 1;
    // A month alone is its middle.
    let day = u32::from(date.day.unwrap_or(15)) - 1;
    LEFT + months * MONTH + day * MONTH / 31
}

/// The series in the order in which they begin.
fn series<'a>(dated: &[(Date, &'a ResolvedDraft)]) -> Vec<&'a str> {
    let mut series: Vec<&str> = Vec::new();
    for (_, draft) in dated {
        if !series.contains(&draft.series.as_str()) {
            series.push(&draft.series);
        }
    }
    series
}

/// The line at the start of a year, down to here, and its number.
fn start(year: u16, first: u16, bottom: u32) -> Html {
    let (month, day) = (1, Some(1));
    let x = across(Date { year, month, day }, first);
    let (x, beside, bottom) = (x.to_string(), (x + 6).to_string(), bottom.to_string());
    let line = [
        ("class", "grid"),
        ("x1", &*x),
        ("x2", &*x),
        ("y1", "0"),
        ("y2", &*bottom),
    ];
    let place = [("class", "year"), ("x", &*beside), ("y", "16")];
    element("line", &line, "").and(element("text", &place, year.to_string()))
}

fn picture(dated: &[(Date, &ResolvedDraft)]) -> Html {
    let years = dated.iter().map(|(date, _)| date.year);
    let (Some(first), Some(last)) = (years.clone().min(), years.max()) else {
        return p("No draft has a date.");
    };
    let width = LEFT + u32::from(last - first + 1) * 12 * MONTH + RIGHT;
    let mut shapes = Html::default();
    let mut top = TOP;
    for name in series(dated) {
        let of_series: Vec<_> = dated
            .iter()
            .filter(|(_, draft)| draft.series == name)
            .collect();
        let (lane, height) = lane(&of_series, first, top);
        let y = (top + LANE).to_string();
        shapes.push(element(
            "text",
            &[("class", "lane"), ("x", "4"), ("y", &y)],
            name,
        ));
        shapes.push(lane);
        top += height;
    }
    let grid: Html = (first..=last).map(|year| start(year, first, top)).collect();
    let view = format!("0 0 {width} {top}");
    let (width, height) = (width.to_string(), top.to_string());
    let attributes = [
        ("class", "timeline"),
        ("viewBox", view.as_str()),
        ("width", &width),
        ("height", &height),
        ("role", "img"),
        (
            "aria-label",
            "Each draft as a dot at the day of its issue; the list below says the same in words",
        ),
    ];
    element("svg", &attributes, grid.and(shapes))
}

/// The drafts of a series: those of the same days above each other. Its height, too.
fn lane(drafts: &[&(Date, &ResolvedDraft)], first: u16, top: u32) -> (Html, u32) {
    let mut taken: Vec<(u32, u32)> = Vec::new();
    let mut shapes = Html::default();
    let mut rows = 0;
    for (date, draft) in drafts {
        let x = across(*date, first);
        let is_whole = draft.is_complete();
        let room = if is_whole {
            13 + 7 * draft.short.len() as u32
        } else {
            DOT
        };
        let free = |row: &u32| taken.iter().all(|(end, at)| at != row || *end <= x);
        let row = (0..).find(free).unwrap_or(0);
        taken.push((x + room, row));
        rows = rows.max(row + 1);
        let y = top + LANE - 4 + row * if drafts.len() > 30 { DOT } else { LANE };
        let (cx, cy) = (x.to_string(), y.to_string());
        let class = if is_whole { "whole" } else { "part" };
        let title = plain("title", format!("{} ({date})", draft.short));
        shapes.push(element(
            "circle",
            &[("class", class), ("cx", &cx), ("cy", &cy), ("r", "4")],
            title,
        ));
        if is_whole {
            let (tx, ty) = ((x + 8).to_string(), (y + 4).to_string());
            shapes.push(element(
                "text",
                &[("class", "name"), ("x", &tx), ("y", &ty)],
                draft.short.as_str(),
            ));
        }
    }
    let height = rows * if drafts.len() > 30 { DOT } else { LANE };
    (shapes, height + LANE)
}
