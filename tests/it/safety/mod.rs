//! Host safety: whatever a program holds and asks, it hurts nobody but itself.
//!
//! [`bare`] executes a million texts of noise on hardware that no kernel guards, [`images`] gives spoilt images to the
//! whole kernel, and [`calls`] makes every system call with arguments that make no sense.

mod bare;
mod calls;
mod images;
mod noise;
