// Generated from the drafts in `spec`; do not edit. `cargo build` regenerates it.

/// The draft hybi-17 (draft-ietf-hybi-thewebsocketprotocol-17, issued 2011-09-30, version 13 on the wire).
pub mod hybi_17 {
    include!("drafts/hybi_17.rs");
}

/// The draft rfc6455, issued 2011-12, version 13 on the wire.
pub mod rfc6455 {
    include!("drafts/rfc6455.rs");
}

/// The draft hixie-75 (draft-hixie-thewebsocketprotocol-75, issued 2010-02-04).
#[cfg(feature = "legacy")]
pub mod hixie_75 {
    include!("drafts/hixie_75.rs");
}

/// The draft hixie-76 (draft-hixie-thewebsocketprotocol-76, issued 2010-05-06).
#[cfg(feature = "legacy")]
pub mod hixie_76 {
    include!("drafts/hixie_76.rs");
}

/// The draft hybi-00 (draft-ietf-hybi-thewebsocketprotocol-00, issued 2010-05-23, version 0 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_00 {
    include!("drafts/hybi_00.rs");
}

/// The draft hybi-01 (draft-ietf-hybi-thewebsocketprotocol-01, issued 2010-08-31, version 1 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_01 {
    include!("drafts/hybi_01.rs");
}

/// The draft hybi-02 (draft-ietf-hybi-thewebsocketprotocol-02, issued 2010-09-24, version 2 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_02 {
    include!("drafts/hybi_02.rs");
}

/// The draft hybi-03 (draft-ietf-hybi-thewebsocketprotocol-03, issued 2010-10-17, version 2 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_03 {
    include!("drafts/hybi_03.rs");
}

/// The draft hybi-04 (draft-ietf-hybi-thewebsocketprotocol-04, issued 2011-01-11, version 4 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_04 {
    include!("drafts/hybi_04.rs");
}

/// The draft hybi-05 (draft-ietf-hybi-thewebsocketprotocol-05, issued 2011-02-08, version 5 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_05 {
    include!("drafts/hybi_05.rs");
}

/// The draft hybi-06 (draft-ietf-hybi-thewebsocketprotocol-06, issued 2011-02-25, version 6 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_06 {
    include!("drafts/hybi_06.rs");
}

/// The draft hybi-07 (draft-ietf-hybi-thewebsocketprotocol-07, issued 2011-04-22, version 7 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_07 {
    include!("drafts/hybi_07.rs");
}

/// The draft hybi-08 (draft-ietf-hybi-thewebsocketprotocol-08, issued 2011-06-07, version 8 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_08 {
    include!("drafts/hybi_08.rs");
}

/// The draft hybi-09 (draft-ietf-hybi-thewebsocketprotocol-09, issued 2011-06-13, version 8 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_09 {
    include!("drafts/hybi_09.rs");
}

/// The draft hybi-10 (draft-ietf-hybi-thewebsocketprotocol-10, issued 2011-07-11, version 8 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_10 {
    include!("drafts/hybi_10.rs");
}

/// The draft hybi-11 (draft-ietf-hybi-thewebsocketprotocol-11, issued 2011-08-23, version 8 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_11 {
    include!("drafts/hybi_11.rs");
}

/// The draft hybi-12 (draft-ietf-hybi-thewebsocketprotocol-12, issued 2011-08-24, version 8 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_12 {
    include!("drafts/hybi_12.rs");
}

/// The draft hybi-13 (draft-ietf-hybi-thewebsocketprotocol-13, issued 2011-08-31, version 13 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_13 {
    include!("drafts/hybi_13.rs");
}

/// The draft hybi-14 (draft-ietf-hybi-thewebsocketprotocol-14, issued 2011-09-08, version 13 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_14 {
    include!("drafts/hybi_14.rs");
}

/// The draft hybi-15 (draft-ietf-hybi-thewebsocketprotocol-15, issued 2011-09-17, version 13 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_15 {
    include!("drafts/hybi_15.rs");
}

/// The draft hybi-16 (draft-ietf-hybi-thewebsocketprotocol-16, issued 2011-09-27, version 13 on the wire).
#[cfg(feature = "legacy")]
pub mod hybi_16 {
    include!("drafts/hybi_16.rs");
}

