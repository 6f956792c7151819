//! Expressions on one line.

use super::{ARRAY, CALL, CHAIN, IF_ELSE, STRUCT, width, words::words};
use crate::syntax::{Block, Closure, Expr, If, Node, Statement, Struct};

/// What a line is written to, or what counts its columns.
pub(super) trait Line {
    fn text(&mut self, text: &str);

    /// Adds an expression; `None` if it has no such line.
    fn expr(&mut self, expr: &Expr<'_>) -> Option<()>;

    /// Columns so far. A writer has none: what it writes was counted.
    fn columns(&self) -> usize;
}

struct Columns(usize);

impl Line for Columns {
    fn text(&mut self, text: &str) {
        self.0 += width(text);
    }

    fn expr(&mut self, expr: &Expr<'_>) -> Option<()> {
        self.0 += columns(expr)?;
        Some(())
    }

    fn columns(&self) -> usize {
        self.0
    }
}

impl Line for String {
    fn text(&mut self, text: &str) {
        self.push_str(text);
    }

    fn expr(&mut self, expr: &Expr<'_>) -> Option<()> {
        put(&expr.node, self)
    }

    fn columns(&self) -> usize {
        0
    }
}

/// The columns of an expression on one line; `None` if rustfmt always breaks it.
pub(super) fn columns(expr: &Expr<'_>) -> Option<usize> {
    let known = expr.columns.get_or_init(|| {
        let columns = count(|line| put(&expr.node, line));
        columns.and_then(|columns| u32::try_from(columns).ok())
    });
    known.map(|columns| columns as usize)
}

/// Writes an expression on one line, if it has such a line.
pub(super) fn write(expr: &Expr<'_>, out: &mut String) {
    let written = put(&expr.node, out);
    debug_assert_eq!(written, Some(()), "its columns were counted");
}

/// The columns of what is put on a line.
pub(super) fn count(put: impl FnOnce(&mut dyn Line) -> Option<()>) -> Option<usize> {
    let mut line = Columns(0);
    put(&mut line)?;
    Some(line.0)
}

fn put(node: &Node<'_>, line: &mut dyn Line) -> Option<()> {
    match node {
        Node::Word(text) => line.text(text),
        Node::Tokens(tokens) => line.text(&words(*tokens)),
        Node::Unary(sign, inner) => prefixed(sign, inner, line)?,
        Node::Reference(sign, inner) => prefixed(sign, inner, line)?,
        Node::Cast(inner, kind) => {
            line.expr(inner)?;
            line.text(" as ");
            line.text(kind);
        }
        Node::Range(from, sign, to) => {
            from.iter().try_for_each(|from| line.expr(from))?;
            line.text(sign);
            to.iter().try_for_each(|to| line.expr(to))?;
        }
        Node::Binary(left, sign, right) | Node::Assign(left, sign, right) => {
            line.expr(left)?;
            line.text(" ");
            line.text(sign);
            line.text(" ");
            line.expr(right)?;
        }
        Node::Method(_) | Node::Field(..) | Node::Try(_) => chain(node, line)?,
        Node::Closure(closure) => prefixed(&closure_start(closure), lone(&closure.body), line)?,
        Node::Let(pattern, value) => {
            line.text("let ");
            line.text(&words(*pattern));
            prefixed(" = ", value, line)?;
        }
        Node::Return(None) => line.text("return"),
        Node::Return(Some(value)) => prefixed("return ", value, line)?,
        node => delimited(node, line)?,
    }
    Some(())
}

fn prefixed(sign: &str, inner: &Expr<'_>, line: &mut dyn Line) -> Option<()> {
    line.text(sign);
    line.expr(inner)
}

/// What contains delimiters.
fn delimited(node: &Node<'_>, line: &mut dyn Line) -> Option<()> {
    match node {
        Node::Paren(inner) => {
            prefixed("(", inner, line)?;
            line.text(")");
        }
        Node::Index(inner, index) => {
            line.expr(inner)?;
            prefixed("[", index, line)?;
            line.text("]");
        }
        Node::Repeat(element, length) => {
            prefixed("[", element, line)?;
            prefixed("; ", length, line)?;
            line.text("]");
        }
        Node::Array(elements) => {
            line.text("[");
            narrow(elements, ARRAY, line)?;
            line.text("]");
        }
        Node::Tuple(elements) => {
            line.text("(");
            narrow(elements, CALL, line)?;
            line.text(if elements.len() == 1 { ",)" } else { ")" });
        }
        Node::Struct(value) => fields(value, line)?,
        Node::Call(function, given) => {
            line.expr(function)?;
            arguments(given, line)?;
        }
        Node::Macro(path, given) => {
            line.text(path);
            line.text("!");
            arguments(given, line)?;
        }
        Node::If(choice) => self::choice(choice, line)?,
        Node::Block(block) if block.0.is_empty() => line.text("{}"),
        _ => return None,
    }
    Some(())
}

/// Elements on one line, if they are not wider than `most`. A single element may be wider, unless
/// it is a call, which continues on further lines.
fn narrow(elements: &[Expr<'_>], most: usize, line: &mut dyn Line) -> Option<()> {
    let most = match elements {
        [element] if !is_call(element) => usize::MAX,
        _ => most,
    };
    let start = line.columns();
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            line.text(", ");
        }
        line.expr(element)?;
        if line.columns() - start > most {
            return None;
        }
    }
    Some(())
}

