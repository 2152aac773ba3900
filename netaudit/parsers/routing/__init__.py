"""Dynamic routing as configured on the platforms whose commands are lines of words.

Neutral readers: they take lines and the account of the file, and give values of `netaudit.model.routing`. What differs
between platforms comes in as data. Every reader reads the masked text of a line, so that no secret can be kept.
"""
