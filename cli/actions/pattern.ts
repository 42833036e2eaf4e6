/** Where a head attends from every position, from a question to what is printed. */
import { computePattern, preparePatternQuestion, type PatternQuestion } from '../../src/attention/pattern.ts'
import type { CliContext } from '../context.ts'
import { renderPattern } from '../terminal/pattern.ts'
import { openWhenNeeded, type OpenAttributor } from './open-model.ts'
import { askAboutHead, type AskedOfHead } from './head-question.ts'

export const pattern = ({ question, ...asked }: AskedOfHead & { question: PatternQuestion }, context: CliContext, open: OpenAttributor = openWhenNeeded): Promise<void> =>
  askAboutHead(asked, context, open, {
    prepare: (attributor) => preparePatternQuestion(question, attributor),
    answer: async (prepared, attributor, head) => {
      const { pattern: weights, milliseconds } = await computePattern(prepared, attributor, context.signal)
      const N = prepared.tokens.length
      return { ...head, rows: prepared.tokens.map((_, query) => [...weights.subarray(query * N, (query + 1) * N)]), milliseconds }
    },
    render: renderPattern,
  })