/// Whether an expression is a call of a function or a macro (`is_nested_call`).
fn is_call(expr: &Expr<'_>) -> bool {
    match &expr.node {
        Node::Call(..) | Node::Macro(..) => true,
        Node::Reference(_, inner)
        | Node::Try(inner)
        | Node::Unary(_, inner)
        | Node::Cast(inner, _) => is_call(inner),
        _ => false,
    }
}

/// The arguments of a call.
pub(super) fn arguments(arguments: &[Expr<'_>], line: &mut dyn Line) -> Option<()> {
    line.text("(");
    narrow(arguments, CALL, line)?;
    line.text(")");
    Some(())
}

/// A struct literal.
fn fields(value: &Struct<'_>, line: &mut dyn Line) -> Option<()> {
    line.text(value.path);
    if value.fields.is_empty() && value.rest.is_none() {
        line.text(" {}");
        return Some(());
    }
    line.text(" { ");
    let start = line.columns();
    for (at, field) in value.fields.iter().enumerate() {
        if at > 0 {
            line.text(", ");
        }
        line.text(field.name);
        if let Some(value) = &field.value {
            line.text(": ");
            line.expr(value)?;
        }
        if line.columns() - start > STRUCT {
            return None;
        }
    }
    if let Some(rest) = &value.rest {
        line.text(if value.fields.is_empty() {
            ".."
        } else {
            ", .."
        });
        line.expr(rest)?;
    }
    if line.columns() - start > STRUCT {
        return None;
    }
    line.text(" }");
    Some(())
}

/// A chain of fields, methods and `?`.
fn chain(node: &Node<'_>, line: &mut dyn Line) -> Option<()> {
    let start = line.columns();
    match node {
        Node::Method(method) => {
            line.expr(&method.receiver)?;
            line.text(".");
            line.text(method.name);
            line.text(&words(method.turbofish));
            arguments(&method.arguments, line)?;
        }
        Node::Field(inner, name) => {
            line.expr(inner)?;
            line.text(".");
            line.text(name);
        }
        Node::Try(inner) => {
            line.expr(inner)?;
            line.text("?");
        }
        _ => return None,
    }
    (line.columns() - start <= CHAIN || links(node) < 2).then_some(())
}

/// The number of fields and methods of a chain.
fn links(mut node: &Node<'_>) -> usize {
    let mut count = 0;
    loop {
        node = match node {
            Node::Method(method) => {
                count += 1;
                &method.receiver.node
            }
            Node::Field(inner, _) => {
                count += 1;
                &inner.node
            }
            Node::Try(inner) => &inner.node,
            _ => return count,
        };
    }
}

/// A closure up to its body.
pub(super) fn closure_start(closure: &Closure<'_>) -> String {
    let mut start = String::from(if closure.is_move { "move |" } else { "|" });
    for (at, input) in closure.inputs.iter().enumerate() {
        if at > 0 {
            start += ", ";
        }
        start += &words(*input);
    }
    start + "| "
}

/// The only expression of a block, without the braces that rustfmt removes.
pub(super) fn lone<'e, 'a>(expr: &'e Expr<'a>) -> &'e Expr<'a> {
    match &expr.node {
        Node::Block(block) => value(block).map_or(expr, lone),
        _ => expr,
    }
}

/// The expression that a block consists of.
pub(super) fn value<'e, 'a>(block: &'e Block<'a>) -> Option<&'e Expr<'a>> {
    match block.0.as_slice() {
        [Statement::Expr(value, false)] => Some(value),
        _ => None,
    }
}

/// `if a { b } else { c }`, as a value.
fn choice(choice: &If<'_>, line: &mut dyn Line) -> Option<()> {
    let Node::Block(otherwise) = &choice.otherwise.as_ref()?.node else {
        return None;
    };
    let start = line.columns();
    line.text("if ");
    line.expr(&choice.condition)?;
    line.text(" { ");
    line.expr(value(&choice.then)?)?;
    line.text(" } else { ");
    line.expr(value(otherwise)?)?;
    line.text(" }");
    (line.columns() - start <= IF_ELSE).then_some(())
}

/// Whether the last argument may continue on further lines (`can_be_overflowed_expr`).
pub(super) fn can_overflow(argument: &Expr<'_>, count: usize) -> bool {
    match &argument.node {
        Node::Block(_) | Node::Closure(_) => true,
        Node::Match(_)
        | Node::Array(_)
        | Node::Struct(_)
        | Node::Macro(..)
        | Node::Call(..)
        | Node::Method(_)
        | Node::Tuple(_) => count == 1,
        Node::Reference(_, inner)
        | Node::Try(inner)
        | Node::Unary(_, inner)
        | Node::Cast(inner, _) => can_overflow(inner, count),
        _ => false,
    }
}
