"""Puts server and Django together."""
