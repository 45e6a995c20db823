/**
 * The program that {@link askDatabase} starts for each query. The query runs in a thread of its own, which nothing but
 * the end of the process can stop: so this thread ends it, when the time is over or whoever asked has gone.
 */
import type { Query, QueryOutcome } from "./query.ts";

/** Ends the process when all of it is written. */
async function finish(outcome: QueryOutcome): Promise<never> {
  const bytes = new TextEncoder().encode(JSON.stringify(outcome));
  const writer = Deno.stdout.writable.getWriter();
  await writer.write(bytes).catch(() => {});
  Deno.exit(0);
}

/** The first line; what follows is silence until whoever asked has gone. */
async function readQuery(): Promise<Query> {
  const reader = Deno.stdin.readable.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.endsWith("\n")) {
    const { value, done } = await reader.read();
    if (done) Deno.exit(1);
    text += decoder.decode(value, { stream: true });
  }
  void reader.read().catch(() => {}).then(() => Deno.exit(1));
  return JSON.parse(text);
}

const query = await readQuery();
setTimeout(() => void finish({ isLate: true }), query.timeoutMs);
const worker = new Worker(new URL("./query_worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }: MessageEvent<QueryOutcome>) => void finish(data);
worker.onerror = () => Deno.exit(1);
worker.postMessage(query);
