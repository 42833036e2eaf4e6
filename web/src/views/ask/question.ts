/** What is asked: the state in the address, as the API's input and as a command line. */
import type { AttributeInput, Mode, PartitionInput, Rule, TargetInput, TokenInput } from '../../api/generated.ts'
import { number, oneOf, text, type readState } from '../../state/url.ts'

export const SPLITS = ['token', 'word', 'head', 'module', 'neuron', 'feature'] as const
export type Split = (typeof SPLITS)[number]

export const SPLIT_NAMES: readonly { value: Split; name: string; title: string }[] = [
  { value: 'token', name: 'Tokens', title: 'One component per position' },
  { value: 'word', name: 'Words', title: 'A word made of several tokens is decomposed as a unit' },
  { value: 'head', name: 'Heads', title: 'One component per attention head, layer by layer' },
  { value: 'module', name: 'Sublayers', title: 'Attention and MLP, layer by layer' },
  { value: 'neuron', name: 'Neurons', title: 'One component per MLP neuron, layer by layer' },
  { value: 'feature', name: 'Features', title: 'One component per feature that fires, of a feature set' },
]

export const RULES = ['SOFTMAX', 'LINEAR_NORM', 'LINEAR_WEIGHTED', 'RELU', 'TAYLOR'] as const satisfies readonly Rule[]
export const MODES = ['CORRECTED', 'REFERENCE'] as const satisfies readonly Mode[]

export const askParts = {
  model: text(),
  q: text(),
  /** A second prompt beside the first. */
  other: text(),
  by: oneOf(SPLITS, 'token'),
  /** A text, # and an id, or nothing for the model's own next token. */
  target: text(),
  minus: text(),
  /** A feature instead of a logit: its set and its number, `2-res/320`. */
  feature: text(),
  /** The feature sets that the stream is split into, with commas between; nothing for the one that fits best. */
  sets: text(),
  at: number(),
  rule: oneOf(RULES, 'SOFTMAX'),
  tau: number(),
  mode: oneOf(MODES, 'CORRECTED'),
  /** The chosen component. */
  pick: number(),
  /** What the bars of neurons or features are searched for. */
  find: text(),
}

export type AskState = ReturnType<typeof readState<typeof askParts>>

const token = (name: string): TokenInput => (/^#\d+$/.test(name) ? { id: Number(name.slice(1)) } : { text: name })

/** `2-res/320`, with or without the model before it; null where it is no feature's name. */
export function readFeature(name: string): { source: string; index: number } | null {
  const [, source = '', digits = ''] = /^(?:[^/]+\/)?([^/]+)\/(\d+)$/.exec(name.trim()) ?? []
  return source === '' ? null : { source, index: Number(digits) }
}

export function targetInput({ target, minus, feature }: Pick<AskState, 'target' | 'minus' | 'feature'>): TargetInput | undefined {
  // Text that is no name is passed on, so that the server refuses it in its own words.
  if (feature !== '') return { feature: readFeature(feature) ?? { source: feature, index: 0 } }
  if (minus !== '') return { logitDifference: { minus: token(minus), ...(target !== '' && { token: token(target) }) } }
  return target === '' ? undefined : { logit: token(target) }
}

export const setsOf = ({ sets }: Pick<AskState, 'sets'>): string[] => sets.split(',').filter((name) => name !== '')

const partitions: Readonly<Record<Exclude<Split, 'feature'>, PartitionInput>> = {
  token: { token: {} },
  word: { group: { by: 'WORDS' } },
  head: { head: {} },
  module: { module: { module: 'MLP' } },
  neuron: { neuron: { everyLayer: true } },
}

/** `set`: of a split by feature. */
export const partitionOf = (by: Split, set = ''): PartitionInput => (by === 'feature' ? { feature: { source: set } } : partitions[by])

/** Everything but the split. */
export function questionInput(state: AskState, prompt = state.q): Omit<AttributeInput, 'partition'> {
  const { model, at, rule, tau, mode } = state
  const target = targetInput(state)
  return {
    model,
    text: prompt,
    ...(target && { target }),
    ...(at !== null && { position: at }),
    ...(rule !== 'SOFTMAX' && { rule }),
    ...(tau !== null && rule === 'SOFTMAX' && { temperature: tau }),
    ...(mode !== 'CORRECTED' && { mode }),
  }
}

export const attributeInput = (state: AskState, prompt = state.q, partition = partitionOf(state.by, setsOf(state)[0])): AttributeInput => ({
  ...questionInput(state, prompt),
  partition,
})

const FLAGS: Readonly<Record<Exclude<Split, 'feature'>, Readonly<Record<string, string>>>> = {
  token: { by: 'token' },
  word: { by: 'group', groups: 'words' },
  head: { by: 'head', layer: 'all' },
  module: { by: 'module', module: 'mlp', layer: 'all' },
  neuron: { by: 'neuron', layer: 'all', top: '40' },
}

/** A split as flags. */
export const splitFlags = (by: Split, model: string, set = ''): Readonly<Record<string, string>> =>
  by === 'feature' ? { by: 'feature', sae: `${model}/${set}` } : FLAGS[by]

/** `--target ' Paris'`: a leading blank says that a word is meant, and no special name. */
export const askFlags = (state: AskState, prompt = state.q): Record<string, string | number | null> => ({
  model: state.model,
  text: prompt,
  ...splitFlags(state.by, state.model, setsOf(state)[0]),
  ...(state.feature === ''
    ? { target: state.target || null, minus: state.minus || null }
    : { feature: featureName(state.model, state.feature) }),
  position: state.at,
  rule: state.rule === 'SOFTMAX' ? null : state.rule.toLowerCase().replace('_', '-'),
  temperature: state.rule === 'SOFTMAX' ? state.tau : null,
  mode: state.mode === 'CORRECTED' ? null : state.mode.toLowerCase(),
})

/** model/source/index, as the command line has it. */
export function featureName(model: string, feature: string): string {
  const read = readFeature(feature)
  return read ? `${model}/${read.source}/${read.index}` : feature
}

/** One question about one prompt: what every picture of its answer needs to know. */
export interface Question {
  by: Split
  /** Of a split by feature. */
  set: string
  /** Everything but the split. */
  asked: Omit<AttributeInput, 'partition'>
  /** As the prompt is called in captions. */
  prompt: string
  flags: Readonly<Record<string, string | number | null>>
}

export const questionOf = (state: AskState, prompt: string, set = setsOf(state)[0] ?? ''): Question => ({
  by: state.by,
  set,
  asked: questionInput(state, prompt),
  prompt,
  flags: askFlags({ ...state, sets: set }, prompt),
})

export const inputOf = ({ by, set, asked }: Question): AttributeInput => ({ ...asked, partition: partitionOf(by, set) })

/** A split by sublayer is two questions, one for each kind of sublayer. */
const SUBLAYERS = ['ATTENTION', 'MLP'] as const

export const inputsOf = (question: Question): AttributeInput[] =>
  question.by === 'module' ? SUBLAYERS.map((module) => ({ ...question.asked, partition: { module: { module } } })) : [inputOf(question)]

/** The command that subtracts a second prompt. `top`: how many components it lists, those that differ most first. */
export const againstFlags = (flags: Question['flags'], second: Question, top: number): Question['flags'] => ({ ...flags, top: String(top), against: second.prompt })

/** A command line for each. */
export const flagsOf = ({ by, flags }: Question): Question['flags'][] =>
  by === 'module' ? SUBLAYERS.map((module) => ({ ...flags, module: module.toLowerCase() })) : [flags]
