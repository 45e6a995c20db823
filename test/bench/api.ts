/**
 * Requests of 500 bars: our API against a bare Deno.serve that stringifies the same rows, one that keeps their text, and
 * FastAPI where the Python of `BENCH_PYTHON` has it (requirements.txt). Each server has a process of its own; what is
 * compared is processor time a request, which other work on the machine moves little. `deno run -A test/bench/api.ts`.
 */
import { fileURLToPath } from "node:url";
import { say } from "../support/say.ts";

const REQUESTS = Number(Deno.env.get("API_REQUESTS") ?? 8_000);
const CONNECTIONS = 16;
const PATH = "/api/v1/bars/BTCUSDT?limit=500";
const TICKS_A_SECOND = 100;
const HERE = new URL("./", import.meta.url);
const script = (name: string) => fileURLToPath(new URL(name, HERE));

/** Processor seconds of a process so far. */
async function processorTime(pid: number): Promise<number> {
  const text = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}

/** Asks one after the other on one connection. @returns bytes of bodies */
async function ask(port: number, requests: number, path: () => string): Promise<number> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const encoder = new TextEncoder();
  const buffer = new Uint8Array(262_144);
  const decoder = new TextDecoder("latin1");
  let bytes = 0;
  for (let i = 0; i < requests; i++) {
    const request = `GET ${path()} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    await connection.write(encoder.encode(request));
    let head = "", wanted = Infinity, got = 0;
    while (got < wanted) {
      const count = await connection.read(buffer);
      if (count === null) throw new Error("the server hung up");
      got += count;
      if (wanted !== Infinity) continue;
      head += decoder.decode(buffer.subarray(0, count));
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) continue;
      if (!head.startsWith("HTTP/1.1 200")) throw new Error(head.slice(0, 200));
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      wanted = end + 4 + length;
      bytes += length;
    }
  }
  connection.close();
  return bytes;
}

/** Processor ms a request, and requests a second. */
async function measure(
  name: string,
  command: string,
  args: string[],
  path: () => string = () => PATH,
) {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const port = Number((await output.read()).value);
    const load = (requests: number) =>
      Promise.all(
        Array.from({ length: CONNECTIONS }, () => ask(port, requests / CONNECTIONS, path)),
      );
    await load(800);
    const began = performance.now(), before = await processorTime(child.pid);
    const bytes = (await load(REQUESTS)).reduce((sum, one) => sum + one, 0);
    const ms = 1_000 * (await processorTime(child.pid) - before) / REQUESTS;
    const perSecond = REQUESTS / ((performance.now() - began) / 1_000);
    say(
      `${name.padEnd(34)} ${ms.toFixed(3)} processor ms a request, ${
        perSecond.toFixed(0)
      } a second, ${Math.round(bytes / REQUESTS)} bytes`,
    );
    return ms;
  } finally {
    await child.stdin.close();
    child.kill("SIGTERM");
    await output.cancel();
    await child.status;
  }
}

let asked = 0;
const deno = (kind: string) => ["run", "-A", "--no-check", script("api_servers.ts"), kind];
const bare = await measure("bare Deno.serve, JSON.stringify", Deno.execPath(), deno("bare"));
const api = await measure("ours, text kept while it stands", Deno.execPath(), deno("api"));
const text = await measure("bare Deno.serve, text kept", Deno.execPath(), deno("bare-text"));
const made = await measure("ours, made at each request", Deno.execPath(), deno("api-made"), () => {
  // An address that was never asked for: no answer to it is kept.
  return `${PATH}&from=${++asked}`;
});
const python = Deno.env.get("BENCH_PYTHON");
const peer = python === undefined
  ? NaN
  : await measure("FastAPI, uvicorn, uvloop", python, [script("api_peer.py")]);
say(`ours against bare Deno.serve that stringifies: ${(bare / api).toFixed(2)} times`);
say(`ours made anew against the same: ${(bare / made).toFixed(2)} times`);
say(`ours against bare Deno.serve with kept text: ${(text / api).toFixed(2)} times`);
if (python === undefined) {
  say("FastAPI is left out: BENCH_PYTHON names no Python with test/bench/requirements.txt");
} else say(`ours against FastAPI: ${(peer / api).toFixed(1)} times`);
