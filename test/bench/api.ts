/**
 * Requests of 500 bars: our API against a bare Deno.serve that stringifies the same rows, one that keeps their text, and
 * FastAPI where the Python of `BENCH_PYTHON` has it (requirements.txt). Each server has a process of its own, and they are
 * asked in turn, round by round. What is compared is processor time a request, which other work on the machine moves
 * little; a ratio is the median of the rounds. `deno run -A test/bench/api.ts`.
 *
 * Texts of rows are kept, as the numbers of closed bars do not change: "made at each request" puts the page together of
 * kept rows, "a minute revised" writes those around it anew, "nothing kept" all of them. On a machine with much other work,
 * of a limit of 0.9, the first was 1.07 to 1.56, the second 0.48, the last 0.44 to 0.57: where no row is kept the limit is
 * not met. To write the numbers is most of it, and costs the peer as much.
 */
import { fileURLToPath } from "node:url";
import { say } from "../support/say.ts";

/** Of each server, in each round. */
const REQUESTS = Number(Deno.env.get("API_REQUESTS") ?? 2_000);
const ROUNDS = Number(Deno.env.get("API_ROUNDS") ?? 7);
const CONNECTIONS = 16;
const PATH = "/api/v1/bars/BTCUSDT?limit=500";
const HERE = new URL("./", import.meta.url);
const script = (name: string) => fileURLToPath(new URL(name, HERE));

/** Processor ms of all threads of a process so far. */
async function processorTime(pid: number): Promise<number> {
  let ms = 0;
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const text = await Deno.readTextFile(`/proc/${pid}/task/${name}/schedstat`).catch(() => "0");
    ms += Number(text.split(" ")[0]) / 1e6;
  }
  return ms;
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

/** A server of the comparison, in a process of its own. */
class Peer {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #output: ReadableStreamDefaultReader<string>;
  readonly #path: () => string;
  #port = 0;
  #perSecond: number[] = [];
  #bytes = 0;
  /** Processor ms a request, by round. */
  readonly ms: number[] = [];

  constructor(name: string, command: string, args: string[], path: () => string = () => PATH) {
    this.#name = name;
    this.#path = path;
    this.#child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped" }).spawn();
    this.#output = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async start(): Promise<void> {
    this.#port = Number((await this.#output.read()).value);
    await this.#load(2_000);
  }

  async round(): Promise<void> {
    const began = performance.now(), before = await processorTime(this.#child.pid);
    const bytes = await this.#load(REQUESTS);
    this.ms.push((await processorTime(this.#child.pid) - before) / REQUESTS);
    this.#perSecond.push(REQUESTS / ((performance.now() - began) / 1_000));
    this.#bytes = Math.round(bytes / REQUESTS);
  }

  /** How many times less processor time it takes than another: median of the rounds, least and most. */
  against(other: Peer): string {
    const ratios = this.ms.map((ms, i) => other.ms[i]! / ms).toSorted((a, b) => a - b);
    const [least, middle, most] = [0, 0.5, 1].map((share) => quantile(ratios, share));
    return `${middle!.toFixed(2)} times (${least!.toFixed(2)} to ${most!.toFixed(2)})`;
  }

  get line(): string {
    const ms = quantile(this.ms.toSorted((a, b) => a - b), 0.5);
    const rate = quantile(this.#perSecond.toSorted((a, b) => a - b), 0.5);
    return `${this.#name.padEnd(34)} ${ms.toFixed(3)} processor ms a request, ${
      rate.toFixed(0)
    } a second, ${this.#bytes} bytes`;
  }

  async end(): Promise<void> {
    await this.#child.stdin.close();
    this.#child.kill("SIGTERM");
    await this.#output.cancel();
    await this.#child.status;
  }

  async #load(requests: number): Promise<number> {
    const each = requests / CONNECTIONS;
    const bytes = await Promise.all(
      Array.from({ length: CONNECTIONS }, () => ask(this.#port, each, this.#path)),
    );
    return bytes.reduce((sum, one) => sum + one, 0);
  }
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))]!;
}

let asked = 0;
// An address that was never asked for: no answer to it is kept.
const newPath = () => `${PATH}&from=${++asked}`;
const deno = (kind: string) => ["run", "-A", "--no-check", script("api_servers.ts"), kind];
const bare = new Peer("bare Deno.serve, JSON.stringify", Deno.execPath(), deno("bare"));
const api = new Peer("ours, text kept while it stands", Deno.execPath(), deno("api"));
const text = new Peer("bare Deno.serve, text kept", Deno.execPath(), deno("bare-text"));
const made = new Peer("ours, made at each request", Deno.execPath(), deno("api-made"), newPath);
const revised = new Peer(
  "ours, a minute revised before each",
  Deno.execPath(),
  deno("api-revised"),
);
const written = new Peer(
  "ours, nothing kept",
  Deno.execPath(),
  deno("api-written"),
  newPath,
);
const python = Deno.env.get("BENCH_PYTHON");
const peer = python === undefined
  ? undefined
  : new Peer("FastAPI, uvicorn, uvloop", python, [script("api_peer.py")]);
const peers = [bare, api, text, made, revised, written, ...(peer === undefined ? [] : [peer])];
try {
  for (const one of peers) await one.start();
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of peers) await one.round();
  }
} finally {
  await Promise.all(peers.map((one) => one.end()));
}
for (const one of peers) say(one.line);
say(`ours against bare Deno.serve that stringifies: ${api.against(bare)}`);
say(`ours, its page made anew of kept rows, against the same: ${made.against(bare)}`);
say(`ours, a minute revised before each request, against the same: ${revised.against(bare)}`);
say(`ours, nothing kept, against the same: ${written.against(bare)}`);
say(`ours against bare Deno.serve with kept text: ${api.against(text)}`);
if (peer === undefined) {
  say("FastAPI is left out: BENCH_PYTHON names no Python with test/bench/requirements.txt");
} else say(`ours against FastAPI: ${api.against(peer)}`);
