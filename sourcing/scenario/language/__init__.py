"""What can be written in a scenario file: one model for each part of it."""
