//! The table of every draft in the database.

use proc_macro2::TokenStream;
use quote::quote;
use wsdraft_spec::vocabulary::Date;

use super::option;
use crate::model::Identity;

/// The entry of a draft.
pub(crate) fn entry(identity: &Identity<'_>, runtime: &TokenStream) -> TokenStream {
    let (name, short, aliases) = (identity.name, identity.short, identity.aliases);
    let (series, status) = (identity.series, identity.status);
    let revision = option(identity.revision.map(|revision| quote!(#revision)));
    let serial = option(identity.serial.map(|serial| quote!(#serial)));
    let wire_version = option(identity.wire_version.map(|version| quote!(#version)));
    let date = |date: Option<Date>| {
        option(date.map(|date| {
            let (year, month) = (date.year, date.month);
            let day = option(date.day.map(|day| quote!(#day)));
            quote!(#runtime::info::Date { year: #year, month: #month, day: #day })
        }))
    };
    let (issued, expires) = (date(identity.issued), date(identity.expires));
    quote! {
        #runtime::versions::VersionInfo {
            name: #name,
            short: #short,
            aliases: &[#(#aliases),*],
            series: #series,
            revision: #revision,
            serial: #serial,
            issued: #issued,
            expires: #expires,
            status: #status,
            wire_version: #wire_version,
        }
    }
}
