"""Questions put to a scenario: a scenario in, tables and sentences out. One module per question."""
