import { fold } from './fold.js'

/** What a city is matched with: its ISO 3166-1 country, and GeoNames' code of its first-level region. */
export interface Region {
  country: string
  admin: string
}

export type Qualifier = (region: Region) => boolean

/**
 * Regions that people write by name, or by another code than GeoNames'. Most regions of other
 * countries are known by GeoNames' code only.
 */
const NAMED_REGIONS: Record<string, string> = {
  US: 'AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|' +
    'DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|' +
    'KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|' +
    'MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|' +
    'NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|' +
    'SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|' +
    'WV West Virginia|WI Wisconsin|WY Wyoming',
  CA: '01 Alberta|01 AB|02 British Columbia|02 BC|03 Manitoba|03 MB|04 New Brunswick|04 NB|' +
    '05 Newfoundland and Labrador|05 NL|07 Nova Scotia|07 NS|08 Ontario|08 ON|09 Prince Edward Island|09 PE|' +
    '10 Quebec|10 QC|11 Saskatchewan|11 SK|12 Yukon|12 YT|13 Northwest Territories|13 NT|14 Nunavut|14 NU',
  GB: 'ENG England|SCT Scotland|WLS Wales|NIR Northern Ireland'
}

/** Names of countries that Intl.DisplayNames does not use. */
const COUNTRY_NAMES: Record<string, string> = {
  usa: 'US', 'united states of america': 'US', uk: 'GB', 'great britain': 'GB', turkey: 'TR', 'czech republic': 'CZ', burma: 'MM'
}

/**
 * Makes the reader of what stands after the comma in "Portland, OR". `countries` are the ISO codes
 * that occur in the data. A word that can mean several things ("CA" is Canada and California)
 * matches all of them. The result matches nothing for a word nobody knows.
 */
export function createQualifiers (countries: readonly string[]): (text: string) => Qualifier {
  const countryByName = countryNames(countries)
  const regionsByName = regionNames()
  return text => {
    const key = fold(text)
    const country = countryByName.get(key)
    const named = regionsByName.get(key) ?? []
    return region => region.country === country || fold(region.admin) === key ||
      named.some(other => other.country === region.country && other.admin === region.admin)
  }
}

function countryNames (countries: readonly string[]): Map<string, string> {
  const display = new Intl.DisplayNames('en', { type: 'region' })
  const names = new Map(Object.entries(COUNTRY_NAMES))
  for (const code of countries) {
    names.set(fold(display.of(code) ?? code), code)
    names.set(fold(code), code)
  }
  return names
}

function regionNames (): Map<string, Region[]> {
  const names = new Map<string, Region[]>()
  for (const [country, list] of Object.entries(NAMED_REGIONS)) {
    for (const entry of list.split('|')) {
      const admin = entry.slice(0, entry.indexOf(' '))
      const key = fold(entry.slice(admin.length))
      names.set(key, [...names.get(key) ?? [], { country, admin }])
    }
  }
  return names
}
