/**
 * Table 2, Figure 4, Appendix E. The stream is split into its part in the subspace that tells languages apart (the span
 * of a multi-class probe's weights, by a singular value decomposition) and its part outside. Both are carried to the
 * end separately, and each is decoded on its own.
 */
import { z } from 'zod'
import { orthonormalBasis } from '../src/depass/partition/subspace.ts'
import { DEFAULT_TEMPERATURE } from '../src/depass/rule.ts'
import { dot } from '../src/depass/readout.ts'
import { accuracyOf, answersTo, refusalOf, saysAccuracy } from './accuracy.ts'
import { row, type ExperimentOf, type Row } from './experiment.ts'
import { mostLikelyClass } from './probe/probe.ts'
import { probeSection } from './probe/section.ts'
import { promptsOf } from './prompts.ts'
import type { Section } from './report/document.ts'
import { UserError } from '../src/errors.ts'

const DECODED = 5

const options = z.strictObject({
  /** The layer whose input is split; null: the one in the middle. */
  layer: z.number().int().positive().nullable().default(null),
  /**
   * How many prompts the report shows with their decoded tokens, times the number of languages. All prompts are
   * measured, and are in the picture.
   */
  shown: z.number().int().positive().max(100).default(3),
})
export type LanguageSubspaceOptions = z.infer<typeof options>

export const languageSubspace: ExperimentOf<LanguageSubspaceOptions> = {
  title: 'The language subspace',
  paper: 'Table 2, Figure 4, section 4.3, Appendix E',
  description: 'A probe of languages spans a subspace; the parts inside and outside of it are carried on and decoded apart.',
  protocols: {
    paper: 'the probe’s weights span the subspace, whose rank their singular values decide.',
    reference: 'the same with DePass in reference mode.',
    corrected: 'as in the paper.',
  },
  options,
  recordsPerItem: 8,
  trainsProbes: 'always',
  tokensPerRecord: (_asked, { N }) => 4 * N,

  async run(records, { options: { layer: asked }, protocol }, model) {
    const probes = model.probes ?? []
    const { L, D } = model.passes.model.config
    const layer = asked ?? Math.max(1, Math.floor(L / 2))
    const probe = probes.find((each) => each.layer === layer && layer < L)
    const last = probes.at(-1)
    if (probe === undefined || last === undefined)
      throw new UserError('BAD_INPUT', `Layer ${layer} was asked for; the subspace can be split off at the layers 1 to ${L - 1}.`)
    const { answers, rows } = await answersTo(await promptsOf(records, model), model)
    if (records[0]?.index === 0) rows.push(...probes.map((each) => row({ method: 'probe', layer: each.layer, metric: 'accuracy', value: each.accuracy })))
    if (answers.length === 0) return rows
    const { attributor, signal } = model
    const results = await attributor.attribute(answers.map(({ prompt: { ids, target } }) => attributor.prepare({
      tokenIds: [...ids], position: ids.length - 1, target: { type: 'logit', tokenId: target },
      partition: { by: 'subspace', layer, basis: probe.weights.map((weights) => [...weights]) },
      mode: protocol === 'reference' ? 'reference' : 'corrected', rule: 'softmax', temperature: DEFAULT_TEMPERATURE, excludeFirst: false, decode: DECODED,
    })), { ...(signal && { signal }) })
    const streams = await model.passes.run(answers.map(({ prompt: { ids } }) => ({
      tokenIds: ids, splits: [], reads: [{ site: { layer: L, name: 'resid_pre' as const }, positions: [ids.length - 1] }],
    })), { ...(signal && { signal }) })
    const basis = orthonormalBasis(last.weights.map((weights) => [...weights]))
    for (const [a, { prompt: { record: { index: record, text, extra } } }] of answers.entries()) {
      const language = String(extra.language ?? '')
      rows.push(row({ record, method: 'prompt', metric: 'language', text: language }), row({ record, method: 'prompt', metric: 'text', text }))
      const { contributions, decoded = [] } = results[a]!
      for (const { component, score } of contributions) rows.push(row({ record, method: component.kind, layer, metric: 'score', value: score }))
      for (const { component, tokens } of decoded)
        for (const [place, token] of tokens.entries()) rows.push(row({ record, method: component.kind, layer, x: place + 1, metric: 'decoded', value: token.logit, text: token.text }))
      const x = streams[a]!.reads[0]!.x
      // Coordinates in the orthonormal basis keep all distances of the language part.
      basis.forEach((u, component) => rows.push(row({ record, method: 'language part', layer: L, component, metric: 'coordinate', value: dot(x.subarray(0, D), u) })))
      rows.push(row({ record, method: 'probe', layer: L, setting: 'prompts', metric: 'class', value: mostLikelyClass(last, x), text: last.labels[mostLikelyClass(last, x)]! }))
    }
    return rows
  },

  refusal: refusalOf,

  async report(rows, { options: { shown }, seed }) {
    return [await partsSection(rows, shown), await pictureSection(rows, seed), await probeSection(rows)]
  },
}

