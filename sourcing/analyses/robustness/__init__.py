"""How a plan fares in what was not planned for: losses, fresh futures, recorded history."""
