/** Means over records with confidence intervals by the bootstrap, and differences between methods by pairs. */
import { mean, quantileSorted } from 'simple-statistics'
import type { Row } from './experiment.ts'
import { seeded } from './random.ts'

export interface Mean {
  mean: number
  /** Of the 95 % confidence interval. */
  low: number
  high: number
  /** Records. */
  count: number
}

const RESAMPLES = 1000
const [LOW, HIGH] = [0.025, 0.975]

/** The mean of `values` [n ≥ 1] and its 95 % interval: percentiles of the means of resampled values, drawn from `seed`. */
export function bootstrapMean(values: readonly number[], seed: number, ...labels: readonly string[]): Mean {
  const count = values.length
  const found = mean([...values])
  if (values.every((value) => value === values[0])) return { mean: found, low: found, high: found, count }
  const random = seeded(seed, 'bootstrap', ...labels)
  const means = Float64Array.from({ length: RESAMPLES }, () => {
    let total = 0
    for (let i = 0; i < count; i++) total += values[random.integer(count)]!
    return total / count
  }).sort()
  const sorted = [...means]
  return { mean: found, low: quantileSorted(sorted, LOW), high: quantileSorted(sorted, HIGH), count }
}

/** Rows of one metric that differ only in their records. Groups come in the order in which they first occur. */
export interface Group {
  method: string
  setting: string
  x: number | null
  /** By record. */
  values: ReadonlyMap<number, number>
}

/** The measured values of `metric` by method, setting and x. */
export function groupsOf(rows: readonly Row[], metric: string): Group[] {
  const groups = new Map<string, Group & { values: Map<number, number> }>()
  for (const { record, method, setting, x, metric: measured, value } of rows) {
    if (measured !== metric || value === null || record === null) continue
    const name = JSON.stringify([method, setting, x])
    const group = groups.get(name) ?? { method, setting, x, values: new Map<number, number>() }
    group.values.set(record, value)
    groups.set(name, group)
  }
  return [...groups.values()]
}

export interface MeanRow extends Mean {
  method: string
  setting: string
  x: number | null
  /** The mean difference of this method minus `against`, over the records that both have; null for `against` itself. */
  difference: Mean | null
}

/** Means of every group, with paired differences against the method `against` in the same setting and at the same x. */
export function meansOf(rows: readonly Row[], metric: string, against: string, seed: number): MeanRow[] {
  const groups = groupsOf(rows, metric)
  const nameOf = ({ setting, x }: Group) => JSON.stringify([setting, x])
  const bases = new Map(groups.filter(({ method }) => method === against).map((group) => [nameOf(group), group]))
  return groups.map((group) => {
    const { method, setting, x, values } = group
    const labels = [metric, method, setting, String(x)]
    const base = method === against ? undefined : bases.get(nameOf(group))
    const pairs = base ? [...values].flatMap(([record, value]) => pairOf(base, record, value)) : []
    return {
      method, setting, x,
      ...bootstrapMean([...values.values()], seed, ...labels),
      difference: pairs.length === 0 ? null : bootstrapMean(pairs, seed, ...labels, 'difference'),
    }
  })
}

function pairOf(base: Group, record: number, value: number): number[] {
  const other = base.values.get(record)
  return other === undefined ? [] : [value - other]
}
