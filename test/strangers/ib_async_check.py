"""Checks a TWS server (real or simulated) with ib_async, a client that shares no code with Comove.

    python ib_async_check.py HOST PORT [TRUTH.json]

Fetches the ES contracts, one-minute and five-second history and real-time bars, and checks that they agree
with each other and, where TRUTH.json is given ({"ESZ5": [[openTimeMs, o, h, l, c, volume], ...]}), with the
truth. One line per check; exits with 1 on the first mismatch. Needs `pip install ib_async`.
"""

import asyncio
import json
import sys
from datetime import datetime, timezone

from ib_async import IB, Future

# Whole minutes of real-time bars to wait for, and how long at most in local seconds.
MINUTES = 3
PATIENCE = 240


def check(name, ok, detail=""):
    print(f"{'ok  ' if ok else 'FAIL'} {name}{': ' + str(detail) if detail != '' else ''}", flush=True)
    if not ok:
        sys.exit(1)


def minute_of(bars):
    """Adds five-second bars up; those without volume are filler."""
    traded = [bar for bar in bars if bar[5] > 0]
    if not traded:
        return None
    return (
        traded[0][1],
        max(bar[2] for bar in traded),
        min(bar[3] for bar in traded),
        traded[-1][4],
        sum(bar[5] for bar in traded),
    )


def by_minute(bars):
    grouped = {}
    for bar in bars:
        grouped.setdefault(bar[0] // 60 * 60, []).append(bar)
    return grouped


def rows(bars):
    return [
        (int(b.date.timestamp()), b.open, b.high, b.low, b.close, b.volume) for b in bars
    ]


async def main(host, port, truth):
    ib = IB()
    errors = []
    ib.errorEvent += lambda req, code, text, contract: errors.append((code, text))
    await ib.connectAsync(host, port, clientId=41, timeout=10)
    check("connected", ib.isConnected(), f"server version {ib.client.serverVersion()}")
    check("account", len(ib.managedAccounts()) == 1, ib.managedAccounts())

    now = await ib.reqCurrentTimeAsync()
    check("current time", isinstance(now, datetime), now)

    details = await ib.reqContractDetailsAsync(Future("ES", exchange="CME", currency="USD"))
    names = [d.contract.localSymbol for d in details]
    check("contract details", len(details) >= 2 and len(set(names)) == len(names), names)
    front = min(details, key=lambda d: d.contract.lastTradeDateOrContractMonth)
    contract = front.contract
    last = contract.lastTradeDateOrContractMonth
    check("last trade date", len(last) == 8 and last >= now.strftime("%Y%m%d"), last)
    check("multiplier and tick", contract.multiplier == "50" and front.minTick == 0.25)
    check("time zone", front.timeZoneId == "US/Central", front.timeZoneId)
    sessions = front.tradingSessions()
    check("trading hours", len(sessions) >= 3, sessions[0])
    check("unknown contract", await ib.reqContractDetailsAsync(Future("XQQ", exchange="CME")) == [])
    check("error 200", any(code == 200 for code, _ in errors))

    bars = ib.reqRealTimeBars(contract, 5, "TRADES", False)

    async def history(size, end, duration):
        return rows(
            await ib.reqHistoricalDataAsync(contract, end, duration, size, "TRADES", False, 2)
        )

    minutes = await history("1 min", "", "1 D")
    times = [row[0] for row in minutes]
    check("1-minute history", len(minutes) > 10, f"{len(minutes)} bars")
    check("in order, on the minute", times == sorted(set(times)) and all(t % 60 == 0 for t in times))
    check("high and low", all(r[3] <= min(r[1], r[4]) <= max(r[1], r[4]) <= r[2] for r in minutes))

    end = datetime.fromtimestamp(minutes[-2][0], timezone.utc)
    fives = by_minute(await history("5 secs", end.strftime("%Y%m%d-%H:%M:%S"), "1800 S"))
    known = {row[0]: row[1:] for row in minutes}
    sums = {minute: minute_of(parts) for minute, parts in fives.items()}
    check("5-second history adds up", all(known[m] == s for m, s in sums.items()), f"{len(sums)} minutes")

    waited = 0.0
    while len(bars) < 12 * (MINUTES + 1) and waited < PATIENCE:
        await asyncio.sleep(0.1)
        waited += 0.1
    live = by_minute(
        [(int(b.time.timestamp()), b.open_, b.high, b.low, b.close, b.volume) for b in bars]
    )
    whole = {m: parts for m, parts in live.items() if len(parts) == 12}
    check("real-time bars", len(whole) >= MINUTES - 1, f"{len(bars)} bars, {len(whole)} whole minutes")
    streamed = [b.time for b in bars]
    gaps = {(b - a).total_seconds() for a, b in zip(streamed, streamed[1:])}
    check("a bar every five seconds", gaps == {5.0}, gaps)

    later = {row[0]: row[1:] for row in await history("1 min", "", "7200 S")}
    for minute, parts in whole.items():
        check(f"streamed minute {minute}", later.get(minute) == minute_of(parts), later.get(minute))

    if truth is not None:
        expected = {row[0] // 1000: tuple(row[1:]) for row in truth[contract.localSymbol]}
        seen = {m: v for m, v in {**known, **later}.items() if m in expected and m < max(later)}
        check("equal to the truth", all(expected[m] == v for m, v in seen.items()), f"{len(seen)} minutes")
        lost = [m for m in expected if min(later) <= m < max(later) and m not in later]
        check("nothing lost", lost == [], lost)

    ib.cancelRealTimeBars(bars)
    ib.disconnect()
    check("disconnected", not ib.isConnected())


if __name__ == "__main__":
    truth_file = sys.argv[3] if len(sys.argv) > 3 else None
    if truth_file is None:
        expected_bars = None
    else:
        with open(truth_file, encoding="utf-8") as file:
            expected_bars = json.load(file)
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), expected_bars))
    print("all checks passed")
