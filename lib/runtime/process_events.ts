/** What befalls the whole process, as a parameter. Each function returns what takes its listener off again. */
export interface ProcessEvents {
  /**
   * Listens to errors and rejections that nobody caught, and keeps them from ending the process or, in a Deno
   * kernel, from freezing every timer and socket until the next cell runs.
   */
  onUncaught(listener: (reason: unknown) => void): () => void;
  /** Listens to the Stop button of a notebook, or Ctrl-C; the process then lives on. */
  onInterrupt(listener: () => void): () => void;
}

/** The events of this process. */
export const systemProcessEvents: ProcessEvents = {
  onUncaught(listener) {
    const onRejection = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      listener(event.reason);
    };
    const onError = (event: ErrorEvent) => {
      event.preventDefault();
      listener(event.error ?? event.message);
    };
    globalThis.addEventListener("unhandledrejection", onRejection);
    globalThis.addEventListener("error", onError);
    return () => {
      globalThis.removeEventListener("unhandledrejection", onRejection);
      globalThis.removeEventListener("error", onError);
    };
  },
  onInterrupt(listener) {
    Deno.addSignalListener("SIGINT", listener);
    return () => Deno.removeSignalListener("SIGINT", listener);
  },
};
