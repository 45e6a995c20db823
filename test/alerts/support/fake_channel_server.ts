import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** What a fake server was asked. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Wall clock, epoch ms. */
  readonly at: number;
}

/** What it does then. */
export interface Play {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** `hang`: takes the request and answers nothing; `cut`: hangs up after it; `drip`: sends its body for ever. */
  readonly way?: "hang" | "cut" | "drip";
  /** Waits before it answers, ms. */
  readonly delayMs?: number;
}

/** An HTTP server on loopback that answers as it is made to. */
export interface FakeChannelServer extends AsyncDisposable {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** Answers the next requests so, one each; after the last, as before. */
  plan(...plays: readonly Play[]): void;
  /** Answers every request so that is not planned for. */
  always(play: Play): void;
}

/** Starts one; it answers 200 and an empty object until it is made to do otherwise. */
export function startFakeChannelServer(): Promise<FakeChannelServer> {
  const asked: Asked[] = [];
  const plays: Play[] = [];
  let usual: Play = { status: 200, text: "{}" };
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    // One whose sender is killed amid its body was never asked.
    const body = await bodyOf(request).catch(() => undefined);
    if (body === undefined) return;
    const headers = Object.entries(request.headers).map(([name, value]) => [name, `${value}`]);
    asked.push({
      method: request.method ?? "",
      target: request.url ?? "",
      headers: Object.fromEntries(headers),
      body,
      at: Date.now(),
    });
    const play = plays.shift() ?? usual;
    if (play.delayMs !== undefined) await new Promise((done) => setTimeout(done, play.delayMs));
    if (play.way === "hang" || response.destroyed) return;
    if (play.way === "cut") return void request.socket.destroy();
    response.writeHead(play.status ?? 200, { ...play.headers });
    if (play.way !== "drip") return void response.end(play.text ?? "");
    const timer = setInterval(() => response.write("x"), 20);
    response.on("close", () => clearInterval(timer));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({
        url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        asked,
        plan: (...next) => void plays.push(...next),
        always: (play) => void (usual = play),
        [Symbol.asyncDispose]: () =>
          new Promise<void>((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of request) text += decoder.decode(chunk, { stream: true });
  return text;
}
