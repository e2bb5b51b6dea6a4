//! Manners of HTTP and websockets shared by the two services.
