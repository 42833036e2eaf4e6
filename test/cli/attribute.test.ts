/** The command with a model that answers by heart: from flags to a request, from a result to what is printed. */
import { join } from 'node:path'
import { Command } from '@commander-js/extra-typings'
import { describe, expect, it } from 'vitest'
import type { AttributorOptions } from '../../src/attribution/open.ts'
import { addAttribute } from '../../cli/commands/attribute.ts'
import type { CliContext } from '../../cli/context.ts'
import type { Attributor } from '../../src/attribution/attributor.ts'
import { prepareRequest, type PreparedRequest } from '../../src/attribution/prepare.ts'
import type { AttributionRequest } from '../../src/attribution/request.ts'
import type { AttributionResult } from '../../src/attribution/result.ts'
import { tinyModel, tinyTokenizer } from '../attribution/resolve-fixtures.ts'
import { recordedContext } from './context.ts'
import { datasetFile } from '../ingest/datasets/files.ts'

/** Says 1, 2, 3 … as scores of as many components as there are tokens or groups. */
function answerByHeart({ request, groupLabels }: PreparedRequest): AttributionResult {
  const { partition, position } = request
  const count = partition.by === 'group' ? partition.groups.length : request.tokenIds.length
  return {
    target: {
      type: request.target.type,
      position,
      tokenId: 1,
      text: ' Paris',
      minusTokenId: null,
      minusText: null,
      layer: null,
      value: (count * (count + 1)) / 2,
      probability: 0.25,
    },
    partition,
    mode: request.mode,
    rule: request.rule,
    temperature: request.temperature,
    excludeFirst: request.excludeFirst,
    completenessError: 0,
    contributions: Array.from({ length: count }, (_, index) => ({
      component: { kind: partition.by === 'group' ? 'group' : 'token', index, layer: null, label: groupLabels?.[index] ?? `?${index}` },
      score: index + 1,
    })),
    milliseconds: 5,
  }
}

async function run(flags: Record<string, string | true>, overrides: Partial<CliContext> = {}) {
  const requests: AttributionRequest[] = []
  const opened: AttributorOptions[] = []
  let closed = 0
  const attributor: Attributor = {
    model: tinyModel,
    engine: 'by-heart',
    tokenizer: tinyTokenizer(),
    config: null,
    memoryLimitBytes: 0,
    prepare: (request, options) => prepareRequest(request, attributor, options),
    attribute: async (prepared) => {
      requests.push(...prepared.map(({ request }) => request))
      return prepared.map(answerByHeart)
    },
    close: async () => void closed++,
  }
  const context = recordedContext(overrides)
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  addAttribute(program, context, async (_, options) => {
    opened.push(options)
    return attributor
  })
  const done = program.parseAsync(['attribute', ...argv({ model: import.meta.dirname, ...flags })], { from: 'user' })
  return { done, context, requests, opened, closed: () => closed }
}

/** `{ atLayer: '1', json: true }` → `--at-layer 1 --json`. */
const argv = (flags: Record<string, string | true>) =>
  Object.entries(flags).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    return value === true ? [flag] : [flag, value]
  })

const TEXT = 'The tower is in'

describe('--json', () => {
  it('prints one object with everything that was asked and answered', async () => {
    const { done, context, closed } = await run({ text: TEXT, json: true })
    await done
    expect(context.printed.endsWith('}\n')).toBe(true)
    expect(JSON.parse(context.printed)).toEqual({
      model: 'tiny',
      modelHash: tinyModel.hash,
      engine: 'by-heart',
      tokens: ['<s>', 'The', ' tower', ' is', ' in'].map((text, index) => ({ index, id: [0, 10, 11, 7, 8][index], text })),
      target: {
        type: 'logit',
        position: 4,
        tokenId: 1,
        text: ' Paris',
        minusTokenId: null,
        minusText: null,
        layer: null,
        value: 15,
        logit: 15,
        probability: 0.25,
      },
      partition: { by: 'token', layer: 0 },
      mode: 'corrected',
      rule: 'softmax',
      temperature: 0.1,
      excludeFirst: true,
      completenessError: 0,
      contributions: [1, 2, 3, 4, 5].map((score, index) => ({
        component: { kind: 'token', index, layer: null, label: `?${index}` },
        score,
      })),
      milliseconds: 5,
    })
    expect(context.said).toBe('')
    expect(closed()).toBe(1)
  })

  it('with --top prints the largest, and what the others sum to', async () => {
    const { done, context } = await run({ text: TEXT, json: true, top: '2' })
    await done
    expect(JSON.parse(context.printed)).toMatchObject({
      contributions: [{ score: 5 }, { score: 4 }],
      omitted: { components: 3, score: 6 },
    })
  })

  it('calls groups by their words', async () => {
    const { done, context } = await run({ text: TEXT, json: true, by: 'group', groups: '[[2],{"label":"verb","positions":[3]}]' })
    await done
    const { contributions } = JSON.parse(context.printed)
    expect(contributions.map(({ component }: { component: { label: string } }) => component.label)).toEqual(['tower', 'verb', 'rest'])
  })
})

