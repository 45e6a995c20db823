import assert from "node:assert/strict";
import { splitPositionals } from "../../lib/cli/positionals.ts";

Deno.test("splitPositionals takes out what stands for itself", () => {
  const specs = { set: { value: "NAME=VALUE", help: "" }, pdf: { help: "" } };
  const split = (...args: string[]) => splitPositionals(args, specs);
  assert.deepEqual(split("a", "--set", "b", "--pdf", "c", "--set=d", "e"), {
    positionals: ["a", "c", "e"],
    rest: ["--set", "b", "--pdf", "--set=d"],
  });
  assert.deepEqual(split("--pdf", "--", "--set", "-x"), {
    positionals: ["--set", "-x"],
    rest: ["--pdf"],
  });
  assert.deepEqual(split("--set"), { positionals: [], rest: ["--set"] });
});
