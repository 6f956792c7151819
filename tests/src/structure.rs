//! The modules of a crate and what they import from each other: for tests that keep layers and
//! refuse circles.
//!
//! A name that a module re-exports belongs to the module that defines it. A module and those
//! below it are one to the outside: circles are looked for among siblings. What the crate's root
//! imports or re-exports is no arrow, since the root stands above everything.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Item, ItemMod, ItemUse, Macro, UseTree,
    visit::{self, Visit},
};

/// Names from the root of the crate down to a module.
type Name = Vec<String>;

/// How far a name is followed through re-exports.
const DEPTH: usize = 32;

/// A crate's modules and the arrows between them.
#[derive(Debug, Default)]
pub struct Structure {
    modules: BTreeMap<Name, Module>,
    /// From the module that imports to the one that defines, with the path as written.
    arrows: BTreeMap<(Name, Name), String>,
}

#[derive(Debug, Default)]
struct Module {
    /// What `use` brings in: the name, and the path that it stands for.
    imports: Vec<(String, Name)>,
    /// Modules of which every name is brought in.
    globs: Vec<Name>,
    items: BTreeSet<String>,
    /// Paths that begin at a module: the crate's root, this one or one above it.
    paths: BTreeSet<Name>,
    /// Whether it stands in the file of the crate's root.
    in_root: bool,
}

impl Structure {
    /// Reads a crate, given its root: `lib.rs` or `main.rs`. Modules of tests are passed over.
    ///
    /// # Panics
    /// When a module has no file, or a file is not Rust.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        let mut structure = Self::default();
        let folder = root.parent().expect("a file in a folder");
        structure.read(root, folder, &Name::new(), true);
        structure.draw();
        structure
    }

    fn read(&mut self, file: &Path, folder: &Path, name: &Name, in_root: bool) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| {
            panic!("module {}: {}: {error}", name.join("::"), file.display())
        });
        let parsed =
            syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.items(parsed.items, folder, name, in_root);
    }

    fn items(&mut self, items: Vec<Item>, folder: &Path, name: &Name, in_root: bool) {
        let mut module = Module {
            in_root,
            ..Module::default()
        };
        for item in items {
            match item {
                Item::Mod(item) if is_test(&item) => {}
                Item::Mod(item) => {
                    let child = [name.as_slice(), &[item.ident.to_string()]].concat();
                    let below = folder.join(item.ident.to_string());
                    match item.content {
                        Some((_, items)) => self.items(items, &below, &child, in_root),
                        // A file elsewhere stands in for the module, and imports the same.
                        None if item.attrs.iter().any(|attr| attr.path().is_ident("path")) => {}
                        None => self.read(&file_of(&below), &below, &child, false),
                    }
                }
                item => {
                    module.items.extend(name_of(&item));
                    module.visit_item(&item);
                }
            }
        }
        self.modules.insert(name.clone(), module);
    }

    fn draw(&mut self) {
        let mut arrows = BTreeMap::new();
        for (from, module) in &self.modules {
            if module.in_root {
                continue;
            }
            let imports = module.imports.iter().map(|(_, path)| path);
            for path in imports.chain(&module.globs).chain(&module.paths) {
                if let Some(to) = self.home(from, path, 0) {
                    arrows
                        .entry((from.clone(), to))
                        .or_insert_with(|| path.join("::"));
                }
            }
        }
        self.arrows = arrows;
    }

    /// The module that defines what a path names, as seen from a module; `None` outside of the
    /// crate.
    fn home(&self, from: &Name, path: &[String], depth: usize) -> Option<Name> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Name::new(), &path[1..]),
            "self" => (from.clone(), &path[1..]),
            "super" => (from[..from.len() - 1].to_vec(), &path[1..]),
            _ => (from.clone(), path),
        };
        let mut inside = rest.len() < path.len();
        while let Some((next, after)) = rest.split_first() {
            let child = [at.as_slice(), std::slice::from_ref(next)].concat();
            let module = &self.modules[&at];
            if next == "super" {
                at.pop();
            } else if self.modules.contains_key(&child) {
                at = child;
                inside = true;
            } else if next == "self" || module.items.contains(next) {
                return Some(at);
            } else {
                let named = module.imports.iter().filter(|(name, _)| name == next);
                let targets = named
                    .map(|(_, target)| [target, after].concat())
                    .chain(module.globs.iter().map(|glob| [glob, rest].concat()));
                // A name of another crate leads to itself.
                let found = targets
                    .filter(|target| target != path && depth < DEPTH)
                    .find_map(|target| self.home(&at, &target, depth + 1));
                // The rest is what macros define.
                return found.or_else(|| inside.then_some(at));
            }
            rest = after;
        }
        Some(at)
    }

    /// What imports from a layer above its own, where the lowest layer comes first, with the path
    /// that does it; and modules that stand in no layer.
    #[must_use]
    pub fn upward(&self, layers: &[&str]) -> Vec<String> {
        let floor = |name: &Name| {
            layers
                .iter()
                .position(|layer| name.first().is_some_and(|of| of == layer))
        };
        let homeless = self
            .modules
            .iter()
            .filter(|(name, module)| name.len() == 1 && !module.in_root && floor(name).is_none())
            .map(|(name, _)| format!("{} is in no layer", name[0]));
        let arrows = self
            .arrows
            .iter()
            .filter(|((from, to), _)| !to.is_empty() && floor(from) < floor(to))
            .map(|((from, _), path)| format!("{} imports {path}", from.join("::")));
        homeless.chain(arrows).collect()
    }

    /// Circles among the modules of one module, each as the arrows within it.
    #[must_use]
    pub fn circles(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        for parent in self.modules.keys() {
            let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            let mut why = BTreeMap::new();
            for ((from, to), path) in &self.arrows {
                let (Some(a), Some(b)) = (child_of(parent, from), child_of(parent, to)) else {
                    continue;
                };
                if a != b {
                    graph.entry(a).or_default().insert(b);
                    why.entry((a, b))
                        .or_insert_with(|| format!("{} imports {path}", from.join("::")));
                }
            }
            let together: BTreeSet<BTreeSet<&str>> = graph
                .keys()
                .map(|&start| {
                    let reached = reach(&graph, start);
                    let back = |&other: &&str| reach(&graph, other).contains(start);
                    reached.iter().copied().filter(back).collect()
                })
                .filter(|circle: &BTreeSet<_>| !circle.is_empty())
                .collect();
            found.extend(together.into_iter().map(|circle| {
                let within = |(a, b): &(&str, &str)| circle.contains(a) && circle.contains(b);
                let tied = why.iter().filter(|(ends, _)| within(ends));
                tied.map(|(_, path)| path.clone()).collect()
            }));
        }
        found
    }
}

