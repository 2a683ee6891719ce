// The brand's colour, made to be read: on its own, on light and on dark ground. Contrast as WCAG 2 counts it.
const FALLBACK = [11, 102, 106];
const GROUND = { light: [255, 254, 252], dark: [33, 31, 28] };
const WHITE = [255, 255, 255];
const BLACK = [20, 18, 16];

function parse(hex) {
  return /^#[0-9a-f]{6}$/i.test(hex) ? [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)) : undefined;
}

function light(colour) {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one, other) {
  const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function mix(colour, other, share) {
  return colour.map((value, at) => Math.round(value + (other[at] - value) * share));
}

/** Move a colour away from a ground, no further than it takes to be read there. */
function readable(colour, ground) {
  const goal = light(ground) > 0.4 ? BLACK : WHITE;
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mix(colour, goal, share);
    if (contrast(tried, ground) >= 4.6) return tried;
  }
  return goal;
}

/** Return the custom properties of a brand for a theme, "light" or "dark". */
export function coloursOf(brand, theme) {
  const colour = parse(brand.colour) || FALLBACK;
  const asked = parse(brand.colour_text);
  const best = contrast(WHITE, colour) >= contrast(BLACK, colour) ? WHITE : BLACK;
  const text = asked && contrast(asked, colour) >= 4.5 ? asked : best;
  const ground = GROUND[theme];
  const tint = mix(ground, colour, theme === "dark" ? 0.24 : 0.11);
  const named = { brand: colour, "on-brand": text, "brand-hover": mix(colour, text, 0.1), tint, ink: readable(colour, tint) };
  return Object.entries(named).map(([name, [r, g, b]]) => [`--${name}`, `rgb(${r} ${g} ${b})`]);
}
