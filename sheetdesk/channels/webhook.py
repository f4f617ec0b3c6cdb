"""Any program that takes a JSON document, signed when there is a secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass

from sheetdesk.channels._post import post
from sheetdesk.channels._words import plain
from sheetdesk.channels.base import ADDRESS, SECONDS, TEXT, Kind, Message, Settings

__all__ = ["KIND", "SIGNATURE", "Webhook"]

SIGNATURE = "X-Sheetdesk-Signature"
"""`sha256=` and the HMAC-SHA256 of the body's bytes under the secret, in hex."""


@dataclass(frozen=True)
class Webhook:
    settings: Settings

    def send(self, message: Message) -> None:
        to = {"name": message.to.name, "mail": message.to.mail, "chat": message.to.chat}
        facts = {
            "key": message.key,
            "to": {word: plain(value) for word, value in to.items()},
            "title": plain(message.title),
            "text": plain(message.text),
            "locale": message.locale,
            "urgent": message.is_urgent,
        }
        body = json.dumps(facts, ensure_ascii=False).encode("utf-8")
        secret = self.settings.get("secret")
        headers = {}
        if secret:
            digest = hmac.new(secret.encode("utf-8"), body, hashlib.sha256).hexdigest()
            headers = {SIGNATURE: f"sha256={digest}"}
        post(self.settings, self.settings.get("url"), body, headers)


KIND = Kind({"url": ADDRESS}, {"secret": TEXT, "timeout_s": SECONDS}, Webhook)
