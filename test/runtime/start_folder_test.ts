import assert from "node:assert/strict";
import { startFolder } from "../../lib/runtime/start_folder.ts";

const from = (start: string | undefined, cwd = "/p") =>
  startFolder({
    cwd,
    project: "/p",
    variable: (name) => name === "INIT_CWD" ? start : undefined,
  });

Deno.test("startFolder gives the folder in which a task was called, seen from the project", () => {
  assert.equal(from("/p/notebooks/mine"), "notebooks/mine");
  assert.equal(from("/p"), "");
  assert.equal(from("/elsewhere"), "../elsewhere");
});

Deno.test("startFolder believes the variable only where a task has set it", () => {
  assert.equal(from(undefined), "");
  assert.equal(from("/stale", "/p/notebooks"), "", "no task runs there");
  assert.equal(from("relative"), "");
  assert.equal(from(""), "");
});
