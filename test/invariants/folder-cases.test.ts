/**
 * Folders whose config.json or weights say something unusual, with the numbers that transformers 5.18 computes from them
 * (torch 2.13, float32), or the reason why they are not computed.
 */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attributeRequests } from '../../src/attribution/attributor.ts'
import { openAttributor } from '../../src/attribution/open.ts'
import { openModelFolder } from '../../src/model/folder.ts'
import { request } from './requests.ts'

const folder = (...parts: string[]) => join(import.meta.dirname, '../fixtures/cases', ...parts)

const tokenIds = [3, 9, 27, 21, 4, 12, 36, 8, 24, 11, 33, 39]
const longer = Array.from({ length: 90 }, (_, i) => (5 + 17 * i) % 40)
/** The last digit that the reference gives. */
const DIGITS = 1e-5

interface Answer {
  /** Of token 7 at the last position. */
  logit: number
  nextToken: number
}

async function answer(dir: string, ids: readonly number[] = tokenIds): Promise<Answer> {
  const attributor = await openAttributor(dir, { threads: 1 })
  const ask = (tokenId: number | 'next') =>
    request({ tokenIds: [...ids], partition: { by: 'token' }, target: { type: 'logit', tokenId } })
  const [seventh, next] = await attributeRequests(attributor, [ask(7), ask('next')])
  await attributor.close()
  expect(seventh!.completenessError).toBeLessThan(DIGITS)
  return { logit: seventh!.target.value, nextToken: next!.target.tokenId! }
}

describe('a head of its own beside a flag that ties it is used', () => {
  it.each([['llama', -1.78413, 5], ['qwen2', 0.2732, 37], ['gpt2', -2.17487, 22]])('%s', async (name, logit, nextToken) => {
    const found = await answer(folder('tied-head-with-a-head-of-its-own', name))
    expect(Math.abs(found.logit - logit)).toBeLessThan(DIGITS)
    expect(found.nextToken).toBe(nextToken)
  })
})

describe('a tied weight that is stored under its other name is found', () => {
  it.each([['gpt2', 0.11729, 39], ['llama', -0.1826, 39]])('%s', async (name, logit, nextToken) => {
    const found = await answer(folder('tied-weight-stored-under-its-alias', name))
    expect(Math.abs(found.logit - logit)).toBeLessThan(DIGITS)
    expect(found.nextToken).toBe(nextToken)
  })
})

describe('an index that names more than the shards hold is read', () => {
  it.each([['tied-lm-head', -0.1826, 39], ['rotary-buffers', -1.67119, 16]])('%s', async (name, logit, nextToken) => {
    const found = await answer(folder('index-names-more-than-the-shards-hold', name))
    expect(Math.abs(found.logit - logit)).toBeLessThan(DIGITS)
    expect(found.nextToken).toBe(nextToken)
  })
})

describe('a prompt longer than the trained length is computed where the rotation is stretched', () => {
  it.each([['linear', 0.55736, 15], ['dynamic', 0.71976, 15]])('%s', async (name, logit, nextToken) => {
    const found = await answer(folder('linear-rope-longer-prompt', name), longer)
    expect(Math.abs(found.logit - logit)).toBeLessThan(DIGITS)
    expect(found.nextToken).toBe(nextToken)
  })
})

describe('attention that is not causal is refused by name', () => {
  it.each(['llama', 'qwen2'])('%s', async (name) => {
    await expect(openModelFolder(folder('attention-that-is-not-causal', name))).rejects.toMatchObject({
      code: 'UNSUPPORTED', message: expect.stringMatching(/sets is_causal to false/),
    })
  })
})
