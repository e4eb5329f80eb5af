"""Heads that are none, by what is wrong with them, and heads that are right although they look odd.

Each malformed one is followed by HIDDEN: a whole request that must never be answered, as a proxy in front may take it
for a part of what came before.
"""
from __future__ import annotations

from test_protocol_framing import HIDDEN, SMUGGLING

LINE, HOST, OTHER = b"GET /livez HTTP/1.1", b"Host: a", b"X: y"

# What stands where a line's CR LF should. "a blank and CR LF" is left out for fields: there it is right.
ENDS = {"LF": b"\n", "CR": b"\r", "LF CR": b"\n\r", "CR CR LF": b"\r\r\n", "NUL LF": b"\0\n", "NUL CR LF": b"\0\r\n", "CR NUL LF": b"\r\0\n",
        "VT": b"\x0b", "FF": b"\x0c", "CR blank LF": b"\r \n", "LF LF": b"\n\n", "CR LF NUL": b"\r\n\0", "LF NUL": b"\n\0", "DEL CR LF": b"\x7f\r\n"}

# What a field's line may not begin with.
STARTS = {"a colon": b":", "NUL": b"\0", "a blank": b" ", "a tab": b"\t", "a blank and a colon": b" :", "NUL and a colon": b"\0:", "two colons": b"::",
          "VT": b"\x0b", "FF": b"\x0c", "SOH": b"\x01", "DEL": b"\x7f", "a quote": b'"', "a bracket": b"(", "a comma": b",", "a slash": b"/",
          "a semicolon": b";", "less than": b"<", "equals": b"=", "a question mark": b"?", "an at sign": b"@", "a square bracket": b"[",
          "a backslash": b"\\", "a brace": b"{", "byte 80": b"\x80", "byte 85": b"\x85", "byte FF": b"\xff", "a no-break space": b"\xc2\xa0",
          "U+2028": b"\xe2\x80\xa8", "a byte order mark": b"\xef\xbb\xbf"}

# What may not stand before a field's colon.
IN_NAMES = {"NUL": b"\0", "a blank": b" ", "a tab": b"\t", "CR": b"\r", "VT": b"\x0b", "DEL": b"\x7f", "a quote": b'"', "an at sign": b"@", "byte E9": b"\xe9"}

# What may not stand in a field's value.
IN_VALUES = {"NUL": b"\0", "SOH": b"\x01", "BS": b"\x08", "CR": b"\r", "VT": b"\x0b", "FF": b"\x0c", "ESC": b"\x1b", "US": b"\x1f", "DEL": b"\x7f",
             "LF and a blank": b"\n ", "CR LF and a blank": b"\r\n ", "CR LF and a tab": b"\r\n\t"}

LINES = {
    "two blanks before the target": b"GET  /livez HTTP/1.1", "three blanks before the target": b"GET   /livez HTTP/1.1",
    "two blanks before the version": b"GET /livez  HTTP/1.1", "a blank at the end": b"GET /livez HTTP/1.1 ", "a tab at the end": b"GET /livez HTTP/1.1\t",
    "a blank at the start": b" GET /livez HTTP/1.1", "tabs between": b"GET\t/livez\tHTTP/1.1", "a tab before the target": b"GET\t/livez HTTP/1.1",
    "VT between": b"GET\x0b/livez\x0bHTTP/1.1", "FF before the version": b"GET /livez\x0cHTTP/1.1", "CR between": b"GET\r/livez\rHTTP/1.1",
    "NUL in the method": b"G\0ET /livez HTTP/1.1", "NUL after the method": b"GET\0 /livez HTTP/1.1", "NUL for a blank": b"GET\0/livez HTTP/1.1",
    "NUL in the target": b"GET /liv\0ez HTTP/1.1", "NUL after the target": b"GET /livez\0 HTTP/1.1", "NUL for the second blank": b"GET /livez\0HTTP/1.1",
    "NUL in the query": b"GET /livez?a\0b HTTP/1.1", "NUL in the version": b"GET /livez HTTP\0/1.1", "NUL after the version": b"GET /livez HTTP/1.1\0",
    "a blank in the target": b"GET /livez /x HTTP/1.1", "a request in the target": b"GET /livez HTTP/1.1 HTTP/1.1", "no version": b"GET /livez",
    "no version but a blank": b"GET /livez ", "no target": b"GET HTTP/1.1", "an empty target": b"GET  HTTP/1.1", "a method alone": b"GET",
    "no method": b"/livez HTTP/1.1", "no method but a blank": b" /livez HTTP/1.1", "HTTP/1.10": b"GET /livez HTTP/1.10", "HTTP/01.1": b"GET /livez HTTP/01.1",
    "HTTP/1.": b"GET /livez HTTP/1.", "HTTP/1": b"GET /livez HTTP/1", "HTTP/1.1x": b"GET /livez HTTP/1.1x", "HTTP/1,1": b"GET /livez HTTP/1,1",
    "HTTP/+1.1": b"GET /livez HTTP/+1.1", "HTTP 1.1": b"GET /livez HTTP 1.1", "HTTPS/1.1": b"GET /livez HTTPS/1.1", "Http/1.1": b"GET /livez Http/1.1",
    "HTTP/1.1 and a field": b"GET /livez HTTP/1.1 Host: a", "HTTP/0.9": b"GET /livez HTTP/0.9", "HTTP/1.9": b"GET /livez HTTP/1.9",
    "HTTP/3.0": b"GET /livez HTTP/3.0", "a bracket in the method": b"G(T /livez HTTP/1.1", "a colon in the method": b"GET: /livez HTTP/1.1",
    "an 8-bit method": b"G\xc9T /livez HTTP/1.1", "a method of 33 bytes": b"A" * 33 + b" /livez HTTP/1.1", "a fragment": b"GET /livez#a HTTP/1.1",
    "an authority": b"GET a:80 HTTP/1.1", "a scheme": b"GET http://a/livez HTTP/1.1", "a backslash": b"GET \\livez HTTP/1.1",
    "byte 85 for a blank": b"GET\x85/livez\x85HTTP/1.1", "a no-break space for a blank": b"GET\xa0/livez\xa0HTTP/1.1",
}

