/**
 * The corrected decomposition, dense and in float64, straight from depass.md: every component is a whole [N][D] matrix, and
 * nothing is shared, packed or left out.
 */
import type { Rule } from '../../src/depass/rule.ts'
import {
  activeMlps, attentionPattern, centre, forwardLayer, linear, mix, mixedHeads, mixtureOutput, neuronCount, project, scaleOf, softCap,
  type ActiveMlp,
} from './forward.ts'
import { shares } from './naive-share.ts'
import { dot, sum, times, type Layer, type Linear, type Matrix, type Norm, type PlainModel, type Vector } from './plain-model.ts'

export type NaiveSplit =
  /** Of the embedding. */
  | { by: 'token' }
  | { by: 'group'; groups: readonly (readonly number[])[] }
  | { by: 'head' | 'attention' | 'neuron' | 'mlp'; layer: number }

export interface NaiveQuestion {
  split: NaiveSplit
  tokenIds: readonly number[]
  /** Attributed at the last position. */
  tokenId: number
  rule: Rule
  temperature: number
  excludeFirst: boolean
}

/** Components [M][N][D]; BIAS comes last where the model has biases. */
interface State {
  x: Matrix
  C: Matrix[]
  bias: number | null
}

export function naiveScores(model: PlainModel, question: NaiveQuestion): Vector {
  return readOut(model, run(model, question), question.tokenId)
}

function run(model: PlainModel, question: NaiveQuestion): State {
  const { split, tokenIds } = question
  const x = model.embed(tokenIds)
  if (split.by === 'token' || split.by === 'group') {
    const groups = split.by === 'group' ? split.groups : tokenIds.map((_, i) => [i])
    const C = groups.map((group) => x.map((line, i) => (group.includes(i) ? line : zeros(line))))
    return through(model, model.layers, withBias(model, x, C), question)
  }
  const input = model.layers.slice(0, split.layer).reduce((line, layer) => forwardLayer(model, layer, line), x)
  const layer = model.layers[split.layer]!
  const begun = split.by === 'head' || split.by === 'attention'
    ? attentionStart(model, layer, input, question)
    : mlpStart(model, layer, input, split.by)
  return through(model, model.layers.slice(split.layer + 1), begun, question)
}

const through = (model: PlainModel, layers: readonly Layer[], start: State, question: NaiveQuestion): State =>
  layers.reduce((state, layer) => mlpStep(model, layer, state, attentionStep(model, layer, state), question), start)

/** The stream before attention, every head's output (or their sum), and BIAS with the output projection's bias. */
function attentionStart(model: PlainModel, layer: Layer, x: Matrix, question: NaiveQuestion): State {
  const mixed = mixedHeads(model, layer, x)
  const finish = behind(model, layer.postAttnNorm, mixed.map((heads) => linear(layer.output, heads)))
  const part = (wanted: (h: number) => boolean): Matrix => mixed.map((line, i) =>
    finish(project(layer.output.weight, line.map((value, at) => (wanted(Math.floor(at / model.width)) ? value : 0))), i))
  const parts = question.split.by === 'head'
    ? Array.from({ length: model.H }, (_, h) => part((other) => other === h))
    : [part(() => true)]
  const ownBias = layer.output.bias === null ? null : x.map((_, i) => finish(layer.output.bias!, i))
  const after = withBias(model, total([x, ...parts, ...(ownBias ? [ownBias] : [])]), [x, ...parts])
  if (after.bias !== null && ownBias !== null) after.C[after.bias] = ownBias
  // A parallel MLP reads what was there before attention.
  const before = withBias(model, x, [x, ...parts.map(() => x.map(zeros))])
  return mlpStep(model, layer, before, after, question)
}

/** Everything else and every neuron's output; or the stream before the MLP, its output, and BIAS with its bias. */
function mlpStart(model: PlainModel, layer: Layer, x: Matrix, by: 'neuron' | 'mlp'): State {
  const after = forwardLayer(model, layer, x)
  // With its neurons silent, a layer is what stands before its MLP.
  const silent: Layer = { ...layer, mixture: { mlps: [], weights: () => [] }, postMlpNorm: null }
  const middle = forwardLayer(model, silent, x)
  const active = (model.parallel ? x : middle).map((line) => activeMlps(model, layer, line))
  const D = x[0]!.length
  const finish = behind(model, layer.postMlpNorm, active.map((mlps) => mixtureOutput(mlps, D)))
  // A neuron whose MLP a position does not use is nothing there.
  const neuron = (k: number): Matrix => active.map((mlps, i) => {
    const own = mlps.find(({ first, activations }) => k >= first && k < first + activations.length)
    if (own === undefined) return Array<number>(D).fill(0)
    return finish(own.mlp.down.weight.map((line) => line[k - own.first]! * own.activations[k - own.first]! * own.weight), i)
  })
  const outputs = Array.from({ length: neuronCount(layer) }, (_, k) => neuron(k))
  if (by === 'neuron') return withBias(model, after, [difference(after, total(outputs)), ...outputs])
  const state = withBias(model, after, [middle, total(outputs)])
  const ownBias = active.map((mlps, i) => finish(weightedBias(mlps, D), i))
  if (state.bias !== null) state.C[state.bias] = ownBias
  return state
}

/** What the biases of the down projections add at a position. */
const weightedBias = (mlps: readonly ActiveMlp[], D: number): Vector =>
  mlps.reduce((sofar, { mlp, weight }) => (mlp.down.bias === null ? sofar : sum(sofar, times(mlp.down.bias, weight))), Array<number>(D).fill(0))

