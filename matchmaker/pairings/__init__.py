"""The meeting of one need and one offer: ranking, asking, answering, and its whole life."""
