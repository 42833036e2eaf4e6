/**
 * Patch-top and recover-top (section 4.1.1): tokens are taken out of a prompt in the order of their scores, and the
 * remaining probability of the answer is measured.
 *
 *  patch-top      the k tokens with the highest scores are removed
 *  recover-top    of the tokens that may be removed, only the k with the highest scores are kept
 *  patch-bottom   the k tokens with the lowest scores are removed
 *
 * A special token at the beginning and the last token always stay. A share p of the n tokens that may go means max(1,
 * ⌊n·p⌋) tokens.
 */
import { z } from 'zod'
import type { Answered } from './accuracy.ts'
import { row, type ExperimentModel, type Row } from './experiment.ts'
import type { Protocol } from './names.ts'
import { predict } from './predict.ts'
import { removable, type Prompt } from './prompts.ts'
import { ranked } from './rank.ts'

export const removals = ['patch-top', 'recover-top', 'patch-bottom'] as const
export type Removal = (typeof removals)[number]

const TENTHS = Array.from({ length: 10 }, (_, i) => (i + 1) / 10)

/** Options of every experiment that removes tokens. */
export const removalOptions = {
  settings: z.array(z.enum(removals)).min(1).default(['patch-top', 'recover-top']),
  /** Shares of the tokens that may be removed. */
  shares: z.array(z.number().positive().max(1)).min(1).max(100).default(TENTHS),
  /** Numbers of tokens instead of shares. */
  counts: z.array(z.number().int().positive()).min(1).max(100).nullable().default(null),
  /** Whether prompts that the model does not answer are measured, too; null: as the protocol has it. */
  prompts: z.enum(['all', 'answered']).nullable().default(null),
}

export interface RemovalOptions {
  settings: readonly Removal[]
  shares: readonly number[]
  counts: readonly number[] | null
  prompts: 'all' | 'answered' | null
}

export const removalProtocols: Readonly<Record<Protocol, string>> = {
  paper: 'the kept ids are read as they are, drops keep their sign, and all prompts count, answered or not.',
  reference: 'the kept ids are decoded to text and tokenized again, a rise counts as a drop (the absolute value, at most ' +
    '100 %), all prompts count, and DePass runs in reference mode.',
  corrected: 'the kept ids are read as they are, drops keep their sign, and only prompts that the model answers count.',
}

export const measuresAll = ({ prompts }: RemovalOptions, protocol: Protocol): boolean =>
  (prompts ?? (protocol === 'corrected' ? 'answered' : 'all')) === 'all'

/** The number of tokens, of n, for a share or a count. */
const countOf = (n: number, x: number, isShare: boolean): number =>
  isShare ? Math.max(1, Math.floor(n * x)) : Math.min(n, x)

/** The ids of the remaining tokens, [≤ N]. */
function keptIds(prompt: Prompt, order: readonly number[], setting: Removal, k: number): number[] {
  const gone = new Set(setting === 'patch-top' ? order.slice(0, k) : setting === 'recover-top' ? order.slice(k) : order.slice(-k))
  return prompt.ids.filter((_, position) => !gone.has(position))
}

interface Measured {
  prompt: Prompt
  probability: number
  method: string
  setting: Removal
  x: number
  ids: readonly number[]
}

/** Rows `drop` and `right` of each method, whose scores [N] stand beside the answers. */
export async function removalRows(
  answers: readonly Answered[], scoresOf: ReadonlyMap<string, readonly Float64Array[]>, options: RemovalOptions,
  protocol: Protocol, model: ExperimentModel,
): Promise<Row[]> {
  const isShare = options.counts === null
  const asked: Measured[] = []
  for (const [method, scores] of scoresOf) {
    for (const [p, { prompt, said: { probability } }] of answers.entries()) {
      const candidates = removable(prompt, model.tokenizer.beginningOfSequence)
      if (candidates.length === 0) continue
      const order = ranked(scores[p]!, candidates)
      for (const setting of options.settings) {
        for (const x of options.counts ?? options.shares) {
          const kept = keptIds(prompt, order, setting, countOf(candidates.length, x, isShare))
          const ids = protocol === 'reference' ? await tokenizedAgain(kept, model) : kept
          asked.push({ prompt, probability, method, setting, x, ids })
        }
      }
    }
  }
  const readable = asked.filter(({ ids, probability }) => ids.length > 0 && probability > 0)
  const said = await predict(readable.map(({ ids, prompt: { target } }) => ({ ids, target })), model)
  return readable.flatMap(({ prompt: { record, target }, probability, method, setting, x }, i) => {
    const drop = (probability - said[i]!.probability) / probability
    const at = { record: record.index, method, setting, x }
    return [
      row({ ...at, metric: 'drop', value: protocol === 'reference' ? Math.min(1, Math.abs(drop)) : drop }),
      row({ ...at, metric: 'right', value: said[i]!.next === target ? 1 : 0 }),
    ]
  })
}

/** As in the authors' code: the text of the kept tokens is tokenized anew. */
async function tokenizedAgain(ids: readonly number[], { tokenizer }: ExperimentModel): Promise<number[]> {
  const isBeginning = ids[0] === tokenizer.beginningOfSequence
  const text = tokenizer.describe(isBeginning ? ids.slice(1) : ids).map((token) => token.text).join('')
  return (await tokenizer.encode(text)).map(({ id }) => id)
}
