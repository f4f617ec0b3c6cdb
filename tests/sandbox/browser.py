"""A headless Chromium for tests, spoken to over a pipe in its own DevTools protocol: no package is needed."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

__all__ = ["Browser", "BrowserError", "chromium"]

WAIT_S = 20.0
KEYS = {
    "Enter": 13, "Escape": 27, "Tab": 9, "Delete": 46, "F2": 113, "PageDown": 34, "Home": 36, "End": 35,
    "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40,
}  # fmt: skip


def chromium() -> str | None:
    """The program, or None where there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("SHEETDESK_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


class BrowserError(AssertionError):
    """The page threw, or what was waited for did not come."""


class Browser:
    """One page of one browser with a profile of its own under `folder`."""

    def __init__(self, program: str, folder: Path, lang: str = "en-US") -> None:
        to_read, to_write = os.pipe()
        from_read, from_write = os.pipe()
        # Chromium reads commands from descriptor 3 and writes answers to 4.
        redirect = f'exec "$0" "$@" 3<&{to_read} 4>&{from_write}'
        options = [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe",
            f"--user-data-dir={folder / 'profile'}", f"--lang={lang}", f"--accept-lang={lang}",
            "--window-size=1200,800", "about:blank",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            ["/bin/bash", "-c", redirect, program, *options], pass_fds=(to_read, from_write),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "LANGUAGE": lang},
        )  # fmt: skip
        os.close(to_read)
        os.close(from_write)
        self.to = os.fdopen(to_write, "wb")
        self.back = os.fdopen(from_read, "rb")
        self.rest = b""
        self.number = 0
        self.session = ""
        self.complaints: list[str] = []
        pages = self.send("Target.getTargets")["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.to.close()
        self.process.terminate()
        self.process.wait(WAIT_S)
        self.back.close()

    def send(self, method: str, **facts: Any) -> Any:
        """Call a method of the protocol and wait for its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": facts}
        if self.session:
            message["sessionId"] = self.session
        self.to.write(json.dumps(message).encode() + b"\0")
        self.to.flush()
        while True:
            told = self._next()
            if told.get("method") == "Runtime.exceptionThrown":
                self.complaints.append(json.dumps(told["params"]["exceptionDetails"])[:500])
            elif told.get("method") == "Log.entryAdded" and told["params"]["entry"]["level"] == "error":
                self.complaints.append(told["params"]["entry"]["text"])
            elif told.get("id") == self.number:
                if "error" in told:
                    raise BrowserError(f"{method}: {told['error']}")
                return told["result"]

    def _next(self) -> Any:
        while b"\0" not in self.rest:
            piece = os.read(self.back.fileno(), 65536)
            if not piece:
                raise BrowserError("the browser ended")
            self.rest += piece
        line, self.rest = self.rest.split(b"\0", maxsplit=1)
        return json.loads(line)

    def go(self, address: str) -> None:
        self.send("Page.navigate", url=address)
        self.wait("document.readyState === 'complete'")

    def run(self, script: str) -> Any:
        """The value of an expression on the page."""
        told = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in told:
            raise BrowserError(f"{script}: {told['exceptionDetails'].get('exception', told)}")
        return told["result"].get("value")

    def wait(self, script: str, wanted: Any = True) -> None:
        """Wait until an expression has a value."""
        until = time.monotonic() + WAIT_S
        while (found := self.run(script)) != wanted:
            if time.monotonic() > until:
                raise BrowserError(f"{script} is {found!r}, not {wanted!r}; {self.complaints}")
            time.sleep(0.03)

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press a key by its name; a single letter is typed."""
        code = KEYS.get(key, ord(key.upper()[0]))
        facts: dict[str, Any] = {"key": key, "windowsVirtualKeyCode": code, "modifiers": modifiers}
        if key == "Enter":
            facts["text"] = "\r"
        elif len(key) == 1:
            facts["text"] = key
        self.send("Input.dispatchKeyEvent", type="keyDown", **facts)
        facts.pop("text", None)
        self.send("Input.dispatchKeyEvent", type="keyUp", **facts)

    def write(self, text: str) -> None:
        """Put text where the focus is, as an input method does."""
        self.send("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click into the middle of what a CSS selector finds."""
        script = (
            f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        x, y = self.run(script)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def picture(self, path: Path) -> None:
        """Save what can be seen as a PNG."""
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"]))
