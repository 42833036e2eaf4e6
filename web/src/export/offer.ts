/**
 * Copies to the clipboard; if the browser does not allow that (pages without TLS), saves a file. Returns in words what
 * happened.
 */
export async function offerText(text: string, fileName: string, type: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    return offerFile(new Blob([text], { type }), fileName)
  }
}

export async function offerPng(png: Promise<Blob>, fileName: string): Promise<string> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': png })])
    return 'copied'
  } catch {
    return offerFile(await png, fileName)
  }
}

export function offerFile(content: Blob, fileName: string): string {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = fileName
  link.click()
  // By then the download has its own reference to the content.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000)
  return `saved as ${fileName}`
}
