/** The tasks of deno.json ask for what they use, and for no more. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startFakeChannelServer } from "../alerts/support/fake_channel_server.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { type Invocation, invocationsIn } from "./task_flags.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const settings: {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
  readonly lock: unknown;
} = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Tasks of ours that need other hosts: those that the user configures. */
const REACH_ANY_HOST = [
  "alerts",
  "store",
  "serve",
  "stream",
  "ingest",
  "record",
  "doctor",
];
/** The wider checks run what strangers have written, in a checkout, by hand. */
const WIDER_CHECKS = [
  "acceptance",
  "bench",
  "servers",
  "servers:away",
  "servers:kills",
  "strangers",
  "browser",
];

function invocationOf(task: string): Invocation {
  const [first, ...more] = invocationsIn(settings.tasks[task]!.command);
  assert.ok(first !== undefined && more.length === 0, `${task} runs one program`);
  return first;
}

const OURS = Object.keys(settings.tasks).filter((task) =>
  !WIDER_CHECKS.includes(task) && task !== "ok"
);

Deno.test("every task names its programs and variables, and never prompts", () => {
  for (const task of OURS) {
    const { permissions, neverPrompts, hasAll } = invocationOf(task);
    assert.ok(!hasAll, `${task} has every permission`);
    assert.ok(neverPrompts, `${task} could wait for an answer that nobody gives`);
    for (const kind of ["run", "sys", "ffi", "import"]) {
      assert.notEqual(permissions[kind], true, `${task}: --allow-${kind} names nothing`);
    }
    // Tests set and read variables of their own.
    if (task !== "test") assert.notEqual(permissions.env, true, `${task}: --allow-env`);
  }
});

Deno.test("every task reaches loopback alone, but for those whose hosts the user configures", () => {
  for (const task of OURS) {
    const { net } = invocationOf(task).permissions;
    if (REACH_ANY_HOST.includes(task)) {
      assert.equal(net, true, task);
      continue;
    }
    assert.notEqual(net, true, `${task} reaches any host`);
    for (const host of net === true ? [] : net ?? []) {
      // RFC 6761: no name below `invalid` is ever found. A test needs one.
      assert.ok(LOOPBACK.includes(host) || host.endsWith(".invalid"), `${task} reaches ${host}`);
    }
  }
  for (const task of ["demo", "simulate", "render", "test"]) {
    const { net } = invocationOf(task).permissions;
    for (const host of LOOPBACK) assert.ok(net !== true && net?.includes(host), `${task} ${host}`);
  }
  assert.equal(invocationOf("replay").permissions.net, undefined, "a recording needs no network");
});

Deno.test("the lock is frozen: no task adds to it", () => {
  assert.deepEqual(settings.lock, { path: "./deno.lock", frozen: true });
});

Deno.test("invocationsIn reads flags with and without names, quotes and substitutions", () => {
  const [first, second] = invocationsIn(
    `A="$(deno eval -p "f('x').map((y) => y).join()")" deno run --no-prompt --allow-net="[::1],b" ` +
      `--allow-run="$(deno eval -p 'Deno.execPath()'),/x" --allow-read main.ts a && deno test -A test`,
  );
  assert.deepEqual(first, {
    permissions: { net: ["[::1]", "b"], run: ["SUBSTITUTED", "/x"], read: true },
    neverPrompts: true,
    hasAll: false,
    program: "main.ts a",
  });
  assert.equal(second!.hasAll, true);
});

interface Audited {
  readonly permission: string;
  readonly value: string | null;
}

/** Runs a task with its own permissions, and gives what it asked Deno for. */
async function audited(task: string, args: readonly string[], log: string) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", task, ...args],
    cwd: ROOT,
    stdin: "null",
    env: { DENO_AUDIT_PERMISSIONS: log, NO_COLOR: "1", COMOVE_CLOCK_SPEED: "600" },
  }).output();
  const text = new TextDecoder();
  // The task's shell and what it starts write to one file, and over each other's lines.
  const lines = (await Deno.readTextFile(log)).match(/\{"v":1,[^\n]*\}/g) ?? [];
  return {
    code,
    out: text.decode(stdout),
    err: text.decode(stderr),
    asked: lines.map((line) => JSON.parse(line) as Audited),
  };
}

