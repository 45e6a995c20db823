import assert from "node:assert/strict";
import { serve } from "../../lib/cli/serve.ts";
import { MarketError } from "../../lib/model/errors.ts";
import type { Terminal } from "../../lib/runtime/terminal.ts";
import { withTempFolder } from "../support/temp_folder.ts";

function terminalOf(stop: AbortSignal) {
  const out: string[] = [], err: string[] = [];
  const terminal: Terminal = {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    clearLine: () => {},
    isInteractive: false,
    stop,
    env: {},
  };
  return { terminal, out, err };
}

Deno.test("serve prints its address, answers with the market's numbers, and ends with 0", async () => {
  await withTempFolder(async (folder) => {
    const file = `${folder}/config.yaml`;
    await Deno.writeTextFile(file, "data: { backfillHours: 1 }\n");
    const stopping = new AbortController();
    const { terminal, out } = terminalOf(stopping.signal);
    const running = serve(["--config", file, "--port", "0", "--speed", "60"], terminal);
    const address = await untilSome(() => /serves at (\S+)/.exec(out.join(""))?.[1]);
    const token = /Token for changes, of this run: (\S{43})\n/.exec(out.join(""))?.[1];
    assert.ok(token !== undefined, "a random token is printed");
    const early = await fetch(`${address}api/v1/health`);
    assert.equal(early.status, 503, "it answers before its market is open");
    assert.match((await early.json()).detail, /opening/);
    const page = await fetch(address);
    assert.match(await page.text(), /<!doctype html>/i, "the page is there before the market");
    await untilSome(() => /trades, /.exec(out.join(""))?.[0]);
    const text = async (path: string) => await (await fetch(`${address}${path}`)).text();
    assert.match(await text("api/v1/health"), /"state":/);
    assert.match(await text("api/v1/bars/BTCUSDT?limit=1"), /"source":"simulated"/);
    assert.match(await text(""), /<!doctype html>/i);
    assert.ok(
      !(await text("api/v1/status")).includes(token),
      "no answer of the API holds the token",
    );
    stopping.abort(new Error("stopped by the user"));
    assert.equal(await running, 0);
    assert.match(out.join(""), /BTCUSDT \d+ trades, age [\d.]+ s/);
  });
});

Deno.test("serve refuses an address that others reach without a token, or without names", async () => {
  await withTempFolder(async (folder) => {
    const refused = async (yaml: string, rule: RegExp) => {
      const file = `${folder}/config.yaml`;
      await Deno.writeTextFile(file, yaml);
      const { terminal } = terminalOf(new AbortController().signal);
      await assert.rejects(
        serve(["--config", file], terminal),
        (error) => error instanceof MarketError && rule.test(error.message),
      );
    };
    await refused("api: { host: 0.0.0.0 }\n", /api\.token must be set/);
    await refused(
      "api: { host: 0.0.0.0, token: 0123456789abcdef }\n",
      /api\.hosts must list the names/,
    );
    await refused("api: { token: short }\n", /api\.token .*must be a secret of 16/);
  });
});

async function untilSome<T>(look: () => T | undefined): Promise<T> {
  for (let i = 0; i < 600; i++) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("not within 15 s");
}
