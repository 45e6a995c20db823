import { runAside } from "../../runtime/aside.ts";
import type { ImportPlan } from "./import_plan.ts";
import type { ImportRequest } from "./plan_import.ts";
import { instrumentHours } from "./plan_bars.ts";

/** A plan that a thread can give away: without the calendar, which is code. */
export type PlainPlan = Omit<ImportPlan, "examined"> & {
  readonly examined?: Pick<NonNullable<ImportPlan["examined"]>, "doubts"> & {
    readonly shown: Omit<NonNullable<ImportPlan["examined"]>["shown"], "hours">;
  };
};

/**
 * `planImport` in a thread of its own: a large file takes seconds to be judged, and nothing stands still meanwhile. The
 * bytes of the request are taken over.
 *
 * @param signal ends it at once.
 * @throws {MarketError} as `planImport`; the reason of the signal.
 */
export async function planImportAside(
  request: ImportRequest,
  signal?: AbortSignal,
): Promise<ImportPlan> {
  const { examined, ...plan } = await runAside<PlainPlan>(
    new URL("./plan_worker.ts", import.meta.url),
    request,
    { signal, transfer: [request.bytes.buffer as ArrayBuffer] },
  );
  if (examined === undefined) return plan;
  const shown = { ...examined.shown, hours: instrumentHours(request.instrument) };
  return { ...plan, examined: { ...examined, shown } };
}
