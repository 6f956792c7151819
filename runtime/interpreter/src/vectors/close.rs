//! Vectors for rules about messages and close frames.

use wsdraft::{Role, info::Kind};
use wsdraft_spec::{
    model::Rule,
    requirement::{CloseTest, MessageTest},
    vocabulary::Outcome,
};

use super::{Case, NoVector, Vectors, frames::Raw, senders};

/// A surrogate, an overlong form, a code point that is too large, and half of a character.
const FAULTY: [&[u8]; 4] = [b"\xed\xa0\x80", b"a\xc1\x81", b"\xf4\x90\x80\x80", b"b\xc3"];

/// A body of a close frame that violates a rule, and one that follows it.
type Bodies = (Vec<u8>, Vec<u8>);

/// Frames that break a rule, and frames that follow it.
type Streams = (Vec<Raw>, Vec<Raw>);

impl Vectors<'_> {
    pub(super) fn messages(&self, rule: &Rule, test: MessageTest) -> Result<Vec<Case>, NoVector> {
        let streams = match test {
            MessageTest::Utf8 => self.faulty_texts(rule)?,
        };
        let both = senders(rule).iter();
        let case = |&by: &Role, (broken, kept): &Streams| Case {
            by,
            broken: self.stream(by, broken, 0),
            kept: self.stream(by, kept, 0),
        };
        let cases = both.flat_map(|by| streams.iter().map(move |stream| case(by, stream)));
        Ok(cases.collect())
    }

    /// Messages that are not valid UTF-8, each with one that is.
    fn faulty_texts(&self, rule: &Rule) -> Result<Vec<Streams>, NoVector> {
        let text = |payload: &[u8]| Ok(vec![self.raw(Kind::Text, payload)?]);
        let good = text("h\u{e9}\u{10ffff}".as_bytes())?;
        let mut streams = Vec::new();
        for faulty in FAULTY {
            streams.push((text(faulty)?, good.clone()));
        }
        if self.draft.info().fragments && rule.otherwise != Outcome::Replace {
            let parts = |second: &[u8]| -> Result<Vec<Raw>, NoVector> {
                let first = self.raw(Kind::Text, b"\xc3")?.unfinished();
                Ok(vec![first, self.raw(Kind::Continuation, second)?])
            };
            let good = parts(b"\xa9")?;
            streams.push((parts(b"\x28")?, good.clone()));
            streams.push((parts(b"")?, good));
        }
        Ok(streams)
    }

    pub(super) fn close_frames(&self, rule: &Rule, test: CloseTest) -> Result<Vec<Case>, NoVector> {
        let mut cases = Vec::new();
        for &by in senders(rule) {
            for (broken, kept) in self.bodies(test, by)? {
                let frame = |body: &[u8]| -> Result<_, NoVector> {
                    Ok(self.stream(by, &[self.raw(Kind::Close, body)?], 0))
                };
                cases.push(Case {
                    by,
                    broken: frame(&broken)?,
                    kept: frame(&kept)?,
                });
            }
        }
        Ok(cases)
    }

    /// Bodies of close frames that violate a rule, each with one that follows it.
    fn bodies(&self, test: CloseTest, by: Role) -> Result<Vec<Bodies>, NoVector> {
        let coded = |code: u16, reason: &[u8]| [&code.to_be_bytes(), reason].concat();
        let normal = self.draft.info().local_codes.normal;
        let normal = normal.ok_or_else(|| NoVector::unknown_form(&test));
        Ok(match test {
            CloseTest::CodeComplete => {
                vec![(vec![3], vec![]), (vec![3], coded(normal?, b""))]
            }
            CloseTest::ReasonUtf8 => {
                let normal = normal?;
                vec![(coded(normal, b"\xc3"), coded(normal, b"\xc3\xa9"))]
            }
            CloseTest::CodeAllowed => {
                let (good, bad): (Vec<u16>, Vec<u16>) =
                    (0..=u16::MAX).partition(|code| self.may_stand(*code));
                let (good, bad) = (self.telling(&good), self.telling(&bad));
                if good.is_empty() || bad.is_empty() {
                    let why = "all codes are allowed, or none";
                    return Err(NoVector::Unbreakable(why.into()));
                }
                let pair = |(bad, good): (u16, u16)| (coded(bad, b""), coded(good, b"\xc3\xa9"));
                let count = bad.len().max(good.len());
                let pairs = bad.iter().cycle().zip(good.iter().cycle()).take(count);
                pairs.map(|(bad, good)| pair((*bad, *good))).collect()
            }
            CloseTest::Letter { .. } => {
                let (own, others) = (self.close_body(by), self.close_body(by.peer()));
                vec![(others, own.clone()), (vec![], own)]
            }
        })
    }

    /// The codes from this list that the draft defines, and the first and last code of each
    /// consecutive run.
    fn telling(&self, codes: &[u16]) -> Vec<u16> {
        let at_edge =
            |run: &[u16], code: u16| run.first() == Some(&code) || run.last() == Some(&code);
        let runs = codes.chunk_by(|a, b| b - a == 1);
        let told = runs.flat_map(|run| {
            let is_told =
                move |code: &u16| at_edge(run, *code) || self.spec.close_codes.get(code).is_some();
            run.iter().copied().filter(is_told)
        });
        told.collect()
    }

    /// Whether a code may appear in a close frame, according to the data alone.
    fn may_stand(&self, code: u16) -> bool {
        if let Some(known) = self.spec.close_codes.get(&code) {
            return known.value.on_wire;
        }
        let Some(ranges) = &self.spec.close_ranges else {
            return true;
        };
        ranges
            .value
            .ranges
            .iter()
            .any(|range| range.usage.is_open() && (range.from..=range.to).contains(&code))
    }
}
