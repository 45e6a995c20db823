import type { Measurement } from "../measurement.ts";
import type { CandleChart } from "./candle_chart.ts";

export interface MeasureDragOptions {
  readonly charts: readonly CandleChart[];
  readonly guard: (action: () => void) => void;
  readonly signal: AbortSignal;
  /** A measurement is drawn on one of the charts, or none is any more. */
  readonly onMeasure: (from: CandleChart, measurement: Measurement | undefined) => void;
}

/** Measures by dragging with the shift key, or without it once that is asked for, as fingers have no keys. */
export class MeasureDrag {
  /** Whether every drag measures. */
  isOn = false;

  constructor({ charts, guard, signal, onMeasure }: MeasureDragOptions) {
    for (const chart of charts) {
      let start: ReturnType<CandleChart["pointAtPixel"]>;
      const options = { signal, capture: true };
      const on = <Name extends keyof HTMLElementEventMap>(
        name: Name,
        callback: (event: HTMLElementEventMap[Name]) => void,
      ) =>
        chart.plot.addEventListener(
          name,
          (event) => guard(() => callback(event)),
          // Not passive: it keeps a finger from scrolling the page.
          { signal, capture: true, passive: false },
        );
      on("pointerdown", (event) => {
        if (event.button !== 0) return;
        start = event.shiftKey || this.isOn
          ? chart.pointAtPixel(event.clientX, event.clientY)
          : undefined;
        onMeasure(chart, undefined);
      });
      // The chart itself would scroll.
      for (const name of ["mousedown", "touchstart"] as const) {
        on(name, (event) => {
          if (start === undefined) return;
          event.preventDefault();
          event.stopPropagation();
        });
      }
      const move = (event: PointerEvent) => {
        const end = start === undefined
          ? undefined
          : chart.pointAtPixel(event.clientX, event.clientY);
        if (start === undefined || end === undefined) return;
        onMeasure(chart, {
          fromTime: start.time,
          toTime: end.time,
          fromPrice: start.price,
          toPrice: end.price,
        });
      };
      const stop = () => start = undefined;
      // A drag may leave the chart.
      document.addEventListener("pointermove", (event) => guard(() => move(event)), options);
      document.addEventListener("pointerup", stop, options);
      document.addEventListener("pointercancel", stop, options);
    }
  }
}
