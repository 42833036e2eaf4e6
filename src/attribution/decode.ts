/** Each component through the head on its own: which tokens it speaks for (the paper's tables of decoded tokens). */
import type { LayerPrograms } from '../depass/programs.ts'
import { FinalNorm, startRow } from '../depass/readout.ts'
import type { PassageResult } from '../depass/sweep.ts'
import { float32 } from '../tensor/ops.ts'
import type { AttributionRequest } from './request.ts'
import type { DecodedComponent } from './result.ts'
import { describe, requireFinite, type Distribution, type Labels } from './score.ts'

/** Components decoded at once: bounds the logits held, [rows, V]. */
const ROWS_AT_ONCE = 64

export async function decodeComponents(
  programs: LayerPrograms, request: AttributionRequest, { x, starts }: PassageResult, whole: Distribution,
  options: Labels & { count: number },
): Promise<DecodedComponent[]> {
  const { D, V } = programs.model.config
  const norm = new FinalNorm(programs.model, x)
  const executable = await programs.unembed()
  const decoded: DecodedComponent[] = []
  const rows = starts.flatMap((start) => start.components.map((component, m) => ({ start, component, m })))
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const block = rows.slice(from, from + ROWS_AT_ONCE)
    const normed = new Float32Array(block.length * D)
    for (const [at, { start, component, m }] of block.entries()) {
      normed.set(norm.apply(startRow(start, m), component.kind === 'bias'), at * D)
    }
    const { logits } = await executable.run({ rows: float32(normed, [block.length, D]) })
    for (const [at, { component }] of block.entries()) {
      const values = frozenCap((logits!.data as Float32Array).subarray(at * V, (at + 1) * V), whole)
      const ids = largest(values, options.count)
      requireFinite(ids.map((id) => values[id]!))
      decoded.push({
        component: describe(component, request, options),
        tokens: ids.map((id) => ({ id, text: options.token(id), logit: values[id]! })),
      })
    }
  }
  return decoded
}

/** A soft cap is frozen as the ratio by which it multiplies the stream's own logit, token by token. */
function frozenCap(values: Float32Array, { logits, uncapped }: Distribution): Float32Array {
  if (logits === uncapped) return values
  return values.map((value, v) => (uncapped[v] === 0 ? value : value * (logits[v]! / uncapped[v]!)))
}

/** Indices of the `count` largest values, largest first; equal values by index. */
function largest(values: Float32Array, count: number): number[] {
  const best: number[] = []
  for (let v = 0; v < values.length; v++) {
    if (best.length === count && values[v]! <= values[best.at(-1)!]!) continue
    let at = best.length
    while (at > 0 && values[best[at - 1]!]! < values[v]!) at--
    best.splice(at, 0, v)
    if (best.length > count) best.pop()
  }
  return best
}
