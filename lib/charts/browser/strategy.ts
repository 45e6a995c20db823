/**
 * Code of `<comove-strategy>`, which comes along only where a notebook shows a backtest: it trades a pair's bars in the page.
 *
 * @module
 */
import type { StrategySetting } from "../strategy_view.ts";
import type { DefineElement } from "./page_tools.ts";
import { StrategyPanel } from "./strategy_panel.ts";

const { comoveDefine } = globalThis as { comoveDefine?: DefineElement };
const NAME = "comove-strategy";

if (comoveDefine !== undefined && customElements.get(NAME) === undefined) {
  comoveDefine<StrategySetting>(NAME, (context, tools) => new StrategyPanel(context, tools));
}
