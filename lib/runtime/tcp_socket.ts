import net from "node:net";
import { afterTurn } from "./after_turn.ts";

/** What is used of a TCP socket, in the words of Node's. */
export interface TcpSocket {
  readonly closed: boolean;
  on(event: "connect" | "close" | "end", listener: () => void): unknown;
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  on(event: "error", listener: (error: Error & { code?: string }) => void): unknown;
  once(event: "close", listener: () => void): unknown;
  write(bytes: Uint8Array): unknown;
  end(): unknown;
  destroy(): unknown;
}

/** Takes secrets out of the bytes of one connection before anybody sees them. */
export interface ByteMask {
  /** What may be passed on so far. */
  push(bytes: Uint8Array): Uint8Array[];
  /** What is left over at the end. */
  flush(): Uint8Array[];
}

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  /** Made for each connection; `maskedOutside` applies it. @default nothing is masked */
  readonly mask?: () => ByteMask;
}

/** Begins to connect and returns at once; what goes wrong comes as the socket's events. Never throws. */
export type ConnectTcp = (to: TcpAddress) => TcpSocket;

/** Taken in one turn of the event loop, bytes: some hundred messages. */
const BYTES_PER_TURN = 4_096;

/**
 * {@link ConnectTcp} by Node's sockets. A peer that sends without end leaves timers, other sockets and Ctrl-C their
 * turns; what is not taken yet waits in the system.
 */
export const connectTcp: ConnectTcp = ({ host, port }) => {
  const socket = net.connect({ host, port });
  let isDue = false;
  const take = () => {
    isDue = false;
    if (socket.destroyed) return;
    // Emits `data`, and with nothing left the `end`.
    socket.read(Math.min(BYTES_PER_TURN, socket.readableLength));
    if (socket.readableLength > 0) takeLater();
    else socket.read(0);
  };
  const takeLater = () => {
    if (isDue) return;
    isDue = true;
    afterTurn(take);
  };
  socket.on("readable", takeLater);
  return socket;
};
