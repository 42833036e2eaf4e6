/**
 * Which tokenizer class reads a folder. The class decides ids. Those of GPT-2, Llama, Gemma, Qwen2 and GPT-NeoX take
 * vocabulary, merges and post-processor from tokenizer.json, and build the rest from tokenizer_config.json. The plain
 * class takes tokenizer.json as it is. The rules are those of `AutoTokenizer` in transformers 5.18.
 */
import { UserError } from '../errors.ts'
import type { Settings } from './settings.ts'

/** Classes that are rebuilt here in the way of transformers. */
export const tokenizerClasses = [
  'TokenizersBackend', 'LlamaTokenizer', 'CodeLlamaTokenizer', 'GPT2Tokenizer', 'CodeGenTokenizer', 'GemmaTokenizer',
  'Qwen2Tokenizer', 'Qwen3_5Tokenizer', 'GPTNeoXTokenizer',
] as const
export type TokenizerClass = (typeof tokenizerClasses)[number]

/** transformers' class for an architecture. Architectures that are not listed have no class of their own. */
const classOfArchitecture: Readonly<Record<string, TokenizerClass>> = {
  code_llama: 'CodeLlamaTokenizer',
  codegen: 'GPT2Tokenizer',
  falcon_mamba: 'GPTNeoXTokenizer',
  flex_olmo: 'TokenizersBackend',
  gemma: 'GemmaTokenizer',
  gemma2: 'GemmaTokenizer',
  gemma3: 'GemmaTokenizer',
  gemma3_text: 'GemmaTokenizer',
  gemma3n: 'GemmaTokenizer',
  gemma3n_text: 'GemmaTokenizer',
  glm: 'TokenizersBackend',
  glm4: 'TokenizersBackend',
  gpt2: 'GPT2Tokenizer',
  gpt_bigcode: 'TokenizersBackend',
  gpt_neo: 'GPT2Tokenizer',
  gpt_neox: 'GPTNeoXTokenizer',
  gptj: 'GPT2Tokenizer',
  granite: 'TokenizersBackend',
  granitemoe: 'TokenizersBackend',
  granitemoehybrid: 'TokenizersBackend',
  granitemoeshared: 'TokenizersBackend',
  mamba: 'GPTNeoXTokenizer',
  mamba2: 'GPTNeoXTokenizer',
  ministral: 'TokenizersBackend',
  mistral: 'TokenizersBackend',
  mistral3: 'TokenizersBackend',
  mixtral: 'TokenizersBackend',
  mpt: 'GPTNeoXTokenizer',
  nemotron: 'TokenizersBackend',
  olmo: 'GPTNeoXTokenizer',
  olmo2: 'TokenizersBackend',
  olmo3: 'TokenizersBackend',
  olmoe: 'GPTNeoXTokenizer',
  opt: 'GPT2Tokenizer',
  persimmon: 'TokenizersBackend',
  phi: 'GPT2Tokenizer',
  phi3: 'TokenizersBackend',
  phimoe: 'TokenizersBackend',
  qwen2: 'Qwen2Tokenizer',
  qwen2_moe: 'Qwen2Tokenizer',
  qwen3: 'Qwen2Tokenizer',
  qwen3_5: 'Qwen3_5Tokenizer',
  qwen3_5_text: 'Qwen3_5Tokenizer',
  qwen3_moe: 'Qwen2Tokenizer',
  qwen3_next: 'Qwen2Tokenizer',
  recurrent_gemma: 'GemmaTokenizer',
  rwkv: 'GPTNeoXTokenizer',
  stablelm: 'TokenizersBackend',
  starcoder2: 'GPT2Tokenizer',
}

/** Architectures whose folders are known to name a wrong class, so the architecture's own class is used. */
const namesWrongClass = new Set([
  'deepseek_v2', 'deepseek_v3', 'internlm2', 'minimax_m2', 'nemotron', 'phi3', 'phimoe', 'qwen2', 'qwen3_5',
])

/** Names of the plain class. */
const plainNames = new Set(['TokenizersBackend', 'PreTrainedTokenizer', 'BloomTokenizer', 'PythonBackend'])

