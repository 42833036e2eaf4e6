/** The demo model's size, and its parameters as one list. Letters: D H K I L V as everywhere. */
import { VOCABULARY } from '../tokenizer/train.ts'
import type { ModelConfig } from '../../src/model/config.ts'
import { parseConfig } from '../../src/model/read-config.ts'

/** config.json of the model folder. */
export const configJson = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 128,
  intermediate_size: 320,
  num_hidden_layers: 4,
  num_attention_heads: 8,
  num_key_value_heads: 4,
  vocab_size: VOCABULARY,
  max_position_embeddings: 128,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  tie_word_embeddings: false,
  bos_token_id: 1,
  eos_token_id: 2,
  torch_dtype: 'float32',
}

export const demoConfig: ModelConfig = parseConfig(JSON.stringify(configJson), 'config.json')

export interface Parameter {
  /** As in the saved file. */
  name: string
  /** As trained: matrices are [in, out], which multiply without a transposition; saved as [out, in]. */
  shape: readonly number[]
  /** Saved as it is trained (the embedding's rows are tokens). */
  keepsOrder: boolean
}

export function parametersOf({ D, H, K, I, L, V, headWidth }: ModelConfig): Parameter[] {
  const matrix = (name: string, inputs: number, outputs: number): Parameter => ({ name, shape: [inputs, outputs], keepsOrder: false })
  const gain = (name: string): Parameter => ({ name, shape: [D], keepsOrder: true })
  return [
    { name: 'model.embed_tokens.weight', shape: [V, D], keepsOrder: true },
    ...Array.from({ length: L }, (_, layer) => {
      const at = `model.layers.${layer}`
      return [
        gain(`${at}.input_layernorm.weight`),
        matrix(`${at}.self_attn.q_proj.weight`, D, H * headWidth),
        matrix(`${at}.self_attn.k_proj.weight`, D, K * headWidth),
        matrix(`${at}.self_attn.v_proj.weight`, D, K * headWidth),
        matrix(`${at}.self_attn.o_proj.weight`, H * headWidth, D),
        gain(`${at}.post_attention_layernorm.weight`),
        matrix(`${at}.mlp.gate_proj.weight`, D, I),
        matrix(`${at}.mlp.up_proj.weight`, D, I),
        matrix(`${at}.mlp.down_proj.weight`, I, D),
      ]
    }).flat(),
    gain('model.norm.weight'),
    matrix('lm_head.weight', D, V),
  ]
}

export const sizeOf = ({ shape }: Parameter): number => shape.reduce((n, extent) => n * extent, 1)
export const countOf = (parameters: readonly Parameter[]): number => parameters.reduce((n, each) => n + sizeOf(each), 0)
