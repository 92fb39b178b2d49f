"""What one aim costs in another: frontiers, alternatives, the value of knowing and of deciding now."""
