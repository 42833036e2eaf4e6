/** From arguments to an exit status, within one process. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { main } from '../../cli/main.ts'
import { projectDir } from '../../src/config.ts'
import { recordedContext } from './context.ts'

const model = join(projectDir, 'test/fixtures/models/qwen2-random')

describe('what the user can mend', () => {
  it.each([
    [['attribute', '--model', model, '--text', 'Hello'], /^error: The model qwen2-random has no tokenizer\.json; give the prompt as token ids\.\n$/],
    [['attribute', '--model', './nowhere', '--tokens', '1'], /^error: There is no folder .*nowhere; give a model folder/],
    [['attribute', '--tokens', '1'], /^error: required option '--model <dir\|id>' not specified\n$/],
    [['attribute', '--model', model, '--tokens', '1', '--by', 'vibes'], /Allowed choices are token, group, head, neuron, module, subspace, feature\.\n$/],
    [['attribute', '--model', model, '--tokens', '1', '--frobnicate'], /^error: unknown option '--frobnicate'\n$/],
    [['attribut'], /^error: unknown command 'attribut'\n\(Did you mean attribute\?\)\n$/],
    [['dataset', 'add', '/nowhere/x.json'], /^error: There is no file \/nowhere\/x\.json/],
    [['dataset', 'add', 'x.json', '--format', 'xml'], /Allowed choices are known, ioi, longra,/],
  ])('ends with status 2 and says what: %j', async (args, message) => {
    const context = recordedContext()
    expect(await main(args, context)).toBe(2)
    expect(context.said).toMatch(message)
    expect(context.said).not.toMatch(/\n {4}at /)
    expect(context.printed).toBe('')
  })
})

/** Made by the library of shell completion, which has its own words and needs all the others. */
const ofCompletion = ['completion', 'complete']
const commands = (await buildProgram(recordedContext())).commands.filter((command) => ![...ofCompletion, 'help'].includes(command.name()))

describe('what is loaded', () => {
  it.each(commands.map((command) => command.name()))('for %s is its own module', async (name) => {
    const loaded = (await buildProgram(recordedContext(), [name])).commands.map((command) => command.name())
    expect(loaded).toContain(name)
    expect(loaded.length).toBeLessThan(4)
  })

  it('for the version is no command, and for help and slips are all', async () => {
    expect((await buildProgram(recordedContext(), ['--version'])).commands).toHaveLength(0)
    for (const argv of [[], ['--help'], ['help', 'attribute'], ['attribut']])
      expect((await buildProgram(recordedContext(), argv)).commands.length).toBeGreaterThanOrEqual(commands.length)
  })

  it('prints the version', async () => {
    const context = recordedContext()
    expect(await main(['--version'], context)).toBe(0)
    expect(context.printed).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('--help', () => {

  it.each(commands.map((command) => command.name()))('of %s has examples', async (name) => {
    const context = recordedContext()
    expect(await main([name, '--help'], context)).toBe(0)
    expect(context.printed).toContain('Examples:')
    expect(context.said).toBe('')
  })

  it('names the flags of attribute', async () => {
    const context = recordedContext()
    await main(['attribute', '--help'], context)
    for (const flag of ['--groups', '--basis', '--direction', '--at-layer', '--minus', '--memory-limit', '--exclude-first'])
      expect(context.printed).toContain(flag)
  })
})
