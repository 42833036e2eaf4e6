/**
 * The corrected decomposition with the softmax rule, dense and in float64, straight from depass.md: every component is a
 * whole [N][D] matrix, and nothing is shared, packed or left out.
 */
import { attentionPattern, centre, forwardLayer, linear, mix, mixedHeads, neurons, project, scaleOf, softCap } from './forward.ts'
import { dot, sum, type Layer, type Linear, type Matrix, type Norm, type PlainModel, type Vector } from './plain-model.ts'

export interface NaiveQuestion {
  by: 'token' | 'head'
  /** Heads: where the split is made. Tokens are split at the embedding. */
  layer: number
  tokenIds: readonly number[]
  /** Attributed at the last position. */
  tokenId: number
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
  const state = question.by === 'token' ? tokenRun(model, question) : headRun(model, question)
  return readOut(model, state, question.tokenId)
}

function tokenRun(model: PlainModel, question: NaiveQuestion): State {
  const x = model.embed(question.tokenIds)
  const C = x.map((_, m) => x.map((line, i) => (i === m ? line : zeros(line))))
  let state = withBias(model, { x, C, bias: null })
  for (const layer of model.layers) {
    state = mlpStep(model, layer, state, attentionStep(model, layer, state), question)
  }
  return state
}

/** The stream before the layer's attention, every head's output, and BIAS with the output projection's bias. */
function headRun(model: PlainModel, question: NaiveQuestion): State {
  let x = model.embed(question.tokenIds)
  for (const layer of model.layers.slice(0, question.layer)) x = forwardLayer(model, layer, x)
  const layer = model.layers[question.layer]!
  const mixed = mixedHeads(model, layer, x)
  const finish = postNorm(layer.postAttnNorm, mixed.map((heads) => linear(layer.output, heads)))
  const heads = Array.from({ length: model.H }, (_, h) => mixed.map((line, i) => {
    const only = line.map((value, at) => (Math.floor(at / model.width) === h ? value : 0))
    return finish(project(layer.output.weight, only), i)
  }))
  const C = [x, ...heads]
  // A parallel MLP reads what was there before attention.
  const none = x.map(zeros)
  let before = withBias(model, { x, C: [x, ...heads.map(() => none)], bias: null })
  let state = withBias(model, { x: x.map((line, i) => C.slice(1).reduce((total, head) => sum(total, head[i]!), line)), C, bias: null })
  if (state.bias !== null && layer.output.bias !== null) {
    const { bias } = layer.output
    state.C[state.bias] = x.map((_, i) => finish(bias, i))
    state = { ...state, x: state.x.map((line, i) => sum(line, state.C[state.bias!]![i]!)) }
  }
  state = mlpStep(model, layer, before, state, question)
  for (const later of model.layers.slice(question.layer + 1)) {
    before = state
    state = mlpStep(model, later, before, attentionStep(model, later, before), question)
  }
  return state
}

function attentionStep(model: PlainModel, layer: Layer, { x, C, bias }: State): State {
  const pattern = attentionPattern(model, layer, x)
  const values = (part: Matrix, m: number | null) => part.map((line, i) =>
    plusBias(layer.v, project(layer.v.weight, normPart(layer.attnNorm, line, x[i]!, m === bias || m === null)), m === bias || m === null))
  const output = (part: Matrix, m: number | null) => mix(model, pattern, values(part, m)).map((heads) =>
    plusBias(layer.output, project(layer.output.weight, heads), m === bias || m === null))
  const finish = postNorm(layer.postAttnNorm, output(x, null))
  const add = (part: Matrix, m: number | null) => {
    const made = output(part, m)
    return part.map((line, i) => sum(line, finish(made[i]!, i)))
  }
  return { x: add(x, null), C: C.map(add), bias }
}

/** `before` is the layer's input, `middle` what attention left. */
function mlpStep(model: PlainModel, layer: Layer, before: State, middle: State, question: NaiveQuestion): State {
  const read = model.parallel ? before : middle
  const h = read.x.map((line) => neurons(model, layer, line))
  const gate = layer.gate ?? layer.up
  const finish = postNorm(layer.postMlpNorm, h.map((line) => linear(layer.down, line)))
  const C = middle.C.map((part) => part.map((line) => [...line]))
  for (const [i, line] of read.x.entries()) {
    const relevance = read.C.map((part) => project(gate.weight, normPart(layer.mlpNorm, part[i]!, line, false)))
    const shares = h[i]!.map((_, k) => shareOf(relevance.map((r) => r[k]!), i, middle.bias, question))
    for (const m of C.keys()) {
      const taken = h[i]!.map((activation, k) => activation * shares[k]![m]!)
      const made = plusBias(layer.down, project(layer.down.weight, taken), m === middle.bias)
      C[m]![i] = sum(C[m]![i]!, finish(made, i))
    }
  }
  const x = middle.x.map((line, i) => sum(line, finish(linear(layer.down, h[i]!), i)))
  return { x, C, bias: middle.bias }
}

/**
 * Softmax of one neuron's relevances over the components that have any. BIAS takes part before anything has entered it:
 * the reference values have it so. Where a first component is excluded, the reference values set it to 1 at its own place.
 */
function shareOf(relevance: Vector, position: number, bias: number | null, question: NaiveQuestion): Vector {
  const { temperature, excludeFirst, by } = question
  const r = [...relevance]
  const excluded = excludeFirst && by === 'token'
  if (excluded) r[0] = position === 0 ? 1 : 0
  const takesPart = (m: number) => r[m] !== 0 || m === bias
  const largest = Math.max(...r.filter((_, m) => takesPart(m)))
  const powers = r.map((value, m) => (takesPart(m) ? Math.exp((value - largest) / temperature) : 0))
  const total = powers.reduce((a, b) => a + b, 0)
  return total === 0 ? r.map((_, m) => (m === r.length - 1 ? 1 : 0)) : powers.map((power) => power / total)
}

function readOut(model: PlainModel, { x, C, bias }: State, tokenId: number): Vector {
  const last = x.at(-1)!
  const row = model.head[tokenId]!
  const logit = dot(row, normPart(model.finalNorm, last, last, true))
  const capped = logit === 0 ? 1 : softCap(logit, model.logitCap) / logit
  return C.map((part, m) => capped * dot(row, normPart(model.finalNorm, part.at(-1)!, last, m === bias)))
}

/** A part of x through a norm: the scale is that of x, and only BIAS takes the norm's bias. */
function normPart(of: Norm, part: Vector, x: Vector, takesBias: boolean): Vector {
  const scale = scaleOf(of, x)
  return centre(of, part).map((value, d) => value * scale * of.gain[d]! + (takesBias ? of.bias?.[d] ?? 0 : 0))
}

/** A norm behind a sublayer with the scale of the whole output at each position; without one, nothing. */
function postNorm(of: Norm | null, whole: Matrix): (part: Vector, position: number) => Vector {
  if (of === null) return (part) => part
  return (part, i) => normPart(of, part, whole[i]!, false)
}

function withBias(model: PlainModel, state: State): State {
  const has = (linears: (Linear | null)[]) => linears.some((each) => each !== null && each.bias !== null)
  const any = model.finalNorm.bias !== null ||
    model.layers.some(({ q, k, v, output, gate, up, down }) => has([q, k, v, output, gate, up, down]))
  return any ? { ...state, C: [...state.C, state.x.map(zeros)], bias: state.C.length } : state
}

const plusBias = ({ bias }: Linear, y: Vector, takesBias: boolean): Vector => (takesBias && bias !== null ? sum(y, bias) : y)
const zeros = (line: Vector): Vector => line.map(() => 0)
