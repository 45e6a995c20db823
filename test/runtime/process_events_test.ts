import assert from "node:assert/strict";
import { systemJupyter } from "../../lib/runtime/jupyter.ts";

const MODULE = new URL("../../lib/runtime/process_events.ts", import.meta.url).href;

/** Runs a script in a process of its own and gives its exit code and what it printed. */
async function run(script: string): Promise<{ code: number; out: string }> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["eval", `import { systemProcessEvents as events } from "${MODULE}";\n${script}`],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "null",
  }).output();
  return { code: output.code, out: new TextDecoder().decode(output.stdout) };
}

Deno.test("systemProcessEvents outlives what nobody caught, and the Stop button", async () => {
  const { code, out } = await run(`
    const off = [
      events.onUncaught((reason) => console.log("uncaught", reason.message)),
      events.onInterrupt(() => console.log("interrupted")),
    ];
    Promise.reject(new Error("a promise"));
    setTimeout(() => { throw new Error("a timer"); }, 60);
    setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 120);
    setTimeout(() => { for (const take of off) take(); console.log("alive"); }, 200);`);
  assert.equal(out, "uncaught a promise\nuncaught a timer\ninterrupted\nalive\n");
  assert.equal(code, 0, "with the listeners off nothing keeps the process");
});

Deno.test("systemProcessEvents leaves errors to the process once its listener is off", async () => {
  const { code, out } = await run(`
    events.onUncaught(() => console.log("heard"))();
    Promise.reject(new Error("a promise"));
    setTimeout(() => console.log("alive"), 50);`);
  assert.equal(out, "");
  assert.notEqual(code, 0);
});

Deno.test("systemJupyter says in one sentence what to do where there is no notebook", () => {
  assert.throws(systemJupyter, {
    name: "MarketError",
    code: "no-notebook",
    remedy: "configure",
    message: /This runs in a Deno notebook only.*`deno task lab`.*`deno task render`/,
  });
});
