//! The one loop: inbox, clock, timers, writer, couriers, live feed.
