/** Why a head attends, from a question to what is printed. */
import { explainAttention } from '../../src/attention/explain.ts'
import { prepareAttentionQuestion, type AttentionQuestion } from '../../src/attention/resolve.ts'
import type { CliContext } from '../context.ts'
import { renderAttention } from '../terminal/attention.ts'
import { openWhenNeeded, type OpenAttributor } from './open-model.ts'
import { askAboutHead, type AskedOfHead } from './head-question.ts'

interface Attention extends AskedOfHead {
  question: AttentionQuestion
  /** How many components and pairs of each key are printed; with JSON all of them when undefined. */
  top: number | undefined
}

export const attention = ({ question, top, ...asked }: Attention, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> =>
  askAboutHead(asked, context, open, {
    prepare: (attributor) => prepareAttentionQuestion(question, attributor),
    answer: async (prepared, attributor, head) => {
      const { query, partition: { by }, rule, temperature, excludeFirst } = prepared.request
      const { components, pattern, keys, milliseconds } = await explainAttention(prepared, attributor, context.signal)
      return { ...head, query, partition: { by }, rule, temperature, excludeFirst, components, pattern, keys, milliseconds }
    },
    render: (document, colour) => renderAttention(document, colour, top),
  })
