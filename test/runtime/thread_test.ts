import assert from "node:assert/strict";
import { MarketError } from "../../lib/model/errors.ts";
import { Thread } from "../../lib/runtime/thread.ts";

const MODULE = new URL("./answering_thread.ts", import.meta.url);

async function withThread(use: (thread: Thread) => Promise<void>): Promise<void> {
  const thread = new Thread(MODULE);
  try {
    await use(thread);
  } finally {
    thread.end();
  }
}

Deno.test("a thread answers calls with copies of values, each to its own caller", () =>
  withThread(async (thread) => {
    const columns = Float64Array.of(1, NaN, -0);
    const calls = [1, 2, 3].map((n) => thread.call("echo", [n, columns, undefined]));
    assert.deepEqual(await Promise.all(calls), [1, 2, 3].map((n) => [n, columns, undefined]));
    assert.equal(columns.length, 3);
  }));

Deno.test("a thread reports how far it is", () =>
  withThread(async (thread) => {
    const shares: number[] = [];
    assert.equal(
      await thread.call("steps", [], {
        onProgress: (share) => shares.push(share),
      }),
      "all",
    );
    assert.deepEqual(shares, [0.25, 0.5, 1]);
  }));

Deno.test("a call is stopped by its signal, and by one that was aborted before it is not made", () =>
  withThread(async (thread) => {
    const stop = new AbortController();
    const { signal } = stop;
    const stopped = thread.call("until stopped", [], { signal });
    await thread.call("echo", []);
    stop.abort(new RangeError("enough"));
    await assert.rejects(stopped, (error) => error instanceof RangeError);
    await assert.rejects(thread.call("hang", [], { signal }), /enough/);
    assert.deepEqual(await thread.call("echo", [1]), [1]);
  }));

Deno.test("an error of a thread is thrown as what it was, a MarketError with its fields", () =>
  withThread(async (thread) => {
    await assert.rejects(thread.call("refuse", []), (error: MarketError) => {
      assert.ok(error instanceof MarketError);
      const { code, remedy, message, venue, instrument, retryAfterMs, cause } = error;
      assert.deepEqual(
        { code, remedy, message, venue, instrument, retryAfterMs },
        {
          code: "store-full",
          remedy: "configure",
          message: "the disk is full",
          venue: "deribit",
          instrument: undefined,
          retryAfterMs: 5,
        },
      );
      assert.match(String(cause), /SQLITE_FULL/);
      return true;
    });
    await assert.rejects(thread.call("misuse", []), (error) => {
      return error instanceof RangeError && error.message === "rows must be whole";
    });
  }));

Deno.test("what cannot be copied is an error of the call, on either side, and the thread goes on", () =>
  withThread(async (thread) => {
    await assert.rejects(thread.call("echo", [() => {}]), /cloned/);
    await assert.rejects(thread.call("uncopyable", []), /cloned/);
    assert.deepEqual(await thread.call("echo", [1]), [1]);
  }));

Deno.test("a thread that ends rejects what it has not answered, and what is asked later", async () => {
  const thread = new Thread(MODULE);
  const hanging = thread.call("hang", []);
  await thread.call("echo", []);
  thread.end();
  thread.end();
  await assert.rejects(hanging, /the thread has ended/);
  await assert.rejects(thread.call("echo", []), /the thread has ended/);
});

Deno.test("a defect in a thread ends the thread and not the process", () =>
  withThread(async (thread) => {
    await assert.rejects(thread.call("break", []), /the thread broke: .*a defect/);
    await assert.rejects(thread.call("echo", []), /the thread broke/);
  }));

Deno.test("a module that cannot be loaded is an error of the first call", async () => {
  const thread = new Thread(new URL("./no_such_module.ts", import.meta.url));
  // Where types are checked it is they that fail first.
  const reason = /the thread broke: (.*no_such_module|Type checking failed)/;
  await assert.rejects(thread.call("echo", []), reason);
});
