"""Requests from the server to other hosts: which hosts are allowed."""