/** Classes of transformers that build a tokenizer in ways that are not implemented here. */
const otherClasses = new Set([
  'AlbertTokenizer', 'BartTokenizer', 'BarthezTokenizer', 'BartphoTokenizer', 'BertGenerationTokenizer',
  'BertJapaneseTokenizer', 'BertTokenizer', 'BertweetTokenizer', 'BigBirdTokenizer', 'BioGptTokenizer',
  'BlenderbotSmallTokenizer', 'BlenderbotTokenizer', 'ByT5Tokenizer', 'CLIPTokenizer', 'CTRLTokenizer', 'CamembertTokenizer',
  'CanineTokenizer', 'ClvpTokenizer', 'CohereTokenizer', 'CpmAntTokenizer', 'CpmTokenizer', 'DPRContextEncoderTokenizer',
  'DPRQuestionEncoderTokenizer', 'DPRReaderTokenizer', 'DebertaTokenizer', 'DebertaV2Tokenizer', 'DiaTokenizer',
  'DistilBertTokenizer', 'ElectraTokenizer', 'ConvBertTokenizer', 'EsmTokenizer', 'EsmcTokenizer', 'FNetTokenizer',
  'FSMTTokenizer', 'FlaubertTokenizer', 'FunnelTokenizer', 'GPTNeoXJapaneseTokenizer', 'GPTSw3Tokenizer', 'HerbertTokenizer',
  'LEDTokenizer', 'LasrTokenizer', 'LayoutLMv2Tokenizer', 'LayoutLMv3Tokenizer', 'LayoutXLMTokenizer', 'LukeTokenizer',
  'LxmertTokenizer', 'M2M100Tokenizer', 'MBart50Tokenizer', 'MBartTokenizer', 'MLukeTokenizer', 'MPNetTokenizer',
  'MarianTokenizer', 'MarkupLMTokenizer', 'MgpstrTokenizer', 'MobileBertTokenizer', 'MvpTokenizer', 'MyT5Tokenizer',
  'NllbTokenizer', 'NougatTokenizer', 'OpenAIGPTTokenizer', 'PLBartTokenizer', 'PegasusTokenizer', 'PerceiverTokenizer',
  'PhobertTokenizer', 'ProphetNetTokenizer', 'ReformerTokenizer', 'RemBertTokenizer', 'RoCBertTokenizer',
  'RoFormerTokenizer', 'RobertaTokenizer', 'SeamlessM4TTokenizer', 'Siglip2Tokenizer', 'SiglipTokenizer',
  'Speech2TextTokenizer', 'SpeechT5Tokenizer', 'SplinterTokenizer', 'SqueezeBertTokenizer', 'T5Tokenizer', 'TapasTokenizer',
  'UdopTokenizer', 'VitsTokenizer', 'Wav2Vec2CTCTokenizer', 'WhisperTokenizer', 'XGLMTokenizer', 'XLMRobertaTokenizer',
  'XLMTokenizer', 'XLNetTokenizer', 'MistralCommonBackend',
])

/** Refuses (UNSUPPORTED) a class that transformers would build in a way that is not implemented here. */
export function classOf({ config, model }: Settings): TokenizerClass {
  const own = classOfArchitecture[model?.model_type ?? '']
  const named = config.tokenizer_class ?? model?.tokenizer_class ?? null
  const withoutFast = named?.replace(/Fast$/, '') ?? null
  if (withoutFast === null) return own ?? 'TokenizersBackend'
  if (own !== undefined && own !== withoutFast && config.auto_map == null) {
    if (own === 'TokenizersBackend') return own
    return namesWrongClass.has(model?.model_type ?? '') ? own : classNamed(withoutFast)
  }
  return classNamed(withoutFast)
}

function classNamed(name: string): TokenizerClass {
  if (plainNames.has(name)) return 'TokenizersBackend'
  const found = tokenizerClasses.find((each) => each === name)
  if (found) return found
  if (otherClasses.has(name)) {
    throw new UserError('UNSUPPORTED', `tokenizer_config.json names the class ${name}, whose ids are not known to agree here; ` +
      `supported are ${tokenizerClasses.join(', ')} and PreTrainedTokenizerFast.`)
  }
  // A custom class: transformers reads the folder with the plain class, unless it is allowed to run foreign code.
  return 'TokenizersBackend'
}
