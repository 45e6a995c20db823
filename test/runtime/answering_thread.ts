/** The other thread of `thread_test.ts`. */
import { MarketError } from "../../lib/model/errors.ts";
import { answerCalls } from "../../lib/runtime/thread.ts";

answerCalls(async (name, values, { onProgress, signal }) => {
  switch (name) {
    case "echo":
      return values;
    case "steps":
      for (const share of [0.25, 0.5, 1]) onProgress(share);
      return "all";
    case "refuse":
      throw new MarketError("store-full", "configure", "the disk is full", {
        venue: "deribit",
        retryAfterMs: 5,
        cause: new Error("SQLITE_FULL"),
      });
    case "misuse":
      throw new RangeError("rows must be whole");
    case "hang":
      return await new Promise(() => {});
    case "until stopped":
      return await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    case "break":
      setTimeout(() => {
        throw new Error("a defect");
      });
      return await new Promise(() => {});
    case "uncopyable":
      return () => {};
  }
});
