import assert from "node:assert/strict";
import { denoPath, startChild } from "../../lib/runtime/child_process.ts";
import { runProgram } from "../../lib/runtime/run_program.ts";

const evaluate = (code: string, env?: Record<string, string>) =>
  startChild({ command: denoPath(), args: ["eval", code], ...(env === undefined ? {} : { env }) });

Deno.test("startChild tells how a process ended and keeps the end of what it said", async () => {
  const child = evaluate(
    `console.error("x".repeat(20_000) + Deno.env.get("LAST")); Deno.exit(Deno.ppid === ${Deno.pid} ? 3 : 4)`,
    { LAST: "words" },
  );
  assert.equal(child.parentPid, Deno.pid);
  assert.deepEqual(await child.exit, { code: 3, signal: undefined });
  assert.equal(child.errorTail().length, 8_000);
  assert.match(child.errorTail(), /xwords\n$/);
  child.kill("SIGKILL");
});

Deno.test("startChild sends signals, and does not wait for what a dead child left behind", async () => {
  const sleeping =
    `new Deno.Command(Deno.execPath(), { args: ["eval", "setTimeout(() => {}, 3000)"] }).spawn()`;
  const child = evaluate(`${sleeping}; console.error("ready"); setInterval(() => {}, 1000)`);
  while (!child.errorTail().includes("ready")) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const since = performance.now();
  child.kill("SIGKILL");
  assert.equal((await child.exit).signal, "SIGKILL");
  assert.ok(performance.now() - since < 2_000);
});

Deno.test("startChild and runProgram throw where there is no such program", async () => {
  assert.throws(() => startChild({ command: "/no/such/program", args: [] }), Deno.errors.NotFound);
  await assert.rejects(runProgram("/no/such/program", []), Deno.errors.NotFound);
});

Deno.test("runProgram gives both outputs and the exit code", async () => {
  const code = `console.log(Deno.env.get("X")); console.error("e"); Deno.exit(5)`;
  assert.deepEqual(await runProgram(denoPath(), ["eval", code], { env: { X: "o" } }), {
    code: 5,
    out: "o\n",
    err: "e\n",
  });
});
