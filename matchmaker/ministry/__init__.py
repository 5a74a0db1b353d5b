"""The ministry's pages: queries, lists, approval."""
