/** One attribution from flags to what is printed. */
import type { AttributionResult } from '../src/attribution/result.ts'
import type { Attributor } from '../src/attribution/attributor.ts'
import { parseNamedGroups } from '../src/attribution/groups-named.ts'
import { toDocument } from '../src/attribution/json.ts'
import { resolveQuestion, type AttributionQuestion } from '../src/attribution/resolve.ts'
import { describeCost } from '../src/attribution/resolve-cost.ts'
import { resolveConfig, type DeviceName, type EngineName } from '../src/config.ts'
import { UserError } from '../src/errors.ts'
import type { AttributeFlags } from './commands/attribute.ts'
import type { CliContext } from './context.ts'
import { engineOptions } from './engine.ts'
import { decimal, idList, layerOrAll, rangeList, wholeNumber, yesOrNo } from './flags.ts'
import { findModelFolder } from './models/find.ts'
import { locateInDatabase } from './models/locate.ts'
import { wantsColour } from './terminal/colour.ts'
import { renderAttribution } from './terminal/render.ts'
import { readMatrix, readVector } from './vectors/read.ts'

export interface EngineOptions {
  engine?: EngineName
  device?: DeviceName
  threads?: number
  memoryLimitBytes?: number
  weightLimitBytes?: number
}
type OpenAttributor = (dir: string, options: EngineOptions) => Promise<Attributor>

/** Loaded late: `--help` and bad flags must not wait for an engine. */
const openWhenNeeded: OpenAttributor = async (dir, options) =>
  (await import('../src/attribution/open.ts')).openAttributor(dir, options)

export async function attribute(flags: AttributeFlags, context: CliContext, open = openWhenNeeded): Promise<void> {
  const config = resolveConfig(
    {
      engine: flags.engine, device: flags.device, threads: flags.threads,
      memoryLimitBytes: flags.memoryLimit, weightLimitBytes: flags.weightLimit,
    },
    context.environment,
  )
  const top = flags.top === undefined ? undefined : wholeNumber('--top', flags.top, { least: 1 })
  // Whatever is wrong with the flags is said before a model is loaded.
  const question = await readQuestion(flags)
  const { dir, id } = await findModelFolder(flags.model, config, locateInDatabase)
  const attributor = await open(dir, engineOptions(config))
  try {
    const printing = { json: flags.json, top, modelName: id, context }
    context.print(flags.estimate ? cost(attributor, question, printing) : await answer(attributor, question, printing))
  } finally {
    await attributor.close()
  }
}

interface Printing {
  json: boolean
  top: number | undefined
  /** What the user called the model; null for its own name. */
  modelName: string | null
  context: CliContext
}

/** What the question would need. Says it for questions over the limit too. */
function cost(attributor: Attributor, question: AttributionQuestion, { json }: Printing): string {
  const estimate = attributor.estimate(resolveQuestion(question, attributor).request)
  return json ? `${JSON.stringify(estimate)}\n` : `This would need ${describeCost(estimate)}.\n`
}

async function answer(attributor: Attributor, question: AttributionQuestion, printing: Printing): Promise<string> {
  const { json, top, modelName, context } = printing
  const { request, tokens, groupLabels } = resolveQuestion(question, attributor)
  attributor.check(request)
  const [result] = await attributor.attribute([request], { signal: context.signal })
  if (!result) throw new Error('one request was asked and none was answered')
  const answered = {
    result: groupLabels ? withGroupLabels(result, groupLabels) : result,
    tokens,
    model: attributor.model,
    modelName: modelName ?? attributor.model.name,
    engine: attributor.engine,
  }
  // A drawing chooses for itself what to leave out, since its sums and its map need all of it.
  if (json) return `${JSON.stringify(toDocument(answered, top))}\n`
  const colour = wantsColour(context.printsToTerminal, context.environment)
  return renderAttribution(toDocument(answered), { colour, ...(top !== undefined && { top }) })
}

/** The words of the prompt, or the user's own names, rather than what the attributor made up. */
function withGroupLabels(result: AttributionResult, labels: readonly string[]): AttributionResult {
  const contributions = result.contributions.map((contribution) => {
    const { component } = contribution
    const label = component.kind === 'group' ? labels[component.index] : undefined
    return label === undefined ? contribution : { ...contribution, component: { ...component, label } }
  })
  const decoded = result.decoded?.map((each, index) => ({ ...each, component: contributions[index]?.component ?? each.component }))
  return { ...result, contributions, ...(decoded && { decoded }) }
}

async function readQuestion(flags: AttributeFlags): Promise<AttributionQuestion> {
  if (flags.atLayer !== undefined && flags.direction === undefined)
    throw new UserError('BAD_INPUT', '--at-layer says where a direction is read; give one with --direction FILE.')
  const ifGiven = <T>(value: string | undefined, read: (value: string) => T) => (value === undefined ? null : read(value))
  return {
    text: flags.text ?? null,
    tokenIds: ifGiven(flags.tokens, (ids) => idList('--tokens', ids)),
    by: flags.by,
    groups: ifGiven(flags.groups, (groups) => (groups === 'words' || groups === 'sentences' ? groups : parseNamedGroups(groups))),
    layer: ifGiven(flags.layer, (layer) => layerOrAll('--layer', layer)),
    neurons: ifGiven(flags.neurons, (list) => rangeList('--neurons', list)),
    module: flags.module ?? null,
    basis: await ifGiven(flags.basis, readMatrix),
    target: flags.target ?? null,
    minus: flags.minus ?? null,
    direction: await ifGiven(flags.direction, async (file) => ({
      layer: ifGiven(flags.atLayer, (layer) => wholeNumber('--at-layer', layer, { least: 0 })),
      vector: await readVector(file),
    })),
    position: ifGiven(flags.position, (position) => wholeNumber('--position', position)),
    mode: flags.mode,
    rule: flags.rule,
    temperature: ifGiven(flags.temperature, (temperature) => decimal('--temperature', temperature)),
    decode: ifGiven(flags.decode, (count) => wholeNumber('--decode', count, { least: 1 })),
    excludeFirst: ifGiven(flags.excludeFirst, (value) => yesOrNo('--exclude-first', value)),
  }
}
