//! The project itself: its sources, its layers and its examples.

mod examples;
mod layers;
mod source_of_truth;
