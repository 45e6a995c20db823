import { saveCsv, saveSvg } from "./download.ts";
import { linePlot } from "./line_plot.ts";
import type { LivePanel } from "./page.ts";
import type { PanelContext } from "./panel_element.ts";

/** What the charts' code lends to elements whose code comes by itself: what they would else bring a second time. */
export const PAGE_TOOLS = { linePlot, saveCsv, saveSvg };

export type PageTools = typeof PAGE_TOOLS;

/** Defines such an element; stands in the page as `comoveDefine`. */
export type DefineElement = <Setting>(
  name: string,
  make: (context: PanelContext<Setting>, tools: PageTools) => LivePanel,
) => void;
