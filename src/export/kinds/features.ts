/** A row per feature and dataset that its set was swept over, as in the view `feature_readable`. */
import { PART_NUMBERS } from '../part.ts'
import { column, type Column, type ExportKind, type Source } from '../table.ts'
import { planSets } from './feature-parts.ts'

const sources: readonly Source[] = [
  {
    name: 'features',
    columns: {
      feature: 'VARCHAR', index: 'INTEGER', label: 'VARCHAR', dataset: 'VARCHAR', tokens: 'BIGINT', fired: 'BIGINT', density: 'DOUBLE', mean: 'FLOAT',
      max: 'FLOAT', top_tokens: 'VARCHAR[]', top_logits: 'FLOAT[]', bottom_tokens: 'VARCHAR[]', bottom_logits: 'FLOAT[]', neighbours: 'INTEGER[]',
      cosines: 'FLOAT[]', co_firing: 'INTEGER[]', co_firing_share: 'FLOAT[]', histogram: 'INTEGER[]', decoder_norm: 'FLOAT', layer: 'INTEGER',
      site: 'VARCHAR', set_id: 'INTEGER', sweep_id: 'INTEGER',
    },
    sql: `SELECT m.slug || '/' || fs.source || '/' || f."index", f."index", f.label, d.slug, w.tokens, s.fired, s.density, s.mean, s.max,
        to_json(f.top_texts), to_json(f.top_logits), to_json(f.bottom_texts), to_json(f.bottom_logits), to_json(f.neighbours),
        to_json(f.cosines), to_json(s.co_firing), to_json(s.co_firing_share), to_json(s.histogram), f.decoder_norm, fs.layer, fs.site,
        f.set_id, s.sweep_id
      FROM feature f JOIN feature_set fs ON fs.id = f.set_id JOIN model m ON m.id = fs.model_id
      LEFT JOIN feature_statistics s ON s.set_id = f.set_id AND s."index" = f."index" AND s.sweep_id = ANY(ARRAY[$sweep]::int[])
      LEFT JOIN feature_sweep w ON w.id = s.sweep_id LEFT JOIN dataset d ON d.id = w.dataset_id
      WHERE f.set_id = $set AND f."index" BETWEEN $first AND $last`,
  },
]

const columns: readonly Column[] = [
  column('feature', 'text', 'feature'),
  column('index', 'int32', '"index"'),
  column('label', 'text', 'label'),
  column('dataset', 'text', 'dataset'),
  column('tokens', 'int64', 'tokens'),
  column('fired', 'int64', 'fired'),
  column('density', 'float64', 'density'),
  column('mean', 'float32', 'mean'),
  column('max', 'float32', 'max'),
  column('top_tokens', 'texts', 'top_tokens'),
  column('top_logits', 'floats', 'top_logits'),
  column('bottom_tokens', 'texts', 'bottom_tokens'),
  column('bottom_logits', 'floats', 'bottom_logits'),
  column('neighbours', 'ints', 'neighbours'),
  column('cosines', 'floats', 'cosines'),
  column('co_firing', 'ints', 'co_firing'),
  column('co_firing_share', 'floats', 'co_firing_share'),
  column('histogram', 'ints', 'histogram'),
  column('decoder_norm', 'float32', 'decoder_norm'),
  column('layer', 'int32', 'layer'),
  column('site', 'text', 'site'),
  column('set_id', 'int32', 'set_id'),
  column('sweep_id', 'int32', 'sweep_id'),
]

/** The number of values in a feature's lists. */
const NUMBERS_OF_ONE = 200

export const features: ExportKind = {
  tables: { features: { sources, columns, from: 'FROM features ORDER BY "index"' } },
  plan: (client, request) =>
    planSets(client, request, {
      table: 'features', most: PART_NUMBERS,
      of: (_, first, end) => Promise.resolve(Array.from({ length: end - first }, () => ({ rows: 1, weight: NUMBERS_OF_ONE }))),
    }),
  nothing: 'No feature set that fits is in the database; tributary sae list shows the sets and what they were swept over.',
  narrower: 'name a set (source) and a range of features (from, to)',
}
