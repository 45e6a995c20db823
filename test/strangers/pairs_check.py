#!/usr/bin/env python3
"""Points ccxt at the simulated Coinbase Exchange and Kraken, and checks what it reads.

    python pairs_check.py COINBASE_PORT KRAKEN_PORT

Prints a line per check; exits with 1 when one fails.
"""

import sys

import ccxt

MINUTE = 60_000
SYMBOL = "BTC/USD"
ROWS = 60

failures = 0


def check(name, passed, detail=""):
    global failures
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'} {name}{f': {detail}' if detail else ''}", flush=True)


def pointed_at(client, port):
    def moved(urls):
        if isinstance(urls, dict):
            return {name: moved(url) for name, url in urls.items()}
        return f"http://127.0.0.1:{port}"

    client.urls["api"] = moved(client.urls["api"])
    client.enableRateLimit = True
    client.has["fetchCurrencies"] = False
    return client


def check_products(client, name):
    tick, step = (client.market(SYMBOL)["precision"][of] for of in ("price", "amount"))
    check(f"{name} increments", 0 < tick <= 1 and 0 < step < 1, f"{tick}, {step}")
    named = sorted(market["symbol"] for market in client.markets.values() if market["spot"])
    check(f"{name} products", SYMBOL in named and "ETH/USD" in named, ", ".join(named))


def check_ticker(client, name, bars):
    ticker = client.fetch_ticker(SYMBOL)
    low = min(bar[3] for bar in bars[-5:]) * 0.99
    high = max(bar[2] for bar in bars[-5:]) * 1.01
    check(f"{name} ticker is of now", low < ticker["last"] < high, ticker["last"])
    check(f"{name} ticker's book", ticker["bid"] <= ticker["last"] <= ticker["ask"])
    if ticker["high"] is None:
        return
    inside = ticker["low"] <= min(bar[3] for bar in bars) and ticker["high"] >= max(bar[2] for bar in bars)
    check(f"{name} ticker spans the day", inside, f"{ticker['low']} to {ticker['high']}")
    volume = sum(bar[5] for bar in bars)
    check(f"{name} volume of the day", ticker["baseVolume"] > volume, ticker["baseVolume"])


def check_venue(client, name):
    client.load_markets()
    market = client.market(SYMBOL)
    check(f"{name} market", market["spot"] and market["active"] is not False, market["id"])
    server = client.fetch_time()
    since = server - server % MINUTE - ROWS * MINUTE
    bars = client.fetch_ohlcv(SYMBOL, "1m", since=since, limit=ROWS)
    bars = [bar for bar in bars if since <= bar[0] and bar[0] + MINUTE <= server]
    opens = [bar[0] for bar in bars]
    check(f"{name} fetch_ohlcv", len(bars) >= ROWS - 15 and opens == sorted(set(opens)), len(bars))
    sane = all(low <= min(o, c) and high >= max(o, c) and v >= 0 for _, o, high, low, c, v in bars)
    check(f"{name} bars are possible", sane)
    check_products(client, name)
    check_ticker(client, name, bars)
    trades = client.fetch_trades(SYMBOL, limit=1000)
    times = [trade["timestamp"] for trade in trades]
    ids = [int(trade["id"]) for trade in trades]
    check(f"{name} fetch_trades", len(trades) > 100 and times == sorted(times), len(trades))
    check(f"{name} trade ids are one apart", ids == list(range(ids[0], ids[0] + len(ids))))
    sides = {trade["side"] for trade in trades}
    check(f"{name} sides", sides == {"buy", "sell"})
    compared = same = 0
    for opened, o, high, low, close, volume in bars:
        part = [t for t in trades if opened <= t["timestamp"] < opened + MINUTE]
        if not part or part[0] is trades[0] or volume == 0:
            continue
        compared += 1
        prices = [t["price"] for t in part]
        made = [prices[0], max(prices), min(prices), prices[-1]]
        total = round(sum(t["amount"] for t in part), 6)
        same += made == [o, high, low, close] and total == round(volume, 6)
    # The newest one may have been cut by the page.
    check(f"{name} trades make the minutes", compared >= 3 and same >= compared - 1, f"{same} of {compared}")
    try:
        client.fetch_trades("NOSUCH/USD")
        check(f"{name} unknown pair", False)
    except ccxt.BadSymbol as error:
        check(f"{name} unknown pair", True, type(error).__name__)


def main():
    coinbase, kraken = int(sys.argv[1]), int(sys.argv[2])
    check_venue(pointed_at(ccxt.coinbaseexchange(), coinbase), "coinbase")
    check_venue(pointed_at(ccxt.kraken(), kraken), "kraken")
    print("all checks passed" if failures == 0 else f"{failures} checks FAILED")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
