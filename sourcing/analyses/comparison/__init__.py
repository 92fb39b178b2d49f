"""Plans beside each other: scenarios compared, this month's plan beside last month's."""
