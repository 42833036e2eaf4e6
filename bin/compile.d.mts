export const root: string
export function compilePackage(out: string): Promise<void>
export function compileClone(from?: string): Promise<string>
