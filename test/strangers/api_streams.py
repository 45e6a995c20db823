"""Streams as a bad line and a slow reader meet them: `api_streams.py HOST:PORT CUTS`.

Readers by WebSocket and by server-sent events are cut off at random, CUTS times each, and come back; what they have in
the end is held against a reader that was never cut: each update once, in order, none lost, none other. Then one that
does not read is closed with 1013 while others go on, and ticks keep their pace. Exits 1 where a statement is false.
"""

import asyncio
import collections
import json
import random
import socket
import struct
import sys
import time

import httpx
import websockets

HOST, CUTS = sys.argv[1], int(sys.argv[2])
NAME, PORT = HOST.split(":")
READERS = 8
CHANNELS = ["bars:BTCUSDT", "bars:ES", "ticks:BTCUSDT", "correlation:BTCUSDT/ES", "status", "alerts"]
STREAM = f"ws://{HOST}/api/v1/stream"
failures = []


def check(is_true, statement, detail=""):
    print(f"{'ok   ' if is_true else 'WRONG'} {statement}{'' if is_true else f': {str(detail)[:400]}'}", flush=True)
    if not is_true:
        failures.append(statement)


class Record:
    """What one reader has of each channel."""

    def __init__(self, isPlaceOfEach=True):
        # A reader by WebSocket says what it has of each channel; the id of an event says it of all, once it has all.
        self.isPlaceOfEach = isPlaceOfEach
        self.seqs = {}
        self.updates = collections.defaultdict(dict)
        self.snapshots = collections.Counter()
        self.wrong = []

    def take(self, message):
        if message.get("type") not in ("snapshot", "update"):
            self.wrong.append(message)
            return
        channel, seq = message["channel"], message["seq"]
        if message["type"] == "snapshot":
            self.snapshots[channel] += 1
            # Where the reader was to go on, it would hide what was lost.
            if channel in self.seqs if self.isPlaceOfEach else self.updates:
                self.wrong.append((channel, seq, "a snapshot where it was to go on"))
        else:
            if seq != self.seqs.get(channel, -1) + 1:
                self.wrong.append((channel, seq, self.seqs.get(channel)))
            self.updates[channel][seq] = message["data"]
        self.seqs[channel] = seq

    def has(self, seqs):
        return all(self.seqs.get(channel, -1) >= seq for channel, seq in seqs.items())


async def read_whole(record, stop):
    async with websockets.connect(STREAM, max_size=None) as line:
        await line.send(json.dumps({"op": "subscribe", "channels": CHANNELS}))
        while not stop.is_set():
            try:
                record.take(json.loads(await asyncio.wait_for(line.recv(), 1)))
            except asyncio.TimeoutError:
                pass


async def read_socket(record, cuts, draw, whole):
    """Reads some messages, then drops the connection without a word; the last time until it has caught up."""
    for cut in range(cuts + 1):
        line = await websockets.connect(STREAM, max_size=None)
        order = {"op": "subscribe", "channels": CHANNELS}
        await line.send(json.dumps({**order, "after": record.seqs} if record.seqs else order))
        goal = dict(whole.seqs)
        left = draw.randrange(0, 12)
        while (left > 0) if cut < cuts else not record.has(goal):
            record.take(json.loads(await asyncio.wait_for(line.recv(), 10)))
            left -= 1
        line.transport.abort()


async def read_events(record, cuts, draw, whole):
    """Reads some bytes, wherever a message stands then, and resets the connection; the last time until it has caught up."""
    last = None
    for cut in range(cuts + 1):
        reader, writer = await asyncio.open_connection(NAME, int(PORT))
        lines = [f"GET /api/v1/events?channels={','.join(CHANNELS)} HTTP/1.1", f"Host: {HOST}"]
        if last is not None:
            lines.append(f"Last-Event-ID: {last}")
        writer.write("\r\n".join([*lines, "", ""]).encode())
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        goal = dict(whole.seqs)
        left = draw.choice([draw.randrange(1, 400), draw.randrange(1, 60_000 if last is None else 8_000)])
        text, raw = "", b""
        while (left > 0) if cut < cuts else not record.has(goal):
            piece = await asyncio.wait_for(reader.read(min(left, 4_096) if cut < cuts else 4_096), 20)
            if piece == b"":
                raise RuntimeError("the server ended the events")
            left -= len(piece)
            chunks, raw = unchunked(raw + piece)
            *events, text = (text + chunks).split("\n\n")
            for event in events:
                fields = dict(line.split(": ", 1) for line in event.split("\n") if ": " in line)
                if "data" not in fields:
                    continue
                if last is not None and int(fields["id"]) <= int(last):
                    record.wrong.append(("id", fields["id"], last))
                last = fields["id"]
                record.take(json.loads(fields["data"]))
        # A reset, not an end.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def unchunked(raw):
    """The text of whole chunks of HTTP, and what is left."""
    text = b""
    while b"\r\n" in raw:
        size, rest = raw.split(b"\r\n", 1)
        length = int(size, 16)
        if len(rest) < length + 2:
            break
        text += rest[:length]
        raw = rest[length + 2 :]
    return text.decode(), raw


