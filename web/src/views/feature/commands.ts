/** The commands that show the same in a terminal: statements on the views that readers have. */
import { sqlCommand, sqlText } from '../../export/command-line.ts'
import type { Feature } from './types.ts'

const whereOf = ({ set, index }: Feature): string =>
  `model = ${sqlText(set.model.slug)} AND source = ${sqlText(set.source)} AND "index" = ${index}`

const ofDataset = (dataset: string | undefined): string =>
  dataset === undefined ? '' : ` AND dataset = ${sqlText(dataset)}`

export const readableCommand = (feature: Feature, columns: string): string =>
  sqlCommand(
    `SELECT ${columns} FROM feature_readable WHERE ${whereOf(feature)}${ofDataset(feature.statistics?.dataset)}`,
  )

/** How often each strength occurs, from the first bin with anything in it to the last: bin b begins at 2^(b/4 - 8). */
export const activationBinsCommand = (feature: Feature): string =>
  sqlCommand(
    `SELECT power(2, (bin - 1) / 4.0 - 8) AS "from", power(2, bin / 4.0 - 8) AS "to", count FROM (` +
      'SELECT bin, count, sum(count) OVER (ORDER BY bin) AS before, sum(count) OVER (ORDER BY bin DESC) AS after ' +
      `FROM feature_readable, unnest(histogram) WITH ORDINALITY AS bins (count, bin) WHERE ${whereOf(feature)}${ofDataset(feature.statistics?.dataset)}` +
      ') b WHERE before > 0 AND after > 0 ORDER BY bin',
  )

/** How many tokens get how much: bins of equal width. */
export const logitBinsCommand = ({ set, index }: Feature): string =>
  sqlCommand(
    'SELECT logit_low + (bin - 1) * step AS "from", logit_low + bin * step AS "to", count ' +
      'FROM feature f JOIN feature_set s ON s.id = f.set_id JOIN model m ON m.id = s.model_id, ' +
      'LATERAL (SELECT (logit_high::float8 - logit_low) / cardinality(logit_bins) AS step) w, ' +
      'unnest(logit_bins) WITH ORDINALITY AS bins (count, bin) ' +
      `WHERE m.slug = ${sqlText(set.model.slug)} AND s.source = ${sqlText(set.source)} AND f."index" = ${index} ORDER BY bin`,
  )

export const examplesCommand = (feature: Feature): string =>
  sqlCommand(
    `SELECT kind, rank, value, before, token, after FROM feature_example_readable WHERE ${whereOf(feature)}${ofDataset(feature.statistics?.dataset)} ORDER BY value DESC`,
  )

export const sourceScoresCommand = (feature: Feature): string =>
  sqlCommand(`SELECT * FROM feature_source_scores WHERE ${whereOf(feature)} ORDER BY abs(score) DESC LIMIT 10`)
