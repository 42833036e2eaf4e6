/** A Llama folder of random weights in a given shape: enough to measure speed, which does not depend on the values. */
import { mkdir, open, writeFile } from 'node:fs/promises'
import path from 'node:path'

export interface Shape {
  name: string
  D: number
  H: number
  K: number
  I: number
  L: number
  V: number
}

export async function writeRandomModel(dir: string, { D, H, K, I, L, V }: Shape): Promise<void> {
  await mkdir(dir, { recursive: true })
  const config = {
    model_type: 'llama', hidden_size: D, intermediate_size: I, num_hidden_layers: L, num_attention_heads: H,
    num_key_value_heads: K, vocab_size: V, max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 10_000,
    hidden_act: 'silu', tie_word_embeddings: true,
  }
  await writeFile(path.join(dir, 'config.json'), JSON.stringify(config))
  const kv = (D / H) * K
  const shapes: [string, number[]][] = [['model.embed_tokens.weight', [V, D]], ['model.norm.weight', [D]]]
  for (let l = 0; l < L; l++) {
    const at = (name: string) => `model.layers.${l}.${name}.weight`
    shapes.push(
      [at('input_layernorm'), [D]], [at('post_attention_layernorm'), [D]],
      [at('self_attn.q_proj'), [D, D]], [at('self_attn.k_proj'), [kv, D]], [at('self_attn.v_proj'), [kv, D]],
      [at('self_attn.o_proj'), [D, D]],
      [at('mlp.gate_proj'), [I, D]], [at('mlp.up_proj'), [I, D]], [at('mlp.down_proj'), [D, I]],
    )
  }
  await writeSafetensors(path.join(dir, 'model.safetensors'), shapes)
}

async function writeSafetensors(file: string, shapes: readonly [string, number[]][]): Promise<void> {
  let offset = 0
  const header: Record<string, unknown> = {}
  for (const [name, shape] of shapes) {
    const bytes = 4 * shape.reduce((a, b) => a * b, 1)
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + bytes] }
    offset += bytes
  }
  const json = Buffer.from(JSON.stringify(header))
  const handle = await open(file, 'w')
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  await handle.write(Buffer.concat([length, json]))
  const next = generator(7)
  for (const [, shape] of shapes) {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
    // As a trained model would be scaled: rows of a matrix keep the size of what they multiply.
    const scale = shape.length === 1 ? 0 : Math.sqrt(3 / shape.at(-1)!)
    for (let at = 0; at < values.length; at++) values[at] = shape.length === 1 ? 1 : next() * scale
    await handle.write(new Uint8Array(values.buffer))
  }
  await handle.close()
}

/** Numbers in [−1, 1) from a 32-bit multiplicative generator; the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}