describe('flags', () => {
  it('become the request and the engine they ask for', async () => {
    const { done, context, requests, opened } = await run({
      tokens: '0,10,11', position: '-2', target: '#5', minus: '#6', mode: 'reference', rule: 'softmax', temperature: '0.5',
      excludeFirst: 'false', engine: 'tfjs', device: 'webgpu', threads: '3', memoryLimit: '1KiB',
    })
    await done
    expect(requests).toEqual([
      {
        tokenIds: [0, 10, 11],
        position: 1,
        target: { type: 'logitDifference', tokenId: 5, minusTokenId: 6 },
        partition: { by: 'token', layer: 0 },
        mode: 'reference',
        rule: 'softmax',
        temperature: 0.5,
        excludeFirst: false,
      },
    ])
    const digestFolder = join(context.environment.TRIBUTARY_HOME!, 'digests')
    expect(opened).toEqual([{ engine: 'tfjs', device: 'webgpu', threads: 3, memoryLimitBytes: 1024, digestFolder }])
  })

  it('read bases and directions from files', async () => {
    const subspace = await run({ text: TEXT, by: 'subspace', layer: '1', basis: datasetFile('[[1,0,0,0],[0,1,0,0]]', 'b.json') })
    await subspace.done
    expect(subspace.requests[0]?.partition).toEqual({ by: 'subspace', layer: 1, basis: [[1, 0, 0, 0], [0, 1, 0, 0]] })
    const direction = datasetFile('[1,0,0,0]', 'd.json')
    const before = await run({ text: TEXT, direction })
    await before.done
    expect(before.requests[0]?.target).toEqual({ type: 'direction', layer: 2, vector: [1, 0, 0, 0] })
    const inside = await run({ text: TEXT, direction, atLayer: '1' })
    await inside.done
    expect(inside.requests[0]?.target).toMatchObject({ layer: 1 })
  })

  it.each([
    [{ tokens: '1;2' }, '--tokens is "1;2"'],
    [{ text: TEXT, position: 'last' }, '--position is "last"'],
    [{ text: TEXT, groups: 'paragraphs', by: 'group' }, 'The groups "paragraphs" are not JSON'],
    [{ text: TEXT, atLayer: '1' }, '--at-layer says where a direction is read; give one with --direction FILE.'],
    [{ text: TEXT, device: 'abacus' }, "argument 'abacus' is invalid. Allowed choices are cpu, webgpu, cuda"],
    [{ text: TEXT, model: './nowhere' }, 'There is no folder'],
    [{ text: TEXT, model: 'gpt9' }, 'There is no model "gpt9": no folder has that name, and none has been added here'],
  ])('that mean nothing are refused before a model is loaded: %j', async (flags, message) => {
    const { done, opened } = await run(flags)
    await expect(done).rejects.toThrow(message)
    expect(opened).toEqual([])
  })

  it('that the model cannot satisfy leave it closed', async () => {
    const { done, closed } = await run({ text: TEXT, target: '#100' })
    await expect(done).rejects.toThrow('The target is 100; the ids of tiny are')
    expect(closed()).toBe(1)
  })
})

describe('without --json', () => {
  it('draws, in colour where the terminal has it', async () => {
    const plain = await run({ text: TEXT })
    await plain.done
    expect(plain.context.printed).toContain('sum     15.000 of 15.000')
    expect(plain.context.printed).not.toContain('\x1b')
    const painted = await run({ text: TEXT }, { printsToTerminal: true })
    await painted.done
    expect(painted.context.printed).toContain('\x1b[')
  })
})
