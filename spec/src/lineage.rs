//! Inheritance: the order in which entries are resolved, and the errors that prevent it.

use std::collections::{HashMap, HashSet};

use crate::{check::is_kebab, diagnostic::did_you_mean};

/// Maximum number of drafts, and of extensions, that can be loaded. Each is stored with everything
/// that it inherits, so without a limit a small file could use any amount of memory.
pub(crate) const MOST: usize = 1024;
/// Maximum depth of inheritance.
const DEEPEST: usize = 256;
/// Maximum number of names in the report of a circle.
const TOLD: usize = 8;

/// Orders entries so that each follows its parent, given the short name of each entry and of its
/// parent. Omits entries that cannot be ordered and reports each reason once, with its index and a
/// message. The recursion depth does not depend on the input.
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
    // The depth of finished entries; `None` if an entry cannot be resolved.
    let mut done: HashMap<usize, Option<usize>> = HashMap::new();
    let mut order = Vec::new();
    for first in 0..links.len() {
        let mut open = vec![first];
        let mut opened = HashSet::from([first]);
        // The depth of the parent of the last open entry.
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
                    "{name:?} is not a valid short name; write lower case letters, digits and hyphens, starting with a letter"
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
                    "this {what} is number {} in its line of inheritance; the maximum is {DEEPEST}",
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
        assert!(
            told[2]
                .1
                .starts_with("\"../out\" is not a valid short name")
        );
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
