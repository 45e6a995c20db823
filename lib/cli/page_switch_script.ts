import { HIDE_CODE, THEME_SWITCHES } from "./page_style.ts";

/**
 * The switches work without a script; this one remembers them. Browsers that keep nothing for pages from disk, or
 * forbid it, open the page as it was made.
 */
export function switchScript(): string {
  const ids = [HIDE_CODE, ...Object.values(THEME_SWITCHES)];
  return `(function(){
var ids=${JSON.stringify(ids)},key="comove-page";
function each(f){ids.forEach(function(id){var box=document.getElementById(id);if(box)f(box,id)})}
try{
  var kept=JSON.parse(localStorage.getItem(key)||"[]");
  if(kept.length)each(function(box,id){box.checked=kept.indexOf(id)>=0});
}catch(_){}
document.addEventListener("change",function(){
  var on=["kept"];
  each(function(box,id){if(box.checked)on.push(id)});
  try{localStorage.setItem(key,JSON.stringify(on))}catch(_){}
});
})()`;
}
