"""Names of headers as servers, proxies and frameworks have them, put together from their parts."""

from itertools import product

PREFIXES = ["", "X-", "X-Original-", "X-Forwarded-", "X-Real-", "X-Rewrite-", "X-Proxy-", "X-Client-", "X-Remote-",
    "X-Http-", "X-Override-", "X-Custom-", "X-Amz-", "X-Azure-", "X-Backend-", "X-Cache-", "X-Edge-", "X-Front-End-",
    "X-Internal-", "X-Origin-", "X-Request-", "X-True-", "CF-", "Fastly-", "Proxy-", "True-", "Forwarded-", "Client-",
]  # fmt: skip
WORDS = ["Address", "Auth", "Base", "By", "Cache", "Country", "Device", "Email", "For", "Format", "Group", "Host", "Id",
    "IP", "Key", "Language", "Method", "Method-Override", "Mode", "Name", "Origin", "Path", "Port", "Prefix", "Proto",
    "Protocol", "Query", "Role", "Scheme", "Server", "Session", "Ssl", "Token", "Uri", "URL", "User", "User-Agent",
    "Version", "Via", "Debug",
]  # fmt: skip
OF_BROWSERS = ["Accept", "Accept-Charset", "Accept-Language", "Authorization", "Cache-Control", "Cookie", "Cookie2",
    "DNT", "From", "If-Modified-Since", "If-Range", "Max-Forwards", "Pragma", "Prefer", "Referer", "Save-Data",
    "Sec-CH-UA", "Sec-CH-UA-Platform", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-User", "Sec-GPC", "Forwarded",
    "Traceparent", "X-CSRFToken", "X-Requested-With", "X-HTTP-Method-Override", "X-Original-URL",
]  # fmt: skip
# Host says which server is meant; the tests of hosts have it.
NAMES = list(dict.fromkeys([*OF_BROWSERS, *(prefix + word for prefix, word in product(PREFIXES, WORDS))]))
NAMES.remove("Host")
