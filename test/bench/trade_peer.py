"""cryptofeed on the trades of trade_sender.ts: `trade_peer.py PORT TRADES` prints seconds, and those of the processor.

It insists on wss:// addresses and on a current event loop, so both are patched; what reads is its own code.
"""
import asyncio
import os
import sys
import time

import uvloop
from cryptofeed import FeedHandler, connection
from cryptofeed.defines import TRADES
from cryptofeed.exchanges import BinanceFutures
from cryptofeed.symbols import Symbols

port, trades = sys.argv[1], int(sys.argv[2])
seen, started, spent = 0, 0.0, 0.0

plain_connect = connection.connect


def connect(address, **options):
    return plain_connect(address.replace("wss://", "ws://"), **options)


connection.connect = connect
loop = uvloop.new_event_loop()
asyncio.set_event_loop(loop)

BinanceFutures.websocket_endpoints = [
    connection.WebsocketEndpoint(f"wss://127.0.0.1:{port}", options={"compression": None})
]
Symbols.set(BinanceFutures.id, {"BTC-USDT-PERP": "BTCUSDT"}, {"instrument_type": {"BTC-USDT-PERP": "perpetual"}})


async def on_trade(trade, received):
    global seen, started, spent
    if seen == 0:
        started, spent = time.perf_counter(), time.process_time()
    seen += 1
    if seen == trades:
        print(time.perf_counter() - started, time.process_time() - spent, flush=True)
        loop.stop()


handler = FeedHandler(config={"uvloop": False, "log": {"disabled": True}})
handler.add_feed(BinanceFutures(symbols=["BTC-USDT-PERP"], channels=[TRADES], callbacks={TRADES: on_trade}))
handler.run(start_loop=False, install_signal_handlers=False)
loop.run_forever()
# Its own tasks would otherwise wait for a connection that is gone.
os._exit(0)
