import assert from "node:assert/strict";

/** What a server answers to a statement of one of its own clients. */
export async function psql(url: string, statement: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("psql", {
    args: ["-At", "-c", statement, url],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim();
}
