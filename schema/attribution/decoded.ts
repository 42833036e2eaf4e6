/** Components decoded on their own: the tokens whose logits each of them raises most. */
import { readDecoded } from '../../src/store/decoded.ts'
import { builder } from '../builder.ts'
import { Component, type ComponentShape } from '../component/component.ts'

interface DecodedTokenShape {
  id: number
  text: string
  logit: number
}

const DecodedToken = builder.objectRef<DecodedTokenShape>('DecodedToken').implement({
  description: 'A token of the vocabulary, and what a component adds to its logit.',
  fields: (t) => ({
    tokenId: t.exposeInt('id', { description: "Its number in the model's vocabulary." }),
    text: t.exposeString('text', { description: 'Its text, with its leading space.' }),
    logit: t.exposeFloat('logit', {
      description: 'The logit that the component alone would give it; as a target it would be the score.',
    }),
  }),
})

interface DecodedShape {
  component: ComponentShape
  tokens: DecodedTokenShape[]
}

export const DecodedComponent = builder.objectRef<DecodedShape>('DecodedComponent').implement({
  description: 'What one component says on its own, when the head reads it.',
  fields: (t) => ({
    component: t.field({ type: Component, description: 'Which component.', resolve: ({ component }) => component }),
    tokens: t.field({
      type: [DecodedToken],
      description: 'The tokens with the largest logits, best first; as many as were asked for.',
      resolve: ({ tokens }) => tokens,
    }),
  }),
})

/** As the column of a result has them. */
export function decodedComponents({ id, decoded }: { id: bigint; decoded: unknown }): DecodedShape[] | null {
  const stored = readDecoded(decoded)
  return stored?.map(({ kind, index, layer, tokens }, ordinal) => ({
    component: { resultId: id, kind, layer, componentIndex: index, ordinal },
    tokens,
  })) ?? null
}
