//! What builds on what: in which order things are resolved, and what stands in the way.

use std::collections::{HashMap, HashSet};

use crate::{check::is_kebab, diagnostic::did_you_mean};

/// Drafts, and extensions, that are loaded at once at most. Each is held with all that it
/// inherits, so that a small file could otherwise ask for any amount of memory.
pub(crate) const MOST: usize = 1024;
/// Generations that may follow one another.
const DEEPEST: usize = 256;
/// Names of a circle that are told.
const TOLD: usize = 8;

/// Brings things into an order in which each comes after the one that it extends, given the short
/// name of each and of its parent; leaves those out for which there is no such order, and says
/// why, once for each reason: where, and what. Nothing here is as deep as the things are.
pub(crate) fn in_order(
    what: &str,
    links: &[(&str, Option<&str>)],
) -> (Vec<usize>, Vec<(usize, String)>) {
    let numbers: HashMap<&str, usize> = links
        .iter()
        .enumerate()
        .map(|(at, &(short, _))| (short, at))
        .collect();
    let mut wrong = Vec::new();
    // Of those that are done, the generation; `None` is one that cannot be had.
    let mut done: HashMap<usize, Option<usize>> = HashMap::new();
    let mut order = Vec::new();
    for first in 0..links.len() {
        let mut open = vec![first];
        let mut opened = HashSet::from([first]);
        // The generation that the last one of the open ones builds on.
        let mut above = Some(0);
        while let Some(&last) = open.last() {
            if let Some(&generation) = done.get(&last) {
                above = generation;
                open.pop();
                break;
            }
            let Some(name) = links[last].1 else { break };
            let parent = numbers.get(name).copied();
            let problem = match parent {
                Some(parent) if opened.insert(parent) => {
                    open.push(parent);
                    continue;
                }
                Some(_) => circle(what, &open, links, name),
                None if !is_kebab(name) => format!(
                    "{name:?} is no short name: lower case letters, digits and hyphens, starting with a letter"
                ),
                None => {
                    let hint = did_you_mean(name, links.iter().map(|&(short, _)| short));
                    format!("no {what} {name:?}{hint}")
                }
            };
            wrong.push((last, problem));
            above = None;
            break;
        }
        for at in open.into_iter().rev() {
            above = above.map(|above| above + 1);
            if above == Some(DEEPEST + 1) {
                let problem = format!(
                    "this is the {}th {what} that builds on another one: {DEEPEST} at most may follow one another",
                    DEEPEST + 1
                );
                wrong.push((at, problem));
                above = None;
            }
            order.extend(above.map(|_| at));
            done.insert(at, above);
        }
    }
    (order, wrong)
}

fn circle(what: &str, open: &[usize], links: &[(&str, Option<&str>)], name: &str) -> String {
    let mut names: Vec<&str> = open.iter().map(|&at| links[at].0).collect();
    if names.len() > TOLD {
        names.drain(TOLD / 2..names.len() - TOLD / 2);
        names.insert(TOLD / 2, "…");
    }
    let article = if what.starts_with('e') { "an" } else { "a" };
    format!(
        "{} -> {name}: {article} {what} cannot build on itself",
        names.join(" -> ")
    )
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, in_order};

    #[test]
    fn parents_come_first_and_what_has_none_is_told_once() {
        let links = [
            ("c", Some("b")),
            ("a", None),
            ("b", Some("a")),
            ("x", Some("y")),
            ("y", Some("x")),
            ("z", Some("x")),
            ("lost", Some("nobody")),
            ("child", Some("lost")),
            ("out", Some("../out")),
        ];
        let (order, wrong) = in_order("draft", &links);
        assert_eq!(order, [1, 2, 0]);
        let told: Vec<_> = wrong
            .iter()
            .map(|(at, text)| (*at, text.as_str()))
            .collect();
        assert_eq!(told.len(), 3);
        assert_eq!(told[0], (4, "x -> y -> x: a draft cannot build on itself"));
        assert_eq!(told[1], (6, "no draft \"nobody\""));
        assert!(told[2].1.starts_with("\"../out\" is no short name"));
    }

    #[test]
    fn a_long_line_ends_at_its_bound_with_one_problem() {
        let names: Vec<String> = (0..100_000).map(|at| format!("c-{at}")).collect();
        let mut links: Vec<(&str, Option<&str>)> = vec![(&names[0], None)];
        links.extend(
            names
                .windows(2)
                .map(|pair| (pair[1].as_str(), Some(pair[0].as_str()))),
        );
        links.reverse();
        let (order, wrong) = in_order("draft", &links);
        assert_eq!(order.len(), DEEPEST);
        assert_eq!(wrong.len(), 1);
        assert_eq!(links[wrong[0].0].0, format!("c-{DEEPEST}"));
    }

    #[test]
    fn a_large_circle_is_told_in_few_words() {
        let names: Vec<String> = (0..1000).map(|at| format!("c-{at}")).collect();
        let mut links: Vec<(&str, Option<&str>)> = vec![(&names[0], Some(&names[999]))];
        links.extend(
            names
                .windows(2)
                .map(|pair| (pair[1].as_str(), Some(pair[0].as_str()))),
        );
        let (order, wrong) = in_order("draft", &links);
        assert!(order.is_empty());
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].1.len() < 200, "{}", wrong[0].1);
    }
}
