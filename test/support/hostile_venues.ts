import { createServer, type Socket } from "node:net";

/** Venues on loopback that let everybody in, and answer whatever is asked with the given texts, one after the other. */
export interface HostileVenues extends AsyncDisposable {
  readonly twsPort: number;
  readonly webPort: number;
  /** How many texts each has sent. */
  readonly sent: { tws: number; rest: number; stream: number };
}

/** Starts them. */
export async function hostileVenues(texts: readonly string[]): Promise<HostileVenues> {
  const sent = { tws: 0, rest: 0, stream: 0 };
  const tws = await hostileTws(texts, sent);
  const web = hostileWeb(texts, sent);
  return {
    twsPort: tws.port,
    webPort: web.addr.port,
    sent,
    async [Symbol.asyncDispose]() {
      await tws.close();
      await web.shutdown();
    },
  };
}

type Sent = HostileVenues["sent"];

/** Names accounts, and puts the texts into notices, refusals and the fields of contracts. */
async function hostileTws(texts: readonly string[], sent: Sent) {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => {});
    const send = (...fields: readonly (string | number)[]) => {
      const body = new TextEncoder().encode(`${fields.join("\0")}\0`);
      const bytes = new Uint8Array(4 + body.length);
      new DataView(bytes.buffer).setUint32(0, body.length);
      bytes.set(body, 4);
      socket.write(bytes);
    };
    const next = () => texts[sent.tws++ % texts.length]!.replaceAll("\0", "");
    const takeFrame = framesOf((fields, isFirst) => {
      if (isFirst) return send(193, "20251203 14:00:00 UTC");
      const [kind = "", , third = ""] = fields;
      if (kind === "71") {
        send(15, 1, "DU7654321,U7654322,F7654323A");
        send(9, 1, 1);
        for (const _ of texts) {
          send(4, 2, -1, [2104, 2106, 2107, 2158, 1100, 1102][sent.tws % 6]!, next(), "");
        }
      } else if (kind === "49") send(49, 1, Math.floor(Date.now() / 1_000));
      else if (kind === "9") send(4, 2, third, [321, 200, 162][sent.tws % 3]!, next(), "");
      else send(4, 2, third, [162, 354, 10_197, 420][sent.tws % 4]!, next(), "");
    });
    socket.on("data", takeFrame);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The frames a client sends, after its greeting `API\0`. */
function framesOf(take: (fields: string[], isFirst: boolean) => void): (bytes: Uint8Array) => void {
  let rest = "";
  let isGreeted = false;
  let isFirst = true;
  return (bytes) => {
    rest += Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
    if (!isGreeted && rest.length >= 4) {
      isGreeted = true;
      rest = rest.slice(4);
    }
    while (isGreeted && rest.length >= 4) {
      const length = [...rest.slice(0, 4)].reduce((sum, c) => sum * 256 + c.charCodeAt(0), 0);
      if (rest.length < 4 + length) return;
      const body = rest.slice(4, 4 + length);
      rest = rest.slice(4 + length);
      take(body.split("\0"), isFirst);
      isFirst = false;
    }
  };
}

/** Binance's REST that refuses with the texts, and a stream that answers each message with one and closes with one. */
function hostileWeb(texts: readonly string[], sent: Sent) {
  return Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname } = new URL(request.url);
    if (request.headers.get("upgrade") === "websocket") {
      const { socket, response } = Deno.upgradeWebSocket(request);
      const next = () => texts[sent.stream++ % texts.length]!;
      socket.onopen = () => {
        for (const _ of texts) {
          const said = next();
          socket.send(said);
          socket.send(JSON.stringify({ error: { code: 2, msg: said }, id: 1 }));
          socket.send(
            JSON.stringify({ stream: said, data: { e: "kline", s: said, k: { s: said } } }),
          );
        }
        setTimeout(() => {
          if (socket.readyState === WebSocket.OPEN) socket.close(4_008, shortest(next()));
        }, 300);
      };
      socket.onerror = () => {};
      return response;
    }
    if (pathname.endsWith("/time")) return Response.json({ serverTime: Date.now() });
    const status = [500, 400, 503][sent.rest % 3]!;
    const text = texts[sent.rest++ % texts.length]!;
    return sent.rest % 3 === 0
      ? new Response(text, { status })
      : Response.json({ code: -1000, msg: text }, { status });
  });
}

/** What fits in a close frame. */
function shortest(text: string): string {
  return new TextEncoder().encode(text).length <= 123 ? text : text.slice(0, 40);
}
