//! The static data of an extension that multiplexes.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::extension::{
    Block, Channels, DropCode, DropRange, Drops, HandshakeEncoding, Handshakes, Quotas, Unknown,
    multiplex::Base,
};

use crate::{
    emit::{Uses, number, option, types, word::Word as _},
    model::MultiplexModel,
};

pub(super) fn info(model: &MultiplexModel<'_>, uses: &Uses<'_>) -> TokenStream {
    uses.names(&["extension::multiplex"]);
    let carriage = option(model.carriage.map(|form| {
        let form = form.variant(uses);
        quote!(multiplex::Carriage::#form)
    }));
    let channels = option(model.channels.map(|one| channels(one, uses)));
    let numbers = option(model.numbers.map(|form| {
        let form = form.variant(uses);
        quote!(multiplex::Numbers::#form)
    }));
    let blocks = model.blocks.iter();
    let blocks = blocks.map(|(name, one)| block(name, one, uses));
    let encodings = model.encodings.iter();
    let encodings = encodings.map(|(name, one)| encoding(name, one, uses));
    let handshakes = option(model.handshakes.map(handshakes));
    let quotas = option(model.quotas.map(|one| quotas(one, uses)));
    let drops = option(model.drops.map(|one| drops(one, uses)));
    let codes = model.drop_codes.iter();
    let codes = codes.map(|(code, one)| drop_code(*code, one, uses));
    let unknown = model.unknown.iter();
    let unknown = unknown.map(|(name, one)| self::unknown(name, one, uses));
    quote! {
        multiplex::MultiplexInfo {
            carriage: #carriage,
            channels: #channels,
            numbers: #numbers,
            blocks: &[#(#blocks),*],
            encodings: &[#(#encodings),*],
            handshakes: #handshakes,
            quotas: #quotas,
            drops: #drops,
            drop_codes: &[#(#codes),*],
            unknown: &[#(#unknown),*],
        }
    }
}

fn channels(channels: &Channels, uses: &Uses<'_>) -> TokenStream {
    let ids = channels.ids.variant(uses);
    let control = option(channels.control.map(|id| {
        let id = number(id);
        quote!(#id)
    }));
    let (first, others) = (number(channels.first), number(channels.others));
    let opened_by = types::role(channels.opened_by, uses);
    let (needs_slots, ignores_unopened) = (channels.needs_slots, channels.ignores_unopened);
    let fragments_control = channels.fragments_control;
    quote! {
        multiplex::ChannelsInfo {
            ids: multiplex::ChannelIds::#ids,
            control: #control,
            first: #first,
            others: #others,
            opened_by: #opened_by,
            needs_slots: #needs_slots,
            ignores_unopened: #ignores_unopened,
            fragments_control: #fragments_control,
        }
    }
}

fn block(name: &str, block: &Block, uses: &Uses<'_>) -> TokenStream {
    let (opcode, kind) = (number(block.opcode), block.kind.variant(uses));
    let by = option(block.by.map(|by| types::role(by, uses)));
    let fields = block.fields.iter().map(|field| field.variant(uses));
    let parts = block.parts.iter().map(|part| part.variant(uses));
    quote! {
        multiplex::BlockInfo {
            name: #name,
            opcode: #opcode,
            kind: multiplex::BlockKind::#kind,
            by: #by,
            fields: &[#(multiplex::BlockField::#fields),*],
            parts: &[#(multiplex::BlockPart::#parts),*],
        }
    }
}

fn encoding(name: &str, encoding: &HandshakeEncoding, uses: &Uses<'_>) -> TokenStream {
    let base = |base: Option<Base>| {
        option(base.map(|base| {
            let base = base.variant(uses);
            quote!(multiplex::Base::#base)
        }))
    };
    let value = number(encoding.value);
    let (request, response) = (base(encoding.request), base(encoding.response));
    quote! {
        multiplex::EncodingInfo {
            name: #name,
            value: #value,
            request: #request,
            response: #response,
        }
    }
}

fn handshakes(handshakes: &Handshakes) -> TokenStream {
    let (request, response) = (&handshakes.request_omits, &handshakes.response_omits);
    quote! {
        multiplex::HandshakesInfo {
            request_omits: &[#(#request),*],
            response_omits: &[#(#response),*],
        }
    }
}

fn quotas(quotas: &Quotas, uses: &Uses<'_>) -> TokenStream {
    let cost = quotas.cost.variant(uses);
    let client_first = quotas.client_first.variant(uses);
    let server_first = quotas.server_first.variant(uses);
    let client_others = quotas.client_others.variant(uses);
    let server_others = quotas.server_others.variant(uses);
    let bits = option(quotas.bits.map(|bits| {
        let bits = number(bits);
        quote!(#bits)
    }));
    quote! {
        multiplex::QuotasInfo {
            cost: multiplex::Cost::#cost,
            client_first: multiplex::Initial::#client_first,
            server_first: multiplex::Initial::#server_first,
            client_others: multiplex::Initial::#client_others,
            server_others: multiplex::Initial::#server_others,
            bits: #bits,
        }
    }
}

fn drops(drops: &Drops, uses: &Uses<'_>) -> TokenStream {
    let ranges = drops.ranges.iter().map(|DropRange { from, to, ends }| {
        let (from, to, ends) = (number(*from), number(*to), ends.variant(uses));
        quote!((#from, #to, multiplex::DropScope::#ends))
    });
    let physical_close = option(drops.physical_close.map(|code| {
        let code = number(code);
        quote!(#code)
    }));
    quote! {
        multiplex::DropsInfo {
            ranges: &[#(#ranges),*],
            physical_close: #physical_close,
        }
    }
}

fn drop_code(code: u16, drop: &DropCode, uses: &Uses<'_>) -> TokenStream {
    let (code, name, meaning) = (number(code), &drop.name, &drop.meaning);
    let local = option(drop.local.map(|local| {
        let local = local.variant(uses);
        quote!(multiplex::DropUse::#local)
    }));
    quote! {
        multiplex::DropCodeInfo {
            code: #code,
            name: #name,
            meaning: #meaning,
            local: #local,
        }
    }
}

fn unknown(name: &str, unknown: &Unknown, uses: &Uses<'_>) -> TokenStream {
    let (feature, reason) = (unknown.feature.variant(uses), &unknown.reason);
    quote! {
        multiplex::UnknownInfo {
            name: #name,
            feature: multiplex::Feature::#feature,
            reason: #reason,
        }
    }
}
