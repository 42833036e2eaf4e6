/** Activations of a text, searches by direction and comparisons: what is asked of a worker, and what is made of its answers. */
import { beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.ts'
import type { AnswerOf, Activations } from '../../src/lookups/answer.ts'
import type { LookupQuestion } from '../../src/lookups/question.ts'
import type { LookupOutcome, Ports } from '../../schema/ports.ts'
import { seedFeatures, SET_HASH, SOURCE } from './feature-seed.ts'
import { useGraphql } from './harness.ts'

const harness = useGraphql()
beforeAll(async () => {
  await seedFeatures(harness.database, harness.modelId)
})

const TOKENS = ['<s>', ' The', ' capital', ' of'].map((text, index) => ({ index, id: 10 + index, text, start: index === 0 ? null : index, end: index === 0 ? null : index + 1 }))

/** By position: feature → value. */
const FIRED: Record<number, number>[] = [{ 0: 50, 1: 1 }, { 1: 2, 8: 5 }, { 2: 4, 8: 1 }, { 2: 3, 5: 4 }]

const activations: Activations = {
  starts: Uint32Array.from(FIRED.reduce<number[]>((starts, row) => [...starts, starts.at(-1)! + Object.keys(row).length], [0])),
  features: Uint32Array.from(FIRED.flatMap((row) => Object.keys(row).map(Number))),
  values: Float32Array.from(FIRED.flatMap((row) => Object.values(row))),
}

function fakeLookups(answer: (question: LookupQuestion) => LookupOutcome | AnswerOf<LookupQuestion>) {
  const calls: LookupQuestion[][] = []
  const lookups: Ports['lookups'] = {
    tokens: async () => TOKENS,
    ask: async (_modelId, questions) => {
      calls.push(questions.map(({ question }) => question))
      return questions.map(({ question }) => {
        const found = answer(question)
        return 'state' in found ? found : { state: 'answered', answer: found }
      })
    },
  }
  return { lookups, calls }
}

const input = (more = `sources: ["${SOURCE}"]`) => `input: { model: "tiny", text: "The capital of", ${more} }`
const run = async (fields: string, more?: string) => {
  const { lookups, calls } = fakeLookups(() => activations)
  const answer = await harness.run(`{ activations(${input(more)}) { ${fields} } }`, { ports: { lookups } })
  return { ...answer, calls }
}

describe('activations of a text', () => {
  it('of one feature stand at every token', async () => {
    const { data, errors, calls } = await run(`tokens { index tokenId text start } one: feature(source: "${SOURCE}", index: 2) { feature { name label } values max maxPosition }
      none: feature(source: "${SOURCE}", index: 11) { values max maxPosition }`)
    expect(errors).toEqual([])
    expect(data).toEqual({
      activations: {
        tokens: TOKENS.map(({ index, id, text, start }) => ({ index, tokenId: id, text, start })),
        one: { feature: { name: 'tiny/1-res/2', label: 'countries in Europe' }, values: [0, 0, 4, 3], max: 4, maxPosition: 2 },
        none: { values: [0, 0, 0, 0], max: 0, maxPosition: null },
      },
    })
    // However many views of it are asked for, a text is computed once.
    expect(calls).toEqual([[{ type: 'activations', set: SET_HASH, tokenIds: [10, 11, 12, 13] }]])
  })

  const top = async (args: string) => {
    const { data, errors } = await run(`top${args} { feature { index } max }`)
    expect(errors).toEqual([])
    return data
  }
  it.each([
    // What the tokenizer adds fires like nothing else, and is left out.
    ['', [[8, 5], [2, 4], [5, 4], [1, 2]]],
    ['(ignoreSpecial: false)', [[0, 50], [8, 5], [2, 4], [5, 4], [1, 2]]],
    ['(first: 2)', [[8, 5], [2, 4]]],
    // By the sum at these positions; `max` is over the whole text.
    ['(positions: [2, 3])', [[2, 4], [5, 4], [8, 5]]],
    // Feature 8 fires at 37.5 % of the tokens.
    ['(maxDensity: 0.3)', [[2, 4], [5, 4], [1, 2]]],
  ])('top%s are ranked, the strongest first', async (args, expected) => {
    expect(await top(args)).toEqual({
      activations: { top: expected.map(([index, max]) => ({ feature: { index }, max: index === 1 ? 2 : max })) },
    })
  })

  it('are listed for each token', async () => {
    const { data, errors } = await run('topByToken(first: 1) { token { text } features { value feature { index } } }')
    expect(errors).toEqual([])
    expect(data).toEqual({
      activations: {
        topByToken: [
          { token: { text: '<s>' }, features: [] },
          { token: { text: ' The' }, features: [{ value: 5, feature: { index: 8 } }] },
          { token: { text: ' capital' }, features: [{ value: 4, feature: { index: 2 } }] },
          { token: { text: ' of' }, features: [{ value: 4, feature: { index: 5 } }] },
        ],
      },
    })
  })

  it('of a release are of all its layers, asked for together', async () => {
    const set = await harness.database.featureSet.findFirstOrThrow({ where: { source: SOURCE } })
    const { id: _id, createdAt: _at, claims: _claims, selfTest: _test, ...columns } = set
    const other = await harness.database.featureSet.create({ data: { ...columns, source: '0-res', layer: 0, hash: '5'.repeat(64), claims: {}, selfTest: {} } })
    const { data, errors, calls } = await run('top(first: 2) { feature { name } }', 'sourceSet: "res"')
    expect(errors).toEqual([])
    expect(calls).toEqual([['5'.repeat(64), SET_HASH].map((hash) => expect.objectContaining({ set: hash }))])
    expect(data).toEqual({ activations: { top: [{ feature: { name: 'tiny/1-res/8' } }, { feature: { name: 'tiny/0-res/8' } }] } })
    await harness.database.featureSet.delete({ where: { id: other.id } })
  })

  it.each([
    ['tokens { text }', '', 'Give `sources` (feature sets by name) or `sourceSet` (a release), one of them.'],
    ['tokens { text }', 'sources: ["1-res", "7-x"]', 'There is no feature set "tiny/7-x" here; `featureSets` lists those there are.'],
    ['tokens { text }', 'sourceSet: "x"', 'There is no feature set "tiny/x" here; `featureSets` lists those there are.'],
    ['feature(source: "1-res", index: 12) { max }', undefined, 'There is no feature tiny/1-res/12 among the sets that were asked for.'],
    ['top(positions: [4]) { max }', undefined, 'Position 4 was asked for; the text has positions 0 to 3.'],
    ['top(first: 101) { max }', undefined, '101 features were asked for; it can be 1 to 100.'],
  ])('are refused in words: %s %s', async (fields, more, message) => {
    const { errors } = await run(fields, more)
    expect(errors.map((error) => error.message)).toEqual([message])
  })

  it('that are not ready name the job that goes on; those that failed say why', async () => {
    const ask = (outcome: LookupOutcome) =>
      harness.run(`{ activations(${input()}) { tokens { text } } }`, { ports: { lookups: fakeLookups(() => outcome).lookups } })
    const { errors: [late] } = await ask({ state: 'pending', jobId: 'j1' })
    expect(late).toMatchObject({
      message: 'The answer was not ready after 60 s. Its computation goes on: ask again, or follow its job by the id here.',
      extensions: { code: 'TIMEOUT', jobId: Buffer.from('Job:j1').toString('base64') },
    })
    const { errors: [failed] } = await ask({ state: 'failed', error: new UserError('TOO_LARGE', 'Too long.') })
    expect(failed).toMatchObject({ message: 'Too long.', original: { code: 'TOO_LARGE' } })
  })
})

describe('a search by direction', () => {
  const answer = { features: [4, 2], cosines: [0.9, 0.5] }
  it.each([
    ['feature: "tiny/1-res/7"', { set: SET_HASH, index: 7 }],
    ['vector: [1, 0, 0, 0, 0, 0, 0, 0.5]', [1, 0, 0, 0, 0, 0, 0, 0.5]],
  ])('%s', async (to, direction) => {
    const { lookups, calls } = fakeLookups(() => answer)
    const { data, errors } = await harness.run(
      `{ nearestFeatures(model: "tiny", source: "${SOURCE}", to: { ${to} }, first: 2) { cosine feature { index } } }`, { ports: { lookups } })
    expect(errors).toEqual([])
    expect(calls).toEqual([[{ type: 'nearest', set: SET_HASH, direction, first: 2 }]])
    expect(data).toEqual({ nearestFeatures: [{ cosine: 0.9, feature: { index: 4 } }, { cosine: 0.5, feature: { index: 2 } }] })
  })

  it('of a feature that is not here is refused', async () => {
    const { errors } = await harness.run(`{ nearestFeatures(model: "tiny", source: "${SOURCE}", to: { feature: "tiny/1-res/70" }) { cosine } }`)
    expect(errors[0]?.message).toBe('There is no feature tiny/1-res/70 here; `featureSets` lists the sets there are.')
  })
})

describe('two features', () => {
  it('are compared by what they write and read, when they fire and what they raise', async () => {
    const { lookups, calls } = fakeLookups(() => ({ decoderCosine: 0.25, encoderCosine: -0.5 }))
    const { data, errors } = await harness.run(
      `{ compareFeatures(a: "tiny/1-res/2", b: "tiny/1-res/5") { a { index } b { index } decoderCosine encoderCosine bWhereA aWhereB
          sharedTop sharedBottom sharedExamples(first: 2) { value token } } }`, { ports: { lookups } })
    expect(errors).toEqual([])
    expect(calls).toEqual([[{ type: 'compare', a: { set: SET_HASH, index: 2 }, b: { set: SET_HASH, index: 5 } }]])
    expect(data).toEqual({
      compareFeatures: {
        a: { index: 2 }, b: { index: 5 }, decoderCosine: 0.25, encoderCosine: -0.5, bWhereA: 0.5, aWhereB: null,
        sharedTop: [' the'], sharedBottom: [' not'], sharedExamples: [{ value: 4, token: ' France' }, { value: 3, token: ' Italy' }],
      },
    })
  })
})

describe('a feature in numbers', () => {
  it('has what it reads and writes, as a worker read it', async () => {
    const { lookups, calls } = fakeLookups(() => ({ encoder: [1, 0.5], decoder: [-1, 2], constant: -0.25 }))
    const { data, errors } = await harness.run('{ featureVectors(name: "tiny/1-res/2") { encoder decoder constant feature { name } } }', { ports: { lookups } })
    expect(errors).toEqual([])
    expect(calls).toEqual([[{ type: 'vectors', of: { set: SET_HASH, index: 2 } }]])
    expect(data).toEqual({ featureVectors: { encoder: [1, 0.5], decoder: [-1, 2], constant: -0.25, feature: { name: 'tiny/1-res/2' } } })
  })

  it.each([
    ['tiny/1-res/70', 'There is no feature tiny/1-res/70 here; `featureSets` lists the sets there are.'],
    ['2-res', '"2-res" is no feature; name it as model/source/index, like demo/2-res/17.'],
  ])('%s is refused', async (name, message) => {
    const { errors } = await harness.run(`{ featureVectors(name: "${name}") { constant } }`)
    expect(errors.map((error) => error.message)).toEqual([message])
  })
})
