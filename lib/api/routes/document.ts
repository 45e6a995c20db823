import { z } from "@hono/zod-openapi";
import { docsPage } from "../docs_page.ts";
import { defineRoute } from "../route.ts";

export const openApi = defineRoute({
  method: "get",
  path: "/openapi.json",
  summary: "This API as OpenAPI 3.1",
  fresh: "run",
  answer: z.looseObject({ openapi: z.string() }),
  handle: ({ document }) => document() as { openapi: string },
});

export const docs = defineRoute({
  method: "get",
  path: "/docs",
  summary: "This API for people",
  fresh: "never",
  types: ["text/html"],
  handle: ({ document }) => docsPage(document()),
});
