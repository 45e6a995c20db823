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
import { Page } from "./page.ts";
import { PairPanel } from "./pair_panel.ts";
import { panelElement } from "./panel_element.ts";
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

const scope = globalThis as { comove?: Page };

if (scope.comove === undefined) {
  const page = scope.comove = new Page();
  const colours = new PageColours();
  followTimeLinks(page);
  customElements.define(
    "comove-trading-view",
    panelElement<TradingViewSetting>(page, colours, (context) => new TradingViewPanel(context), [
      "history",
      "recent",
      "forming",
    ]),
  );
  customElements.define(
    "comove-window-view",
    panelElement<WindowSetting>(page, colours, (context) => new WindowPanel(context), ["long"]),
  );
  customElements.define(
    "comove-correlation",
    panelElement<CorrelationSetting>(page, colours, (context) => new CorrelationPanel(context)),
  );
  customElements.define("comove-desk", deskElement(page));
  const voices = new AlertVoices();
  customElements.define(
    "comove-alerts",
    panelElement<AlertBellSetting>(page, colours, (context) => new AlertBell(context, voices)),
  );
  customElements.define(
    "comove-rehearsal",
    panelElement<RehearsalSetting>(page, colours, (context) => new RehearsalPanel(context)),
  );
  customElements.define(
    "comove-scatter",
    panelElement<ScatterSetting>(page, colours, (context) => new ScatterPanel(context)),
  );
  customElements.define(
    "comove-matrix",
    panelElement<MatrixSetting>(page, colours, (context) => new MatrixPanel(context)),
  );
  customElements.define(
    "comove-pair",
    panelElement<PairSetting>(page, colours, (context) => new PairPanel(context), ["bars"]),
  );
  customElements.define(
    "comove-screener",
    panelElement<ScreenerSetting>(page, colours, (context) => new ScreenerPanel(context)),
  );
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
