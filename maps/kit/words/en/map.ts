// Words of the part 'map', in English.
import type { map as chinese } from '../zh/map'

export const map: typeof chinese = {}
