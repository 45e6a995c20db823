/** How late timers are that should fire after 1 ms: how long the event loop was kept from others. */
export interface LoopDelays {
  /** Ends the watch. @returns delays, ms, ascending */
  end(): Float64Array;
}

/** Watches the event loop with a timer, which takes next to none of a core: a loop of `setImmediate` takes all of it. */
export function watchLoop(): LoopDelays {
  const delays: number[] = [];
  let isOver = false, at = performance.now();
  const beat = () => {
    const now = performance.now();
    delays.push(Math.max(0, now - at - 1));
    at = now;
    if (!isOver) setTimeout(beat, 1);
  };
  setTimeout(beat, 1);
  return {
    end() {
      isOver = true;
      return Float64Array.from(delays).sort();
    },
  };
}
