//! Requirements as options of Suricata that match what breaks them.

use wsdraft_spec::{
    ResolvedDraft,
    requirement::{CloseTest, FrameCondition, FrameTest, Requirement},
    sort,
    vocabulary::{Form, Kind, LayoutField},
};

use super::setup::LIMIT;

/// What matches a violation.
pub(super) struct Test {
    /// The options, each with its semicolon.
    pub(super) options: String,
    /// What has to hold beside.
    pub(super) needs: Needs,
}

/// What has to hold for a test to be right.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    /// An extension could allow what the test matches.
    NoExtension,
}

/// The tests; none if the keywords cannot express what breaks the requirement.
pub(super) fn of(draft: &ResolvedDraft, requirement: &Requirement) -> Vec<Test> {
    match requirement {
        Requirement::Frame { when, test } => frame(draft, *when, test),
        Requirement::Close(test) => close(draft, *test),
        Requirement::Request { .. }
        | Requirement::Response { .. }
        | Requirement::Message(_)
        | Requirement::Conversation(_)
        | Requirement::Hidden(_) => Vec::new(),
    }
}

fn frame(draft: &ResolvedDraft, when: Option<FrameCondition>, test: &FrameTest) -> Vec<Test> {
    let (options, needs) = match test {
        FrameTest::KnownOpcode => {
            let known = opcodes(draft, |_| true);
            let tests = runs(15, |value| !known.contains(&value));
            let tests = tests.into_iter().map(|run| Test {
                options: format!("websocket.opcode:{};", range(run, 15)),
                needs: Needs::NoExtension,
            });
            return if when.is_none() {
                tests.collect()
            } else {
                Vec::new()
            };
        }
        FrameTest::ReservedClear => match mask(draft, |field| field.reserved().is_some()) {
            0 => return Vec::new(),
            bits => (
                format!("websocket.flags:&0x{bits:02x}!=0;"),
                Needs::NoExtension,
            ),
        },
        FrameTest::Final => match mask(draft, |field| *field == LayoutField::Final) {
            0 => return Vec::new(),
            bit => (format!("websocket.flags:&0x{bit:02x}=0;"), Needs::Nothing),
        },
        FrameTest::PayloadAtMost(most) if *most < LIMIT.into() => {
            (format!("{}bsize:>{most};", payload(draft)), Needs::Nothing)
        }
        // A masking key that is there, whatever it is.
        FrameTest::Unmasked => ("websocket.mask:&0=0;".into(), Needs::Nothing),
        FrameTest::PayloadAtMost(_)
        | FrameTest::MinimalLength
        | FrameTest::LengthFits
        | FrameTest::Masked
        | FrameTest::MessageOpen
        | FrameTest::NoMessageOpen
        | FrameTest::BeforeClose
        | FrameTest::Function(_) => return Vec::new(),
    };
    let conditions = conditions(draft, when).into_iter();
    conditions
        .map(|condition| Test {
            options: format!("{condition}{options}"),
            needs,
        })
        .collect()
}

/// Options that match the frames of a condition; none if no keyword expresses it.
fn conditions(draft: &ResolvedDraft, when: Option<FrameCondition>) -> Vec<String> {
    let values = match when {
        None => return vec![String::new()],
        Some(FrameCondition::Control) => opcodes(draft, Kind::is_control),
        Some(FrameCondition::Data) => opcodes(draft, Kind::is_data),
        Some(FrameCondition::Starts) => opcodes(draft, Kind::starts_message),
        Some(FrameCondition::Kind(kind)) => opcodes(draft, |one| one == kind),
        Some(FrameCondition::MessageOpen | FrameCondition::NoMessageOpen) => return Vec::new(),
    };
    let runs = runs(15, |value| values.contains(&value));
    runs.into_iter()
        .map(|run| format!("websocket.opcode:{}; ", range(run, 15)))
        .collect()
}

fn close(draft: &ResolvedDraft, requirement: CloseTest) -> Vec<Test> {
    let Some(opcode) = opcodes(draft, |kind| kind == Kind::Close).pop() else {
        return Vec::new();
    };
    let test = |options: String| Test {
        options: format!("websocket.opcode:{opcode}; {}{options}", payload(draft)),
        needs: Needs::Nothing,
    };
    match requirement {
        CloseTest::CodeComplete => vec![test("bsize:1;".into())],
        CloseTest::CodeAllowed => {
            let runs = runs(u16::MAX, |code| !draft.allows_close_code(code)).into_iter();
            runs.map(|(from, to)| {
                test(format!(
                    "bsize:>1; byte_test:2,>=,{from},0; byte_test:2,<=,{to},0;"
                ))
            })
            .collect()
        }
        CloseTest::ReasonUtf8 | CloseTest::Letter { .. } => Vec::new(),
    }
}

/// The payload as it is on the wire: Suricata inflates it if the first reserved bit is set.
fn payload(draft: &ResolvedDraft) -> String {
    match mask(draft, |field| field.reserved().is_some()) {
        0 => "websocket.payload; ".into(),
        bits => format!("websocket.flags:&0x{bits:02x}=0; websocket.payload; "),
    }
}

/// The values of opcodes of these kinds, in ascending order.
fn opcodes(draft: &ResolvedDraft, kind: impl Fn(Kind) -> bool) -> Vec<u16> {
    let opcodes = draft.opcodes.values().map(|item| &item.value);
    let opcodes = opcodes.filter(|opcode| kind(opcode.kind));
    let mut values: Vec<u16> = opcodes.map(|opcode| opcode.value.into()).collect();
    sort::all(&mut values);
    values
}

/// The first and the last of each run of numbers up to this one.
fn runs(last: u16, test: impl Fn(u16) -> bool) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for number in (0..=last).filter(|number| test(*number)) {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == number => *end = number,
            _ => runs.push((number, number)),
        }
    }
    runs
}

/// A run of numbers up to a greatest one. Suricata's ranges do not contain their ends.
fn range((from, to): (u16, u16), greatest: u16) -> String {
    match (from, to) {
        (from, to) if from == to => from.to_string(),
        (0, to) => format!("<{}", to + 1),
        (from, to) if to == greatest => format!(">{}", from - 1),
        (from, to) => format!("{}-{}", from - 1, to + 1),
    }
}

/// The bits of such fields in the first byte, which is where Suricata has its flags from.
fn mask(draft: &ResolvedDraft, wanted: impl Fn(&LayoutField) -> bool) -> u8 {
    let Some(Form::Prefixed { fields, .. }) =
        draft.layout.as_ref().map(|layout| &layout.value.form)
    else {
        return 0;
    };
    let (mut at, mut bits) = (0, 0);
    for field in fields {
        if wanted(field) && at < 8 {
            bits |= 0x80 >> at;
        }
        at += u32::from(field.bits());
    }
    bits
}
