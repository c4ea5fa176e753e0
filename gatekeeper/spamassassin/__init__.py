"""spamassassin: SpamAssassin's rule files, read and run as SpamAssassin 4 does, without its network tests.

    lines       .cf files apart: comments, conditions, includes
    reading     lines → rules, scores, descriptions, options
    perl        Perl's patterns → what our engines run
    texts/      what rules look at, rendered from a message
    evals/      the functions that `eval:` rules call
    rule_set    which rules hit a message, how often, and what could not be run
    judging     the findings of a message

What cannot be run is left out and counted with its reason; nothing here raises on any rule file or message.
"""
