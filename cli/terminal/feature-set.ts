/** A feature set and what its self-test said, for people. */
import type { FeatureSet } from '../../src/features/feature-set.ts'
import type { SelfTestReport } from '../../src/features/self-test/self-test.ts'
import { formatSite } from '../../src/features/site.ts'

const count = (value: number) => value.toLocaleString('en')
const percent = (share: number) => `${(100 * share).toFixed(1)}%`

/** saelens, jumprelu: 512 features of 2.resid_post */
export function describeSet({ format, activation, F, site, writes, normalisation }: FeatureSet): string {
  const rule = activation.kind === 'topk' ? `top ${activation.k}` : activation.kind
  const where = writes === null ? formatSite(site) : `${formatSite(site)} to ${formatSite(writes)}`
  return `${format}, ${rule}${normalisation.kind === 'none' ? '' : `, inputs ${normalisation.kind}`}: ${count(F)} features of ${where}`
}

const COMPARED = 3

/** Lines with their ends. */
export function describeTrial({
  rows,
  varianceExplained,
  l0,
  silent,
  claims,
  findings,
  compared,
}: SelfTestReport): string {
  const claimed = (value: number | null, of: (value: number) => string) =>
    value === null ? '' : ` (files: ${of(value)})`
  const figures = [
    `${percent(varianceExplained)} of the variance rebuilt${claimed(claims.varianceExplained, percent)}`,
    `${l0.toPrecision(3)} features fire per token${claimed(claims.l0, (value) => value.toPrecision(3))}`,
    `${percent(silent)} fire at none`,
  ]
  const others = compared.slice(0, COMPARED).map((each) => `${each.what} ${percent(each.varianceExplained)}`)
  return [
    `  on ${count(rows)} tokens: ${figures.join(', ')}`,
    ...(others.length > 0 ? [`  other readings: ${others.join('; ')}`] : []),
    ...findings.map(({ verdict, sentence }) => `  ${verdict}: ${sentence}`),
  ]
    .map((line) => `${line}\n`)
    .join('')
}
