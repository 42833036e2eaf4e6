/** Countries, as they are: capital, another city, language, continent. */
import { name, told, type Told } from './language.ts'

export interface Country {
  name: Told
  /** "of the country" in French: de la France, du Japon. */
  frenchOf: string
  capital: Told
  city: Told
  /** Key of `languages`. */
  language: LanguageKey
  /** Key of `continents`. */
  continent: ContinentKey
}

export const languages = {
  French: told('French', 'français', 'Französisch', 'francés'),
  German: told('German', 'allemand', 'Deutsch', 'alemán'),
  Spanish: told('Spanish', 'espagnol', 'Spanisch', 'español'),
  Italian: told('Italian', 'italien', 'Italienisch', 'italiano'),
  Portuguese: told('Portuguese', 'portugais', 'Portugiesisch', 'portugués'),
  Greek: told('Greek', 'grec', 'Griechisch', 'griego'),
  Polish: told('Polish', 'polonais', 'Polnisch', 'polaco'),
  Swedish: told('Swedish', 'suédois', 'Schwedisch', 'sueco'),
  Norwegian: told('Norwegian', 'norvégien', 'Norwegisch', 'noruego'),
  Danish: told('Danish', 'danois', 'Dänisch', 'danés'),
  Russian: told('Russian', 'russe', 'Russisch', 'ruso'),
  Hungarian: told('Hungarian', 'hongrois', 'Ungarisch', 'húngaro'),
  Finnish: told('Finnish', 'finnois', 'Finnisch', 'finés'),
  Korean: told('Korean', 'coréen', 'Koreanisch', 'coreano'),
  Japanese: told('Japanese', 'japonais', 'Japanisch', 'japonés'),
  Chinese: told('Chinese', 'chinois', 'Chinesisch', 'chino'),
  Hindi: told('Hindi', 'hindi', 'Hindi', 'hindi'),
  Arabic: told('Arabic', 'arabe', 'Arabisch', 'árabe'),
} as const satisfies Record<string, Told>
type LanguageKey = keyof typeof languages

export const continents = {
  Europe: told('Europe', 'Europe', 'Europa', 'Europa'),
  Asia: told('Asia', 'Asie', 'Asien', 'Asia'),
  Africa: told('Africa', 'Afrique', 'Afrika', 'África'),
  America: told('America', 'Amérique', 'Amerika', 'América'),
} as const satisfies Record<string, Told>
type ContinentKey = keyof typeof continents

const country = (
  names: Told, frenchOf: string, capital: Told, city: Told, language: LanguageKey, continent: ContinentKey,
): Country => ({ name: names, frenchOf, capital, city, language, continent })

