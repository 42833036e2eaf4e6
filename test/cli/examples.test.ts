/**
 * The commands of `--help` and of the documents: each parses, and what it names is in the bundled demo, was made by an
 * example before it in the same text, or is obviously the reader's own (gpt2, my-prompts, ./my-sae).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { DEMO_MODEL, demoDatasets, demoSources } from '../../cli/demo-manifest.ts'
import { main } from '../../cli/main.ts'
import { buildProgram } from '../../cli/program.ts'
import { projectDir } from '../../src/config.ts'
import { recordedContext } from './context.ts'

const READERS_MODEL = /^(?:gpt2|qwen|llama|gemma|pythia|hf:.*|[~.]?\/.*)$/
const READERS_DATASET = /^(?:my-.*|counterfact)$/
/** A log of measurements, whose commands are those of their day. */
const HISTORY = 'decisions.md'

interface Example {
  line: string
  words: string[]
  /** The file that its output goes to. */
  writes: string | null
}

function examplesOf(text: string): Example[] {
  const lines = text.replaceAll(/\\\n\s*/g, '').replaceAll(/\bNUMBER\b|\$position\b/g, '1').split('\n')
  return lines.flatMap((line) => {
    const command = /^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:npx )?tributary (.+)$/.exec(line)?.[1]
    if (command === undefined) return []
    const words = (command.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, ''))
    const end = words.findIndex((word) => ['>', '#', '|', '&&'].includes(word))
    return [{ line: line.trim(), words: end < 0 ? words : words.slice(0, end), writes: words[end] === '>' ? words[end + 1]! : null }]
  })
}

const blocks = (markdown: string) => [...markdown.matchAll(/^```(?:sh|bash)\n([\s\S]*?)^```/gm)].map(([, body]) => body!).join('\n')

async function helpOf(args: readonly string[]): Promise<string> {
  const context = recordedContext()
  await main([...args, '--help'], context)
  return context.printed.slice(context.printed.indexOf('Examples:'))
}

const commands = (await buildProgram(recordedContext())).commands.map((command) => command.name()).filter((name) => !['completion', 'complete', 'help'].includes(name))
const documents = ['README.md', 'demo/README.md', 'python/README.md', ...readdirSync(join(projectDir, 'docs')).filter((name) => name.endsWith('.md') && name !== HISTORY).map((name) => `docs/${name}`)]
const texts: (readonly [string, Example[]])[] = [
  ['--help', examplesOf(await helpOf([]))],
  ...(await Promise.all(commands.map(async (name) => [`${name} --help`, examplesOf(await helpOf([name]))] as const))),
  ...documents.map((name) => [name, examplesOf(blocks(readFileSync(join(projectDir, name), 'utf8')))] as const),
]

/** The command that would run, with its flags and arguments read. */
async function parsed(words: readonly string[]): Promise<Command> {
  const context = recordedContext()
  const program = (await buildProgram(context, words)) as unknown as Command
  let ran: Command | undefined
  const mute = (command: Command) => {
    for (const each of command.commands) mute(each)
    if (command !== program && (command.commands.length === 0 || command.name() === 'graph'))
      command.action(() => void (ran = command))
  }
  mute(program)
  await program.parseAsync([...words], { from: 'user' })
  return ran!
}

/** What the examples before have made. */
interface Made {
  models: string[]
  datasets: string[]
  probesOf: string[]
  files: string[]
}

/** What a reader of the demo would not have; empty if it can work. */
function missing(command: Command, made: Made): string[] {
  const { model, dataset, mean, train, test, prompts, sae, fired, feature, ablate, steer, intervene, show } = command.opts<Record<string, string | string[] | undefined>>()
  const list = (...values: (string | string[] | undefined)[]) => values.flatMap((value) => (value === undefined ? [] : value)).flatMap((value) => value.split(','))
  const isThere = (path: string) => existsSync(join(projectDir, path))
  const ofReader = typeof model === 'string' && model !== DEMO_MODEL && READERS_MODEL.test(model)
  const [first = ''] = command.args
  const name = `${command.parent?.name() ?? ''} ${command.name()}`
  const hasDataset = (id: string) => id in demoDatasets || made.datasets.includes(id) || isThere(id)
  const sets = [...list(sae, fired, feature, ablate, steer), ...list(intervene).map((what) => what.replace(/^\w+:/, '')), ...(name === 'sae remove' ? [first] : [])]
  const hasSet = (set: string) => {
    const path = set.replace(/(?<=-res)\/\d+$/, '')
    return !path.startsWith('demo/') || isThere(path) || demoSources.some((source) => path === `${DEMO_MODEL}/${source}`)
  }
  const sqlNames = /^tributary sql$/.test(name) ? [...first.matchAll(/\bdataset = '([^']+)'/g)].map(([, id]) => id!) : []
  return [
    ...list(model).filter((id) => id !== DEMO_MODEL && !isThere(id) && !READERS_MODEL.test(id) && !made.models.includes(id)).map((id) => `model ${id}`),
    ...[...list(dataset, mean, train, test, prompts), ...sqlNames].filter((id) => !hasDataset(id) && !(ofReader && READERS_DATASET.test(id))).map((id) => `dataset ${id}`),
    ...sets.filter((set) => !hasSet(set)).map((set) => `set ${set}`),
    ...(/ (?:add|import)$/.test(name) && first.startsWith('demo/') && !isThere(first) ? [`file ${first}`] : []),
    ...(name === 'probe export' && !made.probesOf.includes(first.split('/')[0]!) ? [`probe ${first}`] : []),
    ...[...list(show), ...(name === 'graph import' ? [first] : [])].filter((file) => !made.files.includes(file)).map((file) => `graph ${file}`),
  ]
}

describe('the examples of', () => {
  it.each(texts.filter(([, examples]) => examples.length > 0))('%s can work on the demo, in their order', async (_name, examples) => {
    const made: Made = { models: [], datasets: [], probesOf: [], files: [] }
    for (const { line, words, writes } of examples) {
      const command = await parsed(words)
      expect(command, line).toBeDefined()
      expect(missing(command, made), line).toEqual([])
      const name = `${command.parent?.name() ?? ''} ${command.name()}`
      const { id, train } = command.opts<{ id?: string | string[]; train?: string }>()
      if (name === 'dataset add') made.datasets.push(typeof id === 'string' ? id : basename(command.args[0]!).replace(/\.\w+$/, ''))
      if (name === 'model add') made.models.push(typeof id === 'string' ? id : basename(command.args[0]!))
      if (train !== undefined) made.probesOf.push(train)
      if (writes !== null) made.files.push(writes)
    }
  })
})

it('finds the examples', () => {
  expect(texts.filter(([, examples]) => examples.length > 0).length).toBeGreaterThan(commands.length)
})
