// A thread that listens on loopback, reads one request at most, and sends without end.
import { createHash } from "node:crypto";

const ACCEPT_ID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CHUNK_BYTES = 64_000;

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
postMessage(listener.addr.port);
for await (const connection of listener) void flood(connection);

async function flood(connection: Deno.Conn): Promise<void> {
  const request = await Promise.race([
    readText(connection),
    new Promise<string>((resolve) => setTimeout(resolve, 50, "")),
  ]);
  const key = /^Sec-WebSocket-Key: *(.+?)\r$/im.exec(request)?.[1];
  if (key !== undefined) {
    const accept = createHash("sha1").update(key + ACCEPT_ID).digest("base64");
    await connection.write(new TextEncoder().encode(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    ));
  }
  const frame = frameOf(/^GET \/(\w+)/.exec(request)?.[1]);
  const bytes = new Uint8Array(CHUNK_BYTES - CHUNK_BYTES % frame.length);
  for (let at = 0; at < bytes.length; at += frame.length) bytes.set(frame, at);
  try {
    for (;;) {
      for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    }
  } catch {
    // The reader has gone.
  }
}

async function readText(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4_096);
  const count = await connection.read(buffer);
  return new TextDecoder().decode(buffer.subarray(0, count ?? 0));
}

function frameOf(kind: string | undefined): Uint8Array {
  if (kind === "pings") return Uint8Array.of(0x89, 100, ...new Uint8Array(100));
  if (kind === "pongs") return Uint8Array.of(0x8a, 0);
  return Uint8Array.of(0x81, 1, 65);
}
