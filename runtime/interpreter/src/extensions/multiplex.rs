//! The static data of an extension that multiplexes.

use wsdraft::extension::multiplex::{
    BlockInfo, Carriage, ChannelIds, ChannelsInfo, DropCodeInfo, DropsInfo, EncodingInfo,
    HandshakesInfo, LayoutField, MultiplexInfo, Numbers, QuotasInfo, UnknownInfo,
};
use wsdraft_spec::{
    extension::{self as spec, ResolvedMultiplexing, multiplex as words},
    sort,
};

use crate::tables::{list, text, texts};

/// What an extension states about multiplexing.
pub(super) fn info(stated: &ResolvedMultiplexing) -> MultiplexInfo {
    let mut blocks: Vec<_> = stated.blocks.iter().collect();
    sort::by_key(&mut blocks, |(_, item)| item.value.opcode);
    let mut codes: Vec<_> = stated.drop_codes.iter().collect();
    sort::by_key(&mut codes, |(code, _)| **code);
    MultiplexInfo {
        carriage: stated
            .carriage
            .as_ref()
            .map(|item| carriage(&item.value.form)),
        channels: stated.channels.as_ref().map(|item| channels(&item.value)),
        numbers: stated
            .numbers
            .as_ref()
            .map(|item| numbers(&item.value.form)),
        blocks: list(
            blocks
                .into_iter()
                .map(|(name, item)| block(name, &item.value)),
        ),
        encodings: list(stated.encodings.iter().map(|(name, item)| EncodingInfo {
            name: text(name),
            value: item.value.value,
            request: item.value.request,
            response: item.value.response,
        })),
        handshakes: stated.handshakes.as_ref().map(|item| HandshakesInfo {
            request_omits: texts(item.value.request_omits.iter().map(|name| name.as_str())),
            response_omits: texts(item.value.response_omits.iter().map(|name| name.as_str())),
        }),
        quotas: stated.quotas.as_ref().map(|item| quotas(&item.value)),
        drops: stated.drops.as_ref().map(|item| DropsInfo {
            ranges: list(
                item.value
                    .ranges
                    .iter()
                    .map(|one| (one.from, one.to, one.ends)),
            ),
            physical_close: item.value.physical_close,
        }),
        drop_codes: list(codes.into_iter().map(|(code, item)| DropCodeInfo {
            code: *code,
            name: text(&item.value.name),
            meaning: text(&item.value.meaning),
            local: item.value.local,
        })),
        unknown: list(stated.unknown.iter().map(|(name, item)| UnknownInfo {
            name: text(name),
            feature: item.value.feature,
            reason: text(&item.value.reason),
        })),
    }
}

fn carriage(form: &words::Carriage) -> Carriage {
    match form {
        words::Carriage::Wrapped { kind, header } => Carriage::Wrapped {
            kind: *kind,
            header: list(header.iter().map(|field| match field {
                LayoutField::Final => LayoutField::Final,
                LayoutField::More => LayoutField::More,
                LayoutField::Reserved(name) => LayoutField::Reserved(text(name)),
                LayoutField::Opcode(bits) => LayoutField::Opcode(*bits),
                LayoutField::Masked => LayoutField::Masked,
                LayoutField::Length(bits) => LayoutField::Length(*bits),
            })),
        },
        words::Carriage::Prefixed => Carriage::Prefixed,
        words::Carriage::Claimed(opcode) => Carriage::Claimed(*opcode),
    }
}

fn channels(channels: &spec::Channels) -> ChannelsInfo {
    ChannelsInfo {
        ids: match &channels.ids {
            words::ChannelIds::Prefixed(widths) => {
                ChannelIds::Prefixed(list(widths.iter().copied()))
            }
            words::ChannelIds::Leading { escape, bits } => ChannelIds::Leading {
                escape: *escape,
                bits: *bits,
            },
        },
        control: channels.control,
        first: channels.first,
        others: channels.others,
        opened_by: channels.opened_by,
        needs_slots: channels.needs_slots,
        ignores_unopened: channels.ignores_unopened,
        fragments_control: channels.fragments_control,
    }
}

fn numbers(form: &words::Numbers) -> Numbers {
    match form {
        words::Numbers::Prefixed { bits, extended } => Numbers::Prefixed {
            bits: *bits,
            extended: list(extended.iter().copied()),
        },
        words::Numbers::Sized(bytes) => Numbers::Sized(*bytes),
    }
}

fn block(name: &str, block: &spec::Block) -> BlockInfo {
    BlockInfo {
        name: text(name),
        opcode: block.opcode,
        kind: block.kind,
        by: block.by,
        fields: list(block.fields.iter().copied()),
        parts: list(block.parts.iter().copied()),
    }
}

fn quotas(quotas: &spec::Quotas) -> QuotasInfo {
    QuotasInfo {
        cost: quotas.cost,
        client_first: quotas.client_first,
        server_first: quotas.server_first,
        client_others: quotas.client_others,
        server_others: quotas.server_others,
        bits: quotas.bits,
    }
}
