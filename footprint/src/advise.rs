//! Rules that judge what is worth changing.
