//! Text views of the state.
