import process from "node:process";
import { environment } from "./before_ws.ts";

// Modules are run in the order of their imports: `ws` has been loaded.
process.env = environment;
