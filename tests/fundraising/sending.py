"""A form of a page of ours, as a browser sends it."""

OURS = {"Sec-Fetch-Site": "same-origin"}


def send(client, **typed):
    """Promise by the page for giving."""
    return client.post("/give/", typed, headers=OURS)
