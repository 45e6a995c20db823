import assert from "node:assert/strict";
import { Kernel } from "../../lib/kernel/kernel.ts";
import { endingOf } from "../../lib/kernel/kernel_ended.ts";
import { type KernelPorts, systemKernelPorts } from "../../lib/kernel/kernel_ports.ts";
import type { KernelMessage } from "../../lib/kernel/message.ts";
import { MarketError } from "../../lib/model/errors.ts";
import { isAlive, isGone } from "./processes.ts";

const cwd = new URL("../../notebooks", import.meta.url).pathname;
const SHOW_20 =
  `for (let i = 0; i < 20; i++) Deno.jupyter.display({ "text/plain": "x" }, { raw: true }); void 0`;

Deno.test("Kernel receives every output of 50 cells before the fence of each has passed", async () => {
  let shown = 0;
  const onMessage = ({ type }: KernelMessage) => void (type === "display_data" && shown++);
  await using kernel = await Kernel.start({ cwd, onMessage });
  for (let cell = 1; cell <= 50; cell++) {
    // Twenty each in ten of the cells, one each in the others: both lose most without a fence.
    const code = cell % 5 === 0 ? SHOW_20 : SHOW_20.replace("i < 20", "i < 1");
    await kernel.execute(code).reply;
    await kernel.fence().reply;
    assert.equal(shown, cell + 19 * Math.floor(cell / 5), `after cell ${cell}`);
  }
  await kernel.shutdown();
  await kernel.shutdown();
  assert.ok(!isAlive(kernel.pid));
});

Deno.test("Kernel runs in the folder given, answers errors as values, and rejects once it has ended", async () => {
  const outputs: unknown[] = [];
  const onMessage = ({ type, content }: KernelMessage) =>
    void (type === "stream" && outputs.push(content.text));
  await using kernel = await Kernel.start({ cwd, onMessage, env: { COMOVE_TEST: "here" } });
  assert.equal(kernel.languageInfo.name, "typescript");
  await kernel.execute(`console.log(Deno.cwd(), Deno.env.get("COMOVE_TEST"))`).reply;
  await kernel.fence().reply;
  assert.deepEqual(outputs, [`${cwd} here\n`]);
  const reply = await kernel.execute(`throw new TypeError("bad")`).reply;
  assert.deepEqual([reply.isOk, reply.ename, reply.evalue], [false, "TypeError", "bad"]);
  // The kernel keeps Deno.stderr for the page; what the engine itself says goes to the process's own.
  const dying = kernel.execute(
    `Deno.writeTextFileSync("/dev/stderr", "out of luck\\n"); Deno.exit(3)`,
  );
  await assert.rejects(dying.reply, /^KernelEnded: with exit code 3; its last words: out of luck$/);
  await assert.rejects(kernel.execute("1").reply, /with exit code 3/);
  await assert.rejects(kernel.fence().reply, /with exit code 3/);
});

Deno.test("Kernel survives an interrupt that the notebook listens for, and its variables with it", async () => {
  const outputs: unknown[] = [];
  const onMessage = ({ type, content }: KernelMessage) =>
    void (type === "stream" && outputs.push(content.text));
  await using kernel = await Kernel.start({ cwd, onMessage });
  await kernel.execute(`let kept = 41; const stop = Promise.withResolvers();
    Deno.addSignalListener("SIGINT", () => stop.reject(new Error("stopped")))`).reply;
  const waiting = kernel.execute("await stop.promise");
  setTimeout(() => kernel.interrupt(), 50);
  assert.equal((await waiting.reply).evalue, "stopped");
  await kernel.execute("console.log(kept + 1)").reply;
  await kernel.fence().reply;
  assert.deepEqual(outputs, ["42\n"]);
});

