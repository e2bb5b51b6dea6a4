// Where a case is moved to, as the server takes it: exactly one of place, street, position. Pure.
export interface RelocationForm {
  by: string | null
  /** What was typed as a place: where none of the gazetteer is chosen, it stands in words. */
  search: string
  place: string | null
  street: string | null
  lon: string
  lat: string
}

export function relocationBody(form: RelocationForm): Record<string, unknown> | null {
  if (form.by === 'place') {
    const name = form.search.trim()
    return form.place ? { place: { id: form.place } } : name ? { place: { name } } : null
  }
  if (form.by === 'street') return form.street ? { jurisdiction: form.street } : null
  const [lon, lat] = [form.lon.trim(), form.lat.trim()]
  if (form.by !== 'position' || lon === '' || lat === '' || !Number.isFinite(Number(lon)) || !Number.isFinite(Number(lat))) return null
  return { position: { lon: Number(lon), lat: Number(lat), crs: 'wgs84' } }
}
