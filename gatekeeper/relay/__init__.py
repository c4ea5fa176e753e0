"""relay: where a message goes next, and getting it there while the client still waits for our reply.

`route` finds the next hop and refuses relaying, `hops` is what a front talks to; the rest is in between: `pool` leases
`session`s that `connect` opens, `deliver` makes one transaction of it, `callout` asks for a mailbox, `probe` for the
capabilities of a hop, `memory` keeps what a hop said.
"""
