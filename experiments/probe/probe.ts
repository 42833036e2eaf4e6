/**
 * Probes: classifiers of the last token's residual stream at the input of each layer, and after the last layer, trained
 * on labelled sentences (Appendices C.2 and E.1).
 */
import { z } from 'zod'
import { UserError } from '../../src/errors.ts'
import type { Passage } from '../../src/depass/passage.ts'
import type { ExperimentModel, ExperimentRecord, Probe } from '../experiment.ts'
import { classify, fitLogistic, type Logistic } from './logistic.ts'

const labelSchema = z.looseObject({ label: z.union([z.string(), z.number(), z.boolean()]) })

interface Sentence {
  ids: number[]
  label: string
}

/** Refuses (UserError) a dataset without labels. */
async function sentencesOf(records: readonly ExperimentRecord[], { tokenizer, attributor }: ExperimentModel): Promise<Sentence[]> {
  const sentences: Sentence[] = []
  for (const { text, extra, index } of records) {
    const read = labelSchema.safeParse(extra)
    if (!read.success)
      throw new UserError('BAD_DATASET', `Record ${index} of a dataset for probes has no label; expected records with text and label.`)
    const ids = (await tokenizer.encode(text)).map(({ id }) => id)
    if (ids.length > 0 && ids.length <= attributor.model.maxPositions) sentences.push({ ids, label: String(read.data.label) })
  }
  return sentences
}

/** By sentence, then by layer 0 … L, the stream [D] at the last token. */
async function lastStreams(sentences: readonly Sentence[], { passes, signal }: ExperimentModel): Promise<Float32Array[][]> {
  const { L } = passes.model.config
  const passages = sentences.map(({ ids }): Passage => ({
    tokenIds: ids, splits: [],
    reads: Array.from({ length: L + 1 }, (_, layer) => ({ site: { layer, name: 'resid_pre' as const }, positions: [ids.length - 1] })),
  }))
  const results = await passes.run(passages, { ...(signal && { signal }) })
  return results.map(({ reads }) => reads.map(({ x }) => x))
}

/**
 * One probe per layer, 1 … L. There is none at layer 0, because the embedding of the last token knows nothing of the
 * sentence.
 */
export async function trainProbes(
  train: readonly ExperimentRecord[], test: readonly ExperimentRecord[], model: ExperimentModel,
): Promise<Probe[]> {
  const [trained, tested] = [await sentencesOf(train, model), await sentencesOf(test, model)]
  const labels = [...new Set(trained.map(({ label }) => label))].sort()
  if (labels.length < 2)
    throw new UserError('BAD_DATASET', `The sentences for training have ${labels.length} label (${labels.join(', ')}); a probe tells two or more apart.`)
  const numberOf = new Map(labels.map((label, k) => [label, k]))
  const stranger = tested.find(({ label }) => !numberOf.has(label))
  if (stranger) throw new UserError('BAD_DATASET', `A test sentence has the label ${stranger.label}, which no training sentence has.`)
  const [inTraining, inTest] = [await lastStreams(trained, model), await lastStreams(tested, model)]
  const classes = trained.map(({ label }) => numberOf.get(label)!)
  const probes: Probe[] = []
  for (let layer = 1; layer <= model.passes.model.config.L; layer++) {
    model.signal?.throwIfAborted()
    const fitted = await fitLogistic(inTraining.map((streams) => streams[layer]!), classes, labels.length)
    const right = tested.filter(({ label }, i) => mostLikelyClass(fitted, inTest[i]![layer]!) === numberOf.get(label)).length
    probes.push({ ...fitted, layer, labels, trained: trained.length, tested: tested.length, accuracy: tested.length === 0 ? 0 : right / tested.length })
  }
  return probes
}

export function mostLikelyClass(probe: Logistic, x: ArrayLike<number>): number {
  const chances = classify(probe, x)
  return chances.indexOf(Math.max(...chances))
}
