/** `tributary verify`: whether what is stored adds up, and whether it would be computed the same today. */
import { resolveConfig } from '../../src/config.ts'
import { type Difference, verifySums } from '../../src/store/verify-sums.ts'
import { CommandFailed, type CliContext } from '../context.ts'
import { attributorOpener } from '../engine.ts'
import { withStore } from '../store.ts'
import { compareSample } from '../../workers/recompute.ts'

interface VerifyFlags {
  /** Results that are computed anew. */
  sample: number
  json: boolean
}

export async function verify({ sample, json }: VerifyFlags, context: CliContext): Promise<void> {
  const config = resolveConfig({}, context.environment)
  const differences: Difference[] = []
  const onDifference = (difference: Difference) => {
    differences.push(difference)
    if (!json) context.print(`${difference.key}: ${difference.what}.\n`)
  }
  const { signal } = context
  const { sums, fresh } = await withStore(config, async (store) => ({
    sums: await verifySums(store, { onDifference, signal }),
    fresh: await compareSample(store, { size: sample, openAttributor: attributorOpener(config, { hashesAnew: true }), onDifference, signal }),
  }))
  const skipped = [...fresh.skipped].map(([reason, results]) => ({ reason, results }))
  if (json) context.print(`${JSON.stringify({ ...sums, compared: fresh.compared, skipped, differences })}\n`)
  else {
    context.print(
      `Summed ${sums.checked.toLocaleString('en')} results (largest relative error ${sums.worst.toExponential(1)}), ` +
        `computed ${fresh.compared} anew: ${differences.length || 'no'} differences.\n`,
    )
    for (const { reason, results } of skipped) context.say(`${results} could not be computed here: ${reason}\n`)
  }
  if (differences.length > 0) {
    const results = new Set(differences.map(({ key }) => key)).size
    throw new CommandFailed(`${differences.length} differences in ${results} results.`)
  }
}
