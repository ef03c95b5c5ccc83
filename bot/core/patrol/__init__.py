"""The store patrol (巡店): what is wrong with a product's card, before a buyer finds out."""
