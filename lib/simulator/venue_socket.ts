import type { HttpAnswer, HttpRequest } from "../runtime/http_server.ts";

/** One stream socket as the venue holds it. Its callbacks are set once, before anything is awaited. */
export interface VenueSocket {
  /** Bytes sent that the client has not taken yet. */
  readonly bufferedAmount: number;
  send(text: string): void;
  ping(payload: string): void;
  /** Says goodbye; the client answers it. */
  close(code: number, reason: string): void;
  /** Cuts at once. */
  terminate(): void;
  /** Stops reading; what the client sends waits. */
  pause(): void;
  resume(): void;
  onText(callback: (text: string) => void): void;
  onPing(callback: () => void): void;
  onPong(callback: (payload: string) => void): void;
  /** Called once, however the socket ends. */
  onClose(callback: () => void): void;
}

/** A request to open a stream socket. Exactly one of its ways out must be taken, at any time. */
export interface StreamUpgrade extends HttpRequest {
  accept(onSocket: (socket: VenueSocket) => void): void;
  /** Answers with a status instead and hangs up. */
  refuse(answer: HttpAnswer): void;
}

/** What a venue listens with. */
export interface VenueListener {
  readonly port: number;
  /** Cuts every open connection with a reset; goes on listening. */
  cutAll(): void;
  /** Stops listening and cuts every connection; resolves when all are gone. Safe to call twice. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Called for each new connection; false closes it at once. */
  readonly admits: () => boolean;
  /** Stand in every answer and in that to an upgrade. @default none */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Listens for requests and stream sockets on one port: on the machine's network, or one simulated in memory.
 *
 * @param onRequest gives the answer; undefined leaves the request without one and cuts it.
 */
export type ListenVenue = (
  options: ListenOptions,
  onRequest: (request: HttpRequest) => Promise<HttpAnswer | undefined>,
  onUpgrade: (upgrade: StreamUpgrade) => void,
) => Promise<VenueListener>;