async def walk_cuts():
    whole, stop = Record(), asyncio.Event()
    reading = asyncio.create_task(read_whole(whole, stop))
    while len(whole.snapshots) < len(CHANNELS):
        await asyncio.sleep(0.05)
    for name, read in [("WebSocket", read_socket), ("events", read_events)]:
        began = time.monotonic()
        records = [Record(isPlaceOfEach=read is read_socket) for _ in range(READERS)]
        cuts = [CUTS // READERS + (i < CUTS % READERS) for i in range(READERS)]
        await asyncio.gather(*(read(record, cuts[i], random.Random(i), whole) for i, record in enumerate(records)))
        wrong = [one for record in records for one in record.wrong]
        check(not wrong, f"{CUTS} cuts by {name}: none lost, none twice, in order", wrong[:5])
        seen = sum(len(updates) for record in records for updates in record.updates.values())
        same = all(
            # What came before the whole one did is not known to it.
            whole.updates[channel].get(seq, data) == data
            for record in records
            for channel, updates in record.updates.items()
            for seq, data in updates.items()
        )
        check(same, f"{name}: {seen} updates are what the reader that was not cut has")
        check(all(any(record.updates[channel] for record in records) for channel in CHANNELS[:5]), f"{name}: updates of each channel")
        print(f"      {name}: {sum(sum(record.snapshots.values()) for record in records)} snapshots, {time.monotonic() - began:.0f} s")
    stop.set()
    await reading
    check(not whole.wrong, "the reader that was not cut has each once", whole.wrong[:5])


async def walk_slow():
    async with httpx.AsyncClient(base_url=f"http://{HOST}") as client:
        async def dropped():
            text = (await client.get("/api/v1/metrics")).text
            return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("comove_api_stream_dropped_total "))

        before = await dropped()
        other, stop = Record(), asyncio.Event()
        reading = asyncio.create_task(read_whole(other, stop))
        line = await websockets.connect(STREAM, max_size=None, max_queue=1, ping_interval=None)
        line.transport.pause_reading()
        # Snapshots that are asked for and not read fill what lies between; then it asks for more.
        orders = [{"op": op, "channels": ["bars:BTCUSDT", "bars:ES", "bars:NQ"]} for op in ["subscribe", "unsubscribe"]]
        for i in range(2_000):
            await line.send(json.dumps(orders[i % 2]))
            await asyncio.sleep(0.025)
            if await dropped() > before:
                break
        check(await dropped() == before + 1, "one that does not read is dropped and counted")
        line.transport.resume_reading()
        try:
            while True:
                await asyncio.wait_for(line.recv(), 10)
        except websockets.ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
        except asyncio.TimeoutError:
            code = "no close"
        check(code == 1013, "it is closed with 1013", code)
        seen = sum(map(len, other.updates.values()))
        await asyncio.sleep(3)
        check(sum(map(len, other.updates.values())) > seen and not other.wrong, "others go on, and lack nothing", other.wrong[:3])
        stop.set()
        await reading


async def walk_ticks():
    """At most fifty a second of an instrument; a window that ends on two of them holds one more."""
    times = []
    async with websockets.connect(STREAM, max_size=None) as line:
        await line.send(json.dumps({"op": "subscribe", "channels": ["ticks:BTCUSDT"]}))
        trades, end = 0, time.monotonic() + 10
        while time.monotonic() < end:
            message = json.loads(await line.recv())
            times.append(time.monotonic())
            trades += message["data"].get("trades", 0)
    rate = (len(times) - 1) / (times[-1] - times[0])
    check(rate <= 50.5, f"ticks come {rate:.1f} times a second, of {trades / 10:.0f} trades", rate)


async def main():
    await walk_cuts()
    await walk_slow()
    await walk_ticks()
    sys.exit(1 if failures else 0)


asyncio.run(main())
