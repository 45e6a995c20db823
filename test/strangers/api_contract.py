"""An outsider walks the API's contract: `api_contract.py HOST:PORT TOKEN`.

Knows the address, the token and what /openapi.json says; prints a line for each statement and exits 1 where one is false.
"""

import json
import re
import socket
import sys
import time

import httpx

HOST, TOKEN = sys.argv[1:3]
BASE = "/api/v1"
FOUND = {"id": "BTCUSDT", "a": "BTCUSDT", "b": "ES", "what": "bars", "name": "a-rule", "venue": "binance"}
NEEDED = {"pair": "BTCUSDT/ES", "symbol": "BTCUSDT"}
# Nothing that is followed is a perpetual: both are asked for what the document says they may refuse.
REFUSED = {f"{BASE}/funding/{{id}}": 409, f"{BASE}/exports/funding": 409}
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE"]
client = httpx.Client(base_url=f"http://{HOST}", timeout=30)
failures = []


def check(is_true, statement, detail=""):
    if not is_true:
        failures.append(statement)
        print(f"WRONG {statement}: {str(detail)[:400]}")


def ask(method, path, **options):
    """Waits where it has asked too often."""
    while True:
        answer = client.request(method, path, **options)
        if answer.status_code != 429:
            return answer
        time.sleep(float(answer.headers["retry-after"]))


def problem(answer, status, pointer=None):
    """Whether an answer is a problem of RFC 9457 about that part of the request."""
    if answer.status_code != status or answer.headers["content-type"] != "application/problem+json":
        return False
    body = answer.json()
    errors = body["errors"]
    shaped = body["status"] == status and body["title"] and body["detail"] and body["type"] == "about:blank"
    fields = all({"pointer", "rule", "value"} == set(error) for error in errors)
    return bool(shaped and fields and (pointer is None or any(error["pointer"] == pointer for error in errors)))


document = ask("GET", "/openapi.json").json()
operations = [
    (method.upper(), path, operation)
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
]


def address(path, operation, **query):
    """The path with what it needs; of the query what is required, and what is given here."""
    filled = re.sub(r"\{(\w+)\}", lambda found: FOUND[found[1]], path)
    if path == f"{BASE}/venues/{{id}}":
        filled = f"{BASE}/venues/binance"
    needed = {
        one["name"]: NEEDED[one["name"]]
        for one in operation.get("parameters", [])
        if one["in"] == "query" and one.get("required")
    }
    return f"{filled}?{httpx.QueryParams({**needed, **query})}".rstrip("?")


def walk_document():
    check(document["openapi"].startswith("3.1."), "the document is of OpenAPI 3.1")
    try:
        from openapi_spec_validator import validate
    except ImportError:
        print("openapi-spec-validator is not there: the document is not validated. See requirements.txt.")
    else:
        try:
            validate(document)
        except Exception as error:  # what it throws has no common class
            check(False, "openapi-spec-validator takes the document", error)
    for path in ["/docs", f"{BASE}/docs"]:
        page = ask("GET", path)
        foreign = re.findall(r"(?:src|href)=[\"']?(?:https?:)?//[^\"'> ]+", page.text)
        check(page.status_code == 200 and not foreign, f"{path} loads nothing from elsewhere", foreign)
        check("<script" not in page.text, f"{path} has no script")
        for _, route, _ in operations:
            check(route in page.text, f"{path} has {route}")


def walk_methods():
    there = {}
    for method, path, operation in operations:
        there.setdefault(path, ({}, set()))
        there[path][0].update(operation)
        there[path][1].update({"GET", "HEAD"} if method == "GET" else {method})
    for path, (operation, methods) in there.items():
        place = address(path, operation)
        options = ask("OPTIONS", place)
        allowed = set(options.headers.get("allow", "").split(", "))
        check(options.status_code == 204 and allowed == methods | {"OPTIONS"}, f"OPTIONS {path}", allowed)
        for method in METHODS:
            if method in methods:
                continue
            other = ask(method, place)
            isRefused = other.status_code == 405 if method == "HEAD" else problem(other, 405)
            check(isRefused and set(other.headers["allow"].split(", ")) == allowed, f"{method} {path} is 405", other.text)
        if "GET" not in methods:
            continue
        names = ["content-type", "etag", "cache-control"]
        for _ in range(5):  # a minute may end between the two
            read, head = ask("GET", place), ask("HEAD", place)
            same = [read.headers.get(name) == head.headers.get(name) for name in names]
            if all(same):
                break
        if path in REFUSED:
            check(problem(read, REFUSED[path]) and head.status_code == REFUSED[path], f"GET {path} is refused", read.text)
            continue
        check(read.status_code == 200, f"GET {path}", read.text)
        check(head.status_code == 200 and head.content == b"" and all(same), f"HEAD {path} is as GET", head.headers)
        check(TOKEN not in read.text, f"GET {path} holds no secret")
        check(not re.search(r"[:,\[](NaN|-?Infinity)", read.text), f"GET {path} has null for unknown")
        tag = read.headers.get("etag")
        if tag is None:
            check("no-store" in read.headers["cache-control"] or path.endswith("/docs"), f"GET {path} has a tag or is not kept")
            continue
        check(re.fullmatch(r'"[^"]+"', tag), f"GET {path} has a strong tag", tag)
        for _ in range(5):
            read = ask("GET", place)
            again = ask("GET", place, headers={"if-none-match": read.headers["etag"]})
            if again.status_code == 304:
                break
        check(again.status_code == 304 and again.content == b"", f"GET {path} with its tag is 304", again.status_code)
    for path in ["/nothing", f"{BASE}/nothing", f"{BASE}/bars", f"{BASE}/bars/BTCUSDT/x"]:
        check(problem(ask("GET", path), 404, "/path"), f"{path} is 404")


