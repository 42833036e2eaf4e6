/** The good prompts of a file for whoever stores them, and what there is to tell about the others. */
import { UserError } from '../../src/errors.ts'
import type { AnswerSummary } from './answers-summary.ts'
import { requireWhole, type DatasetFile } from './read.ts'
import type { BrokenRecord, DatasetRecord } from './record.ts'

/** Enough to see the pattern; a file of another format may have thousands. */
const KEPT_BROKEN = 20

export class TakenPrompts {
  /** The first of the broken records. */
  broken: BrokenRecord[] = []
  brokenCount = 0
  /** Known when everything is read. */
  answers: AnswerSummary | null = null

  constructor(
    private readonly file: DatasetFile,
    private readonly options: { skipBroken: boolean; signal: AbortSignal },
  ) {}

  /**
   * From the first, at every call. At the end it refuses (UserError) a file with broken records, unless the user takes
   * the good ones, so that whoever stores prompts as they come has to take them back.
   */
  async *pages(): AsyncGenerator<readonly DatasetRecord[]> {
    const { file } = this
    const { skipBroken, signal } = this.options
    this.broken = []
    this.brokenCount = 0
    let good = 0
    const reading = file.pages()
    try {
      for (let next = await reading.next(); ; next = await reading.next()) {
        if (signal.aborted) throw new UserError('CANCELLED', `${file.name} was not added: the command was stopped.`)
        if (next.done) {
          this.answers = next.value
          break
        }
        const { records, broken } = next.value
        good += records.length
        this.brokenCount += broken.length
        this.broken.push(...broken.slice(0, KEPT_BROKEN - this.broken.length))
        yield records
      }
    } finally {
      // Whoever stops early leaves a file open otherwise.
      await reading.return({ prompts: 0, answered: 0, kept: [] })
    }
    const broken = { count: this.brokenCount, first: this.broken[0] }
    requireWhole({ name: file.name, format: file.format, good, broken, skipBroken })
  }
}
