/**
 * Section 4.1.2, equation 19: which tokens carry the last one into the direction of a probe's class. The value of the
 * direction is the probe's score for the class without the intercept, and the tokens' scores sum to it.
 */
import { excludesFirst } from '../../src/attribution/exclude-first.ts'
import { DEFAULT_TEMPERATURE, type Mode } from '../../src/depass/rule.ts'
import type { ExperimentModel, Probe } from '../experiment.ts'
import { classify } from '../probe/logistic.ts'
import type { Prompt } from '../prompts.ts'

export interface ProbeReading {
  /** The stream at the input of this layer is read. */
  layer: number
  /** What the probe calls the prompt's last token, and how sure it is. */
  label: string
  probability: number
  /** [N]: each token's share of the direction of that class. */
  scores: Float64Array
}

/** One reading per probe, in the order of the probes. */
export async function probeReadings(
  { ids }: Prompt, probes: readonly Probe[], { attributor, passes, tokenizer, signal }: ExperimentModel, mode: Mode,
): Promise<ProbeReading[]> {
  if (probes.length === 0) return []
  const last = [ids.length - 1]
  const [streams] = await passes.run([{
    tokenIds: ids, splits: [], reads: probes.map(({ layer }) => ({ site: { layer, name: 'resid_pre' as const }, positions: last })),
  }], { ...(signal && { signal }) })
  const classes = probes.map((probe, p) => {
    const chances = classify(probe, streams!.reads[p]!.x)
    const probability = Math.max(...chances)
    return { probability, k: chances.indexOf(probability) }
  })
  const results = await attributor.attribute(probes.map((probe, p) => attributor.prepare({
    tokenIds: [...ids], position: ids.length - 1,
    target: { type: 'direction', layer: probe.layer, vector: directionOf(probe, classes[p]!.k) },
    partition: { by: 'token', layer: 0 }, mode, rule: 'softmax', temperature: DEFAULT_TEMPERATURE,
    excludeFirst: excludesFirst({ mode, rule: 'softmax' }, tokenizer),
  })), { ...(signal && { signal }) })
  return results.map(({ contributions }, p) => {
    const { layer, labels } = probes[p]!
    const { probability, k } = classes[p]!
    const scores = new Float64Array(ids.length)
    for (const { component, score } of contributions) if (component.kind === 'token') scores[component.index] = score
    return { layer, label: labels[k]!, probability, scores }
  })
}

/** [D]. With two classes there is one row, which speaks for the second class and against the first. */
function directionOf({ weights }: Probe, k: number): number[] {
  const [only] = weights
  return weights.length === 1 ? Array.from(only!, (value) => (k === 1 ? value : -value)) : [...weights[k]!]
}
