import type { Clock } from "../runtime/clock.ts";
import { fetchGet, type HttpGet } from "../runtime/http.ts";
import type { Random } from "../runtime/random.ts";
import { type ConnectTcp, connectTcp } from "../runtime/tcp_socket.ts";
import { type OpenWebSocket, openWebSocket } from "../runtime/web_socket.ts";

/** Everything that a market learns from outside, and all ways in which it acts there. */
export interface Outside {
  readonly clock: Clock;
  readonly random: Random;
  readonly httpGet: HttpGet;
  readonly openWebSocket: OpenWebSocket;
  readonly connectTcp: ConnectTcp;
  /** Makes and starts the market; nothing of the outside reaches it before or meanwhile. */
  begin<T>(make: () => T): Promise<T>;
}

/** The machine's own network and time, with nothing in between. */
export function machineOutside(clock: Clock, random: Random): Outside {
  return {
    clock,
    random,
    httpGet: fetchGet,
    openWebSocket,
    connectTcp,
    begin: (make) => Promise.resolve(make()),
  };
}
