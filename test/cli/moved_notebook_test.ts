import assert from "node:assert/strict";
import { movedHint } from "../../lib/cli/moved_notebook.ts";
import { notebookOf, prose } from "../kernel/notebooks.ts";

const hint = (file: string, source: string) =>
  movedHint(notebookOf(prose('from "../lib/mod.ts"'), "1", source), file, "/home/a/comove");

const IMPORT = `import {\n  setup,\n} from "../lib/mod.ts";`;

Deno.test("movedHint says nothing where the import leads to the library, or there is none", () => {
  assert.equal(hint("/home/a/comove/notebooks/x.ipynb", IMPORT), undefined);
  assert.equal(hint("/home/a/comove/x.ipynb", `import "./lib/mod.ts"`), undefined);
  assert.equal(
    hint("/home/a/comove/notebooks/b/x.ipynb", `await import("../../lib/mod.ts")`),
    undefined,
  );
  assert.equal(hint("/elsewhere/x.ipynb", `import { x } from "./y.ts";`), undefined);
});

Deno.test("movedHint gives the import for another folder of the project, and the way back from outside", () => {
  assert.match(
    hint("/home/a/comove/notebooks/b/x.ipynb", IMPORT)!,
    /imports \.\.\/lib\/mod\.ts, which leads nowhere.+import "\.\.\/\.\.\/lib\/mod\.ts" there/,
  );
  assert.match(hint("/home/a/comove/x.ipynb", IMPORT)!, /import "\.\/lib\/mod\.ts" there/);
  for (const file of ["/home/a/x.ipynb", "/home/a/comove2/notebooks/x.ipynb", "/tmp/x.ipynb"]) {
    assert.match(
      hint(file, `const { x } = await import('../lib/mod.ts');`)!,
      /moved out of the project.+copy it to \/home\/a\/comove\/notebooks and run it there/,
      file,
    );
  }
});
