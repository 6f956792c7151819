//! Messages in JSON.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use super::{Message, MessageRef};

/// Why a value could not be sent or received as JSON.
#[derive(Debug)]
#[non_exhaustive]
pub enum JsonError {
    /// The value cannot be written as JSON, for example a map whose keys are not text.
    Write(serde_json::Error),
    /// The message is not JSON, or not JSON of the requested type.
    Read(serde_json::Error),
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(error) => write!(f, "the value cannot be sent as JSON: {error}"),
            Self::Read(error) => write!(f, "the message is not the requested JSON: {error}"),
        }
    }
}

impl core::error::Error for JsonError {}

impl Message {
    /// A text message with this value in JSON. The value is written into one buffer, which becomes
    /// the message.
    ///
    /// ```
    /// use wsdraft::Message;
    ///
    /// let message = Message::from_json(&("temperature", 21.5))?;
    /// assert_eq!(message.as_text(), Some(r#"["temperature",21.5]"#));
    /// # Ok::<(), wsdraft::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// [`JsonError::Write`].
    pub fn from_json<T: Serialize + ?Sized>(value: &T) -> Result<Self, JsonError> {
        let text: Result<String, _> = serde_json::to_string(value);
        text.map(Self::text).map_err(JsonError::Write)
    }

    /// Reads the payload, of text or of bytes, as JSON. The value may borrow from the message.
    ///
    /// [`Limits::message`](crate::Limits::message) bounds the length of the JSON, and serde_json its
    /// depth.
    ///
    /// ```
    /// use wsdraft::Message;
    ///
    /// let message = Message::from(r#"{"name": "Ada", "age": 36}"#);
    /// let person: std::collections::BTreeMap<&str, serde_json::Value> = message.json()?;
    /// assert_eq!(person["name"], "Ada");
    /// # Ok::<(), wsdraft::JsonError>(())
    /// ```
    ///
    /// # Errors
    /// [`JsonError::Read`].
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, JsonError> {
        MessageRef::from(self).json()
    }
}

impl<'a> MessageRef<'a> {
    /// Reads the payload as JSON, like [`Message::json`].
    ///
    /// # Errors
    /// [`JsonError::Read`].
    pub fn json<T: Deserialize<'a>>(self) -> Result<T, JsonError> {
        let value = match self {
            Self::Text(text) => serde_json::from_str(text),
            Self::Binary(bytes) => serde_json::from_slice(bytes),
        };
        value.map_err(JsonError::Read)
    }
}
