"""Whole conversations with the shipped replies and rules, as a tester of the trade would play them."""
