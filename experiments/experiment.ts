/**
 * What an experiment is: a pure function from a loaded model and some records of a dataset to rows, and a function that
 * makes a report of the rows of all records. It knows no database, no queue and no command line. Each experiment is one
 * file beside this one, and `kinds.ts` lists them.
 *
 *  record   one prompt of a dataset
 *  item     some records that follow each other, computed together: always the same ones, whoever computes them
 *  row      one measured number: of a record, by a method, in a setting
 */
import type { z } from 'zod'
import type { Attributor } from '../src/attribution/attributor.ts'
import type { Passes } from '../src/depass/passes.ts'
import type { Tokenizer } from '../src/tokenizer/tokenizer.ts'
import type { Protocol } from './names.ts'
import type { Logistic } from './probe/logistic.ts'
import type { Section } from './report/document.ts'

export interface ExperimentRecord {
  /** Place in the dataset, from 0. */
  readonly index: number
  readonly text: string
  readonly answer: string | null
  readonly subject: string | null
  readonly extra: Readonly<Record<string, unknown>>
}

/** One measured number. What does not apply is null. */
export interface Row {
  /** The record that it was measured on. */
  readonly record: number | null
  readonly method: string
  readonly setting: string
  /** What a curve is drawn over: a share of tokens, a number of heads … */
  readonly x: number | null
  readonly layer: number | null
  /** Head, neuron, bin or position, as the setting says. */
  readonly component: number | null
  readonly metric: string
  readonly value: number | null
  readonly text: string | null
}

/** A row from the given fields; all other fields are null. */
export const row = (said: Partial<Row> & Pick<Row, 'method' | 'metric'>): Row => ({
  record: null, setting: '', x: null, layer: null, component: null, value: null, text: null, ...said,
})

/** A classifier of the last token's stream at one layer (`probe/`). */
export interface Probe extends Logistic {
  /** The stream at the input of this layer; L is the stream before the final norm. */
  layer: number
  /** [K]: what the classes are called. */
  labels: string[]
  /** Share of the test sentences that it gets right, and how many there are. */
  accuracy: number
  tested: number
  /** How many sentences it was trained on. */
  trained: number
}

/** The model, ready to be asked. */
export interface ExperimentModel {
  readonly attributor: Attributor
  readonly passes: Passes
  readonly tokenizer: Tokenizer
  readonly signal?: AbortSignal | undefined
  /** One probe per layer; absent if no sentences to train them on were given. */
  readonly probes?: readonly Probe[]
}

/** A request for an experiment. */
export interface Asked<O> {
  readonly options: O
  readonly protocol: Protocol
  readonly seed: number
}

export interface ExperimentOf<O> {
  /** As a heading. */
  readonly title: string
  /** Where the paper has it. */
  readonly paper: string
  /** One sentence: what is done and measured. */
  readonly description: string
  /** What differs between the protocols, one sentence each. */
  readonly protocols: Readonly<Record<Protocol, string>>
  /**
   * Options with their defaults. The experiment's key is made from them and the rest of the request. The schema accepts
   * its own output.
   */
  readonly options: z.ZodType<O, unknown>
  readonly recordsPerItem: number
  /** How many records are used if the user does not say; absent: the whole dataset. */
  readonly usualLimit?: number
  /**
   * Whether probes are trained before the first item, on two datasets of labelled sentences: always, or only if such
   * datasets are given.
   */
  readonly trainsProbes?: 'always' | 'where given'
  /** About how many tokens pass through the model for one record of N tokens. Workers plan their time by it. */
  tokensPerRecord(asked: Asked<O>, sizes: { N: number; L: number; H: number; I: number }): number
  /** The rows of one item. Refuses (UserError) what the model cannot be asked. */
  run(records: readonly ExperimentRecord[], asked: Asked<O>, model: ExperimentModel): Promise<Row[]>
  /** Why the rows say nothing, with the model's accuracy; null if they do say something. Called once, with all rows. */
  refusal(rows: readonly Row[], asked: Asked<O>): string | null
  /** Tables and figures. */
  report(rows: readonly Row[], asked: Asked<O>): Promise<Section[]>
}
