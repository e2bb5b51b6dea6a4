//! A client of the public interface that plays a winter night.
