import { openWebSocket } from "../runtime/web_socket.ts";
import { openStoqeyGateway } from "../feeds/ibkr/stoqey_gateway.ts";
import type { MarketOutside } from "../feeds/recording/outside.ts";
import type { Clock } from "../runtime/clock.ts";
import { fetchGet } from "../runtime/http.ts";
import type { Random } from "../runtime/random.ts";

/** The machine's own network and time, with nobody in between. */
export function machineOutside(clock: Clock, random: Random): MarketOutside {
  return {
    clock,
    random,
    httpGet: fetchGet,
    openSocket: openWebSocket,
    openGateway: openStoqeyGateway,
    begin: (make) => Promise.resolve(make()),
  };
}
