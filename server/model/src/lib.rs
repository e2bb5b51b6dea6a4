//! What there is to talk about: nouns, commands, events, refusals, views; pure.
