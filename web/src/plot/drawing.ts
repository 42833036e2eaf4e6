/** What the charts are drawn with, of Observable Plot: named one by one, so that the rest is not loaded. */
export {
  barX, cell, dot, frame, image, line, plot, pointer, pointerX, rectY, ruleX, ruleY, text, tip,
} from '@observablehq/plot'
