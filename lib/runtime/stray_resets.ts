/** Users of the guard; it is there for as long as there are any. */
let users = 0;
/** How long after its last use a socket may still report that it was reset, ms. */
const LINGER_MS = 50;

/** A guard that is on. */
export interface StrayResets {
  end(): void;
  /** Ends it once a socket that was just let go of has had time to report. */
  endSoon(): Promise<void>;
}

/**
 * Keeps the process alive when a socket that a library has let go of reports that the other side reset it: with nobody
 * left to listen, Deno takes that for an uncaught error. Every other error stays what it is.
 *
 * @returns how it is ended; safe to end twice.
 */
export function ignoreStrayResets(): StrayResets {
  if (users++ === 0) globalThis.addEventListener("error", onError);
  let isEnded = false;
  const end = () => {
    if (isEnded) return;
    isEnded = true;
    if (--users === 0) globalThis.removeEventListener("error", onError);
  };
  return {
    end,
    endSoon: async () => {
      await new Promise((resolve) => setTimeout(resolve, LINGER_MS));
      end();
    },
  };
}

function onError(event: ErrorEvent): void {
  const { code, syscall } = (event.error ?? {}) as {
    readonly code?: unknown;
    readonly syscall?: unknown;
  };
  if (code === "ECONNRESET" && syscall === "read") event.preventDefault();
}
