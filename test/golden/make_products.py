"""Writes products.json: expiry, first notice and roll of every root of lib/calendar/products.ts, 2024 to 2027.

    python test/golden/make_products.py

Made with pandas 3.1 and pandas_market_calendars 5.5. The holidays are those of its calendars of the New York
and London exchanges, not the rules of lib/calendar; the contract rules are written anew here from CME Group's
contract specifications. Of each contract month: last trade date, the time of the last trade, first notice date
(null where there is none), and the time of the roll by date; times are epoch ms UTC. `unverified` names what no
second source has confirmed.
"""

import json
from pathlib import Path

import pandas as pd
import pandas_market_calendars as mcal

FIRST, LAST = "2023-11-01", "2028-02-29"
NEW_YORK = mcal.get_calendar("NYSE").valid_days(FIRST, LAST).tz_localize(None)
LONDON = mcal.get_calendar("LSE").valid_days(FIRST, LAST).tz_localize(None)
# A day of national mourning shut the stock exchange; futures traded and settled.
US = NEW_YORK.union(pd.DatetimeIndex(["2025-01-09"]))
BOTH = US.intersection(LONDON)

LETTERS = "FGHJKMNQUVXZ"
QUARTERLY, MONTHLY = "HMUZ", LETTERS


def on_or_before(days, day):
    return days[days <= day][-1]


def back(days, day, count):
    at = days.get_loc(on_or_before(days, day))
    return days[at - count]


def fridays(month):
    days = pd.date_range(month.start_time.normalize(), month.end_time.normalize(), freq="D")
    return days[days.weekday == 4]


def of_month(days, month):
    return days[(days >= month.start_time) & (days <= month.end_time)]


def utc(day, clock, zone):
    return int(pd.Timestamp(f"{day.date()} {clock}", tz=zone).tz_convert("UTC").timestamp() * 1000)


def session_open(day):
    """17:00 in Chicago on the evening before."""
    return utc(day - pd.Timedelta(days=1), "17:00", "America/Chicago")


def monday_of(day):
    return day - pd.Timedelta(days=day.weekday())


def index_future(month):
    last = on_or_before(US, fridays(month)[2])
    return last, utc(last, "08:30", "America/Chicago"), None, session_open(monday_of(last))


def gold(month):
    last = of_month(US, month)[-3]
    notice = of_month(US, month - 1)[-1]
    return last, utc(last, "12:30", "America/Chicago"), notice, session_open(back(US, notice, 3))


def coin(month):
    last = on_or_before(BOTH, fridays(month)[-1])
    return last, utc(last, "16:00", "Europe/London"), None, session_open(monday_of(last))


INDEX = dict(rule=index_future, months=QUARTERLY, unverified=[])
GOLD = dict(rule=gold, unverified=[])
COIN = dict(rule=coin, months=MONTHLY, unverified=["roll"])
ROOTS = {
    **{root: INDEX for root in ["ES", "MES", "NQ", "MNQ", "RTY", "YM"]},
    "GC": dict(GOLD, months=MONTHLY),
    "MGC": dict(GOLD, months="GJMQVZ"),
    **{root: COIN for root in ["BTC", "MBT", "MET"]},
}


def text(day):
    return None if day is None else day.strftime("%Y%m%d")


golden = {}
for root, spec in ROOTS.items():
    contracts = []
    for month in pd.period_range("2024-01", "2027-12", freq="M"):
        letter = LETTERS[month.month - 1]
        if letter not in spec["months"]:
            continue
        last, last_time, notice, roll = spec["rule"](month)
        contracts.append(
            {
                "contractMonth": month.strftime("%Y%m"),
                "symbol": f"{root}{letter}{month.year % 10}",
                "lastTradeDate": text(last),
                "lastTradeTime": last_time,
                "firstNoticeDate": text(notice),
                "rollTime": roll,
            }
        )
    golden[root] = {"unverified": spec["unverified"], "contracts": contracts}

path = Path(__file__).with_name("products.json")
lines = []
for root, each in golden.items():
    rows = ",\n  ".join(json.dumps(contract) for contract in each["contracts"])
    lines.append(f'{json.dumps(root)}: {{"unverified": {json.dumps(each["unverified"])}, "contracts": [\n  {rows}\n]}}')
path.write_text("{" + ",\n".join(lines) + "}\n")
print(f"{path}: {sum(len(g['contracts']) for g in golden.values())} contract months")
