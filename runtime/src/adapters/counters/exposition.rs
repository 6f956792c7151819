//! Sums as text in the format that Prometheus reads.

use alloc::{collections::BTreeMap, vec, vec::Vec};
use core::fmt;

use super::{
    BYTES, CLOSE_FRAMES, ENDED, FAILED, HANDSHAKES, KINDS, MESSAGES, OPEN, OPENED, Snapshot, Volume,
};

/// Sums of several [`Counters`](super::Counters) as one text in the format that Prometheus reads. A
/// label tells them apart, for example the two sides of a gateway.
///
/// ```
/// use wsdraft::metrics::{Counters, Exposition};
///
/// let (clients, servers) = (Counters::new().snapshot(), Counters::new().snapshot());
/// let text = Exposition::new("side").with("client", &clients).with("server", &servers);
/// assert!(text.to_string().contains("websocket_connections_open{side=\"server\"} 0\n"));
/// ```
#[derive(Clone, Debug)]
pub struct Exposition<'s> {
    label: &'s str,
    /// The value of the label, and the sums.
    parts: Vec<(&'s str, &'s Snapshot)>,
}

impl<'s> Exposition<'s> {
    /// No sums yet; the label has this name, which must be a name for Prometheus.
    #[must_use]
    pub const fn new(label: &'s str) -> Self {
        Self {
            label,
            parts: Vec::new(),
        }
    }

    /// Adds sums. `value` is the value of the label, without quotation marks and line ends.
    #[inline]
    #[must_use]
    pub fn with(mut self, value: &'s str, snapshot: &'s Snapshot) -> Self {
        self.parts.push((value, snapshot));
        self
    }

    /// Writes the line that begins a metric, and then the samples of each part.
    fn metric(
        &self,
        f: &mut fmt::Formatter<'_>,
        (name, kind): (&str, &str),
        samples: impl Fn(&mut Samples<'_, '_>, &Snapshot) -> fmt::Result,
    ) -> fmt::Result {
        writeln!(f, "# TYPE {name} {kind}")?;
        self.parts.iter().try_for_each(|(value, snapshot)| {
            let label = (self.label, *value);
            samples(&mut Samples { f, name, label }, snapshot)
        })
    }
}

/// Where the samples of one metric go.
struct Samples<'a, 'f> {
    f: &'a mut fmt::Formatter<'f>,
    name: &'a str,
    /// The label of all of them; none if its name is empty.
    label: (&'a str, &'a str),
}

impl Samples<'_, '_> {
    /// Writes a sample with these labels. The values are written without escapes: they are ids.
    #[inline]
    fn write(&mut self, labels: &[(&str, &str)], value: u64) -> fmt::Result {
        let Self { f, name, label } = self;
        f.write_str(name)?;
        let common = Some(*label).filter(|(name, _)| !name.is_empty());
        let mut labels = common.into_iter().chain(labels.iter().copied());
        if let Some((name, value)) = labels.next() {
            write!(f, "{{{name}=\"{value}\"")?;
            for (name, value) in labels {
                write!(f, ",{name}=\"{value}\"")?;
            }
            f.write_str("}")?;
        }
        writeln!(f, " {value}")
    }

    /// Writes a sample for each name.
    #[inline]
    fn by_name(
        &mut self,
        labels: &[(&str, &str)],
        label: &str,
        sums: &BTreeMap<&'static str, u64>,
    ) -> fmt::Result {
        sums.iter()
            .try_for_each(|(name, count)| self.write(&[labels, &[(label, *name)]].concat(), *count))
    }

    /// Writes a sample for each direction and kind.
    #[inline]
    fn traffic(&mut self, snapshot: &Snapshot, value: fn(Volume) -> u64) -> fmt::Result {
        for (direction, traffic) in [("received", &snapshot.received), ("sent", &snapshot.sent)] {
            for (kind, volume) in KINDS.into_iter().zip(traffic.volumes()) {
                let labels = [("direction", direction), ("kind", kind)];
                self.write(&labels, value(volume))?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Exposition<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const GAUGE: &str = "gauge";
        const COUNTER: &str = "counter";
        self.metric(f, (HANDSHAKES, GAUGE), |to, it| {
            to.write(&[], it.handshakes)
        })?;
        self.metric(f, (FAILED, COUNTER), |to, it| {
            to.by_name(&[], "reason", &it.failed)
        })?;
        self.metric(f, (OPENED, COUNTER), |to, it| to.write(&[], it.opened))?;
        self.metric(f, (OPEN, GAUGE), |to, it| to.write(&[], it.open))?;
        self.metric(f, (MESSAGES, COUNTER), |to, it| {
            to.traffic(it, |volume| volume.count)
        })?;
        self.metric(f, (BYTES, COUNTER), |to, it| {
            to.traffic(it, |volume| volume.bytes)
        })?;
        self.metric(f, (ENDED, COUNTER), |to, it| {
            to.by_name(&[], "cause", &it.ended)
        })?;
        self.metric(f, (CLOSE_FRAMES, COUNTER), |to, it| {
            to.by_name(&[("direction", "received")], "code", &it.close_received)?;
            to.by_name(&[("direction", "sent")], "code", &it.close_sent)
        })
    }
}

impl fmt::Display for Snapshot {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alone = Exposition {
            label: "",
            parts: vec![("", self)],
        };
        alone.fmt(f)
    }
}
