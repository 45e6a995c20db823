import { workAside } from "./aside.ts";
import { Database } from "./database.ts";

workAside((path: string) => {
  const database = Database.open(path);
  database.prepare("pragma wal_checkpoint(passive)").all();
  database.close();
});
