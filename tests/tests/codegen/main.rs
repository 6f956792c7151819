//! The generator and its front ends: what they write, when they write it anew, and what they say
//! about a faulty file.

mod attribute;
mod binaries;
mod built_in;
mod compile_fail;
mod generator;
mod guards;
mod regenerate;
