#!/usr/bin/env python3
"""Points clients of others (ccxt, websockets) at a simulated Binance venue and checks what they read.

    python binance_check.py HOST PORT

Needs the Python packages ccxt and websockets, and a venue with some hours of history. It waits for three
closed minutes: at a speed of 60 that is three seconds. Prints a line per check; exits with 1 when one fails.
"""

import asyncio
import json
import sys
import time
import urllib.error
import urllib.request

import ccxt
import websockets

MINUTE = 60_000
SYMBOLS = {"BTC/USDT": "BTCUSDT", "ETH/USDT": "ETHUSDT"}
WAIT_SECONDS = 240
# Fields of a stream kline in the order of a REST row.
ROW_FIELDS = ("t", "o", "h", "l", "c", "v", "T", "q", "n", "V", "Q")

failures = 0


def check(name, passed, detail=""):
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}{f': {detail}' if detail else ''}", flush=True)


def raw(base, path):
    """Status, headers and JSON of a REST call, without any client's help."""
    try:
        with urllib.request.urlopen(base + path, timeout=10) as reply:
            return reply.status, reply.headers, json.load(reply)
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.load(error)


def client_of(base):
    client = ccxt.binance({"options": {"fetchMarkets": ["spot"], "fetchCurrencies": False}})
    for name, url in client.urls["api"].items():
        if isinstance(url, str):
            client.urls["api"][name] = f"{base}/api/v3"
    return client


def check_rest(base, client, name, symbol):
    market = client.market(name)
    tick = market["precision"]["price"]
    check(f"{symbol} market", market["spot"] and market["active"], f"tick {tick}")

    server = client.fetch_time()
    bars = client.fetch_ohlcv(name, "1m", limit=200)
    closed = [bar for bar in bars if bar[0] + MINUTE <= server]
    check(f"{symbol} fetch_ohlcv", len(bars) == 200, f"{len(bars)} rows, {len(closed)} closed")
    steps = [b[0] - a[0] for a, b in zip(bars, bars[1:])]
    check(f"{symbol} rows without gaps", all(step == MINUTE for step in steps))
    sane = all(low <= min(o, c) and high >= max(o, c) and v >= 0 for _, o, high, low, c, v in bars)
    check(f"{symbol} bars are possible", sane)

    klines = f"/api/v3/klines?symbol={symbol}&interval=1m"
    _, headers, rows = raw(base, f"{klines}&startTime={bars[0][0]}&limit=200")
    told = {row[0]: [row[0]] + [float(text) for text in row[1:6]] for row in rows}
    check(f"{symbol} ccxt reads what was sent", all(told[bar[0]] == bar for bar in closed))
    check(f"{symbol} weight is counted", int(headers["X-MBX-USED-WEIGHT-1M"]) >= 2)

    first = closed[0][0] - closed[0][0] % (5 * MINUTE) + 5 * MINUTE
    fives = client.fetch_ohlcv(name, "5m", since=first, limit=20)
    same = 0
    for opened, o, high, low, close, volume in fives[:-1]:
        part = [bar for bar in closed if opened <= bar[0] < opened + 5 * MINUTE]
        same += len(part) == 5 and [o, high, low, close, round(volume, 5)] == [
            part[0][1],
            max(bar[2] for bar in part),
            min(bar[3] for bar in part),
            part[-1][4],
            round(sum(bar[5] for bar in part), 5),
        ]
    check(f"{symbol} 5m adds up the minutes", same == len(fives) - 1 and same > 0, f"{same} bars")

    minute = closed[-2]
    trades = []
    end = minute[0] + MINUTE - 1
    path = f"/api/v3/aggTrades?symbol={symbol}&limit=1000"
    _, _, page = raw(base, f"{path}&startTime={minute[0]}&endTime={end}")
    while page:
        trades += page
        _, _, page = raw(base, f"{path}&fromId={trades[-1]['a'] + 1}")
        page = [trade for trade in page if trade["T"] <= end]
    prices = [float(trade["p"]) for trade in trades]
    volume = round(sum(float(trade["q"]) for trade in trades), 5)
    built = [prices[0], max(prices), min(prices), prices[-1], volume]
    wanted = minute[1:5] + [round(minute[5], 5)]
    check(f"{symbol} trades make the minute", built == wanted, f"{len(trades)} trades")
    ids = [trade["a"] for trade in trades]
    check(f"{symbol} trade ids are one apart", ids == list(range(ids[0], ids[0] + len(ids))))
    listed = client.fetch_trades(name, limit=100)
    times = [trade["timestamp"] for trade in listed]
    check(f"{symbol} fetch_trades", len(listed) == 100 and times == sorted(times))


def check_errors(base, client):
    status, _, body = raw(base, "/api/v3/klines?symbol=NOSUCH&interval=1m")
    check("unknown symbol", status == 400 and body["code"] == -1121, body["msg"])
    status, _, body = raw(base, "/api/v3/klines?symbol=BTCUSDT&interval=7m")
    check("unknown interval", status == 400 and body["code"] == -1120, body["msg"])
    try:
        client.publicGetKlines({"symbol": "NOSUCH", "interval": "1m"})
        check("ccxt knows the error", False)
    except ccxt.BadSymbol as error:
        check("ccxt knows the error", True, type(error).__name__)


async def check_stream(host, port, base):
    names = [f"{symbol.lower()}@kline_1m" for symbol in SYMBOLS.values()]
    closed = {symbol: [] for symbol in SYMBOLS.values()}
    early = 0
    async with websockets.connect(f"ws://{host}:{port}/stream") as socket:
        await socket.send(json.dumps({"method": "SUBSCRIBE", "params": names, "id": 1}))
        reply = json.loads(await socket.recv())
        check("SUBSCRIBE is acknowledged", reply == {"result": None, "id": 1})
        deadline = time.monotonic() + WAIT_SECONDS
        while any(len(bars) < 3 for bars in closed.values()) and time.monotonic() < deadline:
            message = json.loads(await asyncio.wait_for(socket.recv(), 60))
            data = message["data"]
            early += data["k"]["x"] and data["E"] <= data["k"]["T"]
            if data["k"]["x"]:
                closed[data["s"]].append(data["k"])
    check("no bar closes early", early == 0)
    for symbol, bars in closed.items():
        opens = [bar["t"] for bar in bars]
        in_a_row = all(b - a == MINUTE for a, b in zip(opens, opens[1:]))
        detail = f"{len(bars)} bars"
        check(f"{symbol} three closed klines in a row", len(bars) >= 3 and in_a_row, detail)
        query = f"symbol={symbol}&interval=1m&startTime={opens[0]}&limit={len(bars)}"
        _, _, rows = raw(base, f"/api/v3/klines?{query}")
        told = [[bar[field] for field in ROW_FIELDS] + ["0"] for bar in bars]
        check(f"{symbol} stream equals REST", told == rows)


def main():
    host, port = sys.argv[1], int(sys.argv[2])
    base = f"http://{host}:{port}"
    client = client_of(base)
    client.load_markets()
    server = client.fetch_time()
    _, _, told = raw(base, "/api/v3/time")
    check("fetch_time", 0 <= told["serverTime"] - server < 30 * MINUTE, client.iso8601(server))
    check("load_markets", all(name in client.markets for name in SYMBOLS), ", ".join(client.markets))
    for name, symbol in SYMBOLS.items():
        check_rest(base, client, name, symbol)
    check_errors(base, client)
    asyncio.run(check_stream(host, port, base))
    print("all checks passed" if failures == 0 else f"{failures} checks FAILED")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
