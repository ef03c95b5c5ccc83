"""HTTP: what comes in over the wire and what people see in a browser.

In: requests. Out: accepted events and pages. Never: a decision of the bot.
"""
