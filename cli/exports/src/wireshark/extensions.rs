//! Extensions as the plug-in reads them.

use wsdraft_spec::{
    Database, ResolvedExtension,
    extension::{Demand, Effect, ExtensionRule, Frames, Part, Sender, Transform, Value},
    vocabulary::{Evidence, Level},
};

use super::{lua::Lua, rules::Rules, words};

/// The tables of the extensions that can be negotiated.
pub(super) fn tables(database: &Database, rules: &mut Rules) -> Lua {
    let all = database.extensions().iter();
    let negotiable = all.filter(|extension| extension.is_negotiable());
    Lua::list(
        negotiable
            .map(|extension| table(extension, rules))
            .collect::<Vec<_>>(),
    )
}

fn table(extension: &ResolvedExtension, rules: &mut Rules) -> Lua {
    let transform = extension.transform.as_ref();
    let transform = transform.map_or(Transform::Nothing, |item| item.value.apply);
    let claims = extension.claims.as_ref().map(|claims| &claims.value);
    let control = claims.map_or(&[][..], |claims| &claims.control_opcodes);
    let opcodes = claims.map_or(&[][..], |claims| &claims.opcodes);
    let numbers = |opcodes: &[u8]| Lua::list(opcodes.iter().map(|opcode| u64::from(*opcode)));
    let on = match claims.map_or(Frames::First, |claims| claims.on) {
        Frames::First => "first",
        Frames::Data => "data",
        Frames::All => "all",
    };
    let method = extension.method.as_ref().map(|method| {
        Lua::table([
            ("parameter", Some((&method.value.parameter).into())),
            ("name", Some((&method.value.name).into())),
        ])
    });
    let compresses = transform.compresses().then_some(Lua::Bool(true));
    let runs = (transform != Transform::Multiplex).then_some(Lua::Bool(true));
    let [offer, answer, list, deflate, boundary] = by_part(extension, transform, rules);
    Lua::table([
        ("short", Some((&extension.short).into())),
        ("tokens", Some(Lua::set(extension.tokens()))),
        ("transform", Some(self::transform(transform).into())),
        ("compresses", compresses),
        ("runs", runs),
        (
            "bits",
            Some(Lua::list(claims.map_or(&[][..], |claims| &claims.bits))),
        ),
        ("on", Some(on.into())),
        ("opcodes", Some(numbers(opcodes))),
        ("control_opcodes", Some(numbers(control))),
        ("all_opcodes", Some(numbers(&[opcodes, control].concat()))),
        ("method", method),
        ("parameters", Some(parameters(extension))),
        ("not_deflate", deflate.into_iter().next()),
        ("not_whole", boundary.into_iter().next()),
        (
            "rules",
            Some(Lua::table([
                ("offer", Some(Lua::List(offer))),
                ("answer", Some(Lua::List(answer))),
                ("list", Some(Lua::List(list))),
            ])),
        ),
    ])
}

/// The rules on offers, answers and lists, and those on data that is not DEFLATE or ends amid a block.
fn by_part(
    extension: &ResolvedExtension,
    transform: Transform,
    rules: &mut Rules,
) -> [Vec<Lua>; 5] {
    let [mut offer, mut answer, mut list, mut deflate, mut boundary] = [const { Vec::new() }; 5];
    for (id, rule) in extension.rules.iter() {
        let rule = &rule.value;
        let Some(test) = demand(&rule.require) else {
            let why = match &rule.require {
                Demand::Documented(why) => why,
                Demand::Channels(_) => {
                    "the plug-in does not look into the channels of multiplexing"
                }
                _ => "it is about a request over another version of HTTP",
            };
            rules.skip(id, why);
            continue;
        };
        if rule.level == Level::May {
            rules.skip(id, "the rule permits something, so nothing breaks it");
            continue;
        }
        let unread = transform == Transform::DeflateStream && rule.scope == Part::Payload;
        let why = match rule.scope {
            Part::Offer => "a server declines such an offer, and the connection goes on without it",
            _ if unread => "a stream that is compressed as a whole is not read",
            _ => "",
        };
        let rule_table = written(id, rule, test);
        let place = if why.is_empty() {
            rules.check(id, rule_table)
        } else {
            rules.skip(id, why);
            rules.refer(rule_table)
        };
        let whole = rule.require == Demand::BlockBoundary;
        let kept = match rule.scope {
            Part::Offer => &mut offer,
            Part::Answer => &mut answer,
            Part::List => &mut list,
            Part::Payload if whole => &mut boundary,
            Part::Payload | Part::Request | Part::Envelope | Part::Block | Part::Channel => {
                &mut deflate
            }
        };
        kept.push(place);
    }
    [offer, answer, list, deflate, boundary]
}

