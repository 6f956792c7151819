//! Blocks and statements.

use super::{Place, TAB, WIDTH, expr, last_width, line, new_line, width, words::words};
use crate::syntax::{Arm, Block, Expr, If, Kind, Local, Match, Node, Statement, Tokens};

/// Maximum columns of a `let … else` on one line. Ours are always wider, so their block is always
/// on its own lines.
const SHORT_PATTERN: usize = 20;

/// A block with its braces.
pub(super) fn block(block: &Block<'_>, indent: usize, out: &mut String) {
    out.push('{');
    for statement in &block.0 {
        new_line(indent + TAB, out);
        self::statement(statement, indent + TAB, out);
    }
    if !block.0.is_empty() {
        new_line(indent, out);
    }
    out.push('}');
}

fn statement(statement: &Statement<'_>, indent: usize, out: &mut String) {
    match statement {
        Statement::Local(local) => self::local(local, indent, out),
        Statement::Comment(text) => {
            out.push_str("// ");
            out.push_str(text);
        }
        Statement::Expr(value, false) => match &value.node {
            Node::If(choice) => self::choice(choice, Place::line(indent, 0), out),
            _ => expr::expr(value, Place::line(indent, 0), out),
        },
        Statement::Expr(value, true) => {
            expr::expr(value, Place::line(indent, 1), out);
            out.push(';');
        }
    }
}

fn local(local: &Local<'_>, indent: usize, out: &mut String) {
    let mark = out.len();
    out.push_str("let ");
    out.push_str(&words(local.pattern));
    let Some(value) = &local.value else {
        return out.push(';');
    };
    out.push_str(" =");
    let place = Place::line(indent, 1).behind(width(&out[mark..]));
    let Some(otherwise) = &local.otherwise else {
        expr::right_side(value, place, out);
        return out.push(';');
    };
    // `else {` is on the same line if it fits.
    let mark = out.len();
    expr::right_side(value, Place { after: 0, ..place }, out);
    let text = &out[mark..];
    let used = last_width(text, place.column);
    let extends = text.contains('\n') && closes(text);
    if (!text.contains('\n') || extends) && used + " else {".len() <= WIDTH {
        out.push(' ');
    } else {
        new_line(indent, out);
    }
    out.push_str("else ");
    block(otherwise, indent, out);
    out.push(';');
}

/// Whether the last line of a text contains only closing delimiters.
pub(super) fn closes(text: &str) -> bool {
    let last = text.lines().next_back().unwrap_or_default();
    last.chars().all(|sign| "()]}?> ".contains(sign))
}

/// The condition between a keyword and its block, up to where the block opens.
fn condition(keyword: &str, condition: &Expr<'_>, at: Place, out: &mut String) {
    let place = Place {
        after: 0,
        ..at.behind(width(keyword))
    };
    out.push_str(keyword);
    let mark = out.len();
    expr::expr(condition, place, out);
    let text = &out[mark..];
    let whole = !text.contains('\n') && place.before(" {".len()).fits(text);
    if !whole && (!closes(text) || matches!(condition.node, Node::Binary(..))) {
        new_line(at.indent, out);
    } else {
        out.push(' ');
    }
}

/// `if` on several lines.
pub(super) fn choice(choice: &If<'_>, at: Place, out: &mut String) {
    condition("if ", &choice.condition, at, out);
    block(&choice.then, at.indent, out);
    let Some(otherwise) = &choice.otherwise else {
        return;
    };
    out.push_str(" else ");
    match &otherwise.node {
        Node::If(next) => self::choice(next, Place::line(at.indent, at.after).behind(7), out),
        Node::Block(last) => block(last, at.indent, out),
        _ => expr::expr(otherwise, at, out),
    }
}

/// `match`.
pub(super) fn cases(cases: &Match<'_>, at: Place, out: &mut String) {
    condition("match ", &cases.value, at, out);
    out.push('{');
    for arm in &cases.arms {
        new_line(at.indent + TAB, out);
        self::arm(arm, at.indent + TAB, out);
    }
    if !cases.arms.is_empty() {
        new_line(at.indent, out);
    }
    out.push('}');
}

fn arm(arm: &Arm<'_>, indent: usize, out: &mut String) {
    let mark = out.len();
    pattern(arm.pattern, indent, out);
    if let Some(guard) = &arm.guard {
        out.push_str(" if ");
        // A guard is not broken.
        expr::expr(guard, Place::line(0, 0), out);
    }
    out.push_str(" =>");
    let column = last_width(&out[mark..], indent);
    let body = match &arm.body.node {
        Node::Block(inner) => match line::value(inner) {
            Some(value) => value,
            None => {
                out.push(' ');
                return block(inner, indent, out);
            }
        },
        _ => &arm.body,
    };
    let place = Place {
        indent,
        column: column + 1,
        after: 1,
    };
    let mark = out.len();
    out.push(' ');
    expr::expr(body, place, out);
    let beside = &out[mark + 1..];
    let fits = place.fits(beside);
    if fits && !beside.contains('\n') {
        return out.push(',');
    }
    let below = Place::line(indent + TAB, 0);
    let mut next = String::new();
    expr::expr(body, below, &mut next);
    let is_better = below.fits(&next) && (!fits || expr::is_better(beside, &next));
    if !is_better && extends(body) {
        return out.push(',');
    }
    out.truncate(mark);
    out.push_str(" {");
    new_line(below.indent, out);
    out.push_str(&next);
    new_line(indent, out);
    out.push('}');
}

/// Whether an arm's body may continue on further lines without braces.
fn extends(body: &Expr<'_>) -> bool {
    match &body.node {
        Node::Match(_)
        | Node::Block(_)
        | Node::Closure(_)
        | Node::Array(_)
        | Node::Call(..)
        | Node::Method(_)
        | Node::Macro(..)
        | Node::Struct(_)
        | Node::Tuple(_) => true,
        Node::Reference(_, inner)
        | Node::Try(inner)
        | Node::Unary(_, inner)
        | Node::Index(inner, _)
        | Node::Cast(inner, _) => extends(inner),
        _ => false,
    }
}

/// A pattern; alternatives that do not fit on one line are broken into several.
fn pattern(mut pattern: Tokens<'_>, indent: usize, out: &mut String) {
    let text = words(pattern);
    // ` => {` follows.
    if indent + width(&text) + 5 <= WIDTH {
        return out.push_str(&text);
    }
    let mut cases = Vec::new();
    while let Some(case) = pattern.take_until(|rest| rest.is_sign("|")) {
        pattern.take(1);
        cases.push(case);
    }
    cases.push(pattern);
    let is_short = |case: Tokens<'_>, text: &str| {
        let is_word = matches!(case.first(), Some((Kind::Word | Kind::Literal, _)));
        width(text) <= SHORT_PATTERN && (is_word && case.len() == 1)
    };
    let cases = cases.into_iter().map(|case| (case, words(case)));
    let cases: Vec<(Tokens<'_>, String)> = cases.collect();
    let short = cases.iter().all(|(case, text)| is_short(*case, text));
    let mut used = indent;
    for (at, (_, text)) in cases.iter().enumerate() {
        if at > 0 {
            if short && used + 3 + width(text) + 2 <= WIDTH {
                out.push_str(" | ");
                used += 3;
            } else {
                new_line(indent, out);
                out.push_str("| ");
                used = indent + 2;
            }
        }
        out.push_str(text);
        used += width(text);
    }
}
