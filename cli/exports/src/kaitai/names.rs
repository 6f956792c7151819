//! Names that a Kaitai Struct file may use once.

/// The names that are taken.
#[derive(Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// These are taken.
    pub(super) fn with(names: &[&str]) -> Self {
        Self(names.iter().map(|name| (*name).to_owned()).collect())
    }

    /// A name that starts with a letter and is not taken yet.
    pub(super) fn fresh(&mut self, wanted: &str) -> String {
        // Names with this start are lengths.
        let free = wanted.starts_with(|first: char| first.is_ascii_lowercase())
            && !wanted.starts_with("len_");
        let wanted = if free {
            wanted.to_owned()
        } else {
            format!("n_{wanted}")
        };
        let mut name = wanted.clone();
        let mut more = 2;
        while self.0.contains(&name) {
            name = format!("{wanted}_{more}");
            more += 1;
        }
        self.0.push(name.clone());
        name
    }
}
