"""What each future does to the numbers of a case, what can be seen of it, and the tree that follows."""
