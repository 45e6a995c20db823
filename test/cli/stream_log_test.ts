import assert from "node:assert/strict";
import { stream } from "../../lib/cli/stream.ts";
import { withTempFolder } from "../support/temp_folder.ts";
import { fakeTerminal } from "./fake_terminal.ts";

interface Line {
  readonly source: string;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

function linesOf(text: string): Line[] {
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

Deno.test("stream keeps a log file a stream, with a summary every five venue minutes", async () => {
  await withTempFolder(async (dir) => {
    const yaml =
      `{ source: simulated, clock: { speed: 1200 }, data: { backfillHours: 1 }, log: { dir: ${dir}/logs } }`;
    await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
    const { terminal, err } = fakeTerminal();
    const code = await stream(["--config", `${dir}/config.yaml`, "--minutes", "16"], terminal);
    assert.equal(code, 0, err());
    const names = (await Array.fromAsync(Deno.readDir(`${dir}/logs`))).map(({ name }) => name);
    for (const name of ["BTCUSDT", "ES", "NQ", "binance", "ibkr", "stream"]) {
      assert.ok(names.includes(`${name}.jsonl`), `${name} in ${names}`);
    }
    for (const name of ["BTCUSDT", "ES", "NQ"]) {
      const lines = linesOf(await Deno.readTextFile(`${dir}/logs/${name}.jsonl`));
      assert.ok(lines.every(({ source }) => source === name), "nothing of another stream");
      const summaries = lines.filter(({ fields }) => fields.summary === true);
      // A busy machine lets venue minutes pass before the first one is counted, so only their distance is known.
      assert.ok(summaries.length >= 2, `${summaries.length} in 16 minutes`);
      const times = summaries.map(({ fields }) => Number(fields.time));
      assert.ok(times.every((time, i) => i === 0 || time - times[i - 1]! >= 300_000), `${times}`);
      for (const { message, fields } of summaries) {
        assert.match(message, new RegExp(`^${name} \\w+: \\d+ minutes?, \\d+ gaps?, `));
        assert.equal(Number(fields.time) % 300_000, 0);
      }
      // The first may come before a stream has said anything: then its age is null, not a number.
      for (const key of ["minutes", "gaps", "reconnects", "ageMs", "offsetMs"]) {
        assert.equal(typeof summaries.at(-1)!.fields[key], "number", key);
      }
    }
    const contracts = linesOf(await Deno.readTextFile(`${dir}/logs/ES.jsonl`))
      .filter(({ message }) => message.startsWith("Contract ES"));
    assert.equal(contracts.length, 1);
    // Standard error carries the same lines, each once.
    const files = await Promise.all(names.map((name) => Deno.readTextFile(`${dir}/logs/${name}`)));
    assert.deepEqual(err().trim().split("\n").sort(), files.join("").trim().split("\n").sort());
  });
});

Deno.test("stream never tells a secret of its configuration, in no log, file, table or message", async () => {
  await withTempFolder(async (dir) => {
    // Nothing listens on the discard port, so that each failure tells the address it tried.
    const yaml = [
      `source: live`,
      `ibkr: { futures: [] }`,
      `binance: { streamUrl: "ws://me:hunter2@127.0.0.1:9", restUrl: "http://me:hunter2@127.0.0.1:9/?token=t0kenValue" }`,
      `log: { level: debug, dir: ${dir}/logs }`,
    ].join("\n");
    await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
    const { terminal, err, out, stop } = fakeTerminal();
    const running = stream(["--config", `${dir}/config.yaml`, "--export", `${dir}/out`], terminal);
    const deadline = performance.now() + 8_000;
    while (!/recovering|failed/.test(err())) {
      assert.ok(performance.now() < deadline, err());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    stop();
    await running.catch(() => {});
    let all = out() + err();
    for await (const { name } of Deno.readDir(`${dir}/logs`)) {
      all += await Deno.readTextFile(`${dir}/logs/${name}`);
    }
    assert.ok(/127\.0\.0\.1:9/.test(all), "the address itself is told");
    assert.doesNotMatch(all, /hunter2|t0kenValue/);
  });
});

Deno.test("stream never repeats a secret in the error over a configuration", async () => {
  await withTempFolder(async (dir) => {
    const bad = [
      `binance: { streamUrl: "ftp://me:hunter2@host" }`,
      `binance: { streamUrl: [ "wss://me:hunter2@host" ] }`,
      `log: { level: "token=hunter2" }`,
    ];
    for (const yaml of bad) {
      await Deno.writeTextFile(`${dir}/config.yaml`, yaml);
      const { terminal, out, err } = fakeTerminal();
      const error = await stream(["--config", `${dir}/config.yaml`], terminal).then(
        () => assert.fail("it must be refused"),
        (error: Error) => error,
      );
      assert.match(error.message, /got /);
      assert.doesNotMatch(error.message + out() + err(), /hunter2/);
    }
  });
});
