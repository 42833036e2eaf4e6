/**
 * The library's pipeline for a tokenizer.json, in two forms: as the file says, and for text that continues other text,
 * which gets no space put before it. Both share one vocabulary.
 */
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { UserError } from '../errors.ts'
import { metaspaceAddsPrefix } from './pieces.ts'
import { flattenSteps, mapSteps, type Step, type TokenizerConfig, type TokenizerFile, type TokenizerJson } from './tokenizer-file.ts'

export interface Pipeline {
  /** Ids with the special tokens that the model expects. */
  encode(text: string): number[]
  /** Ids of the text alone. */
  encodePlain(text: string): number[]
  /** Ids of the text alone, as it reads in the middle of other text. */
  encodeContinuation(text: string): number[]
  /** As in the middle of other text. */
  normalize(text: string): string
}

export function buildPipeline({ json, config }: TokenizerFile): Pipeline {
  const asLibraryReads = correct(json, config)
  const full = build(asLibraryReads, config)
  const bare = build({ ...withoutPrefix(asLibraryReads), model: EMPTY_MODEL }, config)
  bare.model = full.model
  const ids = (library: Library, text: string, specials: boolean): number[] => {
    const found: (number | undefined)[] = library.encode(text, { add_special_tokens: specials }).ids
    return found.map((id) => {
      if (id !== undefined) return id
      throw new UserError('BAD_INPUT', 'The text has characters that the tokenizer has no token for, and it names no ' +
        'token for unknown ones; leave them out.')
    })
  }
  return {
    encode: (text) => ids(full, text, true),
    encodePlain: (text) => ids(full, text, false),
    encodeContinuation: (text) => ids(bare, text, false),
    normalize: (text) => bare.normalizer?.normalize(text) ?? text,
  }
}

const EMPTY_MODEL: TokenizerJson['model'] = { type: 'BPE', vocab: {}, merges: [] }

function build(json: TokenizerJson, config: TokenizerConfig): Library {
  try {
    return new Library(json, config)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UserError('BAD_MODEL', `tokenizer.json cannot be used (${why}); download it again, or convert the tokenizer ` +
      'with a current transformers.', { cause })
  }
}

/** What the library would read otherwise than the original implementation does. */
function correct(json: TokenizerJson, config: TokenizerConfig): TokenizerJson {
  return cutBetweenWords({
    ...json,
    pre_tokenizer: mapSteps(json.pre_tokenizer, correctMetaspace),
    post_processor: specialsOfClass(json, config) ?? json.post_processor,
  })
}

/**
 * Tokenizers after sentencepiece give the merges a whole text at a time, which takes 7 µs a character and leaves the
 * library nothing to remember. Where no merge joins a word to the blank after it, the words can as well be given one by
 * one: the tokens are the same, in a fifth of the time.
 */
function cutBetweenWords(json: TokenizerJson): TokenizerJson {
  const { model, pre_tokenizer } = json
  const marksSpaces = flattenSteps(json.decoder).some((step) => step.type === 'Metaspace' || step.type === 'Replace')
  if (!marksSpaces || model.type !== 'BPE') return json
  // These treat the text they are given as one word.
  if (model.ignore_merges === true || model.end_of_word_suffix || model.continuing_subword_suffix) return json
  if (model.merges.some((merge) => /[^▁]▁/.test(typeof merge === 'string' ? merge.replace(' ', '') : merge.join('')))) return json
  const cut = { type: 'Split', pattern: { Regex: '▁*[^▁]+|▁+' }, behavior: 'Isolated', invert: false }
  return { ...json, pre_tokenizer: pre_tokenizer ? { type: 'Sequence', pretokenizers: [pre_tokenizer, cut] } : cut }
}

/** The library knows neither `add_prefix_space: false` nor that words are split unless the file says otherwise. */
function correctMetaspace(step: Step): Step {
  if (step.type !== 'Metaspace') return step
  const spaced = { ...step, prepend_scheme: step.prepend_scheme ?? (metaspaceAddsPrefix(step) ? 'always' : 'never') }
  if (step.split === false) return spaced
  const split = { type: 'Split', pattern: { Regex: '▁[^▁]*' }, behavior: 'Isolated', invert: false }
  return { type: 'Sequence', pretokenizers: [spaced, split] }
}

/**
 * Llama's and Gemma's tokenizer classes put the beginning (and end) of a sequence where tokenizer_config.json says so,
 * whatever template tokenizer.json has; other classes go by the template.
 */
function specialsOfClass({ added_tokens }: TokenizerJson, config: TokenizerConfig): Step | null {
  if (!/^(Code)?(Llama|Gemma)Tokenizer(Fast)?$/.test(config.tokenizer_class ?? '')) return null
  const begin = config.add_bos_token ?? true ? config.bos_token : null
  const end = config.add_eos_token ?? false ? config.eos_token : null
  const added = (content: string | null | undefined) =>
    added_tokens.some((token) => token.content === content) ? [{ SpecialToken: { id: content, type_id: 0 } }] : []
  const single = [...added(begin), { Sequence: { id: 'A', type_id: 0 } }, ...added(end)]
  return { type: 'TemplateProcessing', single, pair: single, special_tokens: {} }
}

function withoutPrefix(json: TokenizerJson): TokenizerJson {
  return {
    ...json,
    // What is done at the ends of a text has no place in its middle.
    normalizer: mapSteps(json.normalizer, (step) => (step.type === 'Prepend' || step.type === 'Strip' ? null : step)),
    pre_tokenizer: mapSteps(json.pre_tokenizer, (step) => {
      if (step.type === 'Metaspace') return { ...step, prepend_scheme: 'never' }
      return step.type === 'ByteLevel' ? { ...step, add_prefix_space: false } : step
    }),
  }
}
