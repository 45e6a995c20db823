import type { Theme } from "./theme.ts";

/** A picture drawn in the kernel. */
export interface Figure {
  /** A complete `<svg>` element with its name space, sizes and colours: it needs nothing from the page. */
  readonly svg: string;
  /** What the picture shows, in a sentence; for readers who do not see it. */
  readonly alt: string;
  /** CSS px. */
  readonly width: number;
  readonly height: number;
  /** What it is drawn in, for what stands around it. */
  readonly theme: Theme;
}
