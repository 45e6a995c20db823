/**
 * Run by `proxy_test.ts` under an environment of its own: goes to each address given, by request or by WebSocket,
 * and prints what came of it, one JSON text a line.
 */
import { fetchGet, HttpFailure } from "../../lib/runtime/http.ts";
import { openWebSocket } from "../../lib/runtime/web_socket.ts";

for (const url of Deno.args) {
  const outcome = url.startsWith("ws") ? await opened(url) : await asked(url);
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(outcome)}\n`));
}

async function asked(url: string): Promise<string> {
  try {
    const { status, text } = await fetchGet(url, { timeoutMs: 5_000 });
    return `${status} ${text}`;
  } catch (error) {
    return error instanceof HttpFailure ? error.fault : `${error}`;
  }
}

function opened(url: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = openWebSocket(url, {
      onOpen: () => {},
      onText: (text) => {
        void socket.close();
        resolve(`open ${text}`);
      },
      onEnd: (end) => resolve(end.kind === "broken" ? end.fault : end.kind),
    });
  });
}
