//! Typed results and rendered diagnostics.
