//! Blocks and statements.

use syn::{Arm, Block, Expr, ExprIf, ExprMatch, Local, Pat, Stmt};

use super::{Place, TAB, WIDTH, expr, item, line, width, words::words};
use crate::comment;

/// Maximum columns of a `let … else` on one line. Ours are always wider, so their block is always
/// on its own lines.
const SHORT_PATTERN: usize = 20;

/// A block with its braces.
pub(super) fn block(block: &Block, indent: usize) -> String {
    let inner = statements(&block.stmts, indent + TAB);
    if inner.is_empty() {
        return "{}".into();
    }
    format!("{{{inner}{}}}", line(indent))
}

/// Statements, each on a new line.
fn statements(statements: &[Stmt], indent: usize) -> String {
    let mut out = String::new();
    for statement in statements {
        out += &line(indent);
        out += &self::statement(statement, indent);
    }
    out
}

fn statement(statement: &Stmt, indent: usize) -> String {
    match statement {
        Stmt::Local(local) => self::local(local, indent),
        Stmt::Item(item) => item::item(item, indent),
        Stmt::Macro(call) => match comment::text(&call.mac) {
            Some(text) => format!("// {text}"),
            None => expr::macro_call(&call.mac, Place::line(indent, 1)) + ";",
        },
        Stmt::Expr(Expr::If(choice), None) => self::choice(choice, Place::line(indent, 0)),
        Stmt::Expr(value, None) => expr::expr(value, Place::line(indent, 0)),
        Stmt::Expr(value, Some(_)) => expr::expr(value, Place::line(indent, 1)) + ";",
    }
}

fn local(local: &Local, indent: usize) -> String {
    let start = format!("let {}", words(&local.pat));
    let Some(init) = &local.init else {
        return start + ";";
    };
    let start = start + " =";
    let place = Place::line(indent, 1).behind(width(&start));
    let Some((_, otherwise)) = &init.diverge else {
        return format!("{start}{};", expr::right_side(&init.expr, place));
    };
    let otherwise = match &**otherwise {
        Expr::Block(block) => self::block(&block.block, indent),
        other => expr::expr(other, Place::line(indent, 0)),
    };
    // `else {` is on the same line if it fits.
    let value = expr::right_side(&init.expr, Place { after: 0, ..place });
    let used = super::last_width(&value, place.column);
    let extends = value.contains('\n') && closes(&value);
    let gap = if (!value.contains('\n') || extends) && used + " else {".len() <= WIDTH {
        " ".into()
    } else {
        line(indent)
    };
    format!("{start}{value}{gap}else {otherwise};")
}

/// Whether the last line of a text contains only closing delimiters.
pub(super) fn closes(text: &str) -> bool {
    let last = text.lines().next_back().unwrap_or_default();
    last.chars().all(|sign| "()]}?> ".contains(sign))
}

/// The condition between a keyword and its block, and the place where the block opens.
fn condition(keyword: &str, condition: &Expr, at: Place) -> String {
    let place = Place {
        after: 0,
        ..at.behind(width(keyword) + 1)
    };
    let text = expr::expr(condition, place);
    let whole = !text.contains('\n') && place.before(" {".len()).fits(&text);
    let gap = if !whole && (!closes(&text) || matches!(condition, Expr::Binary(_))) {
        line(at.indent)
    } else {
        " ".into()
    };
    format!("{keyword} {text}{gap}")
}

/// `if` on several lines.
pub(super) fn choice(choice: &ExprIf, at: Place) -> String {
    let mut out = condition("if", &choice.cond, at);
    out += &block(&choice.then_branch, at.indent);
    let Some((_, otherwise)) = &choice.else_branch else {
        return out;
    };
    out += " else ";
    match &**otherwise {
        Expr::If(next) => out + &self::choice(next, Place::line(at.indent, at.after).behind(7)),
        Expr::Block(last) => out + &block(&last.block, at.indent),
        other => out + &expr::expr(other, at),
    }
}

/// `match`.
pub(super) fn cases(cases: &ExprMatch, at: Place) -> String {
    let mut out = condition("match", &cases.expr, at);
    if cases.arms.is_empty() {
        return out + "{}";
    }
    out.push('{');
    for arm in &cases.arms {
        out += &line(at.indent + TAB);
        out += &self::arm(arm, at.indent + TAB);
    }
    out + &line(at.indent) + "}"
}

fn arm(arm: &Arm, indent: usize) -> String {
    let (pattern, guard) = match &arm.pat {
        Pat::Guard(guarded) => (&*guarded.pat, Some(&guarded.guard)),
        pattern => (pattern, None),
    };
    let mut start = self::pattern(pattern, indent);
    if let Some(guard) = guard {
        start += " if ";
        start += &expr::one_line(guard).unwrap_or_else(|| words(guard));
    }
    start += " =>";
    let column = super::last_width(&start, indent);
    let body = match &*arm.body {
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(inner, None)] => inner,
            _ => return format!("{start} {}", self::block(&block.block, indent)),
        },
        body => body,
    };
    let place = Place {
        indent,
        column: column + 1,
        after: 1,
    };
    let beside = expr::expr(body, place);
    let fits = place.fits(&beside);
    if fits && !beside.contains('\n') {
        return format!("{start} {beside},");
    }
    let below = Place::line(indent + TAB, 0);
    let next = expr::expr(body, below);
    let is_better = below.fits(&next) && (!fits || expr::is_better(&beside, &next));
    if !is_better && extends(body) {
        return match body {
            Expr::Match(_) => format!("{start} {beside},"),
            _ => format!("{start} {beside},"),
        };
    }
    format!("{start} {{{}{next}{}}}", line(below.indent), line(indent))
}

/// Whether an arm's body may continue on further lines without braces.
fn extends(body: &Expr) -> bool {
    match body {
        Expr::Match(_)
        | Expr::Block(_)
        | Expr::Closure(_)
        | Expr::Array(_)
        | Expr::Call(_)
        | Expr::MethodCall(_)
        | Expr::Macro(_)
        | Expr::Struct(_)
        | Expr::Tuple(_) => true,
        Expr::Reference(inner) => extends(&inner.expr),
        Expr::Try(inner) => extends(&inner.expr),
        Expr::Unary(inner) => extends(&inner.expr),
        Expr::Index(inner) => extends(&inner.expr),
        Expr::Cast(inner) => extends(&inner.expr),
        _ => false,
    }
}

/// A pattern; alternatives that do not fit on one line are broken into several.
fn pattern(pattern: &Pat, indent: usize) -> String {
    let text = words(pattern);
    let Pat::Or(choices) = pattern else {
        return text;
    };
    // ` => {` follows.
    if indent + width(&text) + 5 <= WIDTH {
        return text;
    }
    let texts: Vec<String> = choices.cases.iter().map(words).collect();
    let short = choices.cases.iter().zip(&texts).all(|(case, text)| {
        width(text) <= SHORT_PATTERN && matches!(case, Pat::Lit(_) | Pat::Wild(_) | Pat::Ident(_))
    });
    let mut out = String::new();
    let mut used = indent;
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            if short && used + 3 + width(text) + 2 <= WIDTH {
                out += " | ";
                used += 3;
            } else {
                out += &line(indent);
                out += "| ";
                used = indent + 2;
            }
        }
        out += text;
        used += width(text);
    }
    out
}