export const countries: readonly Country[] = [
  country(told('France', 'France', 'Frankreich', 'Francia'), 'de la France', told('Paris', 'Paris', 'Paris', 'París'),
    name('Lyon'), 'French', 'Europe'),
  country(told('Germany', 'Allemagne', 'Deutschland', 'Alemania'), "de l'Allemagne",
    told('Berlin', 'Berlin', 'Berlin', 'Berlín'), told('Munich', 'Munich', 'München', 'Múnich'), 'German', 'Europe'),
  country(told('Spain', 'Espagne', 'Spanien', 'España'), "de l'Espagne", name('Madrid'),
    told('Seville', 'Séville', 'Sevilla', 'Sevilla'), 'Spanish', 'Europe'),
  country(told('Italy', 'Italie', 'Italien', 'Italia'), "de l'Italie", told('Rome', 'Rome', 'Rom', 'Roma'),
    told('Milan', 'Milan', 'Mailand', 'Milán'), 'Italian', 'Europe'),
  country(told('Portugal', 'Portugal', 'Portugal', 'Portugal'), 'du Portugal',
    told('Lisbon', 'Lisbonne', 'Lissabon', 'Lisboa'), name('Porto'), 'Portuguese', 'Europe'),
  country(told('Greece', 'Grèce', 'Griechenland', 'Grecia'), 'de la Grèce',
    told('Athens', 'Athènes', 'Athen', 'Atenas'), name('Patras'), 'Greek', 'Europe'),
  country(told('Poland', 'Pologne', 'Polen', 'Polonia'), 'de la Pologne',
    told('Warsaw', 'Varsovie', 'Warschau', 'Varsovia'), told('Krakow', 'Cracovie', 'Krakau', 'Cracovia'), 'Polish', 'Europe'),
  country(told('Sweden', 'Suède', 'Schweden', 'Suecia'), 'de la Suède',
    told('Stockholm', 'Stockholm', 'Stockholm', 'Estocolmo'), name('Malmö'), 'Swedish', 'Europe'),
  country(told('Norway', 'Norvège', 'Norwegen', 'Noruega'), 'de la Norvège', name('Oslo'), name('Bergen'), 'Norwegian', 'Europe'),
  country(told('Denmark', 'Danemark', 'Dänemark', 'Dinamarca'), 'du Danemark',
    told('Copenhagen', 'Copenhague', 'Kopenhagen', 'Copenhague'), name('Aarhus'), 'Danish', 'Europe'),
  country(told('Russia', 'Russie', 'Russland', 'Rusia'), 'de la Russie', told('Moscow', 'Moscou', 'Moskau', 'Moscú'),
    told('Kazan', 'Kazan', 'Kasan', 'Kazán'), 'Russian', 'Europe'),
  country(told('Hungary', 'Hongrie', 'Ungarn', 'Hungría'), 'de la Hongrie', name('Budapest'), name('Szeged'), 'Hungarian', 'Europe'),
  country(told('Austria', 'Autriche', 'Österreich', 'Austria'), "de l'Autriche", told('Vienna', 'Vienne', 'Wien', 'Viena'),
    told('Salzburg', 'Salzbourg', 'Salzburg', 'Salzburgo'), 'German', 'Europe'),
  country(told('Finland', 'Finlande', 'Finnland', 'Finlandia'), 'de la Finlande', name('Helsinki'), name('Turku'), 'Finnish', 'Europe'),
  country(told('Korea', 'Corée', 'Korea', 'Corea'), 'de la Corée', told('Seoul', 'Séoul', 'Seoul', 'Seúl'), name('Busan'), 'Korean', 'Asia'),
  country(told('Japan', 'Japon', 'Japan', 'Japón'), 'du Japon', told('Tokyo', 'Tokyo', 'Tokio', 'Tokio'), name('Osaka'), 'Japanese', 'Asia'),
  country(told('China', 'Chine', 'China', 'China'), 'de la Chine', told('Beijing', 'Pékin', 'Peking', 'Pekín'),
    name('Wuhan'), 'Chinese', 'Asia'),
  country(told('India', 'Inde', 'Indien', 'India'), "de l'Inde", name('Delhi'), name('Mumbai'), 'Hindi', 'Asia'),
  country(told('Jordan', 'Jordanie', 'Jordanien', 'Jordania'), 'de la Jordanie', told('Amman', 'Amman', 'Amman', 'Amán'),
    name('Aqaba'), 'Arabic', 'Asia'),
  country(told('Tunisia', 'Tunisie', 'Tunesien', 'Túnez'), 'de la Tunisie', told('Tunis', 'Tunis', 'Tunis', 'Túnez'), name('Sfax'), 'Arabic', 'Africa'),
  country(told('Morocco', 'Maroc', 'Marokko', 'Marruecos'), 'du Maroc', name('Rabat'), told('Tangier', 'Tanger', 'Tanger', 'Tánger'), 'Arabic', 'Africa'),
  country(told('Senegal', 'Sénégal', 'Senegal', 'Senegal'), 'du Sénégal', name('Dakar'), name('Touba'), 'French', 'Africa'),
  country(told('Angola', 'Angola', 'Angola', 'Angola'), "de l'Angola", name('Luanda'), name('Lobito'), 'Portuguese', 'Africa'),
  country(told('Brazil', 'Brésil', 'Brasilien', 'Brasil'), 'du Brésil', told('Brasilia', 'Brasilia', 'Brasilia', 'Brasilia'),
    name('Recife'), 'Portuguese', 'America'),
  country(told('Ecuador', 'Équateur', 'Ecuador', 'Ecuador'), "de l'Équateur", name('Quito'), name('Cuenca'), 'Spanish', 'America'),
  country(told('Peru', 'Pérou', 'Peru', 'Perú'), 'du Pérou', name('Lima'), name('Cusco'), 'Spanish', 'America'),
  country(told('Chile', 'Chili', 'Chile', 'Chile'), 'du Chili', name('Santiago'), name('Arica'), 'Spanish', 'America'),
  country(told('Bolivia', 'Bolivie', 'Bolivien', 'Bolivia'), 'de la Bolivie', name('Sucre'), name('Oruro'), 'Spanish', 'America'),
]
