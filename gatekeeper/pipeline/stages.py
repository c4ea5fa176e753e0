"""stages: what happens to a message, in order. Read this first.

    CONNECT     the client's address: access map, block lists          ┐ asked together at MAIL,
    HELO        what the client calls itself                            │ before any recipient is
    SENDER      the envelope sender                                     ┘ accepted
    RECIPIENT   once for each RCPT: access map, does the mailbox exist? the only place to refuse one recipient
    HEADER      header fields                                           ┐
    BODY        text                                                    │ asked after the dot, one after
    ATTACHMENT  names, types and bytes of parts                         │ the other, cheapest first
    CONTENT     classifiers, antivirus, who wrote to whom               │
    LAST        what depends on the score so far                        ┘

A stage whose findings settle the verdict for every recipient ends the journey: later, costlier stages are skipped.
Only a finding of danger or an operator's own entry settles it; a score alone never does, because a later stage may
lower it.
"""

from gatekeeper.values import Stage

ENVELOPE_STAGES = (Stage.CONNECT, Stage.HELO, Stage.SENDER)
MESSAGE_STAGES = (Stage.HEADER, Stage.BODY, Stage.ATTACHMENT, Stage.CONTENT, Stage.LAST)
