import { PRINT_WIDTH, PRINT_ZOOM } from "./page_style.ts";

/**
 * Printing lays the page out anew, but charts drawn on canvases keep the width they have on the screen and would be cut.
 * Boxes that hold such charts are shrunk to the paper for as long as it is printed.
 */
export function printScript(): string {
  return `(function(){
var width=${PRINT_WIDTH};
function holdsCanvas(node){
  if(node.querySelector("canvas"))return true;
  return Array.prototype.some.call(node.querySelectorAll("*"),function(one){
    return one.shadowRoot&&holdsCanvas(one.shadowRoot)})
}
function boxes(){return Array.prototype.slice.call(document.querySelectorAll(".output.html"))}
addEventListener("beforeprint",function(){boxes().forEach(function(box){
  var wide=Math.max(box.scrollWidth,box.clientWidth);
  if(wide>width&&holdsCanvas(box))box.style.zoom=Math.min(width/wide,${PRINT_ZOOM})})});
addEventListener("afterprint",function(){boxes().forEach(function(box){box.style.zoom=""})});
})()`;
}
