/**
 * What each tokenizer class of transformers 5.18 builds from a folder: the steps around the vocabulary, the settings of
 * the model, and the class's own special tokens.
 */
import { UserError } from '../errors.ts'
import type { TokenizerClass } from './class-of.ts'
import type { Settings, TokenizerConfig } from './settings.ts'
import type { Step } from './steps.ts'

/** A tokenizer.json without vocabulary and merges. */
export interface Pipeline {
  normalizer: Step | null
  pre_tokenizer: Step | null
  post_processor: Step | null
  decoder: Step | null
  /** Type and settings of the model. */
  model: { type: string } & Record<string, unknown>
}

/** `names` are special tokens by their setting; a token in tokenizer_config.json takes precedence. */
export interface ClassRule {
  names: Readonly<Record<string, string>>
  /** Builds the pipeline; null if the class takes tokenizer.json as it is. */
  build: ((config: TokenizerConfig) => Omit<Pipeline, 'post_processor'>) | null
  /** What happens to the file's post-processor: kept, dropped (GPT-NeoX), or replaced by the class's own (CodeLlama). */
  postProcessor: 'file' | 'none' | 'beginning'
  /** Leaves out a padding token that comes from the source. */
  ignoresPadding?: true
  /** Adds its special tokens a second time, as plain ones, so flags from the folder are lost. */
  repeats?: true
}

const GPT2_TOKEN = '<|endoftext|>'
const byteLevelDecoder: Step = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true }
const barToSpace: Step = { type: 'Replace', pattern: { String: '▁' }, content: ' ' }
const sentencePieceDecoders: Step[] = [barToSpace, { type: 'ByteFallback' }, { type: 'Fuse' }]
const stripFirst: Step = { type: 'Strip', content: ' ', start: 1, stop: 0 }

const byteLevel = (add_prefix_space: boolean, use_regex = true): Step =>
  ({ type: 'ByteLevel', add_prefix_space, trim_offsets: true, use_regex })

const bpe = (settings: Record<string, unknown>) => ({
  type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false,
  byte_fallback: false, ignore_merges: false, ...settings,
})

const gpt2 = (normalizer: Step | null) => ({ add_prefix_space }: TokenizerConfig) => ({
  normalizer, pre_tokenizer: byteLevel(add_prefix_space ?? false), decoder: byteLevelDecoder, model: bpe({}),
})

const metaspace = (prepend_scheme: 'always' | 'first' | 'never'): Step =>
  ({ type: 'Metaspace', replacement: '▁', prepend_scheme, split: false })

function llama({ add_prefix_space, legacy }: TokenizerConfig) {
  const adds = add_prefix_space ?? true
  return {
    normalizer: null,
    pre_tokenizer: metaspace(adds ? (legacy ? 'always' : 'first') : 'never'),
    decoder: { type: 'Sequence', decoders: [...sentencePieceDecoders, ...(adds ? [stripFirst] : [])] },
    model: bpe({ fuse_unk: true, byte_fallback: true }),
  }
}

function codeLlama({ add_prefix_space, unk_token }: TokenizerConfig) {
  return {
    normalizer: null,
    pre_tokenizer: metaspace(add_prefix_space ?? true ? 'first' : 'never'),
    decoder: { type: 'Sequence', decoders: [...sentencePieceDecoders, stripFirst] },
    model: bpe({ fuse_unk: true, byte_fallback: true, unk_token: nameOf(unk_token, '<unk>') }),
  }
}

