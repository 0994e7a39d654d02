"""Asks a box as the server does, and says what it sent or what Django would receive."""

import asyncio

SCRIPTS = {
    b"content-type": b"application/x-www-form-urlencoded;charset=UTF-8",
    b"content-length": b"7",
    b"sec-fetch-site": b"same-origin",
    b"x-fragment": b"1",
}


def asked_of(box, path, cookie, body, *, method="POST", query=b"", more=(), **headers):
    """Return the status, headers and body the box sent, or None, nothing and what Django would receive."""
    told = SCRIPTS | {b"content-length": b"%d" % len(body), b"cookie": cookie}
    told |= {name.replace("_", "-").encode(): value for name, value in headers.items()}
    scope = {
        "type": "http", "method": method, "path": path, "query_string": query, "client": ("10.0.0.1", 5),
        "headers": [*((name, value) for name, value in told.items() if value is not None), *more],
    }  # fmt: skip
    messages = [
        {"type": "http.request", "body": body[:3], "more_body": True},
        {"type": "http.request", "body": body[3:]},
    ]
    sent = []

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    async def ask():
        receive_again = await box.answer(scope, receive, send)
        if receive_again is None:
            return sent[0]["status"], dict(sent[0]["headers"]), sent[1]["body"].decode()
        unread = b""
        while (message := await receive_again())["type"] != "http.disconnect":
            unread += message["body"]
        assert sent == []
        return None, {}, unread

    return asyncio.run(ask())
