//! The virtual file system: names, inodes, the page cache, open files, pipes, the console and `/proc`.
//!
//! A path leads to an inode ([`path`], [`directory`], [`inode`]); opening it makes an open file description, which
//! descriptors name ([`descriptor`]); its bytes come from the page cache ([`cache`], [`file`]), which the disk fills
//! ([`disk`]), from a [`pipe`], from the [`console`], or are made up when they are read ([`proc`]). Which of them would not make a call wait, [`poll`]
//! tells.

mod boot;
pub mod cache;
pub mod console;
pub mod descriptor;
pub mod directory;
pub mod disk;
pub mod file;
pub mod fs;
pub mod inode;
pub mod path;
pub mod permission;
pub mod pipe;
pub mod poll;
pub mod proc;
pub mod put;
pub mod transfer;
pub mod writeback;

#[cfg(test)]
mod tests;

pub use boot::{boot, first_process};
pub use file::read_kernel;
