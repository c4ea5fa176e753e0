"""pipeline: from findings to verdicts. Read `stages.py` first, then `run.py`, `policy.py`, `examination.py`.

No I/O: everything here is a generator that yields questions, or a plain function.
"""
