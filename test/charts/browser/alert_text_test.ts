import assert from "node:assert/strict";
import {
  isAllOn,
  notesText,
  silenceText,
  soundText,
} from "../../../lib/charts/browser/alert_text.ts";

const HERE = { isVsCode: false, isFramed: false, isSecure: true };

Deno.test("each state of the permission is said for the place it holds in", () => {
  assert.equal(notesText("granted", HERE), "notifications on");
  assert.equal(notesText("default", HERE), "notifications not allowed yet");
  assert.match(notesText("denied", HERE), /blocked: allow them for this site/);
  assert.match(notesText("denied", { ...HERE, isFramed: true }), /a frame of another page/);
  for (const permission of ["denied", "unavailable"] as const) {
    const text = notesText(permission, { ...HERE, isVsCode: true, isFramed: true });
    assert.match(text, /VS Code/);
  }
  assert.match(notesText("unavailable", HERE), /in this viewer/);
  assert.match(notesText("unavailable", { ...HERE, isSecure: false }), /https or this machine/);
});

Deno.test("the strip says why nothing is announced, and nothing while alerts come", () => {
  for (const life of [undefined, "open", "alive"] as const) {
    assert.equal(silenceText(life), undefined);
  }
  assert.match(silenceText("silent")!, /kernel is silent/);
  assert.match(silenceText("unfed")!, /run the cell again/);
  assert.match(silenceText("left")!, /run the cell again/);
  assert.equal(silenceText("ended"), "No new alerts come to this page.");
});

Deno.test("a click is asked for only while one can change something", () => {
  assert.equal(isAllOn("locked", "granted"), false);
  assert.equal(isAllOn("on", "default"), false);
  for (const permission of ["granted", "denied", "unavailable"] as const) {
    assert.equal(isAllOn("on", permission), true);
    assert.equal(isAllOn("unavailable", permission), true);
  }
  assert.equal(soundText("locked"), "sound off until you click");
  assert.notEqual(soundText("on"), soundText("unavailable"));
});
