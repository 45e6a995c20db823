import { sharedData } from "../support/shared_data.ts";

/** The captured messages of a gzipped JSON-lines file of real data; undefined where it is absent. */
export async function sharedLines(
  name: string,
): Promise<{ readonly raw: unknown }[] | undefined> {
  const path = sharedData(`wire/${name}.jsonl.gz`);
  if (path === undefined) return undefined;
  const file = await Deno.open(path);
  const text = await new Response(file.readable.pipeThrough(new DecompressionStream("gzip")))
    .text();
  return text.trim().split("\n").map((line) => JSON.parse(line));
}
