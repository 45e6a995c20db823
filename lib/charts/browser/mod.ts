/**
 * What runs in the page: elements for the charts, defined once per page. Elements that are there already
 * start at once, later ones when they appear.
 *
 * @module
 */
import { AlertBell, AlertVoices } from "./alert_bell.ts";
import { followTimeLinks } from "./chart_places.ts";
import { CorrelationPanel } from "./correlation_panel.ts";
import { deskElement } from "./desk_element.ts";
import { feedElement } from "./feed_element.ts";
import { dimmingElement, heartbeatElement, stateElement } from "./live_elements.ts";
import { PageColours } from "./page_colours.ts";
import { MatrixPanel } from "./matrix_panel.ts";
import { type LivePanel, Page } from "./page.ts";
import { type DefineElement, PAGE_TOOLS } from "./page_tools.ts";
import { PairPanel } from "./pair_panel.ts";
import { type PanelContext, panelElement } from "./panel_element.ts";
import { Pulse } from "./pulse.ts";
import { RehearsalPanel } from "./rehearsal_panel.ts";
import { ScatterPanel } from "./scatter_panel.ts";
import { ScreenerPanel } from "./screener_panel.ts";
import { TradingViewPanel } from "./trading_view_panel.ts";
import { WindowPanel } from "./window_panel.ts";
import { BEAT_EVENT, readBeat } from "../live_markup.ts";
import type { AlertBellSetting } from "../alert_view.ts";
import type { CorrelationSetting } from "../correlation_view.ts";
import type { MatrixSetting } from "../matrix_view.ts";
import type { PairSetting } from "../pair_view.ts";
import type { RehearsalSetting } from "../rehearsal_view.ts";
import type { ScatterSetting } from "../scatter_view.ts";
import type { ScreenerSetting } from "../screener_view.ts";
import type { TradingViewSetting } from "../trading_view.ts";
import type { WindowSetting } from "../window_view.ts";

const scope = globalThis as { comove?: Page; comoveDefine?: DefineElement };

if (scope.comove === undefined) {
  const page = scope.comove = new Page();
  const colours = new PageColours();
  followTimeLinks(page);
  const definePanel = <Setting>(
    name: string,
    make: (context: PanelContext<Setting>) => LivePanel,
    parts: readonly string[] = [],
  ) => customElements.define(name, panelElement<Setting>(page, colours, make, parts));
  definePanel<TradingViewSetting>(
    "comove-trading-view",
    (context) => new TradingViewPanel(context),
    ["history", "recent", "forming"],
  );
  definePanel<WindowSetting>("comove-window-view", (context) => new WindowPanel(context), ["long"]);
  definePanel<CorrelationSetting>("comove-correlation", (context) => new CorrelationPanel(context));
  customElements.define("comove-desk", deskElement(page));
  const voices = new AlertVoices();
  definePanel<AlertBellSetting>("comove-alerts", (context) => new AlertBell(context, voices));
  definePanel<RehearsalSetting>("comove-rehearsal", (context) => new RehearsalPanel(context));
  definePanel<ScatterSetting>("comove-scatter", (context) => new ScatterPanel(context));
  definePanel<MatrixSetting>("comove-matrix", (context) => new MatrixPanel(context));
  definePanel<PairSetting>("comove-pair", (context) => new PairPanel(context), ["bars"]);
  definePanel<ScreenerSetting>("comove-screener", (context) => new ScreenerPanel(context));
  scope.comoveDefine = (name, make) =>
    definePanel(name, (context: Parameters<typeof make>[0]) => make(context, PAGE_TOOLS));
  const pulse = new Pulse({
    monotonic: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
  });
  addEventListener(BEAT_EVENT, (event) => {
    const { detail } = event as CustomEvent<string>;
    const beat = readBeat(detail);
    if (beat !== undefined) pulse.receive(beat);
    else if (detail === "") pulse.hold();
  });
  // Timers stand still while a page is hidden, frozen or the machine asleep.
  for (const type of ["pageshow", "focus", "online"]) {
    addEventListener(type, () => pulse.check());
  }
  for (const type of ["visibilitychange", "resume"]) {
    document.addEventListener(type, () => pulse.check());
  }
  customElements.define("comove-state", stateElement(page, pulse));
  customElements.define("comove-panel", dimmingElement(page));
  customElements.define("comove-hb", heartbeatElement(pulse));
  // Last, so that panels are there when their packets arrive.
  customElements.define("comove-feed", feedElement(page));
}
