//! A terminal of 24 rows and 80 columns, as far as the command uses one.

const ROWS: usize = 24;
const COLUMNS: usize = 80;

/// What a person sees after these bytes: the rows that are not empty.
pub(super) fn seen(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut terminal = Terminal::default();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        match character {
            '\u{1b}' => match rest.next() {
                Some('[') => {
                    let mut number = String::new();
                    let end = rest.find(|one| {
                        number.extend(Some(*one).filter(char::is_ascii_digit));
                        one.is_ascii_alphabetic()
                    });
                    terminal.command(end.unwrap(), number.parse().unwrap_or(1));
                }
                Some('D') => terminal.down(),
                Some('7') => terminal.saved = (terminal.row, terminal.column),
                Some('8') => (terminal.row, terminal.column) = terminal.saved,
                other => panic!("ESC {other:?}"),
            },
            '\r' => terminal.column = 0,
            '\n' => terminal.down(),
            shown => terminal.show(shown),
        }
    }
    let rows = terminal.rows.iter();
    let rows = rows.map(|row| row.iter().collect::<String>().trim_end().to_owned());
    rows.filter(|row| !row.is_empty()).collect()
}

struct Terminal {
    rows: Vec<Vec<char>>,
    row: usize,
    column: usize,
    saved: (usize, usize),
}

impl Default for Terminal {
    fn default() -> Self {
        Self {
            rows: vec![vec![' '; COLUMNS]; ROWS],
            // At the bottom, as after a long session in a shell.
            row: ROWS - 1,
            column: 0,
            saved: (0, 0),
        }
    }
}

impl Terminal {
    fn down(&mut self) {
        if self.row + 1 < ROWS {
            self.row += 1;
        } else {
            self.rows.remove(0);
            self.rows.push(vec![' '; COLUMNS]);
        }
    }

    fn show(&mut self, shown: char) {
        if self.column == COLUMNS {
            self.column = 0;
            self.down();
        }
        self.rows[self.row][self.column] = shown;
        self.column += 1;
    }

    fn command(&mut self, end: char, number: usize) {
        match end {
            'A' => self.row = self.row.saturating_sub(number),
            'B' => self.row = (self.row + number).min(ROWS - 1),
            'C' => self.column = (self.column + number).min(COLUMNS - 1),
            'D' => self.column = self.column.saturating_sub(number),
            'K' => self.rows[self.row][self.column.min(COLUMNS - 1)..].fill(' '),
            'J' => {
                self.command('K', 1);
                for row in &mut self.rows[self.row + 1..] {
                    row.fill(' ');
                }
            }
            'L' => {
                for _ in 0..number {
                    self.rows.pop();
                    self.rows.insert(self.row, vec![' '; COLUMNS]);
                }
            }
            // Modes.
            'h' | 'l' => {}
            other => panic!("CSI {other}"),
        }
    }
}
