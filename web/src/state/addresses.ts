/** Addresses of views that others lead to, and names in them. */

/** A name in an address; as it stands where it is not encoded as addresses are. */
export function nameIn(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** `name`: model/source/index. */
export const featureAddress = (name: string): string => `/feature/${name.split('/').map(encodeURIComponent).join('/')}`

/** `name`: model/source. */
export const featureSetAddress = (name: string): string => `/features/${name.split('/').map(encodeURIComponent).join('/')}`
