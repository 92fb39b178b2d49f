"""Rules of thumb, lived through the futures without foresight: what is done today, and habits of buyers."""
