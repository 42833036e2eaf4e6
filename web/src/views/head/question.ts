/** What is asked of a head: the state in the address, as the API's inputs and as a command line. */
import type { AttentionPatternInput, HeadAttentionInput } from '../../api/generated.ts'
import { number, oneOf, text, type readState } from '../../state/url.ts'

export const headParts = {
  text: text(),
  /** A second prompt beside the first. */
  other: text(),
  /** The position that attends; nothing for the last. */
  query: number(),
  /** The position that is attended to; nothing for the one with the highest attention. */
  key: number(),
  by: oneOf(['token', 'head'], 'token'),
  /** The layer whose heads the streams are split into; if empty, the layer before. */
  from: number(),
  /** The dataset of the strongest prompts. */
  dataset: text(),
}
export type HeadState = ReturnType<typeof readState<typeof headParts>>

export interface HeadName {
  layer: number
  head: number
}

/** `2.5`; null for what is none. */
export function readHead(name: string): HeadName | null {
  const [, layer, head] = /^(\d{1,4})\.(\d{1,4})$/.exec(name) ?? []
  return layer === undefined || head === undefined ? null : { layer: Number(layer), head: Number(head) }
}

export interface Asked extends HeadName {
  model: string
  state: HeadState
}

export const patternInput = ({ model, layer, head, state }: Asked): AttentionPatternInput => ({ model, text: state.text, layer, head })

/** Only layers below a head are in the streams that enter it. */
export const splitLayer = ({ layer, state }: Pick<Asked, 'layer' | 'state'>): number => Math.max(0, Math.min(layer - 1, state.from ?? layer - 1))
export const splitsByHead = ({ layer, state }: Pick<Asked, 'layer' | 'state'>): boolean => state.by === 'head' && layer > 0

export function whyInput(asked: Asked, query: number, key: number): HeadAttentionInput {
  const { model, layer, head, state } = asked
  return {
    model, text: state.text, layer, head, query, key,
    ...(splitsByHead(asked) && { partition: { head: { layer: splitLayer(asked) } } }),
  }
}

export const headFlags = (asked: Asked, query: number | null, key: number | null): Record<string, string | number | null> => ({
  model: asked.model,
  text: asked.state.text,
  attention: `${asked.layer}.${asked.head}`,
  query,
  key,
  by: splitsByHead(asked) ? 'head' : null,
  layer: splitsByHead(asked) ? splitLayer(asked) : null,
})

/** Where the head attends, from every position. */
export const patternFlags = ({ model, layer, head, state }: Asked): Record<string, string | true> => ({
  model, text: state.text, attention: `${layer}.${head}`, pattern: true,
})
