/** All rows of an experiment → its report: what every experiment says of itself, then its own sections. */
import type { Asked, ExperimentOf, Row } from '../experiment.ts'
import type { Report } from './document.ts'

export interface Reported {
  model: string
  dataset: string
  engine: string
  /** Records that it was asked for. */
  records: number
}

export async function reportOf<O>(
  experiment: ExperimentOf<O>, rows: readonly Row[], asked: Asked<O>, { model, dataset, engine, records }: Reported,
): Promise<Report> {
  const measured = new Set(rows.flatMap(({ record }) => (record === null ? [] : [record]))).size
  return {
    title: `${experiment.title}: ${model} on ${dataset}`,
    facts: [
      ['in the paper', experiment.paper],
      ['what', experiment.description],
      ['model', model],
      ['dataset', dataset],
      ['prompts', `${measured} measured of ${records} asked for`],
      ['protocol', `${asked.protocol}: ${experiment.protocols[asked.protocol]}`],
      ['seed', String(asked.seed)],
      ['engine', engine],
      ['options', JSON.stringify(asked.options)],
    ],
    sections: [...(await experiment.report(rows, asked)), ...leftOut(rows)],
  }
}

/** The records that could not be asked, and why. */
function leftOut(rows: readonly Row[]): Report['sections'] {
  const left = rows.filter(({ metric }) => metric === LEFT_OUT)
  if (left.length === 0) return []
  return [{
    heading: 'Prompts that were left out', text: [], figures: [],
    tables: [{ title: `${left.length} prompts`, headings: ['prompt', 'why'], rows: left.map(({ record, text }) => [record, text]) }],
  }]
}

/** The metric of a record that could not be asked; its text says why. */
export const LEFT_OUT = 'left out'
