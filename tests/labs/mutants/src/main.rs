//! Writes the mutants that `cargo mutants --list --json` tells of into the sources, each behind a
//! switch that the variable `WSDRAFT_MUTANT` sets, so that all of them are compiled once:
//!
//! `wsdraft-mutants LIST ROOT [LEFT_OUT]`
//!
//! `ROOT` is a copy of the tree, which is changed. `LEFT_OUT` has, a line each, the numbers of
//! mutants that do not compile, and the paths of functions that have to stay `const`. Each mutant
//! stands on a line of its own with its number, so that a compiler's error tells which it is.
//! Prints the numbers of those that are switched, a line each.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    env,
    error::Error,
    fs,
    ops::Range,
    path::Path,
};

use proc_macro2::{LineColumn, Span};
use serde::Deserialize;
use syn::{
    Arm, BinOp, Expr, ExprBinary, ExprUnary, Pat, Signature,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A mutant, as cargo-mutants lists it.
#[derive(Deserialize)]
struct Mutant {
    file: String,
    genre: String,
    replacement: String,
    span: Place,
    function: Option<Function>,
}

impl Mutant {
    /// Whether it gives another type in the place of an opaque one, of which there can be one.
    fn is_opaque(&self) -> bool {
        let given = self.function.as_ref().map(|function| &function.return_type);
        given.is_some_and(|given| given.contains("impl "))
    }
}

#[derive(Deserialize)]
struct Function {
    function_name: String,
    return_type: String,
    span: Place,
}

#[derive(Deserialize)]
struct Place {
    start: Position,
    end: Position,
}

impl Place {
    fn contains(&self, place: LineColumn) -> bool {
        (LineColumn::from(self.start)..LineColumn::from(self.end)).contains(&place)
    }
}

impl Function {
    /// The path, without types that it is generic over.
    fn path(&self) -> String {
        let mut depth = 0;
        let mut path = self.function_name.clone();
        path.retain(|character| {
            depth += u32::from(character == '<');
            let is_outside = depth == 0;
            depth -= u32::from(character == '>' && depth > 0);
            is_outside
        });
        path
    }
}

/// Counted from one.
#[derive(Clone, Copy, Deserialize)]
struct Position {
    line: usize,
    column: usize,
}

impl From<Position> for LineColumn {
    fn from(position: Position) -> Self {
        Self {
            line: position.line,
            column: position.column - 1,
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (list, root) = arguments
        .next()
        .zip(arguments.next())
        .ok_or("usage: wsdraft-mutants LIST ROOT [LEFT_OUT]")?;
    let left_out: HashSet<String> = match arguments.next() {
        Some(file) => fs::read_to_string(file)?.lines().map(Into::into).collect(),
        None => HashSet::new(),
    };
    let mutants: Vec<Mutant> = serde_json::from_str(&fs::read_to_string(list)?)?;
    let mut files: BTreeMap<&str, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (at, mutant) in mutants.iter().enumerate() {
        let stays_const = mutant.function.as_ref().is_some_and(|function| {
            let path = function.path();
            left_out.iter().any(|left| left.ends_with(&path))
        });
        if !left_out.contains(&(at + 1).to_string()) && !stays_const {
            let file = files.entry(&mutant.file).or_default();
            file.push((at + 1, mutant));
        }
    }
    for (name, mutants) in files {
        let file = Path::new(&root).join(name);
        let source = fs::read_to_string(&file)?;
        let mut switches = Switches::new(&source, &mutants);
        switches.visit_file(&syn::parse_file(&source)?);
        for number in &switches.done {
            println!("{number}");
        }
        fs::write(&file, switches.written())?;
    }
    Ok(())
}

/// The switches of a file.
struct Switches<'a> {
    source: &'a str,
    /// Where each line starts.
    lines: Vec<usize>,
    mutants: &'a [(usize, &'a Mutant)],
    edits: Vec<Edit>,
    done: BTreeSet<usize>,
}

/// What takes the place of a range, which is empty for most.
struct Edit {
    range: Range<usize>,
    /// What ends before what begins, and the body of a function before what is in it.
    order: u8,
    text: String,
}

