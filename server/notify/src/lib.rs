//! How a person is reached: the trait of a channel, its recorder and the live page.
