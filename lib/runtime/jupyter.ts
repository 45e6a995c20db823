import { MarketError } from "../model/errors.ts";

/** The kernel's line to the page, as a parameter. */
export interface JupyterPort {
  /**
   * Sends a message to every front end. There is no word of delivery.
   *
   * @param type such as `display_data`.
   * @param options.metadata of the message.
   */
  broadcast(
    type: string,
    content: Readonly<Record<string, unknown>>,
    options?: { readonly metadata?: Readonly<Record<string, unknown>> },
  ): void;
}

/** The part of `Deno.jupyter` in use: its types are known to Deno only with unstable features on. */
interface DenoJupyter {
  broadcast(
    type: string,
    content: Readonly<Record<string, unknown>>,
    extra: { readonly metadata: Readonly<Record<string, unknown>> },
  ): unknown;
}

/**
 * The kernel this code runs in.
 *
 * @throws {MarketError} when it does not run in a Deno notebook.
 */
export function systemJupyter(): JupyterPort {
  const kernel = kernelOf(Deno);
  return {
    broadcast(type, content, { metadata = {} } = {}) {
      kernel.broadcast(type, content, { metadata });
    },
  };
}

function kernelOf(deno: unknown): DenoJupyter {
  try {
    // Outside a kernel the getter itself throws.
    const { jupyter } = deno as { readonly jupyter?: DenoJupyter };
    if (jupyter !== undefined) return jupyter;
  } catch (cause) {
    throw notInNotebook(cause);
  }
  throw notInNotebook(undefined);
}

function notInNotebook(cause: unknown): MarketError {
  return new MarketError(
    "no-notebook",
    "configure",
    "This runs in a Deno notebook only, and here is none. Open notebooks/ with `deno task lab`, or run them without a window with `deno task render`.",
    { cause },
  );
}