BEFORE = {"NUL": b"\0", "a line of NUL": b"\0\r\n", "a line that begins with NUL": b"\0 sixteen bytes\r\n", "sixteen bytes with NUL": b"\0" + b"x" * 13 + b"\r\n",
          "LF": b"\n", "CR": b"\r", "two empty lines": b"\r\n\r\n", "CR CR LF": b"\r\r\n", "a blank": b" ", "a line of a blank": b" \r\n", "a colon": b":\r\n",
          "a byte order mark": b"\xef\xbb\xbf", "NUL LF": b"\0\n", "a field": b"X: y\r\n", "a chunk's end": b"0\r\n\r\n", "DEL": b"\x7f"}

HOSTS = ["[::1", "[", "]", "[]", "a]", "a[", "[::1]x", "[a.example]", "a:b", "a:80:80", "::1", ":80", "[::1]:8x", "a,b", "a b", "a\tb", "a@b", "a/b", "a?b",
         "a#b", "a%41", "\xe9", "a:-1", "a:+1"]

LENGTHS = ["5,", ",5", "5;", "5\t5", "0x0", "5.0", "5e0", "\"5\"", "five", "05x", "-0", "+0", "1" * 19, "9" * 40, "5\x0b", "\xd9\xa5"]


def head(line=LINE, fields=(HOST, OTHER), ends=b"\r\n") -> bytes:
    """`ends`: of all the lines, or one for each and for the empty one."""
    lines = [line, *fields, b""]
    ends = [ends] * len(lines) if isinstance(ends, bytes) else ends
    return b"".join(text + end for text, end in zip(lines, ends))


def malformed() -> dict[str, bytes]:
    """Name of the fault -> bytes, HIDDEN behind."""
    found = {}
    places = ("the request line", "Host", "the last field", "the empty line")
    for name, end in ENDS.items():
        for i, place in enumerate(places):
            found[f"{place} ends in {name}"] = head(ends=[end if j == i else b"\r\n" for j in range(4)])
        found[f"all lines end in {name}"] = head(ends=end)
    for name, start in STARTS.items():
        found[f"the first field begins with {name}"] = head(fields=(start + OTHER, HOST))
        found[f"the last field begins with {name}"] = head(fields=(HOST, start + OTHER))
        found[f"a line is only {name}"] = head(fields=(HOST, start))
    for name, byte in IN_NAMES.items():
        found[f"{name} in a name"] = head(fields=(HOST, b"X" + byte + b"Y: y"))
        found[f"{name} before a colon"] = head(fields=(HOST, b"X" + byte + b": y"))
    for name, byte in IN_VALUES.items():
        found[f"{name} in a value"] = head(fields=(HOST, b"X: a" + byte + b"b"))
        found[f"{name} before a value"] = head(fields=(HOST, b"X:" + byte + b"b"))
        found[f"{name} in Host"] = head(fields=(b"Host: a" + byte + b"b", OTHER))
    found |= {f"request line: {name}": head(line) for name, line in LINES.items()}
    found |= {f"before the request: {name}": junk + head() for name, junk in BEFORE.items()}
    found |= {f"Host: {host!r}": head(fields=(f"Host: {host}".encode("latin-1"), OTHER)) for host in HOSTS}
    found |= {f"Content-Length: {text!r}": head(b"POST /v1/emissions HTTP/1.1", (HOST, f"Content-Length: {text}".encode("latin-1"))) + b"hello" for text in LENGTHS}
    del found["the empty line ends in CR LF NUL"]  # a right head, and NUL before the next
    found["a field without a colon"] = head(fields=(HOST, b"X"))
    found["Host after a fold"] = head(fields=(b"X: y", b" z", HOST))
    found["a hidden length"] = head(b"POST /v1/emissions HTTP/1.1", (HOST, b"X: y\0\nContent-Length: 5")) + b"hello"
    found["a hidden end"] = head(fields=(HOST, b"X: y\n\n" + HIDDEN[:-4]))
    found = {name: sent + HIDDEN for name, sent in found.items()}
    return found | {name: sent for name, (sent, _) in SMUGGLING.items()}


