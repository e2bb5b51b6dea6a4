// How a street is written where there is little room. Pure.

/** 曹杨新村街道 → 曹杨新村; a town keeps its word: 长征镇. */
export function shortStreet(name: string): string {
  const short = name.replace(/街道$/, '')
  return short === '' ? name : short
}
