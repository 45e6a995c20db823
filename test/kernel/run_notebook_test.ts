import assert from "node:assert/strict";
import { systemKernelPorts } from "../../lib/kernel/kernel_ports.ts";
import {
  type CellOutput,
  formatNotebook,
  type Notebook,
  parseNotebook,
} from "../../lib/kernel/notebook_file.ts";
import { withParameters } from "../../lib/kernel/parameters.ts";
import {
  type CellProgress,
  type NotebookRun,
  runNotebook,
  type RunOptions,
} from "../../lib/kernel/run_notebook.ts";
import { code, notebookOf, prose } from "./notebooks.ts";
import { isAlive } from "./processes.ts";

const cwd = new URL("../../notebooks", import.meta.url).pathname;

/** Runs a notebook; afterwards its kernel must be gone. */
async function run(notebook: Notebook, options: Partial<RunOptions> = {}): Promise<NotebookRun> {
  const system = systemKernelPorts();
  const pids: number[] = [];
  const ports = {
    ...system,
    startChild(...args: Parameters<typeof system.startChild>) {
      const child = system.startChild(...args);
      pids.push(child.pid);
      return child;
    },
  };
  try {
    return await runNotebook(notebook, { cwd, ...options }, ports);
  } finally {
    assert.ok(pids.length > 0 && pids.every((pid) => !isAlive(pid)), "no kernel is left behind");
  }
}

/** What a cell shows, one text an output. */
function shownBy({ notebook }: NotebookRun, cell: number): (string | undefined)[] {
  const found = notebook.cells[cell];
  assert.ok(found?.cell_type === "code");
  return found.outputs.map((output: CellOutput) =>
    output.output_type === "stream"
      ? output.text
      : "data" in output
      ? String(output.data["text/html"] ?? output.data["text/plain"])
      : `${output.ename}: ${output.evalue}`
  );
}

const show = (html: string, id: string, update = false) =>
  `Deno.jupyter.display({ "text/html": ${html} }, { raw: true, display_id: "${id}", update: ${update} });`;

Deno.test("runNotebook runs every cell in order and gives an executed notebook that reads back", async () => {
  const progress: CellProgress[] = [];
  const notebook = withParameters(
    notebookOf(
      prose("# Title"),
      code(`let NAME = "a", COUNT = 1;`, "parameters"),
      `import { formatUtc } from "../lib/model/time.ts";\nconsole.log(formatUtc(0));`,
      "",
      `console.log(NAME, COUNT); "result"`,
      code("never()", "skip-execution"),
    ),
    { NAME: "set", COUNT: 2 },
  );
  const done = await run(notebook, { onProgress: (one) => progress.push(one) });
  assert.equal(done.failure, undefined);
  assert.deepEqual(shownBy(done, 2), [], "an assignment shows nothing of its own");
  assert.deepEqual(shownBy(done, 3), ["1970-01-01 00:00:00 UTC\n"]);
  assert.match(shownBy(done, 5).join(""), /^set 2\n.*"result"/);
  const counts = done.notebook.cells.map((cell) =>
    cell.cell_type === "code" ? cell.execution_count : "text"
  );
  assert.deepEqual(counts, ["text", 1, 2, 3, null, 4, null]);
  const told = progress.filter(({ kind }) => kind === "ended").map((
    { cell, of, firstLine },
  ) => [cell, of, firstLine]);
  assert.deepEqual(told, [
    [1, 3, `let NAME = "a", COUNT = 1;`],
    [2, 3, `import { formatUtc } from "../lib/model/time.ts";`],
    [3, 3, `console.log(NAME, COUNT); "result"`],
  ]);
  assert.deepEqual(parseNotebook(formatNotebook(done.notebook), { name: "x" }), done.notebook);
  assert.equal((done.notebook.metadata.kernelspec as { name: string }).name, "deno");
  assert.equal((done.notebook.metadata.language_info as { name: string }).name, "typescript");
});

Deno.test("runNotebook takes updates from timers, between cells and after the last one", async () => {
  const done = await run(notebookOf(
    `let n = 0; ${show("'first'", "x")} ${show("'still'", "y")} void 0`,
    `const timer = setInterval(() => { n++; ${show("String(n)", "x", true)} }, 2); ${
      show("'second'", "x")
    } void 0`,
    `await new Promise((resolve) => setTimeout(resolve, 60)); void 0`,
    `clearInterval(timer); setTimeout(() => { ${show("'last of ' + n", "x", true)} }, 20); void 0`,
  ));
  const [first, still] = shownBy(done, 0);
  const ticks = Number(/^last of (\d+)$/.exec(first ?? "")?.[1]);
  assert.ok(ticks >= 5, `${first}`);
  assert.equal(still, "still");
  assert.deepEqual(shownBy(done, 1), [first], "every display with that id changed");
});

