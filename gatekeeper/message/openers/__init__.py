"""openers: what is inside archives and documents. Pure functions over bytes; only `lookups/opener` calls them, in a
worker process with limits, because the libraries behind them were not made for hostile input.
"""
