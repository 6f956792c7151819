//! Arguments, as the command has them.

use std::io;

use wsdraft::Role;
use wsdraft_tools::{failure::Failure, heads::Head};

/// What a page gives a tool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    pub(crate) json: bool,
    pub(crate) colour: bool,
    pub(crate) secure: bool,
    pub(crate) draft: Option<String>,
    pub(crate) from: Option<Role>,
    pub(crate) extensions: Option<String>,
    pub(crate) masking_key: Option<String>,
    pub(crate) hex: Option<String>,
    /// A file of hex.
    pub(crate) hex_file: Option<File>,
    pub(crate) response: Option<File>,
    /// Files and other words, as they were given.
    pub(crate) words: Vec<String>,
    file: Option<File>,
}

/// A file, and the bytes in it.
#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// What it is, with its bytes to come.
    fn announced(text: &str) -> Option<(usize, &str)> {
        let (length, name) = text.split_once(':')?;
        Some((length.parse().ok()?, name))
    }

    /// One whose bytes are not read yet.
    const fn named(name: String) -> Self {
        let bytes = Vec::new();
        Self { name, bytes }
    }

    fn read(text: &str, input: &mut impl io::Read) -> Result<Option<Self>, Failure> {
        let Some((length, name)) = Self::announced(text) else {
            return Ok(None);
        };
        let bytes = crate::take(input, length).map_err(Failure::io(name))?;
        let name = name.to_owned();
        Ok(Some(Self { name, bytes }))
    }

    /// It as an argument.
    pub(crate) fn argument(&self) -> String {
        format!("{}:{}", self.bytes.len(), self.name)
    }

    /// The head of a request or a response.
    pub(crate) fn head(self) -> Head {
        Head::new(self.bytes, true)
    }
}

impl Given {
    /// Reads arguments.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Self, Failure> {
        let mut arguments = arguments.peekable();
        let mut given = Self::default();
        while let Some(argument) = arguments.next() {
            let Some(flag) = argument.strip_prefix("--") else {
                given.words.push(argument);
                continue;
            };
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| Failure::input(format!("{argument} needs a value")))
            };
            match flag {
                "json" => given.json = true,
                "secure" => given.secure = true,
                "color" => given.colour = value()? == "always",
                "draft" => given.draft = Some(value()?),
                "from" => given.from = Some(crate::role(&value()?)?),
                "extensions" => given.extensions = Some(value()?),
                "masking-key" => given.masking_key = Some(value()?),
                "hex" => given.hex = Some(value()?),
                "hex-file" => given.hex_file = Some(File::named(value()?)),
                "response" => given.response = Some(File::named(value()?)),
                // Whatever follows is a word.
                "" => given.words.extend(arguments.by_ref()),
                _ => return Err(Failure::input(format!("there is no option {argument}"))),
            }
        }
        Ok(given)
    }

    /// Reads the bytes of the files: of the first word that is one, and of the response.
    pub(crate) fn fill(&mut self, input: &mut impl io::Read) -> Result<(), Failure> {
        let mut words = self.words.iter();
        let name = words.find(|word| File::announced(word).is_some());
        if let Some(name) = name {
            self.file = File::read(name, input)?;
        }
        if let Some(hex) = &self.hex_file {
            self.hex_file = File::read(&hex.name, input)?;
        }
        if let Some(response) = &self.response {
            self.response = File::read(&response.name, input)?;
        }
        Ok(())
    }

    /// The file; an error if there is none.
    pub(crate) fn file(&mut self) -> Result<File, Failure> {
        let file = self.file.take();
        file.ok_or_else(|| Failure::input("give a file"))
    }

    /// The bytes of the file, if there is one.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.file.as_ref().map_or(&[], |file| &file.bytes)
    }
}