def raw(lines):
    """The status line of an answer, without a client that mends what is asked."""
    with socket.create_connection(HOST.split(":"), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "Connection: close", "", ""]).encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()


def walk_guard():
    port = HOST.split(":")[1]
    upgrade = ["Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
    places = [(method, f"{BASE}/status", []) for method in ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH"]]
    places += [("GET", path, []) for path in ["/", "/docs", f"{BASE}/events?channels=status"]]
    places += [("GET", path, upgrade) for path in [f"{BASE}/stream", "/page"]]
    for method, path, more in places:
        name = f"{method} {path}{' as an upgrade' if more else ''}"
        for host in ["evil.example", f"evil.example:{port}", "127.0.0.1", f"127.0.0.1:{int(port) + 1}", f"127.0.0.1.evil.example:{port}"]:
            line = raw([f"{method} {path} HTTP/1.1", f"Host: {host}", *more])
            check(" 421 " in line, f"{name} for Host {host} is 421", line)
        own = f"Host: {HOST}"
        for origin in ["http://evil.example", "null", f"http://127.0.0.1:{int(port) + 1}", f"http://{HOST}.evil.example"]:
            line = raw([f"{method} {path} HTTP/1.1", own, f"Origin: {origin}", *more])
            check(" 403 " in line, f"{name} from Origin {origin} is 403", line)
        line = raw([f"{method} {path} HTTP/1.1", own, f"Origin: http://{HOST}", *more])
        check(not re.search(" (403|421) ", line), f"{name} from its own Origin", line)
    line = raw([f"GET {BASE}/status HTTP/1.1", "Accept: */*"])
    check(re.search(" 4(00|21) ", line), "without a Host it is refused", line)


def walk_token():
    for method, path, operation in operations:
        if method == "GET":
            continue
        answer = ask(method, address(path, operation), json={})
        isAsked = answer.headers.get("www-authenticate", "").startswith("Bearer")
        check(problem(answer, 401) and isAsked, f"{method} {path} takes the token", answer.text)
    wrong = ask("DELETE", f"{BASE}/rules/a-rule", headers={"authorization": f"Bearer {TOKEN[:-1]}"})
    check(problem(wrong, 401), "a wrong token is 401", wrong.text)
    own = {"authorization": f"Bearer {TOKEN}"}
    check(problem(ask("DELETE", f"{BASE}/rules/a-rule", headers=own), 404), "the token lets through")
    post = f"{BASE}/rules"
    check(problem(ask("POST", post, headers={**own, "content-type": "text/plain"}, content="x"), 415), "text is 415")
    check(problem(ask("POST", post, headers={**own, "content-type": "application/json"}, content="{"), 400, "/body"), "no JSON is 400")
    long = "x" * 1_000_001
    check(problem(ask("POST", post, headers={**own, "content-type": "application/json"}, content=long), 413, "/body"), "over 1 MB is 413")


def wrong_values(schema):
    """Values that a parameter's schema forbids."""
    if "enum" in schema:
        return ["nope"]
    values = [] if schema.get("type") == "string" and "pattern" not in schema else ["", "-1.5x"]
    if "minimum" in schema:
        values.append(str(schema["minimum"] - 1))
    if "maximum" in schema:
        values.append(str(schema["maximum"] + 1))
    return values


def walk_parameters():
    for method, path, operation in operations:
        if method != "GET":
            continue
        stray = ask("GET", address(path, operation, nope="1"))
        check(problem(stray, 400, "/query/nope"), f"{path}?nope is 400", stray.text)
        for one in operation.get("parameters", []):
            name, schema = one["name"], one.get("schema", {})
            pointer = f"/{one['in']}/{name}"
            if one["in"] == "path":
                filled = re.sub(r"\{(\w+)\}", lambda found: "NOPE" if found[1] == name else FOUND[found[1]], path)
                answer = ask("GET", filled)
                check(problem(answer, 404, pointer) or problem(answer, 400, pointer), f"{path} without such {name}", answer.text)
                continue
            for value in wrong_values(schema):
                answer = ask("GET", address(path, operation, **{name: value}))
                check(problem(answer, 400, pointer), f"{path}?{name}={value} is 400", answer.text)
            place = address(path, operation, **{name: NEEDED.get(name, "1")})
            twice = ask("GET", f"{place}&{name}=1")
            check(problem(twice, 400, pointer), f"{path}?{name} twice is 400", twice.text)
            if one.get("required"):
                lacking = ask("GET", path)
                check(problem(lacking, 400, pointer), f"{path} without {name} is 400", lacking.text)


def pages(path, **query):
    """Rows of all pages, up to the newest at the time."""
    rows, cursor = [], None
    while True:
        more = {} if cursor is None else {"cursor": cursor}
        answer = ask("GET", path, params={**query, **more})
        body = answer.json()
        check(set(body) >= {"columns", "data", "next"}, f"{path} is in columns", body)
        rows += body["data"]
        cursor = body["next"]
        if cursor is None:
            return rows


def walk_pages():
    """The market goes on meanwhile, a venue minute a second."""
    for path, query in [
        (f"{BASE}/bars/BTCUSDT", {}),
        (f"{BASE}/bars/ES", {"timeframe": "5m"}),
        (f"{BASE}/correlation/series", {"pair": "BTCUSDT/ES", "window": 30}),
    ]:
        before = len(ask("GET", path, params={**query, "limit": 10_000}).json()["data"])
        rows = pages(path, **query, limit=3)
        whole = ask("GET", path, params={**query, "limit": 10_000}).json()["data"]
        times = [row[0] for row in rows]
        check(times == sorted(set(times)) and len(rows) >= before > 10, f"pages of {path}: each row once, ascending", len(rows))
        check(rows == whole[: len(rows)], f"pages of {path} are the whole")
        check(all(isinstance(at, int) and at > 1e12 for at in times), f"{path} has epoch ms")
        low, high = times[3], times[9]
        part = ask("GET", path, params={**query, "from": low, "to": high}).json()["data"]
        check([row[0] for row in part] == times[3:9], f"{path} is half-open")
    check(len(whole) > before, "the market went on while it was read")
    trades = pages(f"{BASE}/trades/BTCUSDT", limit=50, to=int(whole[-1][0]))
    ids = [row[0] for row in trades]
    check(len(ids) == len(set(ids)) > 50, "pages of trades: each once", len(ids))


def walk_exports():
    for query, status, option in [
        ({"symbol": "NOPE"}, 404, "symbol"),
        ({"symbol": "ES", "window": "30"}, 400, "window"),
        ({"symbol": "ES", "timeframe": "2m"}, 400, "timeframe"),
        ({"symbol": "ES", "pair": "BTCUSDT/ES"}, 400, "pair"),
    ]:
        answer = ask("GET", f"{BASE}/exports/bars", params=query)
        check(problem(answer, status, f"/query/{option}"), f"exports/bars?{query} is {status}", answer.text)
    answer = ask("GET", f"{BASE}/exports/spread", params={"pair": "NOPE"})
    check(problem(answer, 400, "/query/pair"), "exports/spread of one instrument is 400", answer.text)
    for kind, query, status, option in [
        ("spread", {"timeframe": "1d"}, 400, "timeframe"),
        ("spread", {"pair": "NOPE/ES"}, 404, "pair"),
        ("differences", {"pair": "BTCUSDT/ES"}, 404, "pair"),
        ("statistics", {"symbol": "NOPE"}, 404, "symbol"),
    ]:
        answer = ask("GET", f"{BASE}/exports/{kind}", params=query)
        check(problem(answer, status, f"/query/{option}"), f"exports/{kind}?{query} is {status}", answer.text)
    for kind in ["bars", "trades"]:
        answer = ask("GET", f"{BASE}/exports/{kind}")
        first = ask("GET", f"{BASE}/exports/{kind}", params={"symbol": "BTCUSDT"})
        check(answer.status_code == 200 and answer.content[:200] == first.content[:200], f"exports/{kind} of none is of the first", answer.text[:80])
    for style, begins in [("csv", b"openTime,"), ("json", b'{"columns":'), ("xlsx", b"PK"), ("parquet", b"PAR1")]:
        answer = ask("GET", f"{BASE}/exports/bars", params={"symbol": "ES", "format": style})
        check(answer.status_code == 200 and answer.content.startswith(begins), f"exports/bars as {style}", answer.content[:40])


for walk in [walk_document, walk_methods, walk_guard, walk_token, walk_parameters, walk_exports, walk_pages]:
    before = len(failures)
    walk()
    print(f"{walk.__name__}: {len(failures) - before} wrong")
sys.exit(1 if failures else 0)
