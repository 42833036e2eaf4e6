/** A Llama or Mixtral folder of random weights in a given shape: enough to measure speed, which does not depend on the values. */
import { access, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export interface Shape {
  name: string
  D: number
  H: number
  K: number
  /** Neurons of a layer, or of one expert. */
  I: number
  L: number
  V: number
  experts?: { count: number; chosen: number }
}

/** A folder of that shape, made once and kept for later runs. */
export async function modelFolder(shape: Shape): Promise<string> {
  const dir = path.join(tmpdir(), 'tributary-bench', shape.name)
  const isThere = await access(path.join(dir, 'model.safetensors')).then(() => true, () => false)
  if (isThere) return dir
  // Under another name until it is whole: a bench that is stopped must not leave half a model.
  const unfinished = `${dir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await writeRandomModel(unfinished, shape)
  await rm(dir, { recursive: true, force: true })
  await rename(unfinished, dir)
  return dir
}

export async function writeRandomModel(dir: string, { D, H, K, I, L, V, experts }: Shape): Promise<void> {
  await mkdir(dir, { recursive: true })
  const config = {
    model_type: experts ? 'mixtral' : 'llama', hidden_size: D, intermediate_size: I, num_hidden_layers: L, num_attention_heads: H,
    num_key_value_heads: K, vocab_size: V, max_position_embeddings: 2048, rms_norm_eps: 1e-5, rope_theta: 10_000,
    hidden_act: 'silu', tie_word_embeddings: true,
    ...(experts && { num_local_experts: experts.count, num_experts_per_tok: experts.chosen, sliding_window: null }),
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
    )
    const mlp = (gate: string, up: string, down: string) =>
      shapes.push([at(gate), [I, D]], [at(up), [I, D]], [at(down), [D, I]])
    if (experts === undefined) mlp('mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj')
    else {
      shapes.push([at('block_sparse_moe.gate'), [experts.count, D]])
      for (let e = 0; e < experts.count; e++) {
        const expert = `block_sparse_moe.experts.${e}`
        mlp(`${expert}.w1`, `${expert}.w3`, `${expert}.w2`)
      }
    }
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
