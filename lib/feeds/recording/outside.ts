import type { HttpGet, HttpGetOptions } from "../../runtime/http.ts";
import type { Clock } from "../../runtime/clock.ts";
import type { Random } from "../../runtime/random.ts";
import type { OpenWebSocket } from "../../runtime/web_socket.ts";
import type { OpenGateway } from "../ibkr/gateway.ts";

/** Everything that a market learns from outside, and all ways in which it acts there. */
export interface MarketOutside {
  readonly clock: Clock;
  readonly random: Random;
  readonly httpGet: HttpGet;
  readonly openSocket: OpenWebSocket;
  readonly openGateway: OpenGateway;
  /** Makes and starts the market; nothing of the outside reaches it before or meanwhile. */
  begin<T>(make: () => T): Promise<T>;
}

/**
 * The far side of a `ProgramSide`: the machine, while recording; the recording, while replaying. Nothing here
 * throws for what the outside does, and nothing calls back at once.
 */
export interface FarSide {
  random(): number;
  startTimer(id: number, delayMs: number): void;
  stopTimer(id: number): void;
  dialSocket(id: number, url: string): void;
  sendText(id: number, text: string): void;
  /** Ends with the input `socket-gone`. */
  closeSocket(id: number): void;
  ask(id: number, url: string, options: HttpGetOptions): void;
  abandon(id: number): void;
  dialTcp(id: number, host: string, port: number): void;
  sendBytes(id: number, bytes: Uint8Array): void;
  /** Ends with the input `tcp-close`. */
  closeTcp(id: number): void;
}
