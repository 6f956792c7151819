//! What a dialect says about channels, taken apart once.

use super::{
    inner::{self, Layout},
    numbers,
    refused::Unspoken,
};
use crate::{
    machine::extension::{
        Agreement,
        multiplex::{ChannelsInfo, Feature, Initial, MultiplexInfo, QuotasInfo},
    },
    protocol::info::{Kind, Role},
};

/// What the dialect says, taken apart once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    pub(super) table: &'static MultiplexInfo,
    pub(super) channels: ChannelsInfo,
    pub(super) quotas: QuotasInfo,
    pub(super) control: u32,
    pub(super) kind: Kind,
    pub(super) layout: Layout,
}

impl Terms {
    pub(super) fn of(agreement: &Agreement) -> Result<(Self, &'static MultiplexInfo), Unspoken> {
        let extension = agreement.extension;
        let unknown = |reason| Unspoken { extension, reason };
        let table = extension.multiplexing.as_ref();
        let table = table.ok_or_else(|| unknown("it carries no channels"))?;
        for feature in [
            Feature::Running,
            Feature::FlowControl,
            Feature::ControlCarriage,
        ] {
            if let Some(missing) = table.unknown(feature) {
                return Err(unknown(missing.reason));
            }
        }
        let terms = || {
            let (kind, layout) = inner::layout(table)?;
            let channels = table.channels?;
            Some(Self {
                table,
                channels,
                quotas: table.quotas?,
                control: channels.control?,
                kind,
                layout,
            })
        };
        let terms =
            terms().ok_or_else(|| unknown("the way that it carries channels is unknown"))?;
        Ok((terms, table))
    }

    /// A quota with what is added to it; `None` if that is more than the largest number.
    pub(super) fn raised(&self, quota: u64, by: u64) -> Option<u64> {
        let most = self.quotas.bits.map_or(u64::MAX, numbers::most);
        quota.checked_add(by).filter(|sum| *sum <= most)
    }

    /// What an endpoint may send at the start.
    pub(super) fn initial(&self, by: Role, first: bool, parameter: u64, slot: u64) -> u64 {
        match self.quotas.initial(by, first) {
            Initial::Nothing => 0,
            Initial::Parameter => parameter,
            Initial::Slot => slot,
        }
    }
}
