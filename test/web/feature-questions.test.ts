/** @vitest-environment jsdom */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, type DocumentNode, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import {
  EffectDocument,
  FeatureListDocument,
  FeatureSharesDocument,
  FeatureViewDocument,
  LaterFeaturesDocument,
} from '../../web/src/api/generated.ts'
import { sqlCommand } from '../../web/src/export/command-line.ts'
import { queryText } from '../../web/src/export/graphql-text.ts'
import { featureAddress } from '../../web/src/state/addresses.ts'
import { readState, writeState } from '../../web/src/state/url.ts'
import { type Answer, sumOf } from '../../web/src/views/ask/answer.ts'
import {
  askFlags,
  askParts,
  attributeInput,
  inputOf,
  questionOf,
  readFeature,
} from '../../web/src/views/ask/question.ts'
import { questionAt } from '../../web/src/views/feature/feature-questions.ts'
import { featureParts, readPlace, writePlace } from '../../web/src/views/feature/feature-state.ts'
import { featuresParts, filterOf, isRanked } from '../../web/src/views/features/features-state.ts'

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'))
const problems = (document: DocumentNode, variables: Record<string, unknown>) =>
  validate(schema, parse(queryText(document, variables)))
const state = { ...readState(askParts, ''), model: 'demo', q: 'a' }

describe('features in Ask', () => {
  it('are targets by set and number, with or without the model', () => {
    expect([readFeature('2-res/320'), readFeature(' demo/2-res/320 ')]).toEqual([
      { source: '2-res', index: 320 },
      { source: '2-res', index: 320 },
    ])
    expect([readFeature('2-res'), readFeature('capitals'), readFeature('a/b/c/1')]).toEqual([null, null, null])
    const asked = { ...state, feature: '2-res/320', target: 'Paris' }
    expect(attributeInput(asked).target).toEqual({ feature: { source: '2-res', index: 320 } })
    expect(askFlags(asked)).toMatchObject({ feature: 'demo/2-res/320' })
    expect(askFlags(asked)['target']).toBeUndefined()
  })

  it('are parts of one set at a time, each a question of its own', () => {
    const split = { ...state, by: 'feature' as const, sets: '1-res,2-res' }
    const questions = ['1-res', '2-res'].map((set) => questionOf(split, 'a', set))
    expect(questions.map((question) => inputOf(question).partition)).toEqual([
      { feature: { source: '1-res' } },
      { feature: { source: '2-res' } },
    ])
    expect(questions[1]?.flags).toMatchObject({ by: 'feature', sae: 'demo/2-res' })
    expect(problems(FeatureSharesDocument, { input: inputOf(questions[0]!) })).toEqual([])
  })

  it('sum to the target although each layer is a split of its own: what its own set adds counts once', () => {
    const share = (kind: string, index: number, score: number) => ({
      score,
      ordinal: 0,
      component: { kind, index, layer: 0, label: '' },
    })
    const answer = {
      partitionKind: 'HEAD',
      tailMass: 0,
      contributions: {
        nodes: [
          share('HEAD', 0, 7),
          share('RESIDUAL', 0, 5),
          share('HEAD', 1, 2),
          share('RESIDUAL', 1, 10),
          share('SAE_BIAS', 1, -2),
        ],
      },
    } as unknown as Answer
    expect(sumOf(answer)).toBe(10)
    // Of a split by feature, what is left over is one component a position, and no start.
    const byFeature = { ...answer, partitionKind: 'FEATURE', scores: [3, -1, 0.5] } as unknown as Answer
    expect(sumOf(byFeature)).toBe(2.5)
  })
})

describe('the feature page', () => {
  it('keeps in its address the place that is explained', () => {
    const place = { sequence: 'U2VxdWVuY2U6YWI=', position: 12 }
    const written = writeState(featureParts, {
      ...readState(featureParts, ''),
      why: writePlace(place),
      by: 'head',
      read: 14,
    })
    const read = readState(featureParts, written)
    expect([readPlace(read.why), read.by, read.read]).toEqual([place, 'head', 14])
    expect([readPlace(''), readPlace('own'), readPlace('own@x')]).toEqual([null, null, null])
  })

  it('asks by ids, so that exactly the stored tokens are meant', () => {
    const tokens = [
      { index: 0, tokenId: 1, text: '<s>' },
      { index: 1, tokenId: 7, text: ' is' },
      { index: 2, tokenId: 9, text: ' it' },
    ]
    const question = questionAt(
      { name: 'demo/2-res/320', model: 'demo', source: '2-res', index: 320 },
      { tokens },
      1,
      'token',
      '',
    )
    expect(inputOf(question)).toEqual({
      model: 'demo',
      tokenIds: [1, 7, 9],
      position: 1,
      target: { feature: { source: '2-res', index: 320 } },
      partition: { token: {} },
    })
    expect(question.flags).toMatchObject({ tokens: '1,7,9', position: 1, feature: 'demo/2-res/320', by: 'token' })
  })

  it('gives away queries that run as they stand', () => {
    const name = { model: 'demo', source: '2-res', index: 320 }
    expect(problems(FeatureViewDocument, { ...name, dataset: null, strongest: 10, each: 5 })).toEqual([])
    expect(
      problems(EffectDocument, {
        input: {
          model: 'demo',
          tokenIds: [1],
          partition: { feature: { source: '2-res', features: [320] } },
          decode: 10,
        },
      }),
    ).toEqual([])
    expect(
      problems(LaterFeaturesDocument, { input: { model: 'demo', tokenIds: [1], sources: ['2-res'] }, position: 0 }),
    ).toEqual([])
  })

  it('quotes statements for shells', () => {
    expect(sqlCommand("SELECT 'a'")).toBe(String.raw`npx tributary sql 'SELECT '\''a'\'''`)
    expect(featureAddress('my model/2-res/3')).toBe('/feature/my%20model/2-res/3')
  })
})

describe('the list of a set', () => {
  it('filters in the database what has an order there, and leaves ranked searches to theirs', () => {
    const asked = { ...readState(featuresParts, 'find=%20Paris&in=raises&show=firing') }
    expect([filterOf(asked), isRanked(asked)]).toEqual([{ fires: true, raises: ' Paris' }, false])
    expect([filterOf({ ...asked, in: 'about' }), isRanked({ ...asked, in: 'about' })]).toEqual([{ fires: true }, true])
    expect(isRanked({ ...asked, in: 'text', find: '' })).toBe(false)
    const variables = {
      model: 'demo',
      source: '2-res',
      where: filterOf(asked),
      orderBy: { by: 'DENSITY', direction: 'DESC' },
    }
    expect(problems(FeatureListDocument, variables)).toEqual([])
  })
})
