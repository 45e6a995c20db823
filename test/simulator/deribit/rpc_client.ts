import { fetchGet } from "../../../lib/runtime/http.ts";
import { openWebSocket, type WebSocketEnd } from "../../../lib/runtime/web_socket.ts";

/** A message parsed. */
// deno-lint-ignore no-explicit-any
export type Message = any;

const PATIENCE_MS = 8_000;

/** A JSON-RPC client that keeps what it received. It answers no `test_request` by itself. */
export class RpcClient {
  readonly texts: string[] = [];
  end: WebSocketEnd | undefined;
  headers: Readonly<Record<string, string>> = {};
  readonly #socket: ReturnType<typeof openWebSocket>;
  #wake = () => {};
  #id = 0;

  private constructor(port: number) {
    this.#socket = openWebSocket(`ws://127.0.0.1:${port}/ws/api/v2`, {
      onOpen: ({ headers }) => {
        this.headers = headers;
        this.#wake();
      },
      onText: (text) => {
        this.texts.push(text);
        this.#wake();
      },
      onEnd: (end) => {
        this.end = end;
        this.#wake();
      },
    });
  }

  static async open(port: number): Promise<RpcClient> {
    const client = new RpcClient(port);
    await client.until(() => "connection" in client.headers);
    return client;
  }

  /** Messages that parse. */
  get messages(): Message[] {
    return this.texts.flatMap((text) => {
      try {
        return [JSON.parse(text)];
      } catch {
        return [];
      }
    });
  }

  notices(channel: string): Message[] {
    return this.messages.filter(({ params }) => params?.channel === channel)
      .map(({ params }) => params.data);
  }

  send(text: string): void {
    this.#socket.send(text);
  }

  /** The reply to a call, its `result` or its `error`. */
  async call(method: string, params?: unknown): Promise<Message> {
    const id = ++this.#id;
    this.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    await this.until(() => this.messages.some((message) => message.id === id));
    return this.messages.find((message) => message.id === id);
  }

  async until(isThere: () => boolean): Promise<void> {
    const latest = performance.now() + PATIENCE_MS;
    while (!isThere()) {
      if (performance.now() > latest) throw new Error(`waited in vain; got ${this.texts.at(-1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 50);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): Promise<void> {
    return this.#socket.close();
  }
}

/** The same by HTTP GET. */
export async function get(port: number, target: string): Promise<Message> {
  const reply = await fetchGet(`http://127.0.0.1:${port}${target}`, { timeoutMs: PATIENCE_MS });
  let body: Message;
  try {
    body = JSON.parse(reply.text);
  } catch {
    body = reply.text;
  }
  return { status: reply.status, headers: reply.headers, body };
}
