export const root: string
export const RECORD: string
export function compilePackage(out: string): Promise<number>
export function compileClone(from?: string): Promise<string>
