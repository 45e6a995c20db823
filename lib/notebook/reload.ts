import { MarketError } from "../model/errors.ts";
import { importFresh } from "../runtime/fresh_import.ts";
import type { keep } from "./notebook.ts";
import { currentSession, endSession, lastSetup, type setup } from "./setup.ts";

/** Options of {@link reload}. */
export interface ReloadOptions {
  /** Module to import, from the project's root. @default "lib/mod.ts" */
  readonly module?: string;
}

/**
 * Imports the library as it has been edited by now, and moves the notebook over to it: live panels stop, and
 * start anew when their cells are run again; what was given to `keep` stays open, on its old code. When the
 * edited code cannot be imported the notebook goes on as it was. Every reload keeps some memory for good.
 *
 * @returns the new library; take the functions from it.
 * @throws what the import throws, a syntax error say.
 *
 * @example
 * ```ts ignore
 * const { live, show, priceChart } = await reload();
 * ```
 */
export async function reload<T extends object = Record<string, never>>(
  { module = "lib/mod.ts" }: ReloadOptions = {},
): Promise<T> {
  const session = currentSession();
  const fresh = await importFresh(module);
  if (!isLibrary(fresh)) {
    throw new MarketError(
      "no-library",
      "configure",
      `${module} does not export setup and keep, so the notebook cannot move over to it. Reload lib/mod.ts.`,
    );
  }
  const kept = session.keeper.entries();
  await session.stopAll();
  endSession();
  await fresh.setup(...lastSetup());
  for (const [name, closable] of kept) await fresh.keep(name, () => closable);
  return fresh as unknown as T;
}

function isLibrary(
  module: Readonly<Record<string, unknown>>,
): module is Readonly<Record<string, unknown>> & {
  readonly setup: typeof setup;
  readonly keep: typeof keep;
} {
  return typeof module.setup === "function" && typeof module.keep === "function";
}
