/**
 * Whatever decides the ids of a tokenizer, in one spelling, which serves to compare tokenizers and goes into the hash.
 * Offsets, decoders, pairs of texts, and defaults that a file spells out are no part of it.
 */
import type { TokenizerClass } from './class-of.ts'
import { classRules, type Pipeline } from './classes.ts'
import type { AddedToken, Settings } from './settings.ts'
import { flattenSteps, mapSteps, type Step } from './steps.ts'
import type { Vocabulary } from './vocabulary.ts'

/** Tokens put at the ends of every text. */
export interface Ends {
  first: string | null
  last: string | null
}

interface Decided {
  pipeline: Pipeline
  /** In the order of their ids. */
  added: readonly AddedToken[]
  ends: Ends | null
}

/** Whatever decides ids, in one spelling. */
export function canonical({ pipeline, added, ends }: Decided, vocabulary: Vocabulary): string {
  const { normalizer, pre_tokenizer, post_processor, model } = pipeline
  const everyByte = model.byte_fallback === true && vocabulary.hasAllBytes
  // If every byte has a token of its own, the token for unknown characters is never used.
  const settings = Object.entries(model).filter(([key, value]) =>
    value !== null && value !== false && value !== '' && !(key === 'unk_token' && everyByte))
  return JSON.stringify(sorted({
    normalizer: unwrap(normalizer),
    pre_tokenizer: unwrap(mapSteps(pre_tokenizer, canonicalStep)),
    post_processor: unwrap(mapSteps(post_processor, canonicalProcessor)),
    model: Object.fromEntries(settings),
    added: added.map(({ content, single_word, lstrip, rstrip, normalized, special }) =>
      [content, single_word, lstrip, rstrip, normalized, special]),
    ends: ends && (ends.first ?? ends.last) !== null ? ends : null,
  }))
}

/** The step without offsets and default settings, which do not change ids. */
function canonicalStep(step: Step): Step {
  const { trim_offsets: _trim, str_rep: _rep, ...kept } = step
  if (step.type === 'ByteLevel') {
    return { ...kept, use_regex: step.use_regex ?? true, add_prefix_space: step.add_prefix_space ?? true }
  }
  if (step.type === 'Split') return { ...kept, invert: step.invert ?? false }
  if (step.type !== 'Metaspace') return kept
  const { add_prefix_space: _adds, ...metaspace } = kept
  const prepend_scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? 'never' : 'always')
  return { ...metaspace, prepend_scheme, split: step.split ?? true }
}

function canonicalProcessor(step: Step): Step | null {
  if (step.type === 'ByteLevel') return null
  const { pair: _pair, trim_offsets: _trim, add_prefix_space: _adds, ...kept } = step
  return kept
}

/** A sequence of one step becomes that step; an empty one becomes null. */
function unwrap(step: Step | null): Step | null {
  const inner = step === null ? [] : flattenSteps(step).slice(1)
  if (step?.type !== 'Sequence') return step
  if (inner.length === 0) return null
  return inner.length === 1 ? inner[0]! : step
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

/**
 * The published files of Llama 2 add the space before a text in a normalizer; the class Llama adds it in a pre-tokenizer.
 * The two differ for texts that begin with a blank, and after special tokens within a text, but the ids mean the same. Such
 * folders keep the hash of their tokenizer.json, under which their results are stored.
 */
export function asPublished(pipeline: Pipeline, className: TokenizerClass, { config }: Settings): Pipeline {
  const built = className === 'LlamaTokenizer' ? classRules.LlamaTokenizer.build?.(config) : null
  const isPublished = JSON.stringify(sorted(pipeline.normalizer)) === PUBLISHED_LLAMA && pipeline.pre_tokenizer === null
  if (!built || !isPublished || built.pre_tokenizer?.prepend_scheme === 'never') return pipeline
  return { ...pipeline, normalizer: built.normalizer, pre_tokenizer: built.pre_tokenizer }
}

const PUBLISHED_LLAMA = JSON.stringify(sorted({
  type: 'Sequence',
  normalizers: [{ type: 'Prepend', prepend: '▁' }, { type: 'Replace', pattern: { String: ' ' }, content: '▁' }],
}))
