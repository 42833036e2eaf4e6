/** The report of an experiment: what was measured as tables and drawings, ready to be shown. */
import { reportSchema, type Figure, type Report, type Section, type Table } from '../../experiments/report/document.ts'
import { builder } from '../builder.ts'

const FigureRef = builder.objectRef<Figure>('ExperimentFigure').implement({
  description: 'One drawing of a report.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What it shows.' }),
    svg: t.exposeString('svg', { description: 'A whole SVG document that needs nothing else: no script, no font, no picture.' }),
  }),
})

const TableRef = builder.objectRef<Table>('ExperimentTable').implement({
  description: 'One table of a report.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What it shows.' }),
    headings: t.exposeStringList('headings', { description: 'What stands over its columns.' }),
    rows: t.expose('rows', { type: 'JSON', description: 'An array of rows, each an array of numbers, strings and nulls.' }),
  }),
})

const SectionRef = builder.objectRef<Section>('ExperimentSection').implement({
  description: 'One part of a report.',
  fields: (t) => ({
    heading: t.exposeString('heading', { description: 'What it is about.' }),
    text: t.exposeStringList('text', { description: 'Sentences to read before its figures.' }),
    figures: t.field({ type: [FigureRef], description: 'Its drawings.', resolve: ({ figures }) => figures }),
    tables: t.field({ type: [TableRef], description: 'Its tables.', resolve: ({ tables }) => tables }),
  }),
})

const FactRef = builder.objectRef<Report['facts'][number]>('ExperimentFact').implement({
  description: 'Something that was asked, or that the paper says.',
  fields: (t) => ({
    name: t.string({ description: 'What it is about: protocol, seed …', resolve: ([name]) => name }),
    value: t.string({ description: 'What it was.', resolve: ([, value]) => value }),
  }),
})

export const ExperimentReport = builder.objectRef<Report>('ExperimentReport').implement({
  description: 'What an experiment found: tables with means, 95 % intervals and paired differences, and drawings.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What was done, with which model on which dataset.' }),
    facts: t.field({ type: [FactRef], description: 'What was asked, and where the paper has it.', resolve: ({ facts }) => facts }),
    sections: t.field({ type: [SectionRef], description: 'Its parts, in order.', resolve: ({ sections }) => sections }),
  }),
})

/** As the column of an experiment has it; null where there is none yet. */
export const readReport = (stored: unknown): Report | null => (stored === null ? null : reportSchema.parse(stored))
