"""The site: settings, URLs, middleware, error pages, the server process and the commands that start it.

It imports `pledges`; `pledges` never imports it.
"""
