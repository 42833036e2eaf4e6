/**
 * config.json as one normalised description: plain data that says how an architecture differs, so that the layer's code
 * is written once. Letters: D residual width, H heads, K key/value heads, I neurons, L layers, V vocabulary.
 */
import { z } from 'zod'
import { UserError } from '../errors.ts'
import { type Architecture, architectures } from './config-architectures.ts'
import type { RopeConfig } from './config-rope.ts'

export type Activation = 'silu' | 'gelu' | 'gelu_tanh' | 'relu'

export interface ModelConfig {
  architecture: Architecture
  D: number
  H: number
  K: number
  /** Numbers per head; H · headWidth may differ from D. */
  headWidth: number
  I: number
  L: number
  V: number
  maxPositions: number
  norm: {
    kind: 'rms' | 'layer'
    epsilon: number
    /** Gains are stored as (gain − gainOffset): Gemma multiplies by 1 + w. */
    gainOffset: 0 | 1
  }
  /** gelu is the exact one (erf), gelu_tanh its approximation. */
  activation: Activation
  /** down(act(gate(x)) · up(x)), else down(act(up(x))). */
  gatedMlp: boolean
  /** null where positions are embeddings that are added (`learnedPositions`). */
  rope: RopeConfig | null
  learnedPositions: boolean
  /** x + attention(norm(x)) + mlp(norm'(x)), both from the layer's input. */
  parallelResidual: boolean
  /** Queries and keys are normed per head, over headWidth, before they rotate. */
  qkNorm: boolean
  /** The sublayers' outputs are normed before they are added. */
  postNorms: boolean
  biases: { qkv: boolean; output: boolean; mlp: boolean; norm: boolean }
  /** Multiplies query · key. */
  attentionScale: number
  /** s becomes cap · tanh(s / cap), after the scale and before the mask; null for none. */
  attentionSoftCap: number | null
  /** The same for logits. */
  finalSoftCap: number | null
  /** Multiplies the token embeddings (not the head that shares their weights). */
  embeddingScale: number
  /** [L]: position i sees position j where i − j < the window; null sees all. */
  slidingWindow: (number | null)[]
  /** The head is the embedding. */
  tiedHead: boolean
}

const supportedArchitectures = Object.keys(architectures) as Architecture[]

/** `text` is the content of config.json; `where` names it in messages. */
export function parseConfig(text: string, where: string): ModelConfig {
  const raw = parseJsonObject(text, where)
  const type = raw.model_type
  if (typeof type !== 'string' || !Object.hasOwn(architectures, type)) {
    const came = typeof type === 'string' ? `the model_type "${type}"` : 'no model_type'
    throw new UserError('UNSUPPORTED', `${where} has ${came}; supported are ${supportedArchitectures.join(', ')}.`)
  }
  refuseWhatCannotBeComputed(raw, where)
  try {
    const config = architectures[type as Architecture](raw)
    checkHeads(config, where)
    return config
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    const issues = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
    throw new UserError('BAD_MODEL', `${where} is not a usable ${type} configuration (${issues}); correct it or download ` +
      'it again.', { cause: error })
  }
}

function parseJsonObject(text: string, where: string): Record<string, unknown> {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (cause) {
    throw new UserError('BAD_MODEL', `${where} is not JSON; download it again.`, { cause })
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new UserError('BAD_MODEL', `${where} is not a JSON object; download it again.`)
  }
  return raw as Record<string, unknown>
}

function refuseWhatCannotBeComputed(raw: Record<string, unknown>, where: string): void {
  if (raw.quantization_config != null) {
    throw new UserError('UNSUPPORTED', `${where} says that the weights are quantized; use the model in F32, F16 or BF16.`)
  }
  for (const experts of ['num_experts', 'num_local_experts', 'n_routed_experts']) {
    if (typeof raw[experts] === 'number' && raw[experts] > 1) {
      throw new UserError('UNSUPPORTED', `${where} has ${experts} ${raw[experts]}: mixtures of experts are not supported; ` +
        'use a dense model.')
    }
  }
}

function checkHeads({ H, K }: ModelConfig, where: string): void {
  if (K > H || H % K !== 0) {
    throw new UserError('BAD_MODEL', `${where} shares ${K} key/value heads among ${H} heads, which does not come out even; ` +
      'correct num_key_value_heads.')
  }
}
