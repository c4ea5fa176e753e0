"""classifier: what a message looks like, and what was learnt from those that somebody judged.

`features_of` turns a message into words and hashed features; a `Learner` learns from them, a `Model` is what it knows,
frozen. Pure arithmetic: nothing here opens a file.
"""
