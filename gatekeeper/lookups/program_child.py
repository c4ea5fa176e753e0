"""program_child: becomes a program of the operator's, with bounds on its time and memory. Run by `lookups.program`.

It is started as `python -I -S program_child.py CPU MEMORY PATH ARGUMENT…`, in seconds and bytes, and imports next to
nothing. Ends with `UNABLE` if the program cannot be run.
"""

import os
import resource
import sys

UNABLE = 125
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C", "HOME": "/"}


def become(cpu: int, memory: int, command: list[str]) -> None:
    """Never returns."""
    for kind, most in ((resource.RLIMIT_CPU, cpu), (resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(kind)[1]
        soft = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (soft, hard))
    try:
        os.execve(command[0], command, ENVIRONMENT)  # noqa: S606  # the operator listed it, and there is no shell
    except OSError:
        os._exit(UNABLE)


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
