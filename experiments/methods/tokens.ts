/**
 * Scores of a prompt's tokens for its target, by method: the higher, the more the token speaks for the target. Each
 * method is one function, and the table of methods must be complete.
 */
import { excludesFirst } from '../../src/attribution/exclude-first.ts'
import type { Passage } from '../../src/depass/passage.ts'
import { DEFAULT_TEMPERATURE, type Mode, type Rule } from '../../src/depass/rule.ts'
import type { ExperimentModel } from '../experiment.ts'
import { predict } from '../predict.ts'
import type { Prompt } from '../prompts.ts'
import { randomScores, seeded } from '../random.ts'
import { gradientShap, inputTimesGradient, integratedGradients, promptGradients } from './gradients.ts'

export const tokenMethods = [
  'depass', 'input-x-gradient', 'integrated-gradients', 'gradient-shap', 'lrp', 'mean-attention', 'last-attention', 'rollout',
  'leave-one-out', 'random',
] as const
export type TokenMethod = (typeof tokenMethods)[number]

export interface TokenAsked {
  /** Of DePass. */
  mode: Mode
  seed: number
}

/** [N] for each prompt. */
type Scores = (prompts: readonly Prompt[], model: ExperimentModel, asked: TokenAsked) => Promise<Float64Array[]>

const methods: Readonly<Record<TokenMethod, Scores>> = {
  depass: (prompts, model, { mode }) => depassTokens(prompts, model, { mode, rule: 'softmax' }),
  'input-x-gradient': async (prompts, model) =>
    (await promptGradients(prompts, model)).map((each, p) => inputTimesGradient(each, prompts[p]!.ids.length)),
  'integrated-gradients': (prompts, model) => integratedGradients(prompts, model),
  'gradient-shap': (prompts, model, { seed }) => gradientShap(prompts, model, seed),
  lrp: async (prompts, model) =>
    (await promptGradients(prompts, model, 'lrp')).map((each, p) => inputTimesGradient(each, prompts[p]!.ids.length)),
  'mean-attention': async (prompts, model) => (await patternsOf(prompts, model)).map(meanAttention),
  'last-attention': async (prompts, model) => (await patternsOf(prompts, model)).map(lastAttention),
  rollout: async (prompts, model) => (await patternsOf(prompts, model)).map(rollout),
  'leave-one-out': leaveOneOut,
  random: async (prompts, _model, { seed }) =>
    prompts.map(({ ids, record }) => randomScores(seeded(seed, 'tokens', record.index), ids.length)),
}

export const tokenScores = (
  method: TokenMethod, prompts: readonly Prompt[], model: ExperimentModel, asked: TokenAsked,
): Promise<Float64Array[]> => methods[method](prompts, model, asked)

/** Section 4.1: each token's share of the target's logit. */
export async function depassTokens(
  prompts: readonly Prompt[], { attributor, tokenizer, signal }: ExperimentModel, { mode, rule }: { mode: Mode; rule: Rule },
): Promise<Float64Array[]> {
  const excludeFirst = excludesFirst({ mode, rule }, tokenizer)
  const results = await attributor.attribute(prompts.map(({ ids, target }) => attributor.prepare({
    tokenIds: [...ids], position: ids.length - 1, target: { type: 'logit', tokenId: target },
    partition: { by: 'token', layer: 0 }, mode, rule, temperature: DEFAULT_TEMPERATURE, excludeFirst,
  })), { ...(signal && { signal }) })
  return results.map(({ contributions }, p) => {
    const scores = new Float64Array(prompts[p]!.ids.length)
    for (const { component, score } of contributions) if (component.kind === 'token') scores[component.index] = score
    return scores
  })
}

/** By layer [H, J, N]; J is 1 in the last layer, where only the last position is computed, and N before it. */
interface Patterns {
  layers: readonly Float32Array[]
  H: number
  N: number
}

async function patternsOf(prompts: readonly Prompt[], { passes, signal }: ExperimentModel): Promise<Patterns[]> {
  const { L, H } = passes.model.config
  const passages = prompts.map(({ ids }): Passage => ({
    tokenIds: ids, splits: [], givesPatterns: true,
    reads: [{ site: { layer: L, name: 'resid_pre' }, positions: [ids.length - 1] }],
  }))
  const results = await passes.run(passages, { ...(signal && { signal }) })
  return results.map(({ patterns }, p) => ({ layers: patterns, H, N: prompts[p]!.ids.length }))
}

/** [N]: the mean over heads of the last position's row. */
function lastRow({ layers, H, N }: Patterns, layer: number): Float64Array {
  const pattern = layers[layer]!
  const J = pattern.length / (H * N)
  const row = new Float64Array(N)
  for (let h = 0; h < H; h++) for (let i = 0; i < N; i++) row[i]! += pattern[(h * J + J - 1) * N + i]! / H
  return row
}

function meanAttention(patterns: Patterns): Float64Array {
  const L = patterns.layers.length
  const scores = new Float64Array(patterns.N)
  for (let layer = 0; layer < L; layer++) lastRow(patterns, layer).forEach((weight, i) => (scores[i]! += weight / L))
  return scores
}

const lastAttention = (patterns: Patterns): Float64Array => lastRow(patterns, patterns.layers.length - 1)

/** Abnar and Zuidema 2020: (A + 1)/2, averaged over heads, multiplied through the layers; the last position's row. */
function rollout(patterns: Patterns): Float64Array {
  const { layers, H, N } = patterns
  let row = lastRow(patterns, layers.length - 1).map((weight) => weight / 2)
  row[N - 1]! += 0.5
  for (let layer = layers.length - 2; layer >= 0; layer--) {
    const pattern = layers[layer]!
    const before = row.map((weight) => weight / 2)
    for (let h = 0; h < H; h++) {
      for (let j = 0; j < N; j++) {
        const share = row[j]! / (2 * H)
        if (share === 0) continue
        for (let i = 0; i <= j; i++) before[i]! += share * pattern[(h * N + j) * N + i]!
      }
    }
    row = before
  }
  return row
}

/** The target's logit minus its logit without the token: one pass per token. */
async function leaveOneOut(prompts: readonly Prompt[], model: ExperimentModel): Promise<Float64Array[]> {
  const questions = prompts.flatMap(({ ids, target }) => [
    { ids, target },
    // Without its single token a prompt would be empty.
    ...(ids.length < 2 ? [] : ids.map((_, i) => ({ ids: ids.toSpliced(i, 1), target }))),
  ])
  const said = await predict(questions, model)
  let at = 0
  return prompts.map(({ ids }) => {
    const whole = said[at++]!.logit
    return Float64Array.from(ids, () => (ids.length < 2 ? 0 : whole - said[at++]!.logit))
  })
}