const gemma = ({ unk_token }: TokenizerConfig) => ({
  normalizer: { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
  pre_tokenizer: { type: 'Split', pattern: { String: ' ' }, behavior: 'MergedWithPrevious', invert: false },
  decoder: { type: 'Sequence', decoders: sentencePieceDecoders },
  model: bpe({ fuse_unk: true, byte_fallback: true, unk_token: nameOf(unk_token, '<unk>') }),
})

const qwen = (letters: string, notLetters: string) => ({ add_prefix_space }: TokenizerConfig) => ({
  normalizer: { type: 'NFC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      {
        type: 'Split',
        pattern: {
          Regex: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?${letters}+|\\p{N}| ?${notLetters}+[\\r\\n]*|` +
            '\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+',
        },
        behavior: 'Isolated',
        invert: false,
      },
      byteLevel(add_prefix_space ?? false, false),
    ],
  },
  decoder: byteLevelDecoder,
  model: bpe({}),
})

const nameOf = (given: TokenizerConfig['unk_token'], otherwise: string): string | null => {
  if (given === undefined) return otherwise
  // The class writes a name that is null as the text "None".
  return given === null ? 'None' : typeof given === 'string' ? given : given.content
}

const gpt2Names = { bos_token: GPT2_TOKEN, eos_token: GPT2_TOKEN, unk_token: GPT2_TOKEN }
const llamaNames = { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }
const qwenNames = { eos_token: GPT2_TOKEN, unk_token: GPT2_TOKEN, pad_token: GPT2_TOKEN }

export const classRules: Readonly<Record<TokenizerClass, ClassRule>> = {
  TokenizersBackend: { names: {}, build: null, postProcessor: 'file' },
  LlamaTokenizer: { names: llamaNames, build: llama, postProcessor: 'file' },
  CodeLlamaTokenizer: {
    names: {
      ...llamaNames, prefix_token: '▁<PRE>', middle_token: '▁<MID>', suffix_token: '▁<SUF>', eot_token: '▁<EOT>',
      fill_token: '<FILL_ME>',
    },
    build: codeLlama,
    postProcessor: 'beginning',
  },
  GPT2Tokenizer: { names: gpt2Names, build: gpt2(null), postProcessor: 'file', ignoresPadding: true },
  CodeGenTokenizer: { names: gpt2Names, build: gpt2(null), postProcessor: 'file', ignoresPadding: true },
  GemmaTokenizer: {
    names: { bos_token: '<bos>', eos_token: '<eos>', unk_token: '<unk>', pad_token: '<pad>', mask_token: '<mask>' },
    build: gemma,
    postProcessor: 'file',
  },
  Qwen2Tokenizer: { names: qwenNames, build: qwen('\\p{L}', '[^\\s\\p{L}\\p{N}]'), postProcessor: 'file', repeats: true },
  Qwen3_5Tokenizer: {
    names: qwenNames, build: qwen('[\\p{L}\\p{M}]', '[^\\s\\p{L}\\p{M}\\p{N}]'), postProcessor: 'file',
  },
  GPTNeoXTokenizer: {
    names: { ...gpt2Names, pad_token: '<|padding|>' }, build: gpt2({ type: 'NFC' }), postProcessor: 'none',
  },
}

/** Refuses (UNSUPPORTED) settings that change ids and cannot be passed to the library here. */
export function refuseUnknownSettings({ split_special_tokens, fast_tokenizer_files }: TokenizerConfig): void {
  const refuse = (what: string, why: string): never => {
    throw new UserError('UNSUPPORTED', `tokenizer_config.json has ${what}, ${why}; remove the setting if it is not meant.`)
  }
  if (split_special_tokens) refuse('split_special_tokens', 'which cuts special tokens into pieces and is not done here')
  const other = fast_tokenizer_files?.find((name) => /^tokenizer\..+\.json$/.test(name))
  if (other !== undefined) refuse(`fast_tokenizer_files with ${other}`, 'a tokenizer for other versions, which is not read here')
}

/**
 * Models were published with a pattern that splits words differently from the one they were trained with; this is the
 * right one.
 */
const MISTRAL_PATTERN =
  '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|' +
  '[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|' +
  '\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'
const MISTRAL_TYPES = ['mistral', 'mistral3', 'voxtral', 'ministral', 'pixtral']
const MISTRAL_VOCABULARY = 100_000

/** `fix_mistral_regex` of tokenizer_config.json: applies to large vocabularies, in folders that version 4 wrote. */
export function fixMistralPattern(pipeline: Pipeline, { config, model }: Settings, vocabularySize: () => number): Pipeline {
  const { pre_tokenizer } = pipeline
  if (!config.fix_mistral_regex || model === null || pre_tokenizer === null) return pipeline
  if (vocabularySize() <= MISTRAL_VOCABULARY) return pipeline
  const { transformers_version: version, model_type: type } = model
  if (version != null && (Number.parseInt(version, 10) >= 5 || (type != null && !MISTRAL_TYPES.includes(type)))) return pipeline
  const split = { type: 'Split', pattern: { Regex: MISTRAL_PATTERN }, behavior: 'Isolated', invert: false }
  const inner = pre_tokenizer.type === 'Sequence' && Array.isArray(pre_tokenizer.pretokenizers)
    ? pre_tokenizer.pretokenizers.slice(1)
    : [pre_tokenizer.type === 'Metaspace' ? byteLevel(false, false) : pre_tokenizer]
  return { ...pipeline, pre_tokenizer: { type: 'Sequence', pretokenizers: [split, ...inner] } }
}
