//! Rules: the entries of their table, and the variants of those that an endpoint can violate.

use wsdraft_spec::{
    ResolvedDraft,
    model::Rule,
    sort,
    vocabulary::{Evidence, Level, Scope, Visibility},
};

use crate::model::{RuleGroup, RuleModel, RuleVariant};

/// The table of rules.
pub(super) fn entries(draft: &ResolvedDraft) -> Vec<RuleModel<'_>> {
    let rules = draft.rules.iter().map(|(id, item)| {
        let rule = &item.value;
        RuleModel {
            id,
            variant: &rule.variant,
            level: rule.level,
            scope: rule.scope,
            by: rule.by,
            summary: &rule.summary,
            citation: Evidence::citation(&rule.evidence),
            evidence: rule.evidence.iter().map(ToString::to_string).collect(),
            stated_in: &item.stated_in,
            outcome: rule.otherwise,
            visibility: rule.require.visibility(),
        }
    });
    rules.collect()
}

/// The variants, in the order in which a connection comes to their scopes.
pub(super) fn groups(draft: &ResolvedDraft) -> Vec<RuleGroup<'_>> {
    let mut groups: Vec<(usize, RuleGroup<'_>)> = Vec::new();
    for (index, (id, item)) in draft.rules.iter().enumerate() {
        let rule = &item.value;
        if !is_breakable(rule) {
            continue;
        }
        let variant = RuleVariant {
            name: &rule.variant,
            doc: doc(id, rule),
            index,
        };
        let (order, heading) = place(rule.scope);
        match groups.iter_mut().find(|(known, _)| *known == order) {
            Some((_, group)) => group.variants.push(variant),
            None => groups.push((
                order,
                RuleGroup {
                    heading,
                    variants: vec![variant],
                },
            )),
        }
    }
    sort::by_key(&mut groups, |(order, _)| *order);
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Whether an endpoint can see that the rule is broken.
fn is_breakable(rule: &Rule) -> bool {
    let hidden = matches!(rule.require.visibility(), Visibility::Hidden(_));
    rule.level != Level::May && !hidden
}

fn doc(id: &str, rule: &Rule) -> String {
    let evidence: Vec<String> = rule.evidence.iter().map(ToString::to_string).collect();
    let (summary, level) = (&rule.summary, rule.level);
    format!("{summary}\n\n`{id}`, {level}; {}.", evidence.join("; "))
}

/// The position and the heading of a scope.
const fn place(scope: Scope) -> (usize, &'static str) {
    match scope {
        Scope::Request => (0, "The opening request."),
        Scope::Response => (1, "The response."),
        Scope::Frame => (2, "Frames."),
        Scope::Message => (3, "Messages."),
        Scope::Close => (4, "Close frames."),
        Scope::Conversation => (5, "The conversation."),
        Scope::Policy => (6, "Policy."),
    }
}
