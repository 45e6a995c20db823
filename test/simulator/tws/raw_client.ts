import { connect, type Socket } from "node:net";
import { encodeFrame, type TwsField, TwsFrameDecoder } from "../../../lib/wire/tws_frame.ts";
import type { VenueTime } from "../../../lib/simulator/venue_time.ts";
import { until } from "./server_fixture.ts";

/** A client of the wire itself: sends fields, keeps what comes back. */
export class RawClient {
  readonly messages: (readonly string[])[] = [];
  readonly broken: string[] = [];
  readonly #socket: Socket;
  isClosed = false;
  isOpen = false;
  error: string | undefined;

  constructor(port: number) {
    const decoder = new TwsFrameDecoder();
    this.#socket = connect({ port, host: "127.0.0.1" });
    this.#socket.on("connect", () => this.isOpen = true);
    this.#socket.on("data", (bytes: Uint8Array) => {
      for (const frame of decoder.push(bytes)) {
        if (frame.kind === "frame") this.messages.push(frame.fields);
        else this.broken.push(frame.reason);
      }
    });
    this.#socket.on("error", (error: Error & { code?: string }) => this.error = error.code);
    this.#socket.on("close", () => this.isClosed = true);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  send(...fields: TwsField[]): void {
    this.write(encodeFrame(fields));
  }

  hello(range = "v100..193"): void {
    const text = new TextEncoder().encode(range);
    this.write(new Uint8Array([65, 80, 73, 0, 0, 0, 0, text.length, ...text]));
  }

  /** Greets and starts the API, as every client does; resolves at the next valid id. */
  static async ready(port: number, clientId: number, range?: string): Promise<RawClient> {
    const client = new RawClient(port);
    client.hello(range);
    await until("the version", () => client.messages.length > 0);
    client.send(71, 2, clientId, "");
    await client.message("9");
    return client;
  }

  of(id: string): (readonly string[])[] {
    return this.messages.filter((fields) => fields[0] === id);
  }

  async message(id: string, count = 1, withinMs = 5_000): Promise<readonly string[]> {
    await until(`message ${id}`, () => this.of(id).length >= count, withinMs);
    return this.of(id)[count - 1]!;
  }

  /** Codes of the errors with that request id. */
  codes(requestId: number): number[] {
    return this.of("4").filter((fields) => Number(fields[2]) === requestId)
      .map((fields) => Number(fields[3]));
  }

  /** Until everything sent so far is answered and a venue second has passed, so that the rate is 0 again. */
  async rest(time: VenueTime): Promise<void> {
    const answers = this.of("49").length;
    this.send(49, 1);
    await this.message("49", answers + 1);
    const next = time.now() + 1_100;
    await until("a venue second", () => time.now() > next);
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    await until("the end of the socket", () => this.isClosed);
  }
}

/** The twelve contract fields of a request. */
export function contractFields(query: {
  symbol?: string;
  month?: string;
  conId?: number;
  exchange?: string;
}): TwsField[] {
  const { symbol = "ES", month = "202512", conId = "", exchange = "CME" } = query;
  return [conId, symbol, "FUT", month, 0, "", "", exchange, "", "USD", "", ""];
}
