"""evals: the functions that `eval:` rules call, one file for each plugin of SpamAssassin that has some."""