function attentionStep(model: PlainModel, layer: Layer, { x, C, bias }: State): State {
  const pattern = attentionPattern(model, layer, x)
  const isBiased = (m: number | null) => m === bias || m === null
  // A bias of the values is a part of the value at every position, and so of what the pattern mixes.
  const values = (part: Matrix, m: number | null) => part.map((line, i) =>
    plusBias(layer.v, project(layer.v.weight, normPart(layer.attnNorm, line, x[i]!, isBiased(m))), isBiased(m)))
  const output = (part: Matrix, m: number | null) => mix(model, pattern, values(part, m)).map((heads) =>
    plusBias(layer.output, project(layer.output.weight, heads), isBiased(m)))
  const finish = behind(model, layer.postAttnNorm, output(x, null))
  const add = (part: Matrix, m: number | null) => {
    const made = output(part, m)
    return part.map((line, i) => sum(line, finish(made[i]!, i)))
  }
  return { x: add(x, null), C: C.map(add), bias }
}

/** `before` is the layer's input, `middle` what attention left. */
function mlpStep(model: PlainModel, layer: Layer, before: State, middle: State, question: NaiveQuestion): State {
  const read = model.parallel ? before : middle
  const active = read.x.map((line) => activeMlps(model, layer, line))
  const finish = behind(model, layer.postMlpNorm, active.map((mlps) => mixtureOutput(mlps, read.x[0]!.length)))
  const C = middle.C.map((part) => [...part])
  for (const i of read.x.keys()) {
    for (const mlp of active[i]!) {
      const given = sharesOf(mlp, layer.mlpNorm, read, i, question)
      for (const m of C.keys()) {
        const taken = mlp.activations.map((activation, k) => activation * given[k]![m]!)
        const made = plusBias(mlp.mlp.down, project(mlp.mlp.down.weight, taken), m === middle.bias)
        C[m]![i] = sum(C[m]![i]!, finish(times(made, mlp.weight), i))
      }
    }
  }
  const x = middle.x.map((line, i) => sum(line, finish(mixtureOutput(active[i]!, line.length), i)))
  return { x, C, bias: middle.bias }
}

/** [I][M]: how each neuron of an MLP is shared at position i. */
function sharesOf({ mlp }: ActiveMlp, of: Norm | null, read: State, i: number, question: NaiveQuestion): Matrix {
  const { rule, temperature } = question
  const line = read.x[i]!
  const gate = mlp.gate ?? mlp.up
  // The linear rules share the whole pre-activation, so that BIAS takes its biases there.
  const isLinear = rule === 'linear-weighted' || rule === 'taylor'
  const relevance = read.C.map((part, m) => {
    const biased = isLinear && m === read.bias
    return plusBias(gate, project(gate.weight, normPart(of, part[i]!, line, biased)), biased)
  })
  const preActivation = linear(gate, normPart(of, line, line, true))
  return gate.weight.map((_, k) => {
    const r = excluding(relevance.map((each) => each[k]!), i, question)
    const present = r.map((value, m) => value !== 0 || m === read.bias)
    return shares(r, { rule, temperature, present, preActivation: preActivation[k]! })
  })
}

/** The first token takes no share but at its own place; there the reference values set its relevance to 1. */
function excluding(relevance: Vector, position: number, { split, excludeFirst }: NaiveQuestion): Vector {
  return excludeFirst && split.by === 'token' ? relevance.with(0, position === 0 ? 1 : 0) : relevance
}

function readOut(model: PlainModel, { x, C, bias }: State, tokenId: number): Vector {
  const last = x.at(-1)!
  const row = times(model.head[tokenId]!, model.logitScale)
  const logit = dot(row, normPart(model.finalNorm, last, last, true))
  const capped = logit === 0 ? 1 : softCap(logit, model.logitCap) / logit
  return C.map((part, m) => capped * dot(row, normPart(model.finalNorm, part.at(-1)!, last, m === bias)))
}

/** A part of x through a norm: the scale is that of x, and only BIAS takes the norm's bias. Without a norm, the part. */
function normPart(of: Norm | null, part: Vector, x: Vector, takesBias: boolean): Vector {
  if (of === null) return part
  const scale = scaleOf(of, x)
  return centre(of, part).map((value, d) => value * scale * of.gain[d]! + (takesBias ? of.bias?.[d] ?? 0 : 0))
}

/** What of a part of a sublayer's output reaches the stream: through the norm behind it with the scale of the whole, scaled. */
function behind(model: PlainModel, of: Norm | null, whole: Matrix): (part: Vector, position: number) => Vector {
  return (part, i) => times(normPart(of, part, whole[i]!, false), model.residualScale)
}

function withBias(model: PlainModel, x: Matrix, C: Matrix[]): State {
  const has = (linears: (Linear | null)[]) => linears.some((each) => each !== null && each.bias !== null)
  const any = model.finalNorm.bias !== null || model.layers.some(({ q, k, v, output, mixture }) =>
    has([q, k, v, output, ...mixture.mlps.flatMap(({ gate, up, down }) => [gate, up, down])]))
  return any ? { x, C: [...C, x.map(zeros)], bias: C.length } : { x, C, bias: null }
}

const total = (parts: Matrix[]): Matrix => parts.reduce((a, b) => a.map((line, i) => sum(line, b[i]!)))
const difference = (a: Matrix, b: Matrix): Matrix => a.map((line, i) => line.map((value, d) => value - b[i]![d]!))
const plusBias = ({ bias }: Linear, y: Vector, takesBias: boolean): Vector => (takesBias && bias !== null ? sum(y, bias) : y)
const zeros = (line: Vector): Vector => line.map(() => 0)
