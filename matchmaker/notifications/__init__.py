"""Notices read in the product and sent as mail."""
