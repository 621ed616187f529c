/**
 * What a plugin that does nothing costs, to hold others against: a component of blink:plugin@0.1 and one of 0.2, and a
 * script, that accept every record at once. Components are kept here as bytes, since whoever measures may have no
 * toolchain; what they are made from is in test/workshop/noop.test.ts, which builds them anew and compares.
 */
import { gunzipSync } from 'node:zlib'

export function noopComponent(edition: '0.1' | '0.2'): Buffer {
  return gunzipSync(Buffer.from(packed[edition], 'base64'))
}

export const noopScript = 'export const init = () => {}\nexport const onRecord = () => true\n'

const packed = {
  '0.1':
    'H4sIAAAAAAACA7VVTXPcRBTsng9Ju7KJbSoFMVQsyubjgOyFKg7Jhd0cuFDkwIVjLGvHa8WSRiVpY7Y4yD+F4ndw4B9x40xJu15niyi2D+ig' +
    'GUlv+vW87jdCVGXbINyXfKGYaV2XUWz01JzNZyrJz626ispcm7K0pcIgtbMwNW9MKgGOhe7mdDNTVdHMVISCTO2MYvgp8dFZmuSXz4t0Pkvy' +
    'kwtb1ePR8TfHIw3+LRFVGQHwQJ3Kpmlwqpqmadicgs2p16wuNuKAfUBtKkBqRSGllgQdjw0n13/Bd0+Vk5nMlguBrTg6S16VJkpTG4NPN+CW' +
    'wxLwMMmTGuKwP8DmYWliW06hhr+oEdkc4jMVqEC+PoIYy/Ehvsfk+lqlP21zwjEmzQ9qDH8Lvh8oX2GC9kZ/HwECBiKQgQp04ATujmyJH8HH' +
    '71R5lBnuiK6a0rP5z11SkQtqSJtO6dl0+mJRm0roKE1mudRn7ZMSUS096NoWScxhNyzDBkVU1kmd2Fw6F1H1o1koeWkW2rs0iy7C0W+idG7c' +
    'YTd0r+QjUkCdJ3VFNSvtlesQsrYFTgZFaafz2JQVt4rSxqaqzDQ8W3D7KqnD2GaFzU1eu6Pjb797djxisRbc5VJwKQilWZB0dwRHgHeUZIUt' +
    '64oYPuL2qkIT7AL+gzMKRRCOS4DgSHwhyKVhgF5H7dHZIgTFyjtM/0NbHAgniut5lLaUVXWRZLe8280MXLYqEw+m7HgkOsm9biYkIPYFyREI' +
    'cZN3T3ZZ9+C64vK3MUDnqN2luMPYntdiUkK4n4vLaqyWLqlunbFoHSGXPqjQOM9FC3uvdgDFRpt5bQGklFAKSv1J3Bw0K84YPiZ2lnULz+d5' +
    'HLYUyfdSE2tqw33i8dur10wob1Iof4tQHSxI/V5kZ43s7xKDW7TWnfqkLdw7yPYwEP4B8aS3aprAP+qDtfxh1+x/ENA4SvJpUpq4DnscGrbH' +
    '672i7rKDvI+uakNU+hDETW88w66EyqIk55MNP4etPcPMTuepER9ufjpPfp0XfIk9jU/esSjJqzrKY9PboaJLKFetoPQS75WWvb8bftm7z82c' +
    'ol8yfky5/LN1fhJvGeSpJPbrRZ8S/FoRX93BYF2E/30jDz6T/gXH0vI1IQgAAA==',
  '0.2':
    'H4sIAAAAAAACA91Wy27bRhQ9Zx6kJMqOH83DTh9K7RRpA9lq0BZJNpVSoKsWKNBFgaJAQ1MjmRZFMuTIthaB/RNddt9Fl930B7rsd/QzClKS' +
    'bSV+dlkuNEPN5Z0795x77sDPhwsg3J/4QnHoaJv5gdFdszPqqzDuJerAz2JtsizJKkEW2jDwIwUdmX0TSYBtOZnTDZLYmkObu0OT537f5ISC' +
    'jJI+Re0h0Tjw8/B5lPT7Ydzfno7t1tanW61mN/N7VsP9nXxRZ/qaAzATcmDGud73o5GhgrNr/K7JJARTycEhM10YcGrgTpZzVbXh0OTWH6aH' +
    'TtLr5cZqhfrA7w38ZmaCJOtKOBzkTF1mWtskDYO8mvqZDW2YxONqEIUmts2wW6mmWRgHYepHFXfyaV5V0Du+DXYlarX3iHs7URgPnqfRqB/G' +
    '23acmrzd2nqy1dLkHwp+PiQAfqRe6qPiwUtVDDx6Kcpf7+j04ZF4xCvTVGQUkEpSSC0J5VR4xM7xccVzjXKGZphkY4F64O+EP2fGj6IkAB/M' +
    'xRmFPROMg8hMYt0I49BCPJyzmR54apHE0+TlkLUd+Zw82kDH3escvtrEBh6ohmrIvU2Itmxv4Et0jo9V9O0CO2yjc/S1asOrw/MayqsVa5VN' +
    'dJa89dm0UZh/IdDZbNSKoeHhL6rYHxo6LDkkfqWghkyiLitJ1H0xtiYX2o/Cfiz1TvGmhG+lhwmirJXDxOwUXVnd9fOvSoCVMwFae5OxNHXq' +
    'u37+3Qx19wwBFk+mpWF1RoiaDpJRbOUtUkD1QptT9bPkwC0Ct0mK7WqaJd1RYLKc9TRLApPnptvcGXPhILTNIBmmSWxi67a2nnz+bKvF/RPW' +
    'VDljjRSE0kxJukuCLaCyGQ7TJLM5UVvlMhposCEasqE6WAa8G+8rFEE460KCM4pzrm7cz/hKO34QmNQCTmb2TGCZQ3WzJAXczKSRHxhKVOxu' +
    'llgbGY7huAQItsS2ICfsBa7m+QqdOiEoppRmfE5exAfC8QM78qMiJyrfDYeniSmyVXWJDjzixvlwKiRK7lXKmZCAWBckWyDEbN8VWe66AndZ' +
    '7IF5m06QxL2wn0M7TwVAcY3aA8VcwVa8ckcJJeGo7zFT6bf2QO02sTQ5cbM3ioNm4Y9821J4dUKVqyClvlvAcs6X3ofEu5dFrAXcRZGq9pQm' +
    'Aq7zuHB2TQEpz6YmZ6s4HiU41Xb1izo56apMXw8w3wRq94iVacSF1DZPWoK7LVM5OLx+S6i9T9w76+qNBuE+lYM8df9Dg6h9I7F81vOsXcyH' +
    'Xv7bkvCwdlEYLQn3ujW3MFdztTVi9azbfZN1w8BKLBbQ3ZpBV8dS7T5x5ywLToHisveumLU7D280URfXjW11LjZvgXBn8bxTUun2LJ4V3PFW' +
    'iNqZGEDe1b+RoHtRmOI8TlQvRleeA484DxxxCTTy3Pwqr0GsX1wGWgH/uIsnYtMse9yfBDSaYdwNMxPY5lXS2CwuVTczv4YIyTkFUtcrZnoQ' +
    'xEyin2FZQg39MObanKg2C41sDpPuKDJidX6pFx6OUv6AFY3753wUxrn148Bc3TFEubOcCrPSE8d/UztXXz554UVOfHJZ5uZjlJcKp3p0cUrn' +
    '/ehLKMQ1ysm1uhRzcbZYfKmxYcdXMoL37bh54YGnFT9X7tWpRPNHJfD46oycgMiPrzr0qen/Daob3zn+BelVEU6ODQAA',
} as const
