/** Answered questions, small enough to check a drawing by eye. */
import type { AttributionDocument } from '../../../src/attribution/json.ts'
import type { Component } from '../../../src/attribution/result.ts'

const texts = ['<s>', 'The', ' tower', '\n', ' is\x1b[31m']

export const tokenDocument: AttributionDocument = {
  model: 'tiny',
  modelHash: 'h',
  engine: 'fake',
  tokens: texts.map((text, index) => ({ index, id: 10 + index, text })),
  target: {
    type: 'logit',
    position: 4,
    tokenId: 42,
    text: ' in',
    minusTokenId: null,
    minusText: null,
    layer: null,
    value: 3,
    logit: 3,
    probability: 0.5,
  },
  partition: { by: 'token', layer: 0 },
  mode: 'corrected',
  rule: 'softmax',
  temperature: 0.1,
  excludeFirst: true,
  completenessError: 2e-7,
  contributions: [0, 4, -2, 0.5, 0.5].map((score, index) => ({
    component: { kind: 'token', index, layer: null, label: texts[index] ?? '' },
    score,
  })),
  milliseconds: 12,
}

export const headDocument: AttributionDocument = {
  ...tokenDocument,
  partition: { by: 'head', layer: 'all' },
  excludeFirst: false,
  contributions: [0, 1].flatMap((layer) => [
    { component: component('residual', layer, 0, `L${layer} residual`), score: 1 },
    { component: component('head', layer, 0, `L${layer}.H0`), score: layer === 0 ? 2 : -2 },
    { component: component('head', layer, 1, `L${layer}.H1`), score: 0.01 },
  ]),
}

function component(kind: Component['kind'], layer: number, index: number, label: string): Component {
  return { kind, index, layer, label }
}
