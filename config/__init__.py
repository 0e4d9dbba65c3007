"""The site: settings, URLs, middleware, error pages, the server process and the commands that start it.

This package imports `pledges`; `pledges` never imports this package.
"""
