"""What is answered beside the pages: one reader's own, streams for all, and the forms of kept pages."""

BROKEN: dict[tuple[str, str], list[tuple[str, str]]] = {
    ("C10", "lib/same_origin.py"): [
        ("not needs_token_always(request) and comes", "comes"),
        ("and comes_from_our_own_page(request)", "and True"),
        ('return site == "same-origin"', 'return site != "cross-site"'),
        ("    if site is not None:\n", "    if False:\n"),
        ("origin is not None and origin in {", "origin in {"),
        ("if origin_is_unknown(request) and", "if False and"),
        ("return parts.scheme, parts.hostname, port or", "return parts.scheme, parts.hostname, None and"),
        ('return "Sec-Fetch-Site" not in request.headers and request', "return request"),
    ],
    ("C10", "theme/views.py"): [
        ("if not needs_token_always(request) and origin_is_unknown(request):", "if True:"),
        ("if not needs_token_always(request) and origin_is_unknown(request):", "if False:"),
    ],
    ("C5", "lib/same_origin.py"): [
        ("        return True\n    return comes_from_our_own_page(request)", "        return True\n    return True"),
        (' and "Origin" not in request.headers:', ":"),
    ],
    ("C5", "newsroom/views/me.py"): [
        ("    if not may_be_told_what_is_personal(request):\n", "    if False:\n"),
        ("@never_cache\n@vary_on_cookie", "@vary_on_cookie"),
        ("@vary_on_cookie\n", ""),
        ("@require_safe\n@never_cache\n@vary_on_cookie", "@never_cache\n@vary_on_cookie"),
    ],
    ("C5", "theme/headers.py"): [
        ('"/-/me", ', ""),
        ("ONLY_US | NOT_KEPT,", "ONLY_US,"),
        ("response.cookies or ", ""),
        ("response.status_code >= 400 or ", ""),
        (' or request.method not in {"GET", "HEAD"}', ""),
    ],
    ("C5", "live/stream.py"): [
        ('if header(scope, b"sec-fetch-site") == b"cross-site":', "if False:"),
        ('if scope["method"] != "GET":', "if False:"),
        ("[1-9][0-9]{0,17}", "[0-9]+"),
        ('        scope["headers"].clear()\n', ""),
        ('            (b"cache-control", b"no-store"),\n            (b"x-accel', '            (b"x-accel'),
        ('(b"cache-control", b"no-store"), (b"content-length"', '(b"content-length"'),
        ('header(scope, b"last-event-id")', 'header(scope, b"cookie")'),
    ],
    ("C5", "live/figures.py"): [
        ('if name != "comments" and before', "if before"),
        ('in figures.items() if name != "comments"}', "in figures.items()}"),
    ],
    ("C8", "live/stream.py"): [
        ("        self.readers.gone(address)\n", ""),
        ("        if not found:\n", "        if False:\n"),
    ],
    ("C8", "live/readers.py"): [
        ("watched = self.watched.pop(address, None)", "watched = self.watched.get(address)"),
        ('                reader.end(self._line(b"gone", b"{}"))\n', "                pass\n"),
        ("        watched.beginning = news.beginning\n", ""),
    ],
    ("C8", "live/ticker.py"): [
        ("            self._close(address)\n            self.to.gone(address)\n            return\n        self._watch", "            return\n        self._watch"),
        ("            raise CannotBeMade from error\n        except Exception", "            return None\n        except Exception"),
    ],
    ("C5", "asgi.py"): [
        ("page = make(address.encode())", "page = None"),
        ("page.keys, page.until)", "frozenset(), page.until)"),
    ],
}  # fmt: skip
