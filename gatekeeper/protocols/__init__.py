"""protocols: the wire. State machines and grammars without sockets: bytes in, events out; decisions in, bytes out."""
