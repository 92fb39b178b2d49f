"""Random futures in numbers alone: points, chains of regimes, licence queues, prices and needs, reduction."""
