//! Typed results, and mistakes with what is said of them.
