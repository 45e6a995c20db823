"""FastAPI with the rows of api_servers.ts and a response model; prints its port and ends with its standard input."""
import socket
import sys
import threading

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
COLUMNS = ["openTime", "open", "high", "low", "close", "volume", "revision", "source"]
ROWS = [
    [1764774000000 + i * 60000, 1000.5 + i / 7, 1001.25 + i / 7, 999.75 + i / 7, 1000.875 + i / 7, 1.5, 0, "simulated"]
    for i in range(500)
]


class Bars(BaseModel):
    instrument: str
    columns: list[str]
    data: list[list[float | int | str]]
    next: str | None


@app.get("/api/v1/bars/{instrument}")
def bars(instrument: str, limit: int = 500) -> Bars:
    return Bars(instrument=instrument, columns=COLUMNS, data=ROWS[:limit], next=None)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(64)
server = uvicorn.Server(uvicorn.Config(app, log_level="error", loop="uvloop"))
threading.Thread(target=lambda: (sys.stdin.read(), setattr(server, "should_exit", True)), daemon=True).start()
print(listener.getsockname()[1], flush=True)
server.run(sockets=[listener])
