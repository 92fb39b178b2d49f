"""The plan in words: what to do, what is open, what could not be promised, and the numbers that decide."""
