/** All formats, one file each. A name without a format does not compile, nor does a format without a name. */
import type { FormatName } from '../feature-set.ts'
import { circuitTracer } from './circuit-tracer.ts'
import { dictionaryLearning } from './dictionary-learning.ts'
import type { Format } from './format.ts'
import { gemmaScope } from './gemma-scope.ts'
import { gemmaScope2 } from './gemma-scope-2.ts'
import { llamaScope } from './llama-scope.ts'
import { openai } from './openai.ts'
import { qwenScope } from './qwen-scope.ts'
import { saelens } from './saelens.ts'
import { sparsify } from './sparsify.ts'

export const formats: { readonly [Name in FormatName]: Format<Name> } = {
  saelens,
  'gemma-scope': gemmaScope,
  'gemma-scope-2': gemmaScope2,
  'llama-scope': llamaScope,
  openai,
  sparsify,
  'dictionary-learning': dictionaryLearning,
  'qwen-scope': qwenScope,
  'circuit-tracer': circuitTracer,
}