fn written(id: &str, rule: &ExtensionRule, test: Lua) -> Lua {
    Lua::table([
        ("id", Some(id.into())),
        ("level", Some(rule.level.as_str().into())),
        ("by", rule.by.map(words::role)),
        ("test", Some(test)),
        ("citation", Some(Evidence::citation(&rule.evidence).into())),
        ("summary", Some((&rule.summary).into())),
    ])
}

fn parameters(extension: &ResolvedExtension) -> Lua {
    let parameters = extension.parameters.iter().map(|(name, parameter)| {
        let parameter = &parameter.value;
        let (effect, sender) = effect(parameter.effect);
        Lua::table([
            ("name", Some(name.into())),
            ("offer", parameter.offer.map(value)),
            ("answer", parameter.answer.map(value)),
            (
                "needs_offer",
                parameter.needs_offer.then_some(Lua::Bool(true)),
            ),
            ("owed", parameter.owed.then_some(Lua::Bool(true))),
            (
                "at_most_offered",
                parameter.at_most_offered.then_some(Lua::Bool(true)),
            ),
            ("effect", Some(Lua::tagged(effect, sender.map(Lua::text)))),
        ])
    });
    Lua::list(parameters)
}

fn value(form: Value) -> Lua {
    let numbers = |word: &str, from, to| {
        Lua::List(vec![
            Lua::text(word),
            Lua::Number(u64::from(from)),
            Lua::Number(u64::from(to)),
        ])
    };
    match form {
        Value::Flag => Lua::tagged("flag", None),
        Value::Number(from, to) => numbers("number", from, to),
        Value::FlagOrNumber(from, to) => numbers("flag_or_number", from, to),
        Value::Token => Lua::tagged("token", None),
    }
}

const fn effect(effect: Effect) -> (&'static str, Option<&'static str>) {
    match effect {
        Effect::WindowBits(sender) => ("window_bits", Some(self::sender(sender))),
        Effect::NoContextTakeover(sender) => ("no_context_takeover", Some(self::sender(sender))),
        Effect::Quota => ("quota", None),
        Effect::Application => ("application", None),
    }
}

const fn sender(sender: Sender) -> &'static str {
    match sender {
        Sender::Of(role) => role.as_str(),
        Sender::Receiver => "receiver",
    }
}

const fn transform(transform: Transform) -> &'static str {
    match transform {
        Transform::Nothing => "nothing",
        Transform::DeflateMessages => "deflate_messages",
        Transform::DeflateFrames => "deflate_frames",
        Transform::DeflateEveryFrame => "deflate_every_frame",
        Transform::DeflateStream => "deflate_stream",
        Transform::Multiplex => "multiplex",
    }
}

/// The test of a demand; `None` if the plug-in does not check it.
fn demand(demand: &Demand) -> Option<Lua> {
    let transforms = |all: &[Transform]| Some(Lua::list(all.iter().map(|one| transform(*one))));
    let (word, operand) = match demand {
        Demand::KnownParameters => ("known_parameters", None),
        Demand::DistinctParameters => ("distinct_parameters", None),
        Demand::ValidValues => ("valid_values", None),
        Demand::Parameter(name) => ("parameter", Some(name.into())),
        Demand::OfferedParameters => ("offered_parameters", None),
        Demand::OwedParameters => ("owed_parameters", None),
        Demand::WithinOffer => ("within_offer", None),
        Demand::Once => ("once", None),
        Demand::DistinctBits => ("distinct_bits", None),
        Demand::CompressedOnce => ("compressed_once", None),
        Demand::NotAfter(all) => ("not_after", transforms(all)),
        Demand::NotBefore(all) => ("not_before", transforms(all)),
        Demand::Deflate => ("deflate", None),
        Demand::BlockBoundary => ("block_boundary", None),
        Demand::RequiredFields
        | Demand::FieldAbsent(_)
        | Demand::Scheme
        | Demand::Path
        | Demand::Channels(_)
        | Demand::Documented(_) => return None,
    };
    Some(Lua::tagged(word, operand))
}
