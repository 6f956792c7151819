//! Where the site of `wsdraft export site` tells of a word.

use std::{fmt::Write as _, path::Path};

use clap::Args;

use crate::{failure::Failure, output::quoted, specs::Specs};

/// What is printed instead of the explanation.
#[derive(Debug, Args)]
pub(super) struct Web {
    /// Print the address of the page in the site that `wsdraft export site` writes, instead of the explanation.
    ///
    /// The address is below the root of the site, wherever that is. With `--json`, the object contains it as `page`.
    #[arg(long)]
    web: bool,
    /// Folder of the site; the address is then that of the file.
    #[arg(long, value_name = "DIR", requires = "web")]
    site: Option<std::path::PathBuf>,
}

impl Web {
    /// Whether addresses are printed in place of the texts.
    pub(super) const fn is_asked(&self) -> bool {
        self.web
    }

    /// The address below the root, or of a file that is there.
    pub(super) fn whole(&self, page: &str, specs: &Specs) -> Result<String, Failure> {
        let Some(folder) = &self.site else {
            return Ok(page.to_owned());
        };
        let (file, place) = page.split_at(page.find('#').unwrap_or(page.len()));
        let path = folder.join(file);
        if !path.is_file() {
            let (path, folder, specs) = (path.display(), quoted(folder), specs.option());
            return Err(Failure::input(format!(
                "there is no {path}: write the site with `wsdraft export site --out {folder}{specs}`"
            )));
        }
        let whole = std::path::absolute(&path).map_err(Failure::io(path.display().to_string()))?;
        Ok(url(&whole) + place)
    }
}

/// The address of a file.
fn url(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    let mut url = String::from(if path.starts_with('/') {
        "file://"
    } else {
        "file:///"
    });
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b':' | b'-' | b'.' | b'_' | b'~' => {
                url.push(byte.into());
            }
            byte => {
                let _ = write!(url, "%{byte:02X}");
            }
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn addresses_of_files_are_encoded() {
        assert_eq!(url("/a b/ä.html".as_ref()), "file:///a%20b/%C3%A4.html");
        assert_eq!(url("C:\\a\\b.html".as_ref()), "file:///C:/a/b.html");
    }
}