Deno.test("runNotebook stops at a cell that fails, unless it may", async () => {
  const cells = [
    code(`throw new RangeError("planned")`, "raises-exception"),
    "console.log(1);\nnever()",
    "after()",
  ];
  const stopped = await run(notebookOf(...cells));
  assert.deepEqual(shownBy(stopped, 0), ["RangeError: planned"]);
  // The kernel may publish an error before what was printed earlier.
  assert.deepEqual(shownBy(stopped, 1).sort(), ["1\n", "ReferenceError: never is not defined"]);
  assert.deepEqual(shownBy(stopped, 2), []);
  assert.equal(stopped.failure?.kind, "error");
  assert.equal(
    stopped.failure.message,
    "cell 2 (console.log(1);) failed: ReferenceError: never is not defined",
  );
  assert.match(
    stopped.failure.traceback.join("\n"),
    /^ReferenceError: never is not defined\n\s+at/,
  );
  const allowed = await run(notebookOf(...cells), { allowErrors: true });
  assert.equal(allowed.failure, undefined);
  assert.deepEqual(shownBy(allowed, 2), ["ReferenceError: after is not defined"]);
});

Deno.test("runNotebook reports a syntax error, which the kernel does not describe, without running the cell", async () => {
  const cells = [
    "console.log('ran'); let a = ;",
    "const ok = 1;\nfoo(\n  1 2)",
    "console.log('on')",
  ];
  const done = await run(notebookOf(...cells), { allowErrors: true });
  assert.deepEqual(shownBy(done, 0), ["SyntaxError: Expression expected"]);
  assert.deepEqual(shownBy(done, 1), ["SyntaxError: Expected ',', got 'numeric literal (2, 2)'"]);
  assert.deepEqual(shownBy(done, 2), ["on\n"]);
  const [first, second] = done.notebook.cells.map((cell) =>
    cell.cell_type === "code" && cell.outputs[0]?.output_type === "error"
      ? cell.outputs[0].traceback
      : []
  );
  assert.deepEqual(first, [
    "SyntaxError: Expression expected",
    "1 | console.log('ran'); let a = ;",
    "  |                             ~",
    "    at line 1, column 29",
  ]);
  assert.deepEqual(second!.slice(1), ["3 |   1 2)", "  |     ~", "    at line 3, column 5"]);
});

