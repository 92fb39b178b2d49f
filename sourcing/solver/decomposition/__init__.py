"""Many futures: a program cut into subtrees of the scenario tree, solved apart and put together by cuts."""
