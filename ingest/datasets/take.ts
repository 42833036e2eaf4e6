/** The good prompts of a file, ready to be stored, and a report on the broken records. */
import { UserError } from '../../src/errors.ts'
import type { AnswerSummary } from './answers-summary.ts'
import { requireWhole, type DatasetFile } from './read.ts'
import type { BrokenRecord, DatasetRecord } from './record.ts'

/** How many broken records are kept: enough to see the pattern, since a file of another format may have thousands. */
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
   * Every call begins with the first prompt. At the end this refuses (UserError) a file with broken records, unless the
   * user accepts the good ones. A caller that stores prompts as they come must then undo that.
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
      // Without this, a caller that stops early would leave the file open.
      await reading.return({ prompts: 0, answered: 0, kept: [] })
    }
    const broken = { count: this.brokenCount, first: this.broken[0] }
    requireWhole({ name: file.name, format: file.format, good, broken, skipBroken })
  }
}
