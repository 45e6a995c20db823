import assert from "node:assert/strict";
import { runInForeground } from "../../lib/runtime/foreground.ts";

function run(code: string, stop = new AbortController().signal) {
  return runInForeground({
    command: Deno.execPath(),
    args: ["eval", "--no-lock", code],
    cwd: Deno.cwd(),
    env: { TEST_GREETING: "hello" },
    stop,
  });
}

Deno.test("runInForeground gives the program its variables and returns its exit code", async () => {
  assert.equal(await run(`Deno.exit(Deno.env.get("TEST_GREETING") === "hello" ? 7 : 1)`), 7);
});

Deno.test("runInForeground asks the program to end when it is to stop", async () => {
  const folder = await Deno.makeTempDir();
  const ready = `${folder}/ready`;
  const stopping = new AbortController();
  const code = `Deno.addSignalListener("SIGTERM", () => Deno.exit(5));
    Deno.writeTextFileSync(${JSON.stringify(ready)}, ""); setInterval(() => {}, 1000);`;
  const running = run(code, stopping.signal);
  while (!await Deno.stat(ready).then(() => true, () => false)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  stopping.abort();
  assert.equal(await running, 5);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("runInForeground throws when there is no such program", async () => {
  const stop = new AbortController().signal;
  const options = { args: [], cwd: Deno.cwd(), env: {}, stop };
  await assert.rejects(
    runInForeground({ command: "/no/such/program", ...options }),
    Deno.errors.NotFound,
  );
});
