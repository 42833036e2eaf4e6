/** Limits of one dataset. A file over a limit is refused before it is read, a record when it is reached. */
export interface DatasetLimits {
  fileBytes: number
  recordBytes: number
  records: number
}

/** The largest public file of the field (ROME's counterfact.json, 45 MB) fits twenty times over. */
export const DEFAULT_LIMITS: DatasetLimits = {
  fileBytes: 1024 ** 3,
  recordBytes: 1024 ** 2,
  records: 2_000_000,
}
