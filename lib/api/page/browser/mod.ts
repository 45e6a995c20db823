/**
 * What runs in the dashboard's page beside the charts' own code.
 *
 * @module
 */
import { Dashboard } from "./dashboard.ts";

new Dashboard(document).start();
