/** Decodes each component alone through the head: which tokens it promotes (the paper's tables of decoded tokens). */
import type { LayerPrograms } from '../depass/programs.ts'
import { finalNorm, rowOfStart } from '../depass/readout.ts'
import type { ReadResult } from '../depass/reads.ts'
import { float32 } from '../tensor/ops.ts'
import { largest, type Distribution } from './distribution.ts'
import type { PreparedRequest } from './prepare.ts'
import type { DecodedComponent } from './result.ts'
import { describer, requireFinite } from './score.ts'

/** Components decoded at once: bounds the logits held, [rows, V]. */
const ROWS_AT_ONCE = 64

interface DecodeOptions {
  /** Tokens for each component. */
  count: number
  /** The text of a token id. */
  tokenText(id: number): string
}

export async function decodeComponents(
  programs: LayerPrograms, { request, groupLabels }: PreparedRequest, read: ReadResult, whole: Distribution,
  options: DecodeOptions,
): Promise<DecodedComponent[]> {
  const { D, V } = programs.model.config
  const norm = finalNorm(programs.model, read.x)
  const executable = await programs.unembed()
  const describe = describer(request, groupLabels, options)
  const decoded: DecodedComponent[] = []
  const rows = read.starts.flatMap((start) => start === null ? [] : start.components.map((component, m) => ({ start, component, m })))
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const block = rows.slice(from, from + ROWS_AT_ONCE)
    const normed = new Float32Array(block.length * D)
    for (const [at, { start, component, m }] of block.entries()) {
      normed.set(norm(rowOfStart(start, m, read), component.kind === 'bias'), at * D)
    }
    const { logits } = await executable.run({ rows: float32(normed, [block.length, D]) })
    for (const [at, { component }] of block.entries()) {
      const values = frozenCap((logits!.data as Float32Array).subarray(at * V, (at + 1) * V), whole)
      const ids = largest(values, options.count)
      requireFinite(ids.map((id) => values[id]!))
      decoded.push({
        component: describe(component),
        tokens: ids.map((id) => ({ id, text: options.tokenText(id), logit: values[id]! })),
      })
    }
  }
  return decoded
}

/** A soft cap is frozen, token by token, as the factor by which it multiplies the stream's own logit. */
function frozenCap(values: Float32Array, { logits, uncapped }: Distribution): Float32Array {
  if (logits === uncapped) return values
  return values.map((value, v) => (uncapped[v] === 0 ? value : value * (logits[v]! / uncapped[v]!)))
}
