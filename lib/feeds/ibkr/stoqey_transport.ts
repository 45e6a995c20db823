import type { ConnectTcp } from "../../runtime/tcp_socket.ts";
import { TextMask } from "./text_mask.ts";
import type { Endpoint } from "./connection_failures.ts";
import type { Internals } from "./stoqey_values.ts";

/** The package's own number for "connecting". */
const CONNECTING = 2;

/**
 * Makes the package use another way to connect than Node's sockets, which it opens itself and lets nobody
 * replace. Does what its `connect` does for a fresh object. To be called after the callbacks were wrapped.
 */
export function connectOver({ controller }: Internals, connect: ConnectTcp, to: Endpoint): void {
  const { socket } = controller;
  socket.connect = (clientId) => {
    socket._status = CONNECTING;
    socket._clientId = clientId;
    controller.pause();
    const client = connect({ host: to.host, port: to.port, mask: () => new TextMask() });
    socket.client = client;
    client.on("connect", () => socket.onConnect());
    client.on("data", (bytes) => socket.onData(bytes));
    client.on("close", () => socket.onEnd());
    client.on("end", () => socket.onEnd());
    client.on("error", (error) => socket.onError(error));
  };
}
