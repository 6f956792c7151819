//! JSON over several lines, as `serde_json` lays it out, with one write for a line's indentation.
//! `serde_json` makes one for each level, which took most of the time of a large document.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// The end of a line, and more spaces than documents have.
const LINE: &[u8] = b"\n                                                                ";

/// Lays JSON out over several lines.
#[derive(Debug, Default)]
pub(super) struct Indented {
    /// The number of open lists and objects.
    level: usize,
    /// Whether the innermost one has something in it.
    is_filled: bool,
}

impl Indented {
    fn open<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.is_filled = false;
        writer.write_all(sign)
    }

    fn close<W: ?Sized + Write>(&mut self, writer: &mut W, sign: &[u8]) -> io::Result<()> {
        self.level -= 1;
        if self.is_filled {
            self.line(writer)?;
        }
        writer.write_all(sign)
    }

    fn next<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.line(writer)
    }

    /// Begins a line.
    fn line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        let spaces = 2 * self.level;
        let most = LINE.len() - 1;
        writer.write_all(&LINE[..=spaces.min(most)])?;
        for _ in most..spaces {
            writer.write_all(b" ")?;
        }
        Ok(())
    }
}

impl Formatter for Indented {
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.next(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.is_filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize as _;
    use serde_json::{Serializer, Value, json};

    use super::Indented;

    #[test]
    fn documents_look_as_serde_json_lays_them_out() {
        let mut deep = json!([]);
        for _ in 0..40 {
            deep = json!([deep, {"in": deep}]);
            if deep.to_string().len() > 100_000 {
                break;
            }
        }
        let mut deeper = json!({});
        for _ in 0..50 {
            deeper = json!([deeper]);
        }
        let documents = [
            Value::Null,
            json!([]),
            json!({}),
            json!([[], {}, [1, "a\n"], {"a": {}, "b": [[]], "c": null}]),
            deep,
            deeper,
        ];
        for document in documents {
            let mut out = Vec::new();
            let mut writer = Serializer::with_formatter(&mut out, Indented::default());
            document.serialize(&mut writer).unwrap();
            let expected = serde_json::to_string_pretty(&document).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
