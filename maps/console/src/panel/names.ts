// Names of departments, units and resources as the panel writes them.
import type { ReasonView } from '@kit/wire/wire'
import { said, words } from '@kit/words/words'
import { computed } from 'vue'
import { useBackground } from '../stores/background'
import { useLive } from '../stores/live'
import { namedFacts } from './why_chain'

/** The name that the district gave, else that of the preset, else the id. */
export function useDepartmentNames(): (id: string) => string {
  const background = useBackground()
  return (id) => {
    const given = background.departmentNames.get(id)
    if (given) return given
    if (id.startsWith('street_')) {
      const street = background.streetNames.get(id.slice('street_'.length))
      return street ? `${street} ${words.value.casePanel.duty}` : id
    }
    return (words.value.common.department as Record<string, string>)[id] ?? id
  }
}

export function useUnitNames(): (id: string) => string {
  const live = useLive()
  return (id) => live.picture.units.get(id)?.name ?? id
}

/** Names that may begin a sentence of the server. */
export function useNamesInSentences() {
  const live = useLive()
  const background = useBackground()
  return computed(() => {
    const names = new Set<string>()
    for (const unit of live.picture.units.values()) names.add(unit.name)
    for (const name of background.departmentNames.values()) names.add(name)
    return names
  })
}

/** A reason's sentence with the names of the unit and department that its facts give by id. */
export function useReasonWords(): (reason: ReasonView) => string {
  const unitName = useUnitNames()
  const departmentName = useDepartmentNames()
  return (reason) => namedFacts(said(reason), reason.facts as Record<string, unknown>, { unit: unitName, department: departmentName })
}