Deno.test("runNotebook interrupts a cell that runs too long, and says what came of it", async () => {
  const guarded = `const stop = Promise.withResolvers();
Deno.addSignalListener("SIGINT", () => stop.reject(new Error("stopped")))`;
  const cases: [cells: string[], message: RegExp, shown: RegExp][] = [
    [
      [guarded, "console.log('began'); await stop.promise", "never()"],
      /^cell 2 \(console\.log\('began'\); await stop\.promise\) ran longer than 0\.4 s and was interrupted$/,
      /^began\n,Error: stopped,CellTimeout: cell 2/,
    ],
    [
      ["1", "while (true) {}"],
      /^cell 2 \(while.*0\.4 s; the interrupt ended the kernel$/,
      /^CellTimeout: cell 2/,
    ],
    [
      [guarded, "while (true) {}"],
      /did not heed the interrupt, and was killed$/,
      /^CellTimeout: cell 2/,
    ],
  ];
  const runs = await Promise.all(
    cases.map(([cells]) => run(notebookOf(...cells), { cellTimeoutMs: 400 })),
  );
  for (const [i, [, message, shown]] of cases.entries()) {
    const { failure } = runs[i]!;
    assert.equal(failure?.kind, "timeout");
    assert.match(failure.message, message);
    assert.match(shownBy(runs[i]!, 1).join(), shown);
  }
});

Deno.test("runNotebook says that the kernel ended, while which cell, and how", async () => {
  const during = await run(
    notebookOf("console.log('before')", `Deno.kill(Deno.pid, "SIGKILL");`, "1"),
  );
  assert.deepEqual(shownBy(during, 0), ["before\n"]);
  assert.equal(during.failure?.kind, "kernel-ended");
  assert.equal(
    during.failure.message,
    `the kernel ended while cell 2 (Deno.kill(Deno.pid, "SIGKILL");) ran: killed by SIGKILL`,
  );
  assert.match(shownBy(during, 1).join(), /^KernelEnded: the kernel ended while cell 2/);
});

/** Waits in a cell, ms. */
const pause = (ms: number) => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;

Deno.test("runNotebook shows an error that a timer throws late in the cell that runs, and fails", async () => {
  const since = performance.now();
  const done = await run(notebookOf(
    `setTimeout(() => { throw new Error("late") }, 150); console.log("now")`,
    `${pause(500)} console.log("after")`,
    `console.log("third")`,
  ));
  assert.deepEqual(done.failure?.kind, "error");
  assert.match(
    done.failure!.message,
    /^an error that nothing caught came in cell 2 \(.+\): Error: late$/,
  );
  assert.match(done.failure!.traceback[0]!, /^Uncaught Error: late$/);
  assert.match(done.failure!.traceback[1]!, /^\s+at /);
  assert.deepEqual(shownBy(done, 0), ["now\n"]);
  assert.deepEqual(shownBy(done, 1), ["Error: late", "after\n"], "the cell goes on");
  assert.deepEqual(shownBy(done, 2), [], "the run does not");
  assert.ok(performance.now() - since < 20_000);
});

/** Ways to fail where no cell can catch it, and what is shown. */
const UNCAUGHT_WAYS: readonly (readonly [source: string, shown: RegExp])[] = [
  [`Promise.reject(new TypeError("a"));`, /^TypeError: a$/],
  [`(async () => { await 0; throw new RangeError("b"); })();`, /^RangeError: b$/],
  [`queueMicrotask(() => { throw new Error("c"); });`, /^Error: c$/],
  [
    `{ const t = new EventTarget(); t.addEventListener("x", () => { throw new Error("d"); }); t.dispatchEvent(new Event("x")); }`,
    /^Error: d$/,
  ],
  [`setTimeout(() => Promise.reject(new Error("e")), 5);`, /^Error: e$/],
  [`process.nextTick(() => { throw new Error("f"); });`, /^Error: f$/],
  [`reportError(new Error("g"));`, /^Error: g$/],
  [`setTimeout(() => { throw null; }, 5);`, /^Uncaught: null$/],
  [`setTimeout(() => { throw "text"; }, 5);`, /^Uncaught: text$/],
  [
    `setTimeout(() => { throw { get message() { throw 1; }, get stack() { throw 2; } }; }, 5);`,
    /^Uncaught: ./,
  ],
  [`setTimeout(() => { throw new Error("x".repeat(1e6)); }, 5);`, /^Error: x{4000}$/],
  [
    `AbortSignal.timeout(5).addEventListener("abort", () => { throw new Error("h"); });`,
    /^Error: h$/,
  ],
  [`import("data:application/javascript,throw new Error('i')");`, /^Error: i$/],
  [
    `new Worker("data:application/javascript,throw new Error('j')", { type: "module" });`,
    /^Uncaught: Error: j$/,
  ],
];

Deno.test("runNotebook shows every kind of error that nothing catches, and the kernel lives on", async () => {
  // A worker takes its time to start.
  const cells = UNCAUGHT_WAYS.map(([source]) =>
    `${source} ${pause(source.includes("Worker") ? 2_000 : 300)}`
  );
  const done = await run(
    notebookOf(...cells, `Promise.reject(new Error("caught")).catch(() => {}); console.log("end")`),
    { allowErrors: true },
  );
  assert.equal(done.failure, undefined);
  UNCAUGHT_WAYS.forEach(([source, shown], i) => {
    const outputs = shownBy(done, i);
    assert.equal(outputs.length, 1, `${source} shows ${outputs}`);
    assert.match(outputs[0]!, shown, source);
  });
  assert.deepEqual(shownBy(done, UNCAUGHT_WAYS.length), ["end\n"]);
});

Deno.test("runNotebook fails by what comes after the last cell's end, and not where a cell may fail", async () => {
  const late = `setTimeout(() => { throw new Error("last") }, 30);`;
  const last = await run(notebookOf("1", late));
  assert.match(last.failure!.message, /came in cell 2 .+: Error: last$/);
  assert.equal(shownBy(last, 1).at(-1), "Error: last");
  const allowed = await run(notebookOf(code(`${late} ${pause(200)}`, "raises-exception"), "2"));
  assert.equal(allowed.failure, undefined);
  assert.deepEqual(shownBy(allowed, 0), ["Error: last"]);
});

Deno.test("runNotebook does not wait for a cell whose wait died with an error, nor shows it without end", async () => {
  const dead = await run(notebookOf(
    `setTimeout(() => { throw new Error("gone") }, 100); await new Promise(() => {});`,
  ));
  assert.match(dead.failure!.message, /came in cell 1 .+: Error: gone$/);
  const [error, stop] = shownBy(dead, 0);
  assert.equal(error, "Error: gone");
  assert.match(stop!, /^CellTimeout: cell 1 .+ still ran 5 s after an error that nothing caught/);
  const endless = await run(notebookOf(
    `setInterval(() => { throw new Error("again") }, 1); console.log("on")`,
    pause(300),
  ));
  assert.match(endless.failure!.message, /: Error: again$/);
  assert.ok(shownBy(endless, 0).length + shownBy(endless, 1).length <= 13);
});

Deno.test("runNotebook ends at once when aborted, in the middle of a cell", async () => {
  const stopping = new AbortController();
  const since = performance.now();
  const running = run(notebookOf("1", "while (true) {}"), {
    signal: stopping.signal,
    onProgress: ({ kind, cell }) => {
      if (kind === "started" && cell === 2) {
        setTimeout(() => stopping.abort(new Error("enough")), 30);
      }
    },
  });
  await assert.rejects(running, /^Error: enough$/);
  assert.ok(performance.now() - since < 3_000);
});