/// The newest draft.
#[doc(no_inline)]
pub use self::rfc6455 as newest;

/// Every built-in draft that this build supports, oldest first.
#[cfg(feature = "legacy")]
pub const ALL: &[&dyn wsdraft::Draft] = &EVERY;

/// Every draft, compiled here, once. Without the feature, a draft is compiled where it is used.
#[cfg(feature = "legacy")]
static EVERY: [&dyn wsdraft::Draft; 21] = [
    &hixie_75::Draft,
    &hixie_76::Draft,
    &hybi_00::Draft,
    &hybi_01::Draft,
    &hybi_02::Draft,
    &hybi_03::Draft,
    &hybi_04::Draft,
    &hybi_05::Draft,
    &hybi_06::Draft,
    &hybi_07::Draft,
    &hybi_08::Draft,
    &hybi_09::Draft,
    &hybi_10::Draft,
    &hybi_11::Draft,
    &hybi_12::Draft,
    &hybi_13::Draft,
    &hybi_14::Draft,
    &hybi_15::Draft,
    &hybi_16::Draft,
    &hybi_17::Draft,
    &rfc6455::Draft,
];

/// Every built-in draft that this build supports, oldest first.
#[cfg(not(feature = "legacy"))]
pub const ALL: &[&dyn wsdraft::Draft] = &[&hybi_17::Draft, &rfc6455::Draft];

