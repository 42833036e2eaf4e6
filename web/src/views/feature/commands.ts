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

export const examplesCommand = (feature: Feature): string =>
  sqlCommand(
    `SELECT kind, rank, value, before, token, after FROM feature_example_readable WHERE ${whereOf(feature)}${ofDataset(feature.statistics?.dataset)} ORDER BY value DESC`,
  )

export const sourceScoresCommand = (feature: Feature): string =>
  sqlCommand(`SELECT * FROM feature_source_scores WHERE ${whereOf(feature)} ORDER BY abs(score) DESC LIMIT 10`)
