// What seldom changes: streets, departments, places. Read once, and again when somebody asks.
import { read } from '@kit/ask/ask'
import type { DepartmentView, JurisdictionView, PlaceView } from '@kit/wire/wire'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'

interface Page<T> {
  items: T[]
  next: string | null
}

export const useBackground = defineStore('background', () => {
  const jurisdictions = shallowRef<readonly JurisdictionView[]>([])
  const departments = shallowRef<readonly DepartmentView[]>([])
  const places = shallowRef<readonly PlaceView[]>([])

  async function load(): Promise<void> {
    const [streets, offices, spots] = await Promise.all([
      read<Page<JurisdictionView>>('/api/v1/jurisdictions'),
      read<Page<DepartmentView>>('/api/v1/departments'),
      read<Page<PlaceView>>('/api/v1/places'),
    ])
    if (streets.ok) jurisdictions.value = streets.value.items
    if (offices.ok) departments.value = offices.value.items
    if (spots.ok) places.value = spots.value.items
  }

  const streetNames = computed(() => new Map(jurisdictions.value.map((street) => [street.code, street.name])))
  const departmentNames = computed(() => new Map(departments.value.map((office) => [office.id, office.name])))

  return { jurisdictions, departments, places, streetNames, departmentNames, load }
})
