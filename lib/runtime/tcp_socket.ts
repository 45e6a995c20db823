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

/** {@link ConnectTcp} by Node's sockets. */
export const connectTcp: ConnectTcp = ({ host, port }) => {
  const socket = net.connect({ host, port });
  // One chunk a turn: a peer that sends without end leaves timers, other sockets and Ctrl-C their turns.
  socket.on("data", () => {
    socket.pause();
    afterTurn(() => socket.resume());
  });
  return socket;
};
