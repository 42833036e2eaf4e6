/** How often features of a SAELens folder fire, if a file next to the weights says so. */
import { join } from 'node:path'
import { z } from 'zod'
import type { Claims } from '../feature-set.ts'
import { exists, readJson } from '../files/documents.ts'
import { openTensors } from '../files/safetensors.ts'
import { readVector } from '../files/stored-tensor.ts'
import { fieldsOf, needTensor } from './format.ts'

type Measured = Pick<Claims, 'l0' | 'varianceExplained' | 'dead'>

const figures = z.looseObject({
  explained: z.number().optional(),
  active: z.number().optional(),
  dead: z.number().optional(),
})

/**
 * How often features fire: from figures.json, from the metadata (`stated`), or from sparsity.safetensors, which holds
 * log10 of each feature's frequency.
 */
export async function measured(path: string, stated: Pick<Claims, 'l0' | 'dead'>): Promise<Measured> {
  const frequencies = join(path, 'sparsity.safetensors')
  const own = join(path, 'figures.json')
  if (await exists(own)) {
    const { explained, active, dead } = fieldsOf(own, figures, await readJson(own))
    return { l0: active ?? stated.l0, varianceExplained: explained ?? null, dead: dead ?? stated.dead }
  }
  if (!(await exists(frequencies))) return { ...stated, varianceExplained: null }
  const logs = await readVector(needTensor(path, await openTensors(frequencies), 'sparsity'))
  const sum = logs.reduce((total, log) => total + 10 ** log, 0)
  return {
    l0: stated.l0 ?? sum,
    varianceExplained: null,
    dead: stated.dead ?? logs.filter((log) => log < -9).length / Math.max(1, logs.length),
  }
}
