"""WeChat, both directions: what comes in becomes an answer of a handler, and what goes out reaches the platform."""
