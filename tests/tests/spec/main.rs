//! The database: its records, its extensions, and files that somebody else wrote.

mod autobahn;
mod database;
mod extensions;
mod files;
mod scenarios;
