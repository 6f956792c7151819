//! Version objects: neighbours, places, and what they are compared with.

use std::cmp::Ordering;

use wsdraft::versions::{Version, VersionInfo, Versions};

fn find(name: &str) -> Version {
    Versions::built_in().find(name).expect(name)
}

#[test]
fn neighbours_lead_through_the_whole_history() {
    let all = Versions::built_in();
    let first = find("hixie-00");
    assert_eq!(first.previous(), None);
    let mut version = first;
    let mut count = 1;
    while let Some(next) = version.next() {
        assert!(version < next, "{version} {next}");
        assert_eq!(next.previous(), Some(version), "{next}");
        (version, count) = (next, count + 1);
    }
    assert_eq!(version, "rfc6455");
    assert_eq!(count, all.iter().count());
    assert_eq!(count, 90);
}

#[test]
fn the_rfc_has_a_place() {
    let (rfc, last) = (find("rfc6455"), find("hybi-17"));
    assert_eq!(last.next(), Some(rfc));
    assert_eq!(rfc.previous(), Some(last));
    assert_eq!(rfc.next(), None);
    assert_eq!((rfc.serial(), rfc.offset()), (None, Some(0)));
    assert_eq!((last.serial(), last.offset()), (Some(17), Some(0)));
    assert!(last < rfc);
    // It counts as the draft whose number it has.
    assert_eq!(rfc - 1, Some(find("hybi-16")));
    assert_eq!(last - 1, Some(find("hybi-16")));
    assert_eq!((rfc + 1, last + 1), (None, None));
}

#[test]
fn serials_and_offsets_find_what_they_are_of() {
    let all = Versions::built_in();
    for version in all.iter() {
        let Some(serial) = version.serial() else {
            continue;
        };
        assert_eq!(all.by_serial(serial), Some(version));
        let offset = version.offset().unwrap();
        assert_eq!(i32::from(offset), 17 - i32::from(serial));
        assert_eq!(all.by_offset(offset), Some(version));
    }
    assert_eq!(all.by_offset(0), Some(find("hybi-17")));
    assert_eq!(all.by_offset(17), Some(find("hybi-00")));
    assert_eq!(all.by_offset(18), Some(find("hixie-76")));
    assert_eq!(all.by_offset(88), Some(find("hixie-00")));
    assert_eq!(all.by_offset(89), None);
    assert_eq!(all.by_serial(18), None);
}

/// The table in the documentation of the module.
#[test]
fn versions_are_written_and_compared_as_documented() {
    let (last, old) = (find("hybi-17"), find("hixie-76"));
    assert_eq!(last.to_string(), "hybi-17");
    assert_eq!(old.to_string(), "hixie-76");
    assert_eq!((last.number(), old.number()), (Some(13), None));
    assert!(last == 13 && last != 17 && last.serial() == Some(17));
    assert_eq!(last.partial_cmp(&13), Some(Ordering::Equal));
    assert_eq!(old.partial_cmp(&13), None);
    assert!(old != 0 && find("hybi-00") == 0);
    assert!(find("hybi-09") < last && find("hybi-09") > old);
    assert!(last == "draft-ietf-hybi-17" && last == "HyBi 17" && last != "hybi-16");
    assert_eq!(last - 1, Some(find("hybi-16")));
    assert_eq!(last + 1, None);
    assert_eq!(find("hybi-16") * 2, None);
    assert_eq!(last / 2, None);
}

/// A dialect of one's own is no neighbour of a published draft.
#[test]
fn what_was_never_published_has_no_neighbours() {
    const fn info(short: &'static str, serial: Option<i16>) -> VersionInfo {
        VersionInfo {
            name: short,
            short,
            aliases: &[],
            series: "ours",
            revision: None,
            serial,
            issued: None,
            expires: None,
            status: "private",
            wire_version: Some(7),
        }
    }
    static TABLE: [VersionInfo; 3] = [info("b", Some(1)), info("a", Some(0)), info("ours", None)];
    let all = Versions::new(&TABLE);
    let [newer, older, ours] = ["b", "a", "ours"].map(|name| all.find(name).unwrap());
    assert_eq!((older.next(), newer.previous()), (Some(newer), Some(older)));
    assert_eq!((newer.next(), older.previous()), (None, None));
    assert_eq!(
        (ours.next(), ours.previous(), ours.offset()),
        (None, None, None)
    );
    assert!(ours > newer);
}
