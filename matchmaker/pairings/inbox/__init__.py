"""How a company works its inbox: filters, notes, several answers at once."""