Deno.test("Kernel removes its connection file, which only its user could read, once it is up", async () => {
  const system = systemKernelPorts();
  const modes: (number | null)[] = [];
  let path = "";
  const ports: KernelPorts = {
    ...system,
    async writePrivateFile(name, text) {
      const file = await system.writePrivateFile(name, text);
      path = file.path;
      for (const one of [path, path.replace(/\/[^/]+$/, "")]) {
        modes.push((await Deno.stat(one)).mode);
      }
      return file;
    },
  };
  await using _kernel = await Kernel.start({ cwd }, ports);
  assert.deepEqual(modes.map((mode) => mode! & 0o777), [0o600, 0o700]);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("Kernel.start says why there is none, and is aborted at any moment, leaving no process", async () => {
  const system = systemKernelPorts();
  const pids: number[] = [];
  const watched = (args?: readonly string[]): KernelPorts => ({
    ...system,
    startChild: (options) => {
      const child = system.startChild(args === undefined ? options : { ...options, args });
      pids.push(child.pid);
      return child;
    },
  });
  const failing = Kernel.start(
    { cwd },
    watched(["eval", "console.error('no kernel here'); Deno.exit(7)"]),
  );
  await assert.rejects(failing, (error: unknown) => {
    assert.ok(error instanceof MarketError && error.code === "kernel-start");
    assert.match(
      error.message,
      /did not start: it ended with exit code 7; its last words: no kernel here\./,
    );
    return true;
  });
  assert.equal(pids.length, 3, "taken ports are a reason to try again");
  const silent = Kernel.start(
    { cwd, startTimeoutMs: 300 },
    watched(["eval", "setInterval(() => {}, 1000)"]),
  );
  await assert.rejects(silent, /did not start: it was not ready within 0\.3 s/);
  const stages = ["file", "child", "connect"] as const;
  for (const stage of stages) {
    const stopping = new AbortController();
    const stopAt = (reached: typeof stages[number]) => {
      if (reached === stage) stopping.abort(new Error(`stop at ${stage}`));
    };
    const ports = watched();
    const stopped = Kernel.start({ cwd, signal: stopping.signal }, {
      ...ports,
      writePrivateFile: (...args) => {
        stopAt("file");
        return ports.writePrivateFile(...args);
      },
      startChild: (options) => {
        const child = ports.startChild(options);
        stopAt("child");
        return child;
      },
      connect: async (peer) => {
        const stream = await ports.connect(peer);
        stopAt("connect");
        return stream;
      },
    });
    await assert.rejects(stopped, new RegExp(`^Error: stop at ${stage}$`));
  }
  for (const pid of pids) assert.ok(!isAlive(pid), String(pid));
});

/** Starts a kernel in a process of its own that then does this; resolves with the kernel's id. */
async function kernelOfRunner(then: string) {
  const script = `
    import { Kernel } from ${
    JSON.stringify(new URL("../../lib/kernel/kernel.ts", import.meta.url).href)
  };
    const kernel = await Kernel.start({ cwd: "." });
    kernel.execute("while (true) {}").reply.catch(() => {});
    console.log(kernel.pid);
    await new Promise((resolve) => setTimeout(resolve, 300));
    ${then}`;
  const runner = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", `data:application/typescript,${encodeURIComponent(script)}`],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let said = "";
  for await (const chunk of runner.stdout) {
    said += new TextDecoder().decode(chunk);
    if (said.includes("\n")) break;
  }
  return { pid: Number(said), runner };
}

Deno.test("Kernel ends with its runner, however that ends, even while a cell keeps it busy", async () => {
  const ends = [
    `Deno.exit(0)`,
    `throw new Error("uncaught")`,
    `await new Promise((resolve) => setTimeout(resolve, 60_000))`,
  ];
  const runners = await Promise.all(ends.map(kernelOfRunner));
  assert.ok(runners.every(({ pid }) => pid > 0), "each had a kernel");
  // What no program can prepare for.
  runners[2]!.runner.kill("SIGKILL");
  for (const [i, { pid, runner }] of runners.entries()) {
    await runner.status;
    assert.ok(await isGone(pid, 5_000), `${ends[i]}`);
  }
});

Deno.test("endingOf reports how a process ended and its last output, without its usual output", () => {
  const tail =
    `\x1b[33mWarning\x1b[39m "deno jupyter" is unstable and might change.\n\nerror: a\n  b\n`;
  assert.equal(
    endingOf({ code: 1, signal: undefined }, tail).message,
    "with exit code 1; its last words: error: a b",
  );
  assert.equal(endingOf({ code: 137, signal: "SIGKILL" }, "").message, "killed by SIGKILL");
});