/// Every draft in the database, newest first; drafts without a place in the history come
/// last.
pub static VERSIONS: &[wsdraft::versions::VersionInfo] = &[
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-17",
        short: "hybi-17",
        aliases: &[],
        series: "hybi",
        revision: Some(17u16),
        serial: Some(17i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 9u8,
            day: Some(30u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 4u8,
            day: Some(2u8),
        }),
        status: "draft",
        wire_version: Some(13u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-16",
        short: "hybi-16",
        aliases: &[],
        series: "hybi",
        revision: Some(16u16),
        serial: Some(16i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 9u8,
            day: Some(27u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 3u8,
            day: Some(30u8),
        }),
        status: "draft",
        wire_version: Some(13u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-15",
        short: "hybi-15",
        aliases: &[],
        series: "hybi",
        revision: Some(15u16),
        serial: Some(15i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 9u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 3u8,
            day: Some(20u8),
        }),
        status: "draft",
        wire_version: Some(13u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-14",
        short: "hybi-14",
        aliases: &[],
        series: "hybi",
        revision: Some(14u16),
        serial: Some(14i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 9u8,
            day: Some(8u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 3u8,
            day: Some(11u8),
        }),
        status: "draft",
        wire_version: Some(13u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-13",
        short: "hybi-13",
        aliases: &[],
        series: "hybi",
        revision: Some(13u16),
        serial: Some(13i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 8u8,
            day: Some(31u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 3u8,
            day: Some(3u8),
        }),
        status: "draft",
        wire_version: Some(13u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-12",
        short: "hybi-12",
        aliases: &[],
        series: "hybi",
        revision: Some(12u16),
        serial: Some(12i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 8u8,
            day: Some(24u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 2u8,
            day: Some(25u8),
        }),
        status: "draft",
        wire_version: Some(8u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-11",
        short: "hybi-11",
        aliases: &[],
        series: "hybi",
        revision: Some(11u16),
        serial: Some(11i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 8u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 2u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: Some(8u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-10",
        short: "hybi-10",
        aliases: &[],
        series: "hybi",
        revision: Some(10u16),
        serial: Some(10i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 7u8,
            day: Some(11u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2012u16,
            month: 1u8,
            day: Some(12u8),
        }),
        status: "draft",
        wire_version: Some(8u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-09",
        short: "hybi-09",
        aliases: &[],
        series: "hybi",
        revision: Some(9u16),
        serial: Some(9i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 6u8,
            day: Some(13u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 12u8,
            day: Some(15u8),
        }),
        status: "draft",
        wire_version: Some(8u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-08",
        short: "hybi-08",
        aliases: &[],
        series: "hybi",
        revision: Some(8u16),
        serial: Some(8i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 6u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 12u8,
            day: Some(9u8),
        }),
        status: "draft",
        wire_version: Some(8u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-07",
        short: "hybi-07",
        aliases: &[],
        series: "hybi",
        revision: Some(7u16),
        serial: Some(7i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 4u8,
            day: Some(22u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 10u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: Some(7u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-06",
        short: "hybi-06",
        aliases: &[],
        series: "hybi",
        revision: Some(6u16),
        serial: Some(6i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 2u8,
            day: Some(25u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 8u8,
            day: Some(29u8),
        }),
        status: "draft",
        wire_version: Some(6u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-05",
        short: "hybi-05",
        aliases: &[],
        series: "hybi",
        revision: Some(5u16),
        serial: Some(5i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 2u8,
            day: Some(8u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 8u8,
            day: Some(12u8),
        }),
        status: "draft",
        wire_version: Some(5u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-04",
        short: "hybi-04",
        aliases: &[],
        series: "hybi",
        revision: Some(4u16),
        serial: Some(4i16),
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 1u8,
            day: Some(11u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 7u8,
            day: Some(15u8),
        }),
        status: "draft",
        wire_version: Some(4u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-03",
        short: "hybi-03",
        aliases: &[],
        series: "hybi",
        revision: Some(3u16),
        serial: Some(3i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 10u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 4u8,
            day: Some(20u8),
        }),
        status: "draft",
        wire_version: Some(2u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-02",
        short: "hybi-02",
        aliases: &[],
        series: "hybi",
        revision: Some(2u16),
        serial: Some(2i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 9u8,
            day: Some(24u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 3u8,
            day: Some(28u8),
        }),
        status: "draft",
        wire_version: Some(2u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-01",
        short: "hybi-01",
        aliases: &[],
        series: "hybi",
        revision: Some(1u16),
        serial: Some(1i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(31u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 3u8,
            day: Some(4u8),
        }),
        status: "draft",
        wire_version: Some(1u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-ietf-hybi-thewebsocketprotocol-00",
        short: "hybi-00",
        aliases: &[],
        series: "hybi",
        revision: Some(0u16),
        serial: Some(0i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 5u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 11u8,
            day: Some(24u8),
        }),
        status: "obsolete",
        wire_version: Some(0u16),
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-76",
        short: "hixie-76",
        aliases: &[],
        series: "hixie",
        revision: Some(76u16),
        serial: Some(-1i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 5u8,
            day: Some(6u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 11u8,
            day: Some(8u8),
        }),
        status: "obsolete",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-75",
        short: "hixie-75",
        aliases: &[],
        series: "hixie",
        revision: Some(75u16),
        serial: Some(-2i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-74",
        short: "hixie-74",
        aliases: &[],
        series: "hixie",
        revision: Some(74u16),
        serial: Some(-3i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(2u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-73",
        short: "hixie-73",
        aliases: &[],
        series: "hixie",
        revision: Some(73u16),
        serial: Some(-4i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(2u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-72",
        short: "hixie-72",
        aliases: &[],
        series: "hixie",
        revision: Some(72u16),
        serial: Some(-5i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(1u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(5u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-71",
        short: "hixie-71",
        aliases: &[],
        series: "hixie",
        revision: Some(71u16),
        serial: Some(-6i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(1u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(5u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-70",
        short: "hixie-70",
        aliases: &[],
        series: "hixie",
        revision: Some(70u16),
        serial: Some(-7i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(31u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(4u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-69",
        short: "hixie-69",
        aliases: &[],
        series: "hixie",
        revision: Some(69u16),
        serial: Some(-8i16),
        issued: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(30u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 8u8,
            day: Some(3u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-68",
        short: "hixie-68",
        aliases: &[],
        series: "hixie",
        revision: Some(68u16),
        serial: Some(-9i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(16u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(19u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-67",
        short: "hixie-67",
        aliases: &[],
        series: "hixie",
        revision: Some(67u16),
        serial: Some(-10i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(16u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(19u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-66",
        short: "hixie-66",
        aliases: &[],
        series: "hixie",
        revision: Some(66u16),
        serial: Some(-11i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(9u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(12u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-65",
        short: "hixie-65",
        aliases: &[],
        series: "hixie",
        revision: Some(65u16),
        serial: Some(-12i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(9u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(12u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-64",
        short: "hixie-64",
        aliases: &[],
        series: "hixie",
        revision: Some(64u16),
        serial: Some(-13i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(10u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-63",
        short: "hixie-63",
        aliases: &[],
        series: "hixie",
        revision: Some(63u16),
        serial: Some(-14i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(10u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-62",
        short: "hixie-62",
        aliases: &[],
        series: "hixie",
        revision: Some(62u16),
        serial: Some(-15i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(10u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-61",
        short: "hixie-61",
        aliases: &[],
        series: "hixie",
        revision: Some(61u16),
        serial: Some(-16i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(7u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-60",
        short: "hixie-60",
        aliases: &[],
        series: "hixie",
        revision: Some(60u16),
        serial: Some(-17i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(7u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-59",
        short: "hixie-59",
        aliases: &[],
        series: "hixie",
        revision: Some(59u16),
        serial: Some(-18i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(7u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-58",
        short: "hixie-58",
        aliases: &[],
        series: "hixie",
        revision: Some(58u16),
        serial: Some(-19i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(3u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-57",
        short: "hixie-57",
        aliases: &[],
        series: "hixie",
        revision: Some(57u16),
        serial: Some(-20i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(3u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-56",
        short: "hixie-56",
        aliases: &[],
        series: "hixie",
        revision: Some(56u16),
        serial: Some(-21i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(3u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 6u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-55",
        short: "hixie-55",
        aliases: &[],
        series: "hixie",
        revision: Some(55u16),
        serial: Some(-22i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 11u8,
            day: Some(2u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 5u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-54",
        short: "hixie-54",
        aliases: &[],
        series: "hixie",
        revision: Some(54u16),
        serial: Some(-23i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(26u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-53",
        short: "hixie-53",
        aliases: &[],
        series: "hixie",
        revision: Some(53u16),
        serial: Some(-24i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(26u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-52",
        short: "hixie-52",
        aliases: &[],
        series: "hixie",
        revision: Some(52u16),
        serial: Some(-25i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(26u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-51",
        short: "hixie-51",
        aliases: &[],
        series: "hixie",
        revision: Some(51u16),
        serial: Some(-26i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(21u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-50",
        short: "hixie-50",
        aliases: &[],
        series: "hixie",
        revision: Some(50u16),
        serial: Some(-27i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(21u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-49",
        short: "hixie-49",
        aliases: &[],
        series: "hixie",
        revision: Some(49u16),
        serial: Some(-28i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(20u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-48",
        short: "hixie-48",
        aliases: &[],
        series: "hixie",
        revision: Some(48u16),
        serial: Some(-29i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(13u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(16u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-47",
        short: "hixie-47",
        aliases: &[],
        series: "hixie",
        revision: Some(47u16),
        serial: Some(-30i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(13u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(16u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-46",
        short: "hixie-46",
        aliases: &[],
        series: "hixie",
        revision: Some(46u16),
        serial: Some(-31i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(6u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(9u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-45",
        short: "hixie-45",
        aliases: &[],
        series: "hixie",
        revision: Some(45u16),
        serial: Some(-32i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(5u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-44",
        short: "hixie-44",
        aliases: &[],
        series: "hixie",
        revision: Some(44u16),
        serial: Some(-33i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(28u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 4u8,
            day: Some(1u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-43",
        short: "hixie-43",
        aliases: &[],
        series: "hixie",
        revision: Some(43u16),
        serial: Some(-34i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(21u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(25u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-42",
        short: "hixie-42",
        aliases: &[],
        series: "hixie",
        revision: Some(42u16),
        serial: Some(-35i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(21u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-41",
        short: "hixie-41",
        aliases: &[],
        series: "hixie",
        revision: Some(41u16),
        serial: Some(-36i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(21u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-40",
        short: "hixie-40",
        aliases: &[],
        series: "hixie",
        revision: Some(40u16),
        serial: Some(-37i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-39",
        short: "hixie-39",
        aliases: &[],
        series: "hixie",
        revision: Some(39u16),
        serial: Some(-38i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-36",
        short: "hixie-36",
        aliases: &[],
        series: "hixie",
        revision: Some(36u16),
        serial: Some(-39i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(2u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 3u8,
            day: Some(6u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-35",
        short: "hixie-35",
        aliases: &[],
        series: "hixie",
        revision: Some(35u16),
        serial: Some(-40i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(16u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(17u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-34",
        short: "hixie-34",
        aliases: &[],
        series: "hixie",
        revision: Some(34u16),
        serial: Some(-41i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(15u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(16u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-33",
        short: "hixie-33",
        aliases: &[],
        series: "hixie",
        revision: Some(33u16),
        serial: Some(-42i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(14u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(15u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-32",
        short: "hixie-32",
        aliases: &[],
        series: "hixie",
        revision: Some(32u16),
        serial: Some(-43i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(14u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(15u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-31",
        short: "hixie-31",
        aliases: &[],
        series: "hixie",
        revision: Some(31u16),
        serial: Some(-44i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-30",
        short: "hixie-30",
        aliases: &[],
        series: "hixie",
        revision: Some(30u16),
        serial: Some(-45i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-29",
        short: "hixie-29",
        aliases: &[],
        series: "hixie",
        revision: Some(29u16),
        serial: Some(-46i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(4u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 2u8,
            day: Some(5u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-28",
        short: "hixie-28",
        aliases: &[],
        series: "hixie",
        revision: Some(28u16),
        serial: Some(-47i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(30u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(31u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-27",
        short: "hixie-27",
        aliases: &[],
        series: "hixie",
        revision: Some(27u16),
        serial: Some(-48i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(29u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(30u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-26",
        short: "hixie-26",
        aliases: &[],
        series: "hixie",
        revision: Some(26u16),
        serial: Some(-49i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(28u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(29u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-25",
        short: "hixie-25",
        aliases: &[],
        series: "hixie",
        revision: Some(25u16),
        serial: Some(-50i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(28u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(29u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-24",
        short: "hixie-24",
        aliases: &[],
        series: "hixie",
        revision: Some(24u16),
        serial: Some(-51i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(28u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(29u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-23",
        short: "hixie-23",
        aliases: &[],
        series: "hixie",
        revision: Some(23u16),
        serial: Some(-52i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(27u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(28u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-22",
        short: "hixie-22",
        aliases: &[],
        series: "hixie",
        revision: Some(22u16),
        serial: Some(-53i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(13u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(14u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-21",
        short: "hixie-21",
        aliases: &[],
        series: "hixie",
        revision: Some(21u16),
        serial: Some(-54i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(8u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(9u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-20",
        short: "hixie-20",
        aliases: &[],
        series: "hixie",
        revision: Some(20u16),
        serial: Some(-55i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(8u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(9u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-19",
        short: "hixie-19",
        aliases: &[],
        series: "hixie",
        revision: Some(19u16),
        serial: Some(-56i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-18",
        short: "hixie-18",
        aliases: &[],
        series: "hixie",
        revision: Some(18u16),
        serial: Some(-57i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(7u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2010u16,
            month: 1u8,
            day: Some(8u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-17",
        short: "hixie-17",
        aliases: &[],
        series: "hixie",
        revision: Some(17u16),
        serial: Some(-58i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 6u8,
            day: Some(16u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(18u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-16",
        short: "hixie-16",
        aliases: &[],
        series: "hixie",
        revision: Some(16u16),
        serial: Some(-59i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 6u8,
            day: Some(5u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(7u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-15",
        short: "hixie-15",
        aliases: &[],
        series: "hixie",
        revision: Some(15u16),
        serial: Some(-60i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 6u8,
            day: Some(5u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(7u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-13",
        short: "hixie-13",
        aliases: &[],
        series: "hixie",
        revision: Some(13u16),
        serial: Some(-61i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 6u8,
            day: Some(1u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(1u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-12",
        short: "hixie-12",
        aliases: &[],
        series: "hixie",
        revision: Some(12u16),
        serial: Some(-62i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 5u8,
            day: Some(30u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 12u8,
            day: Some(1u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-11",
        short: "hixie-11",
        aliases: &[],
        series: "hixie",
        revision: Some(11u16),
        serial: Some(-63i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 4u8,
            day: Some(24u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(26u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-10",
        short: "hixie-10",
        aliases: &[],
        series: "hixie",
        revision: Some(10u16),
        serial: Some(-64i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 4u8,
            day: Some(24u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 10u8,
            day: Some(26u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-07",
        short: "hixie-07",
        aliases: &[],
        series: "hixie",
        revision: Some(7u16),
        serial: Some(-65i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 3u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-06",
        short: "hixie-06",
        aliases: &[],
        series: "hixie",
        revision: Some(6u16),
        serial: Some(-66i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 3u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-05",
        short: "hixie-05",
        aliases: &[],
        series: "hixie",
        revision: Some(5u16),
        serial: Some(-67i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 3u8,
            day: Some(23u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 9u8,
            day: Some(24u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-03",
        short: "hixie-03",
        aliases: &[],
        series: "hixie",
        revision: Some(3u16),
        serial: Some(-68i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 2u8,
            day: Some(25u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(29u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-02",
        short: "hixie-02",
        aliases: &[],
        series: "hixie",
        revision: Some(2u16),
        serial: Some(-69i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 2u8,
            day: Some(17u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 8u8,
            day: Some(21u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-01",
        short: "hixie-01",
        aliases: &[],
        series: "hixie",
        revision: Some(1u16),
        serial: Some(-70i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 1u8,
            day: Some(9u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(13u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "draft-hixie-thewebsocketprotocol-00",
        short: "hixie-00",
        aliases: &[],
        series: "hixie",
        revision: Some(0u16),
        serial: Some(-71i16),
        issued: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 1u8,
            day: Some(9u8),
        }),
        expires: Some(wsdraft::info::Date {
            year: 2009u16,
            month: 7u8,
            day: Some(13u8),
        }),
        status: "draft",
        wire_version: None,
    },
    wsdraft::versions::VersionInfo {
        name: "rfc6455",
        short: "rfc6455",
        aliases: &[],
        series: "rfc",
        revision: None,
        serial: None,
        issued: Some(wsdraft::info::Date {
            year: 2011u16,
            month: 12u8,
            day: None,
        }),
        expires: None,
        status: "proposed-standard",
        wire_version: Some(13u16),
    },
];

/// What the attribute puts into a module.
#[cfg(feature = "legacy")]
#[doc(hidden)]
#[macro_export]
macro_rules! __built_in {
    ("draft-ietf-hybi-thewebsocketprotocol-17") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_17::*;
    };
    ("hybi-17") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_17::*;
    };
    ("rfc6455") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::rfc6455::*;
    };
    ("draft-hixie-thewebsocketprotocol-75") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hixie_75::*;
    };
    ("hixie-75") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hixie_75::*;
    };
    ("draft-hixie-thewebsocketprotocol-76") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hixie_76::*;
    };
    ("hixie-76") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hixie_76::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-00") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_00::*;
    };
    ("hybi-00") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_00::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-01") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_01::*;
    };
    ("hybi-01") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_01::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-02") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_02::*;
    };
    ("hybi-02") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_02::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-03") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_03::*;
    };
    ("hybi-03") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_03::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-04") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_04::*;
    };
    ("hybi-04") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_04::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-05") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_05::*;
    };
    ("hybi-05") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_05::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-06") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_06::*;
    };
    ("hybi-06") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_06::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-07") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_07::*;
    };
    ("hybi-07") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_07::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-08") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_08::*;
    };
    ("hybi-08") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_08::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-09") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_09::*;
    };
    ("hybi-09") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_09::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-10") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_10::*;
    };
    ("hybi-10") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_10::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-11") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_11::*;
    };
    ("hybi-11") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_11::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-12") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_12::*;
    };
    ("hybi-12") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_12::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-13") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_13::*;
    };
    ("hybi-13") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_13::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-14") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_14::*;
    };
    ("hybi-14") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_14::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-15") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_15::*;
    };
    ("hybi-15") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_15::*;
    };
    ("draft-ietf-hybi-thewebsocketprotocol-16") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_16::*;
    };
    ("hybi-16") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_16::*;
    };
    ($name:tt) => {
        $crate::__generate! { $name }
    };
}

/// What the attribute puts into a module.
#[cfg(not(feature = "legacy"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __built_in {
    ("draft-ietf-hybi-thewebsocketprotocol-17") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_17::*;
    };
    ("hybi-17") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::hybi_17::*;
    };
    ("rfc6455") => {
        #[doc(inline)]
        #[allow(unused_imports)]
        pub use wsdraft::drafts::rfc6455::*;
    };
    ($name:tt) => {
        $crate::__generate! { $name }
    };
}
