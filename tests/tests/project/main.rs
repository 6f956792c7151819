//! The project itself: its sources, its layers, its documents and its examples.

mod documents;
mod examples;
mod layers;
mod packages;
mod sizes;
mod source_of_truth;
mod tree;
mod words;
