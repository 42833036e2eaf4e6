/** Attributions on demand: what clients say reaches the ports as they meant it, and every outcome has its answer. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { JobView, Outcome } from '../../schema/ports.ts'
import { UserError } from '../../src/errors.ts'
import { fakeAttributions, waitingJob } from './fake-ports.ts'
import { noPorts, useGraphql } from './harness.ts'
import { keyOf, MODEL, TOKEN_SCORES } from './seed.ts'

const harness = useGraphql()

const stored: Outcome = { state: 'stored', key: keyOf(0, 'token') }
const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')

async function questionOf(input: string) {
  const attributions = fakeAttributions(() => stored)
  const source = `{ attribute(input: { model: "tiny", ${input} }) { key } }`
  const { data, errors } = await harness.run(source, { ports: { attributions } })
  const [asked] = attributions.questions
  return { question: asked && Object.fromEntries(Object.entries(asked.question).filter(([, v]) => v !== undefined)), errors, data }
}

const SOURCE = { hash: '5'.repeat(64), name: '1-set', site: { layer: 1, name: 'resid_post' }, writes: null, features: 8 }

describe('what a client says', () => {
  beforeAll(() => harness.database.$executeRaw`
    INSERT INTO feature_set (model_id, source, source_set, hash, format, layer, site, width, written_width, feature_count,
      activation, normalisation, claims, verdict, variance_explained, l0, silent, self_test)
    VALUES (${harness.modelId}::int2, '1-set', 'set', ${SOURCE.hash}, 'saelens', 1, '1.resid_post', 8, 8, 8, 'relu', 'none', '{}', 'ok', 0.9, 1, 0, '{}')`)

  const cases: [string, string, object][] = [
    ['a text by token', 'text: "Hello", partition: { token: {} }', { by: 'token', text: 'Hello' }],
    ['token ids', 'tokenIds: [1, 2], partition: { token: { layer: 1 } }', { by: 'token', layer: 1, tokenIds: [1, 2] }],
    ['a target by text', 'text: "a", target: { logit: { text: " Paris" } }, partition: { token: {} }', { target: ' Paris' }],
    ['a target by id', 'text: "a", target: { logit: { id: 12 } }, partition: { token: {} }', { target: '#12' }],
    // On the command line `next` and `#1` mean something else than these texts.
    ['the word next', 'text: "a", target: { logit: { text: "next" } }, partition: { token: {} }', { target: ' next' }],
    ['a text like an id', 'text: "a", target: { logit: { text: "#1" } }, partition: { token: {} }', { target: ' #1' }],
    [
      'a difference',
      'text: "a", target: { logitDifference: { token: { text: "x" }, minus: { id: 3 } } }, partition: { token: {} }',
      { target: 'x', minus: '#3' },
    ],
    [
      "a difference with the model's own token",
      'text: "a", target: { logitDifference: { minus: { text: "y" } } }, partition: { token: {} }',
      { target: 'next', minus: 'y' },
    ],
    [
      'a direction',
      'text: "a", target: { direction: { layer: 2, vector: [0.5, 1] } }, partition: { token: {} }',
      { direction: { layer: 2, vector: [0.5, 1] } },
    ],
    ['words', 'text: "a b", partition: { group: { by: WORDS } }', { by: 'group', groups: 'words' }],
    ['sentences', 'text: "a b", partition: { group: { by: SENTENCES } }', { by: 'group', groups: 'sentences' }],
    ['groups of positions', 'text: "a", partition: { group: { positions: [[0, 1], [2]] } }', { groups: [[0, 1], [2]] }],
    ['every head', 'text: "a", partition: { head: {} }', { by: 'head' }],
    ["one layer's heads", 'text: "a", partition: { head: { layer: 1 } }', { by: 'head', layer: 1 }],
    ['neurons', 'text: "a", partition: { neuron: { layer: 1, neurons: [4] } }', { by: 'neuron', layer: 1, neurons: [4] }],
    ['neurons everywhere', 'text: "a", partition: { neuron: { everyLayer: true } }', { by: 'neuron', layer: 'all' }],
    ['a sublayer', 'text: "a", partition: { module: { module: MLP } }', { by: 'module', module: 'mlp' }],
    [
      'a subspace',
      'text: "a", partition: { subspace: { layer: 1, basis: [[1, 0]] } }',
      { by: 'subspace', layer: 1, basis: [[1, 0]] },
    ],
    [
      'features',
      'text: "a", partition: { feature: { source: "1-set", budget: 7, per: FEATURE } }',
      { by: 'feature', sae: SOURCE, features: 7, per: 'feature' },
    ],
    [
      'a feature, by some of its set',
      'text: "a", target: { feature: { source: "1-set", index: 3 } }, partition: { feature: { source: "1-set", features: [1, 2] } }',
      { feature: { set: SOURCE, index: 3 }, by: 'feature', sae: SOURCE, features: [1, 2] },
    ],
    [
      'features that are named, and at how many places',
      'text: "a", partition: { feature: { source: "1-set", features: [1, 2], budget: 200 } }',
      { by: 'feature', sae: SOURCE, features: [1, 2], budget: 200 },
    ],
    [
      'every setting',
      'text: "a", partition: { token: {} }, position: -2, mode: REFERENCE, rule: LINEAR_NORM, temperature: 0.5, excludeFirst: false',
      { position: -2, mode: 'reference', rule: 'linear-norm', temperature: 0.5, excludeFirst: false },
    ],
  ]
  it.each(cases)('%s', async (_name, input, expected) => {
    const { question, errors } = await questionOf(input)
    expect(errors).toEqual([])
    expect(question).toMatchObject(expected)
  })

  const refusals: [string, string, RegExp][] = [
    ['two kinds of target', 'text: "a", target: { logit: { id: 1 }, direction: { layer: 0, vector: [] } }, partition: { token: {} }', /OneOf Input Object "TargetInput" must specify exactly one key/],
    ['no kind of partition', 'text: "a", partition: {}', /OneOf Input Object "PartitionInput" must specify exactly one key/],
    ['a wait that is too long', 'text: "a", partition: { token: {} }, timeoutMs: 999999', /^input\.timeoutMs is 999999; expected at most 120000\.$/],
    ['groups said twice', 'text: "a", partition: { group: { by: WORDS, positions: [[0]] } }', /Groups were given by text and as positions/],
    ['a set that the model has not', 'text: "a", target: { feature: { source: "9-set", index: 0 } }, partition: { token: {} }', /The model has no feature set "9-set"\./],
    ['layers said twice', 'text: "a", partition: { neuron: { layer: 1, everyLayer: true } }', /A layer and every layer were asked for/],
  ]
  it.each(refusals)('is refused: %s', async (_name, input, message) => {
    const { question, errors } = await questionOf(input)
    expect(question).toBeUndefined()
    expect(errors[0]?.message).toMatch(message)
  })
})

describe('attribute', () => {
  const QUERY = `query ($text: String, $timeoutMs: Int) {
    attribute(input: { model: "tiny", text: $text, partition: { token: {} }, timeoutMs: $timeoutMs }) {
      contributions { nodes { score } }
    }
  }`

  const ANSWER = { attribute: { contributions: { nodes: TOKEN_SCORES.map((score) => ({ score })) } } }

  it('answers with what is stored, in one statement for it and one for its contributions, after the model was looked up', async () => {
    const attributions = fakeAttributions(() => stored, keyOf(0, 'token'))
    const { data, errors, sql } = await harness.run(QUERY, { variables: { text: 'a' }, ports: { attributions } })
    expect(errors).toEqual([])
    expect(data).toEqual(ANSWER)
    expect(sql).toHaveLength(3)
    expect(attributions).toMatchObject({ calls: [], notedStored: 1 })
  })

  it('asks for what is not stored, and answers with what was computed', async () => {
    const attributions = fakeAttributions(() => stored)
    const { data, errors, sql } = await harness.run(QUERY, { variables: { text: 'a' }, ports: { attributions } })
    expect(errors).toEqual([])
    expect(data).toEqual(ANSWER)
    expect(sql).toHaveLength(4)
    expect(attributions).toMatchObject({ calls: [{ modelId: harness.modelId, timeoutMs: 60_000 }], notedStored: 0 })
  })

  it('finds the model by its hash too', async () => {
    const attributions = fakeAttributions(() => stored)
    const source = `{ attribute(input: { model: "${MODEL.hash}", text: "a", partition: { token: {} } }) { key } }`
    const { data } = await harness.run(source, { ports: { attributions } })
    expect(data).toEqual({ attribute: { key: keyOf(0, 'token') } })
  })

  it('finds a model whose kept id runs out while another is looked up', async () => {
    const ask = (name: string, model: string) =>
      `${name}: attribute(input: { model: "${model}", text: "a", partition: { token: {} } }) { key }`
    const options = { ports: { attributions: fakeAttributions(() => stored) }, database: 'kept' as const }
    await harness.run(`{ ${ask('a', 'tiny')} }`, options)
    const { model } = harness.database
    const findMany = model.findMany.bind(model)
    const began = performance.now()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(began)
    const lookup = vi.spyOn(model, 'findMany').mockImplementation((...asked) => {
      clock.mockReturnValue(began + 10_000)
      return findMany(...asked)
    })
    try {
      const { errors } = await harness.run(`{ ${ask('a', 'tiny')} ${ask('b', 'gone')} }`, options)
      expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('no model "gone"')])
      expect(lookup).toHaveBeenCalledOnce()
    } finally {
      vi.restoreAllMocks()
    }
  })

  it('refuses an unknown model', async () => {
    const { data, errors } = await harness.run('{ attribute(input: { model: "gone", text: "a", partition: { token: {} } }) { key } }')
    expect(data).toEqual({ attribute: null })
    expect(errors[0]?.original).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('no model "gone"') })
  })

  it('asks for everything in one operation together', async () => {
    const attributions = fakeAttributions((_request, index) => ({ state: 'stored', key: keyOf(index, 'token') }))
    const fields = ['a', 'bb', 'ccc'].map(
      (text, i) => `q${i}: attribute(input: { model: "tiny", text: "${text}", partition: { token: {} } }) { sequence { text } }`,
    )
    const { data, errors } = await harness.run(`{ ${fields.join('\n')} }`, { ports: { attributions } })
    expect(errors).toEqual([])
    expect(attributions.calls.map(({ requests }) => requests.map(({ tokenIds }) => tokenIds))).toEqual([[[1], [2], [3]]])
    expect(data).toEqual({
      q0: { sequence: { text: 'The capital of France is' } },
      q1: { sequence: { text: 'The capital of Italy is' } },
      q2: { sequence: { text: 'The capital of Spain is' } },
    })
  })

  it('keeps requests with different patience apart', async () => {
    const attributions = fakeAttributions(() => stored)
    const ask = (name: string, timeoutMs: number) =>
      `${name}: attribute(input: { model: "tiny", text: "a", partition: { token: {} }, timeoutMs: ${timeoutMs} }) { key }`
    await harness.run(`{ ${ask('a', 10)} ${ask('b', 20)} }`, { ports: { attributions } })
    expect(attributions.calls.map(({ timeoutMs }) => timeoutMs)).toEqual([10, 20])
  })

  it('says which job goes on when the time is over', async () => {
    const attributions = fakeAttributions(() => ({ state: 'pending', jobId: 'job-1' }))
    const variables = { text: 'a', timeoutMs: 1500 }
    const { data, errors } = await harness.run(QUERY, { variables, ports: { attributions } })
    expect(data).toEqual({ attribute: null })
    expect(errors[0]?.extensions).toEqual({ code: 'TIMEOUT', jobId: globalId('Job', 'job-1') })
    expect(errors[0]?.message).toMatch(/not ready after 1.5 s/)
  })

  it('passes the reason on when a computation fails, and does not fail its neighbours', async () => {
    const attributions = fakeAttributions((request) =>
      request.tokenIds[0] === 1 ? { state: 'failed', error: new UserError('TOO_LARGE', 'It would need 4 TiB.') } : stored,
    )
    const ask = (name: string, text: string) =>
      `${name}: attribute(input: { model: "tiny", text: "${text}", partition: { token: {} } }) { key }`
    const { data, errors } = await harness.run(`{ ${ask('bad', 'a')} ${ask('good', 'aa')} }`, { ports: { attributions } })
    expect(data).toEqual({ bad: null, good: { key: keyOf(0, 'token') } })
    expect(errors.map(({ original }) => original)).toMatchObject([{ code: 'TOO_LARGE', message: 'It would need 4 TiB.' }])
  })
})

describe('requestAttribution', () => {
  const MUTATION = `mutation {
    requestAttribution(input: { model: "tiny", text: "a", partition: { token: {} } }) {
      attribution { key target { value } }
      job { id state startedAt attribution { key } error { code message } }
    }
  }`
  const job: JobView = {
    ...waitingJob,
    id: 'job-1',
    state: 'active',
    createdAt: new Date('2025-01-31T09:30:00Z'),
    startedAt: new Date('2025-01-31T09:30:01Z'),
    resultKey: keyOf(1, 'token'),
  }
  const withJob = (view: JobView) => ({
    attributions: fakeAttributions(() => ({ state: 'pending', jobId: view.id })),
    jobs: { ...noPorts.jobs, find: async (ids: readonly string[]) => ids.map((id) => (id === view.id ? view : null)) },
  })

  it('does not wait, and gives the job', async () => {
    const ports = withJob(job)
    const { data, errors } = await harness.run(MUTATION, { ports })
    expect(errors).toEqual([])
    expect(ports.attributions.calls[0]?.timeoutMs).toBe(0)
    expect(data).toEqual({
      requestAttribution: {
        attribution: null,
        job: { id: globalId('Job', 'job-1'), state: 'ACTIVE', startedAt: '2025-01-31T09:30:01.000Z', attribution: null, error: null },
      },
    })
  })

  it('gives the attribution at once where it is stored', async () => {
    const { data, errors } = await harness.run(MUTATION, { ports: { attributions: fakeAttributions(() => stored) } })
    expect(errors).toEqual([])
    expect(data).toEqual({ requestAttribution: { attribution: { key: keyOf(0, 'token'), target: { value: 4 } }, job: null } })
  })

  it('lets jobs be followed to their attribution by id, many in as few statements as one', async () => {
    const jobs = {
      ...noPorts.jobs,
      find: async (ids: readonly string[]) =>
        ids.map((id): JobView => ({ ...job, id, state: 'done', resultKey: keyOf(Number(id.at(-1)), 'token') })),
    }
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { state attribution { engine sequence { text } } } } }'
    const run = (ids: string[]) => harness.run(query, { variables: { ids: ids.map((id) => globalId('Job', id)) }, ports: { jobs } })
    const one = await run(['job-0'])
    const many = await run(['job-0', 'job-1', 'job-2'])
    expect(many.errors).toEqual([])
    expect(JSON.stringify(many.data)).toContain('The capital of Spain is')
    expect(many.sql).toHaveLength(one.sql.length)
  })

  it('shows why a job failed', async () => {
    const failed: JobView = { ...job, state: 'failed', error: { code: 'ENGINE_FAILED', message: 'The device was lost.' } }
    const { data } = await harness.run(MUTATION, { ports: withJob(failed) })
    expect(data).toMatchObject({
      requestAttribution: { job: { state: 'FAILED', error: { code: 'ENGINE_FAILED', message: 'The device was lost.' } } },
    })
  })

  it('lets a job be called off', async () => {
    const cancelled: string[] = []
    const jobs = { ...noPorts.jobs, cancel: async (id: string) => cancelled.push(id) > 0 }
    const { data, errors } = await harness.run('mutation ($id: ID!) { cancelJob(id: $id) }', {
      variables: { id: globalId('Job', 'job-1') },
      ports: { jobs },
    })
    expect(errors).toEqual([])
    expect(data).toEqual({ cancelJob: true })
    expect(cancelled).toEqual(['job-1'])
    const wrong = await harness.run('mutation ($id: ID!) { cancelJob(id: $id) }', { variables: { id: globalId('Model', 'x') }, ports: { jobs } })
    expect(wrong.errors).toHaveLength(1)
    expect(cancelled).toHaveLength(1)
  })
})