/// What can be reached along arrows.
fn reach<'a>(graph: &BTreeMap<&'a str, BTreeSet<&'a str>>, start: &str) -> BTreeSet<&'a str> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![start]);
    while let Some(next) = open.pop() {
        for &to in graph.get(next).into_iter().flatten() {
            if seen.insert(to) {
                open.push(to);
            }
        }
    }
    seen
}

/// The module right under `parent` in which another one stands.
fn child_of<'a>(parent: &Name, name: &'a Name) -> Option<&'a str> {
    let below = name.strip_prefix(parent.as_slice())?;
    below.first().map(String::as_str)
}

fn is_test(item: &ItemMod) -> bool {
    item.attrs.iter().any(|attr| {
        attr.path().is_ident("cfg")
            && attr
                .parse_args::<syn::Path>()
                .is_ok_and(|path| path.is_ident("test"))
    })
}

fn file_of(below: &Path) -> PathBuf {
    let file = below.with_extension("rs");
    if file.exists() {
        file
    } else {
        below.join("mod.rs")
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::TraitAlias(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

impl Module {
    fn bring_in(&mut self, tree: &UseTree, before: &Name) {
        let with = |name: &syn::Ident| [before.as_slice(), &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.bring_in(&path.tree, &with(&path.ident)),
            UseTree::Name(name) if name.ident == "self" => {
                let last = before.last().cloned().unwrap_or_default();
                self.imports.push((last, before.clone()));
            }
            UseTree::Name(name) => {
                let last = name.ident.to_string();
                self.imports.push((last, with(&name.ident)));
            }
            UseTree::Rename(renamed) => {
                let path = if renamed.ident == "self" {
                    before.clone()
                } else {
                    with(&renamed.ident)
                };
                self.imports.push((renamed.rename.to_string(), path));
            }
            UseTree::Glob(_) => self.globs.push(before.clone()),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.bring_in(tree, before);
                }
            }
        }
    }

    fn note(&mut self, path: Name) {
        if path.len() > 1 && ["crate", "self", "super"].contains(&path[0].as_str()) {
            self.paths.insert(path);
        }
    }

    /// Paths in what is given to a macro, which is not parsed.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path = Name::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.note(std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                token => {
                    self.note(std::mem::take(&mut path));
                    colons = 0;
                    if let TokenTree::Group(group) = token {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.note(path);
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        // `::name` is another crate.
        if item.leading_colon.is_none() {
            self.bring_in(&item.tree, &Name::new());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.leading_colon.is_none() {
            let segments = path.segments.iter();
            self.note(segments.map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, of: &'ast Macro) {
        self.tokens(of.tokens.clone());
        visit::visit_macro(self, of);
    }
}
