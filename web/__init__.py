"""HTTP doors for people and programs: console, public site, mini-program API, health."""
