"""A process that runs rules or sends: `python -m tests.flows.sending FOLDER WHAT NOW`.

`run` kills itself when the rules' commit is done, before anything is sent.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from sheetdesk.flows import open_desk
from sheetdesk.flows.running import run
from sheetdesk.flows.telling import send_notices


def main() -> None:
    folder, what, moment = Path(sys.argv[1]), sys.argv[2], datetime.fromisoformat(sys.argv[3])
    with open_desk(folder, moment) as opened:
        if what == "run":
            run(opened, now=moment)
            os.kill(os.getpid(), signal.SIGKILL)
        send_notices(opened, now=moment, environment=os.environ)


if __name__ == "__main__":
    main()
