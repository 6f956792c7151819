use super::Assembly;
use crate::payload::budget::{Account, Budget};

#[test]
fn a_message_that_may_not_double_does_not_move_for_every_byte() {
    let budget = Budget::new(4 << 20);
    let mut message = Assembly::new(usize::MAX, Some(Account::new(budget.clone())));
    let start = vec![0; (2 << 20) - (64 << 10)];
    assert!(message.push(&start));
    let (mut sizes, mut pushed) = (0, 0);
    loop {
        let before = message.bytes.capacity();
        if !message.push(&[1]) {
            break;
        }
        pushed += 1;
        sizes += usize::from(message.bytes.capacity() != before);
    }
    assert!(pushed > 64 << 10, "{pushed}");
    assert!(message.len() > 2 << 20);
    assert!(sizes < 64, "{sizes} of {pushed}");
    drop(message);
    assert_eq!(budget.used(), 0);
}

#[test]
fn a_text_that_the_budget_cuts_is_never_pushed() {
    let budget = Budget::new(0);
    let mut message = Assembly::new(usize::MAX, Some(Account::new(budget)));
    message.begin(true);
    let start = "a".repeat(Budget::ALLOWANCE);
    message.keep(&start, usize::MAX);
    assert!(message.push(start.as_bytes()));
    message.keep("\u{20ac}", usize::MAX);
    message.keep("", usize::MAX);
    assert!(!message.push("\u{20ac}".as_bytes()));
    assert_eq!(message.len(), Budget::ALLOWANCE);
    // A fault after it turns what is there into bytes.
    message.turn_into_bytes(&[]);
    assert!(!message.push(b"b"));
    message.begin(true);
    message.keep("c", usize::MAX);
    assert!(message.push(b"c"));
    assert_eq!(message.as_text(), "c");
}