impl<'a> Switches<'a> {
    fn new(source: &'a str, mutants: &'a [(usize, &'a Mutant)]) -> Self {
        let breaks = source.match_indices('\n').map(|(at, _)| at + 1);
        let mut switches = Self {
            source,
            lines: [0].into_iter().chain(breaks).collect(),
            mutants,
            edits: Vec::new(),
            done: BTreeSet::new(),
        };
        for (number, mutant) in mutants
            .iter()
            .filter(|(_, mutant)| mutant.genre == "FnValue" && !mutant.is_opaque())
        {
            let at = switches.offset(mutant.span.start.into());
            let body = format!(
                "\n/*{number}*/ if wsdraft::mutant() == {number} {{ return {}; }}\n",
                mutant.replacement
            );
            switches.insert(at, 1, body);
            switches.done.insert(*number);
        }
        switches
    }

    fn offset(&self, place: LineColumn) -> usize {
        let line = &self.source[self.lines[place.line - 1]..];
        let column = line.char_indices().nth(place.column);
        self.lines[place.line - 1] + column.map_or(line.len(), |(at, _)| at)
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.offset(span.start())..self.offset(span.end())
    }

    fn text(&self, node: &impl Spanned) -> &'a str {
        &self.source[self.range(node.span())]
    }

    fn insert(&mut self, at: usize, order: u8, text: String) {
        self.edits.push(Edit {
            range: at..at,
            order,
            text,
        });
    }

    /// The mutants of a kind that start here.
    fn at(&self, genre: &str, span: Span) -> Vec<(usize, &'a Mutant)> {
        let start = span.start();
        let here = |mutant: &Mutant| LineColumn::from(mutant.span.start) == start;
        let all = self.mutants.iter().copied();
        all.filter(|(_, mutant)| mutant.genre == genre && here(mutant))
            .collect()
    }

    /// Puts an expression behind a switch. An operator keeps its operands when it is replaced,
    /// whatever binds tighter then. Each alternative is a number and what it is then.
    fn switch(&mut self, span: Span, alternatives: &[(usize, String)]) {
        if alternatives.is_empty() {
            return;
        }
        let mut open = "(match wsdraft::mutant() {".to_owned();
        for (number, text) in alternatives {
            open += &format!("\n/*{number}*/ {number} => {{ {text} }}\n");
            self.done.insert(*number);
        }
        let range = self.range(span);
        self.insert(range.start, 2, open + " _ => ");
        self.insert(range.end, 0, " })".into());
    }

    fn written(mut self) -> String {
        self.edits
            .sort_by_key(|edit| (edit.range.start, edit.order));
        let mut text = String::new();
        let mut at = 0;
        for edit in self.edits {
            text += &self.source[at..edit.range.start];
            text += &edit.text;
            at = edit.range.end;
        }
        text + &self.source[at..]
    }
}

/// Whether a condition binds names, so that it cannot be written twice.
fn binds(condition: &Expr) -> bool {
    match condition {
        Expr::Let(_) => true,
        Expr::Binary(ExprBinary {
            left,
            right,
            op: BinOp::And(_),
            ..
        }) => binds(left) || binds(right),
        _ => false,
    }
}

impl Visit<'_> for Switches<'_> {
    fn visit_signature(&mut self, signature: &Signature) {
        let start = signature.span().start();
        let is_changed = self.mutants.iter().any(|(_, mutant)| {
            let function = mutant.function.as_ref();
            function.is_some_and(|function| function.span.contains(start))
        });
        // A switch is read while the program runs.
        if let Some(word) = signature.constness.filter(|_| is_changed) {
            let range = self.range(word.span);
            self.edits.push(Edit {
                range,
                order: 0,
                text: String::new(),
            });
        }
        visit::visit_signature(self, signature);
    }

    fn visit_expr_binary(&mut self, binary: &ExprBinary) {
        let found = self.at("BinaryOperator", binary.op.span());
        if !binds(&binary.left) && !binds(&binary.right) {
            let (left, right) = (self.text(&binary.left), self.text(&binary.right));
            let other = |(number, mutant): (usize, &Mutant)| {
                (number, format!("{left} {} {right}", mutant.replacement))
            };
            let others: Vec<_> = found.into_iter().map(other).collect();
            self.switch(binary.span(), &others);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_unary(&mut self, unary: &ExprUnary) {
        let found = self.at("UnaryOperator", unary.op.span());
        let operand = self.text(&unary.expr);
        let others: Vec<_> = found
            .into_iter()
            .map(|(number, mutant)| (number, format!("{}{operand}", mutant.replacement)))
            .collect();
        self.switch(unary.span(), &others);
        visit::visit_expr_unary(self, unary);
    }

    fn visit_arm(&mut self, arm: &Arm) {
        let (pat, guard) = match &arm.pat {
            Pat::Guard(guarded) => (&*guarded.pat, Some(&*guarded.guard)),
            pat => (pat, None),
        };
        let deleted = self.at("MatchArm", arm.span());
        if let ([(number, _)], None) = (&deleted[..], guard) {
            let at = self.range(pat.span()).end;
            let text = format!("\n/*{number}*/ if wsdraft::mutant() != {number} ");
            self.insert(at, 0, text);
            self.done.insert(*number);
        }
        if let Some(guard) = guard.filter(|guard| !binds(guard)) {
            let found = self.at("MatchArmGuard", guard.span());
            let others: Vec<_> = found
                .into_iter()
                .map(|(number, mutant)| (number, mutant.replacement.clone()))
                .collect();
            self.switch(guard.span(), &others);
        }
        visit::visit_arm(self, arm);
    }
}
