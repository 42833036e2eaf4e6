/** What people give each other, and where. */
export const objects = ['drink', 'book', 'ball', 'key', 'ring', 'letter', 'flower', 'kite', 'map', 'cake', 'pear', 'melon',
  'basket', 'hat', 'lamp', 'coin', 'cup', 'pen', 'bag', 'snack'] as const
export const places = ['store', 'park', 'market', 'school', 'beach', 'garden', 'station', 'hotel', 'office', 'library',
  'museum', 'river', 'forest', 'farm', 'bakery', 'harbour'] as const
export const colours = ['red', 'blue', 'green', 'yellow', 'white', 'black'] as const
export const moods = ['happy', 'tired', 'glad', 'hungry', 'proud', 'calm'] as const
