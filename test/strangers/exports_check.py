"""Reads exports in four formats with pandas, openpyxl and pyarrow, and wants the same cells of each."""

import datetime
import json
import math
import sys

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = sys.argv[1]
UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment):
    """A time as epoch ms; one without a zone is one of UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round((aware - EPOCH) / datetime.timedelta(milliseconds=1))


def truth_of(what):
    """Columns and rows of the JSON file; its numbers are read by Python as they stand."""
    with open(f"{FOLDER}/{what}.json", encoding="utf-8") as file:
        document = json.load(file)
    with open(f"{FOLDER}/{what}.json.manifest.json", encoding="utf-8") as file:
        (described,) = json.load(file)["files"]
    kinds = {column["name"]: column["kind"] for column in described["columns"]}
    assert list(kinds) == document["columns"], what
    assert described["rows"] == len(document["data"]), what
    return document["columns"], document["data"], kinds


def same(found, wanted, where):
    if wanted is None:
        assert found is None or (isinstance(found, float) and math.isnan(found)), (where, found)
    else:
        assert found == wanted, (where, found, wanted)


def check_csv(what, columns, data):
    frame = pd.read_csv(
        f"{FOLDER}/{what}.csv", keep_default_na=True, float_precision="round_trip"
    )
    assert list(frame.columns) == columns, what
    assert len(frame) == len(data), what
    for at, column in enumerate(columns):
        for row, value in enumerate(frame[column].tolist()):
            same(value, data[row][at], ("csv", what, column, row))


def check_xlsx(what, columns, data, kinds):
    book = openpyxl.load_workbook(f"{FOLDER}/{what}.xlsx")
    sheet = book.active
    assert sheet.freeze_panes == "A2", what
    rows = list(sheet.iter_rows(values_only=True))
    assert list(rows[0]) == columns, what
    assert len(rows) == 1 + len(data), what
    for row, cells in enumerate(rows[1:]):
        for at, column in enumerate(columns):
            value = cells[at]
            if kinds[column] == "time" and value is not None:
                assert isinstance(value, datetime.datetime), (what, column, value)
                value = milliseconds(value)
            same(value, data[row][at], ("xlsx", what, column, row))
    frame = pd.read_excel(f"{FOLDER}/{what}.xlsx")
    assert list(frame.columns) == columns and len(frame) == len(data), what


def check_parquet(what, columns, data, kinds):
    table = pq.read_table(f"{FOLDER}/{what}.parquet")
    assert table.column_names == columns, what
    types = {
        "time": pa.timestamp("ms", tz="UTC"),
        "integer": pa.int64(),
        "number": pa.float64(),
        "text": pa.string(),
    }
    for at, column in enumerate(columns):
        assert table.schema.field(column).type == types[kinds[column]], (what, column)
        for row, value in enumerate(table.column(column).to_pylist()):
            if kinds[column] == "time" and value is not None:
                value = milliseconds(value)
            same(value, data[row][at], ("parquet", what, column, row))
    frame = pd.read_parquet(f"{FOLDER}/{what}.parquet")
    for column in columns:
        if kinds[column] == "time":
            assert str(frame[column].dtype) == "datetime64[ms, UTC]", (what, column)


cells = 0
for name in ["bars", "trades", "aligned", "correlation", "zscore", "statistics"]:
    names, rows, kinds = truth_of(name)
    check_csv(name, names, rows)
    check_xlsx(name, names, rows, kinds)
    check_parquet(name, names, rows, kinds)
    cells += len(names) * len(rows)
print(f"{cells} cells are the same in csv, xlsx, parquet and json")