/** Decoded tokens of the two parts, and their shares of the answer's logit by language. */
async function partsSection(rows: readonly Row[], shown: number): Promise<Section> {
  const languages = languagesOf(rows)
  const scores = rows.filter(({ metric }) => metric === 'score')
  const names = [...new Set(languages.values())]
  const meanOf = (kind: string, language: string) => {
    const values = scores.filter(({ method, record }) => method === kind && languages.get(record ?? -1) === language).flatMap(({ value }) => value ?? [])
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  }
  const records = [...languages.keys()].slice(0, shown * Math.max(1, names.length))
  const decodedOf = (record: number, kind: string) =>
    rows.filter((each) => each.record === record && each.method === kind && each.metric === 'decoded').map(({ text }) => (text ?? '').trim()).join(', ')
  return {
    heading: 'What each part says', figures: [],
    text: [`The model answers ${saysAccuracy(accuracyOf(rows))}.`, 'Inside is the language subspace, outside the rest (the paper’s semantic subspace).'],
    tables: [
      { title: 'Mean share of the answer’s logit', headings: ['language', 'inside', 'outside'], rows: names.map((name) => [name, meanOf('inside', name), meanOf('outside', name)]) },
      {
        title: 'Tokens decoded from each part', headings: ['prompt', 'language', 'inside', 'outside'],
        rows: records.map((record) => [
          rows.find((each) => each.record === record && each.metric === 'text')?.text ?? '', languages.get(record) ?? '', decodedOf(record, 'inside'), decodedOf(record, 'outside'),
        ]),
      },
    ],
  }
}

const languagesOf = (rows: readonly Row[]): Map<number, string> =>
  new Map(rows.filter(({ metric }) => metric === 'language').map(({ record, text }) => [record ?? -1, text ?? '']))

/** t-SNE of the language part of the final stream. */
async function pictureSection(rows: readonly Row[], seed: number): Promise<Section> {
  const languages = languagesOf(rows)
  const points = [...languages].map(([record, language]) => ({
    language, at: rows.filter((each) => each.record === record && each.metric === 'coordinate').map(({ value }) => value ?? 0),
  }))
  const { scatter } = await import('./report/scatter.ts')
  const { embedding } = await import('./report/embedding.ts')
  // With so few points there are no neighbours to preserve.
  const places = points.length < 5 ? [] : embedding(points.map(({ at }) => at), seed)
  return {
    heading: 'The language part of the final stream', text: ['t-SNE of its coordinates in the probe’s span: each point is the last token of a prompt.'],
    figures: places.length === 0 ? [] : [scatter('t-SNE of the language part', places.map(([x, y], i) => ({ x: x!, y: y!, name: points[i]!.language })))],
    tables: [],
  }
}
