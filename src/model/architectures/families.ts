/**
 * The list of architectures: every family of models that can be computed, by name. A family is one file beside this one,
 * a name in `architectureNames` (config.ts) and a line here; if one is missing, the program does not compile.
 * CONTRIBUTING says which family to start a new one from.
 */
import { architectureNames, type Architecture } from '../config.ts'
import { cohere } from './cohere.ts'
import { cohere2 } from './cohere2.ts'
import { falcon } from './falcon.ts'
import type { Family } from './family.ts'
import { gemma } from './gemma.ts'
import { gemma2 } from './gemma2.ts'
import { gemma3 } from './gemma3.ts'
import { gpt2 } from './gpt2.ts'
import { gptNeox } from './gpt-neox.ts'
import { gptOss } from './gpt-oss.ts'
import { granite } from './granite.ts'
import { llama } from './llama.ts'
import { mistral } from './mistral.ts'
import { mixtral } from './mixtral.ts'
import { olmo } from './olmo.ts'
import { olmo2 } from './olmo2.ts'
import { phi3 } from './phi3.ts'
import { qwen2 } from './qwen2.ts'
import { qwen3 } from './qwen3.ts'
import { qwen3Moe } from './qwen3-moe.ts'
import { smollm3 } from './smollm3.ts'
import { stablelm } from './stablelm.ts'

export const families: { readonly [A in Architecture]: Family } = {
  llama,
  mistral,
  mixtral,
  qwen2,
  qwen3,
  qwen3_moe: qwen3Moe,
  gemma,
  gemma2,
  gemma3,
  phi3,
  olmo,
  olmo2,
  granite,
  smollm3,
  stablelm,
  cohere,
  cohere2,
  falcon,
  gpt_oss: gptOss,
  gpt2,
  gpt_neox: gptNeox,
}

/** The family that computes a `model_type` of config.json; undefined for none. */
export const familyOf = (modelType: string): Family | undefined =>
  Object.values(families).find(({ modelTypes }) => modelTypes.includes(modelType))

/** Every `model_type` that can be computed, in the order of `architectureNames`. */
export const supportedModelTypes: readonly string[] = architectureNames.flatMap((name) => families[name].modelTypes)
