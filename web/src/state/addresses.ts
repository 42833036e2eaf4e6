/** Addresses of views that others lead to. */

/** `name`: model/source/index. */
export const featureAddress = (name: string): string => `/feature/${name.split('/').map(encodeURIComponent).join('/')}`

/** `name`: model/source. */
export const featureSetAddress = (name: string): string => `/features/${name.split('/').map(encodeURIComponent).join('/')}`
