/** The command line as others call it: a process, from another folder, judged by its output and its exit status. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectDir } from '../../src/config.ts'

const script = join(projectDir, 'bin/tributary.mjs')
const model = join(projectDir, 'test/fixtures/models/qwen2-random')

interface Ended {
  status: number | null
  out: string
  err: string
}

function tributary(...args: string[]): Promise<Ended> {
  const env = { ...process.env, TRIBUTARY_HOME: join(tmpdir(), 'tributary-process-test'), NO_COLOR: '1', NODE_ENV: 'production' }
  const child = spawn(process.execPath, [script, ...args], { cwd: tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (ended.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (ended.err += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, ...ended }))
  })
}

describe('tributary attribute', () => {
  it('prints one JSON object, whose scores sum to the logit, and nothing else', async () => {
    const { status, out, err } = await tributary('attribute', '--model', model, '--tokens', '1,2,3', '--json')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    const document = JSON.parse(out)
    expect(document).toMatchObject({ model: 'qwen2-random', tokens: [{ id: 1 }, { id: 2 }, { id: 3 }], excludeFirst: false })
    const scores: number[] = document.contributions.map(({ score }: { score: number }) => score)
    expect(scores).toHaveLength(4)
    expect(scores.reduce((sum, score) => sum + score, 0)).toBeCloseTo(document.target.logit, 4)
  })

  it.each([
    [['attribute', '--model', model, '--tokens', '1,99999'], /^error: Token 1 of the prompt is 99999; the ids of qwen2-random are/],
    [['attribute', '--model', model, '--text', 'Hello'], /^error: The model qwen2-random has no tokenizer\.json; give the prompt as token ids\.\n$/],
    [['attribute', '--model', './nowhere', '--tokens', '1'], /^error: There is no folder .*nowhere; give a model folder/],
    [['attribute', '--tokens', '1'], /^error: required option '--model <dir\|id>' not specified\n$/],
    [['attribute', '--model', model, '--tokens', '1', '--by', 'vibes'], /Allowed choices are token, group, head, neuron, module, subspace\.\n$/],
    [['attribut'], /^error: unknown command 'attribut'\n\(Did you mean attribute\?\)\n$/],
  ])('ends with status 2 and one sentence: %j', async (args, message) => {
    const { status, out, err } = await tributary(...args)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(err).toMatch(message)
    expect(err).not.toMatch(/\n {4}at /)
  })
})

it('explains itself', async () => {
  const { status, out } = await tributary('attribute', '--help')
  expect(status).toBe(0)
  expect(out).toContain('Examples:')
  for (const flag of ['--groups', '--basis', '--direction', '--at-layer', '--minus', '--memory-limit']) expect(out).toContain(flag)
})