POST = b"POST /v1/emissions HTTP/1.1\r\nHost: a\r\nContent-Type: application/geo+json\r\nContent-Length: %d\r\n\r\n%s"

# Bytes, and the statuses of the answers.
RIGHT = {
    "one": (head(), [200]),
    "an empty line before": (b"\r\n" + head(), [200]),
    "an empty line between": (head() + b"\r\n" + head(), [200, 200]),
    "no blank after a colon": (head(fields=(b"Host:a", b"X:y")), [200]),
    "blanks around a value": (head(fields=(b"Host:   a", b"X: \t y \t ")), [200]),
    "a tab in a value": (head(fields=(HOST, b"X: a\tb")), [200]),
    "an empty value": (head(fields=(HOST, b"X:", b"Y: ")), [200]),
    "8-bit text in a value": (head(fields=(HOST, b"X: \xc3\xa9 \xe9 \x80\xff")), [200]),
    "every letter of a token": (head(fields=(HOST, b"!#$%&'*+-.^_`|~09azAZ: y")), [200]),
    "a colon in a value": (head(fields=(HOST, b"X: :a:b:")), [200]),
    "names in capitals": (head(fields=(b"HOST: a", b"CONTENT-LENGTH: 0")), [200]),
    "names alike": (head(fields=(HOST, b"Content-Lengt: 5", b"Content: 5", b"Transfer: chunked", b"TE: trailers")), [200]),
    "a cookie": (head(fields=(HOST, b'Cookie: a="b"; c=d')), [200]),
    "8 kB of cookies": (head(fields=(HOST, b"Cookie: " + b"; ".join(b"a%d=b" % i for i in range(900)))), [200]),
    "a percent-encoded target": (head(b"GET /livez?a=%20%C3%A9%2F HTTP/1.1"), [200]),
    "a query with raw signs": (head(b"GET /livez?a=|{}<>\"^` HTTP/1.1"), [200]),
    "HTTP/1.0": (head(b"GET /livez HTTP/1.0"), [200]),
    "HTTP/1.0 without Host": (head(b"GET /livez HTTP/1.0", ()), [200]),
    "an IPv6 host": (head(fields=(b"Host: [::1]:8080",)), [200]),
    "an IPv6 host without a port": (head(fields=(b"Host: [2001:db8::1]",)), [200]),
    "a host with an empty port": (head(fields=(b"Host: a:",)), [200]),
    "a head of 8 kB": (head(fields=(HOST, b"X: " + b"y" * 4000, b"Z: " + b"z" * 4000)), [200]),
    "a value of 8 kB": (head(fields=(HOST, b"X: " + b"y" * 8190)), [200]),
    "64 fields": (head(fields=(HOST, *(b"X-%d: y" % i for i in range(63)))), [200]),
    "a target of 2048 bytes": (head(b"GET /livez?a=" + b"b" * 2038 + b" HTTP/1.1"), [200]),
    "OPTIONS": (head(b"OPTIONS /livez HTTP/1.1"), [204]),
    "a method nobody knows": (head(b"PROPFIND /livez HTTP/1.1"), [405]),
    "three in a row": (head() + head(b"GET /nothing-here HTTP/1.1") + head(), [200, 404, 200]),
    "a hundred in a row": (head() * 100, [200] * 100),
    "a body, then a request": (POST % (2, b"{}") + head(), [400, 200]),
    "a body that looks like a request": (POST % (len(HIDDEN), HIDDEN) + head(), [400, 200]),
    "a body of NULs and line ends": (POST % (6, b"\0\n\r\n\r\n") + head(), [400, 200]),
    "an empty body": (POST % (0, b"") + head(), [400, 200]),
}
