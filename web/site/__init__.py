"""The public site: services and prices, how it works, how to complain, privacy, agreements by their secret address (O1)."""

from web.site.pages import make_site

__all__ = ["make_site"]
