import type { HttpGetOptions } from "../../runtime/http.ts";
import type { ByteMask } from "../../runtime/tcp_socket.ts";

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
  /** @param mask takes secrets out of what comes in; see `maskedOutside`. */
  dialTcp(id: number, host: string, port: number, mask?: () => ByteMask): void;
  sendBytes(id: number, bytes: Uint8Array): void;
  /** Ends with the input `tcp-close`. */
  closeTcp(id: number): void;
}
