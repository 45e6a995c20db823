import assert from "node:assert/strict";
import { OutputRecorder } from "../../lib/kernel/output_recorder.ts";

/** A recorder with two cells, run by the requests a and b. */
function recording() {
  const recorder = new OutputRecorder();
  const [a, b] = [recorder.begin("a"), recorder.begin("b")];
  const take = (parentId: string, type: string, content: Record<string, unknown>) =>
    recorder.take({ type, id: "", parentId, date: "2025-12-03T14:00:00Z", content });
  const display = (parentId: string, html: string, id?: string, type = "display_data") =>
    take(parentId, type, {
      data: { "text/html": html },
      metadata: {},
      transient: { display_id: id },
    });
  const print = (parentId: string, text: string, name = "stdout") =>
    take(parentId, "stream", { name, text });
  const shown = (record: typeof a) =>
    record.outputs.map((output) =>
      output.output_type === "stream"
        ? output.text
        : "data" in output
        ? output.data["text/html"]
        : output.ename
    );
  return { recorder, a, b, take, display, print, shown };
}

Deno.test("OutputRecorder merges what one stream says in a row", () => {
  const { a, print, display, shown } = recording();
  print("a", "1\n");
  print("a", "2\n");
  print("a", "bad", "stderr");
  display("a", "p");
  print("a", "3");
  assert.deepEqual(shown(a), ["1\n2\n", "bad", "p", "3"]);
});

Deno.test("OutputRecorder changes a display wherever it stands, also under another cell's request or none", () => {
  const { a, b, display, shown } = recording();
  display("a", "1", "x");
  display("a", "other", "y");
  display("b", "2", "x");
  assert.deepEqual([shown(a), shown(b)], [["2", "other"], ["2"]], "shown again: both change");
  display("b", "3", "x", "update_display_data");
  assert.deepEqual([shown(a), shown(b)], [["3", "other"], ["3"]]);
  display("unknown", "4", "x", "update_display_data");
  display("b", "5", "never shown", "update_display_data");
  assert.deepEqual([shown(a), shown(b)], [["4", "other"], ["4"]]);
});

Deno.test("OutputRecorder clears at once, or when the next output comes", () => {
  const { a, b, take, print, shown } = recording();
  print("a", "1");
  print("b", "kept");
  take("a", "clear_output", { wait: false });
  assert.deepEqual(shown(a), []);
  print("a", "2");
  take("a", "clear_output", { wait: true });
  assert.deepEqual(shown(a), ["2"]);
  print("a", "3");
  print("a", "4");
  assert.deepEqual([shown(a), shown(b)], [["34"], ["kept"]]);
});

Deno.test("OutputRecorder gives a cell what arrives late, under the request that followed it", () => {
  const { recorder, a, print, shown } = recording();
  recorder.continue(a, "fence");
  print("fence", "late");
  print("a", "later");
  print("stranger", "lost");
  assert.deepEqual(shown(a), ["latelater"]);
});

Deno.test("OutputRecorder keeps counts and times, and makes of any data what the format takes", () => {
  const { a, take } = recording();
  take("a", "status", { execution_state: "busy" });
  take("a", "execute_input", { execution_count: 4 });
  const data = {
    "text/plain": ["a", "b"],
    "text/html": 5,
    "application/json": { x: 1 },
    "image/png": null,
  };
  take("a", "execute_result", { execution_count: 4, data });
  take("a", "error", { ename: "E", evalue: "v", traceback: ["t"] });
  assert.equal(a.executionCount, 4);
  assert.deepEqual(Object.keys(a.times), ["iopub.status.busy", "iopub.execute_input"]);
  assert.deepEqual(a.outputs, [
    {
      output_type: "execute_result",
      execution_count: 4,
      data: { "text/plain": "ab", "text/html": "5", "application/json": { x: 1 } },
      metadata: {},
    },
    { output_type: "error", ename: "E", evalue: "v", traceback: ["t"] },
  ]);
});