/** Short runs of the tasks that start no other program, in an order in which each finds what it needs. */
const RUNS: readonly (readonly [task: string, args: (dir: string) => readonly string[]])[] = [
  ["record", (dir) => ["--config", `${dir}/c.yaml`, "--minutes", "1", "--out", `${dir}/tapes`]],
  ["stream", (dir) => ["--config", `${dir}/c.yaml`, "--minutes", "1", "--export", `${dir}/out`]],
  [
    "alerts",
    (dir) => [
      "rehearse",
      "--config",
      `${dir}/rules.yaml`,
      "--bars",
      `BTCUSDT=${dir}/out/bars_BTCUSDT_1m.csv`,
    ],
  ],
  ["samples", (dir) => ["--dir", `${dir}/samples`]],
  ["doctor", () => []],
];

Deno.test("every task works with its permissions, and uses each kind that it is given", async () => {
  await withTempFolder(async (dir) => {
    await Deno.writeTextFile(`${dir}/c.yaml`, "source: simulated\ndata: { backfillHours: 1 }\n");
    await Deno.writeTextFile(
      `${dir}/rules.yaml`,
      "alerts: { rules: [{ name: up, metric: price, of: BTCUSDT, fire: above 1 }] }\n",
    );
    const play = (): readonly string[] => [
      `${dir}/tapes/${Array.from(Deno.readDirSync(`${dir}/tapes`))[0]!.name}`,
      "--export",
      `${dir}/again`,
    ];
    await using hook = await startFakeChannelServer();
    await Deno.writeTextFile(
      `${dir}/hook.yaml`,
      `alerts: { channels: { desk: { kind: webhook, url: "${hook.url}" } } }\n`,
    );
    const send = (dir: string) => ["send", "desk", "--config", `${dir}/hook.yaml`];
    const used = new Map<string, Set<string>>();
    for (const [task, argsIn] of [...RUNS, ["alerts", send] as const, ["replay", play] as const]) {
      const { code, out, err, asked } = await audited(
        task,
        argsIn(dir),
        `${dir}/${task}-${used.size}.jsonl`,
      );
      assert.equal(code, 0, `${task}: ${out}${err}`);
      assert.doesNotMatch(out + err, /run again with the --allow/, task);
      const kinds = used.get(task) ?? new Set();
      for (const { permission } of asked) kinds.add(permission);
      used.set(task, kinds);
    }
    for (const [task, kinds] of used) {
      const given = Object.keys(invocationOf(task).permissions);
      assert.deepEqual(given.filter((kind) => !kinds.has(kind)), [], `${task} asks for too much`);
    }
    assert.equal(hook.asked.length, 1);
  });
});

Deno.test("store brings a file in and out, and asks, with the task's permissions", async () => {
  await withTempFolder(async (dir) => {
    const row = (minute: number) => `${minute * 60_000},5,6,4,5,1\n`;
    const rows = Array.from({ length: 5 }, (_, at) => row(29_410_000 + at)).join("");
    await Deno.writeTextFile(`${dir}/b.csv`, `time,open,high,low,close,volume\n${rows}`);
    const runs = [
      ["import", `${dir}/b.csv`, "--symbol", "ES"],
      ["export", "--out", `${dir}/o.xlsx`, "--symbol", "ES"],
      ["sql", "select count(*) from bars"],
    ];
    for (const args of runs) {
      const given = [...args, "--path", `${dir}/s.db`];
      const { code, out, err } = await audited("store", given, `${dir}/log.jsonl`);
      assert.equal(code, 0, out + err);
    }
  });
});

Deno.test("a task refuses a misspelt variable, though it may not read the whole environment", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "stream"],
    cwd: ROOT,
    stdin: "null",
    env: { COMOVE_CLOCK_SPED: "60", NO_COLOR: "1" },
  }).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /did you mean COMOVE_CLOCK_SPEED\?/);
});

Deno.test("without a task's list, the variables that are permitted and known are read", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...[
        "run",
        "--no-prompt",
        "--allow-read",
        "--allow-env=COMOVE_CLOCK_SPEED,LOG_STREAM,LOG_TOKENS",
      ],
      ...["lib/cli/main.ts", "stream"],
    ],
    cwd: ROOT,
    env: { COMOVE_CLOCK_SPEED: "-1", COMOVE_IBKR_PORT: "-1", NO_COLOR: "1" },
  }).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /clock\.speed in COMOVE_CLOCK_SPEED/);
});
