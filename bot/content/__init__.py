"""The operators' files become values: parsed strictly, checked whole, with the line of everything."""
